"""`kubectl drain` and the controllers whose Pods it takes. Models kubectl pkg/cmd/drain/drain_test.go."""

from __future__ import annotations

from typing import Any

from tests.simulator.controllers.jobs import job
from tests.simulator.stories import Json, Story, container, pod


def workload(kind: str, name: str, script: str = "sleep 1000", **spec: Any) -> Json:
    labels = {"app": name}
    inner = {"terminationGracePeriodSeconds": 2, "containers": [container(script)]}
    template = {"metadata": {"labels": labels}, "spec": inner}
    whole = {"selector": {"matchLabels": labels}, "template": template, **spec}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": whole}


def names(story: Story, app: str) -> list[str]:
    """The Pods of an app that are there."""
    pods = story.simulation.store.list("pods")
    return sorted(p["metadata"]["name"] for p in pods if p["metadata"].get("labels", {}).get("app") == app)


def test_what_is_managed_is_evicted_and_comes_back_elsewhere() -> None:
    story = Story(workload("Deployment", "web", replicas=2), seconds=10)
    before = names(story, "web")
    evicting = "".join(f"evicting pod default/{name}\n" for name in before)
    evicted = "".join(f"pod/{name} evicted\n" for name in before)
    assert story.node("kubectl drain node1") == f"node/node1 cordoned\n{evicting}{evicted}node/node1 drained\n"
    assert len(names(story, "web")) == 2
    assert not set(names(story, "web")) & set(before)
    assert " Pending " in story.node("kubectl get pods")
    assert story.node("kubectl uncordon node1") == "node/node1 uncordoned\n"
    assert " Pending " not in story.node("kubectl get pods")


def test_daemons_stay_and_have_to_be_left_out_by_name() -> None:
    story = Story(workload("DaemonSet", "agent"), seconds=10)
    (name,) = names(story, "agent")
    why = f"cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): default/{name}"
    assert f'unable to drain node "node1" due to error: {why}' in story.node("kubectl drain node1")
    answer = story.node("kubectl drain node1 --ignore-daemonsets")
    assert answer.endswith(f"node/node1 drained\nWarning: ignoring DaemonSet-managed Pods: default/{name}\n")
    assert names(story, "agent") == [name]


def test_an_evicted_pod_of_a_job_counts_as_failed_and_is_replaced() -> None:
    story = Story(job("sleep 1000"), seconds=10)
    assert "evicted" in story.node("kubectl drain node1")
    story.node("kubectl uncordon node1")
    story.until(60)
    counted = story.revisions("jobs")[-1].object["status"]
    assert (counted["active"], counted["failed"]) == (1, 1)


def test_a_selector_a_grace_period_and_plain_deletion() -> None:
    slow = workload("Deployment", "slow", "trap '' TERM; sleep 1000")
    slow["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] = 600
    story = Story(slow, workload("Deployment", "web"), seconds=10)
    kept, taken = names(story, "web"), names(story, "slow")
    line = "kubectl drain node1 --pod-selector=app=slow --grace-period=1 --disable-eviction"
    assert story.node(line) == f"node/node1 cordoned\npod/{taken[0]} deleted\nnode/node1 drained\n"
    assert names(story, "web") == kept


def test_a_time_limit() -> None:
    story = Story(workload("Deployment", "web", "trap '' TERM; sleep 1000"), seconds=10)
    (name,) = names(story, "web")
    why = f'error when waiting for pod "{name}" in namespace "default" to terminate: context deadline exceeded'
    answer = story.node("kubectl drain node1 --timeout=1s")
    assert f'There are pending pods in node "node1" when an error occurred: {why}\npod/{name}\n' in answer


def test_a_dry_run_changes_nothing() -> None:
    story = Story(workload("Deployment", "web"), pod(container(), name="lone"), seconds=10)
    (name,) = names(story, "web")
    answer = story.node("kubectl drain node1 --dry-run=client --force")
    assert answer == (
        "node/node1 cordoned (dry run)\n"
        f"evicting pod default/lone (dry run)\nevicting pod default/{name} (dry run)\n"
        "node/node1 drained (dry run)\n"
        "Warning: deleting Pods that declare no controller: default/lone\n"
    )
    assert names(story, "web") == [name]
    assert "unschedulable" not in next(iter(story.simulation.store.list("nodes")))["spec"]


def evict(story: Story, name: str, body: str) -> str:
    return story.node(f"echo '{body}' | kubectl create --raw /api/v1/namespaces/default/pods/{name}/eviction -f -")


def test_a_pod_is_evicted_by_a_request_of_its_own() -> None:
    """kubectl pkg/rawhttp/raw.go and pkg/registry/core/pod/storage/eviction.go."""
    story = Story(pod(container("sleep 1000"), terminationGracePeriodSeconds=2), seconds=5)
    wrong = "Error from server (BadRequest): name in URL does not match name in Eviction object\n"
    assert evict(story, "p", '{"metadata": {"name": "q"}}') == wrong
    missing = 'Error from server (NotFound): pods "q" not found\n'
    assert evict(story, "q", '{"metadata": {"name": "q"}}') == missing
    eviction = '{"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "p"}}'
    assert '"status":"Success","code":201' in evict(story, "p", eviction)
    assert story.condition("DisruptionTarget")["reason"] == "EvictionByEvictionAPI"
    assert "No resources found" in story.until(10).node("kubectl get pods")
