"""Admission, eviction and in-place resize. Models pkg/kubelet/{lifecycle,eviction,allocation}."""

import json

from tests.simulator.stories import Json, Story, container, pod

SMALL = {"requests": {"cpu": "100m", "memory": "32Mi"}}


def resize(story: Story, **requests: str) -> str:
    patch = json.dumps({"spec": {"containers": [{"name": "app", "resources": {"requests": requests}}]}})
    return story.node(f"kubectl patch pod p --subresource resize -p '{patch}'")


def test_a_pod_put_on_a_node_that_is_too_small_is_rejected_for_good() -> None:
    story = Story(pod(container(resources={"requests": {"cpu": "100"}}), nodeName="node1"), seconds=60)
    assert (story.status["phase"], story.status["reason"]) == ("Failed", "OutOfcpu")
    assert story.messages("OutOfcpu") == [
        "Node didn't have enough resource: cpu, requested: 100000, used: 0, capacity: 2000"
    ]
    assert "containerStatuses" not in story.status


def test_a_node_whose_labels_do_not_match_rejects_too() -> None:
    story = Story(pod(container(), nodeName="node1", nodeSelector={"disk": "ssd"}), seconds=5)
    assert story.status["reason"] == "NodeAffinity"
    assert story.status["message"].startswith("Pod was rejected: Predicate NodeAffinity failed: ")


def test_an_empty_dir_beyond_its_size_evicts_the_pod() -> None:
    volume = {"name": "v", "emptyDir": {"sizeLimit": "1Mi"}}
    writer = container(
        "dd if=/dev/zero of=/v/x bs=1M count=3; sleep 1000", volumeMounts=[{"name": "v", "mountPath": "/v"}]
    )
    story = Story(pod(writer, volumes=[volume]), seconds=240)
    assert (story.status["phase"], story.status["reason"]) == ("Failed", "Evicted")
    assert story.messages("Evicted") == ['Usage of EmptyDir volume "v" exceeds the limit "1Mi". ']
    assert story.container()["state"]["terminated"]["exitCode"] == 137


def test_a_container_beyond_its_storage_limit_evicts_the_pod() -> None:
    writer = container(
        "dd if=/dev/zero of=/x bs=1M count=3; sleep 1000", resources={"limits": {"ephemeral-storage": "1Mi"}}
    )
    story = Story(pod(writer), seconds=60)
    assert story.status["reason"] == "Evicted"


def test_what_is_gone_before_it_was_measured_evicts_nobody() -> None:
    """The runtime looks every ten seconds how much containers have written."""
    script = "while :; do sleep 3; dd if=/dev/zero of=/x bs=1M count=3; rm /x; done"
    writer = container(script, resources={"limits": {"ephemeral-storage": "1Mi"}})
    assert Story(pod(writer), seconds=120).status["phase"] == "Running"


def test_a_resize_changes_the_resources_without_a_restart() -> None:
    story = Story(pod(container(resources=SMALL)), seconds=5)
    assert resize(story, cpu="200m") == "pod/p patched\n"
    status = story.container()
    assert status["resources"]["requests"]["cpu"] == status["allocatedResources"]["cpu"] == "200m"
    assert status["restartCount"] == 0
    reasons = [event["reason"] for event in story.events("ResizeStarted", "ResizeCompleted")]
    assert reasons == ["ResizeStarted", "ResizeCompleted"]
    assert all(c["type"] != "PodResizeInProgress" for c in story.status["conditions"])


def test_a_resize_that_the_node_can_never_hold_is_infeasible() -> None:
    story = Story(pod(container(resources=SMALL)), seconds=5)
    resize(story, cpu="50")
    pending = story.condition("PodResizePending")
    assert pending["reason"] == "Infeasible"
    assert pending["message"] == "Node didn't have enough capacity: cpu, requested: 50000, capacity: 2000"
    assert story.container()["resources"]["requests"]["cpu"] == "100m"


def test_a_resize_that_has_to_wait_for_room_is_deferred_until_another_pod_ends() -> None:
    other: Json = pod(container(resources={"requests": {"cpu": "1500m"}}), name="other")
    story = Story(pod(container(resources=SMALL)), other, seconds=5)
    resize(story, cpu="1")
    assert story.events("ResizeDeferred")
    story.node("kubectl delete pod other")
    story.until(40)
    assert [e["reason"] for e in story.events("ResizeCompleted")] == ["ResizeCompleted"]


def test_a_policy_can_ask_for_a_restart() -> None:
    policy = [{"resourceName": "memory", "restartPolicy": "RestartContainer"}]
    story = Story(pod(container(resources=SMALL, resizePolicy=policy)), seconds=5)
    resize(story, memory="64Mi")
    assert story.messages("Killing") == ["Container app resize requires restart"]
    assert story.container()["restartCount"] == 1


def test_a_resize_may_not_change_the_quality_of_service() -> None:
    assert "Pod QOS Class may not change" in resize(Story(pod(container()), seconds=5), cpu="1")


def test_a_sidecar_may_be_resized_too() -> None:
    proxy = container(name="proxy", restartPolicy="Always", resources=SMALL)
    story = Story(pod(container(), init=[proxy]), seconds=5)
    patch = json.dumps({"spec": {"initContainers": [{"name": "proxy", "resources": {"requests": {"cpu": "200m"}}}]}})
    assert story.node(f"kubectl patch pod p --subresource resize -p '{patch}'") == "pod/p patched\n"
    assert story.container("proxy")["resources"]["requests"]["cpu"] == "200m"
    assert story.messages("ResizeCompleted") == [
        'Pod resize completed: {"initContainers":[{"name":"proxy","resources":{"requests":{"cpu":"200m",'
        '"memory":"32Mi"}}}],"containers":[{"name":"app","resources":{}}],"generation":2}'
    ]


HOG = {
    "name": "app",
    "image": "polinux/stress",
    "command": ["stress", "--vm", "1", "--vm-bytes", "50000K", "--vm-hang", "1"],
    "resources": {"limits": {"memory": "128Mi"}, "requests": {"memory": "16Mi"}},
}


def lower(story: Story, limit: str) -> str:
    resources = {"limits": {"memory": limit}}
    patch = json.dumps({"spec": {"containers": [{"name": "app", "resources": resources}]}})
    return story.node(f"kubectl patch pod p --subresource resize -p '{patch}'")


def test_a_memory_limit_is_not_lowered_below_what_is_in_use() -> None:
    """Models kuberuntime_manager.go validateMemoryResizeAction and the end of kubelet.go SyncPod."""
    story = Story(pod(HOG), seconds=5)
    lower(story, "32Mi")
    used, limit = 50_000 << 10, 32 << 20
    error = (
        f"cannot decrease memory limits: [attempting to set pod memory limit ({limit}) below current usage ({used}), "
        f'attempting to set container "app" memory limit ({limit}) below current usage ({used})]'
    )
    assert story.until(60).condition("PodResizeInProgress") | {"reason": "Error", "message": error} == (
        story.condition("PodResizeInProgress")
    )
    assert story.container()["resources"]["limits"]["memory"] == "128Mi"
    (event,) = story.events("ResizeError")
    assert event["type"] == "Warning"
    quoted = json.dumps(error)
    assert event["message"] == (
        'Pod resize error: {"containers":[{"name":"app","resources":{"limits":{"memory":"32Mi"},"requests":'
        f'{{"memory":"16Mi"}}}}}}],"generation":2,"error":{quoted}}}'
    )
    assert story.container()["restartCount"] == 0


def test_a_resize_that_failed_may_be_taken_back() -> None:
    story = Story(pod(HOG), seconds=5)
    lower(story, "32Mi")
    lower(story, "96Mi")
    assert story.until(40).container()["resources"]["limits"]["memory"] == "96Mi"
    assert all(c["type"] != "PodResizeInProgress" for c in story.status["conditions"])
    assert len(story.events("ResizeCompleted")) == 1


def test_a_deferred_resize_gets_the_room_that_a_smaller_pod_leaves() -> None:
    """Models kubelet.go HandlePodReconcile."""
    other = pod(container(resources={"requests": {"cpu": "1500m"}}), name="other")
    story = Story(pod(container(resources=SMALL)), other, seconds=5)
    resize(story, cpu="1")
    assert story.events("ResizeDeferred")
    patch = json.dumps({"spec": {"containers": [{"name": "app", "resources": {"requests": {"cpu": "500m"}}}]}})
    story.node(f"kubectl patch pod other --subresource resize -p '{patch}'")
    names = [e["involvedObject"]["name"] for e in story.until(40).events("ResizeCompleted")]
    assert names == ["other", "p"]


def test_room_goes_to_the_deferred_resize_of_the_highest_priority() -> None:
    """Models pkg/kubelet/allocation/allocation_manager_test.go TestSortPendingResizes."""
    urgent = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "high"}, "value": 9}
    other = pod(container(resources={"requests": {"cpu": "1500m"}}), name="other")
    whole = {"requests": {"cpu": "100m", "memory": "32Mi"}, "limits": {"cpu": "100m", "memory": "32Mi"}}
    low, high = pod(container(resources=SMALL)), pod(container(resources=SMALL), name="q", priorityClassName="high")
    story = Story(urgent, low, pod(container(resources=whole), name="g"), high, other, seconds=5)
    for name, kinds in (("p", ("requests",)), ("g", ("requests", "limits")), ("q", ("requests",))):
        resources = {kind: {"cpu": "900m"} for kind in kinds}
        patch = json.dumps({"spec": {"containers": [{"name": "app", "resources": resources}]}})
        story.node(f"kubectl patch pod {name} --subresource resize -p '{patch}'")
    assert len(story.events("ResizeDeferred")) == 3
    story.node("kubectl delete pod other")
    names = [e["involvedObject"]["name"] for e in story.until(90).events("ResizeStarted")]
    assert names == ["q", "g"]


def test_what_a_pod_asks_for_as_a_whole_counts_on_its_node() -> None:
    """Models component-helpers/resource/helpers.go PodRequests; kubectl pkg/util/resource adds up containers only."""
    story = Story(pod(container(), resources={"requests": {"cpu": "3"}}), seconds=5)
    assert story.condition("PodScheduled")["message"].startswith("0/1 nodes are available: 1 Insufficient cpu.")
    story = Story(pod(container(resources=SMALL), resources={"requests": {"cpu": "1500m"}}), seconds=5)
    assert "cpu                100m (5%)" in story.node("kubectl describe node node1")


def test_a_pod_beyond_its_memory_limit_loses_its_largest_container() -> None:
    """Models pkg/kubelet/cm/helpers_linux.go ResourceConfigForPod: the limit is that of the Pod's cgroup."""
    hogs = [
        {"name": name, "image": "polinux/stress"}
        | {"command": ["sh", "-c", f"sleep {after}; stress --vm 1 --vm-bytes {size} --vm-hang 1"]}
        for name, after, size in (("large", 5, "60000K"), ("small", 15, "50000K"))
    ]
    story = Story(pod(*hogs, resources={"limits": {"memory": "100Mi"}}), seconds=25)
    assert story.container("large")["lastState"]["terminated"]["reason"] == "OOMKilled"
    assert story.container("small")["restartCount"] == 0


def test_a_kubelet_that_restarts_knows_of_resizes_that_wait() -> None:
    """Models pkg/kubelet/status/status_manager.go BackfillPodResizeConditions."""
    story = Story(pod(container(resources=SMALL)), seconds=5)
    resize(story, cpu="50")
    story.node("systemctl restart kubelet")
    story.until(60)
    assert story.condition("PodResizePending")["reason"] == "Infeasible"
    assert [event["count"] for event in story.events("ResizeInfeasible")] == [1]


def test_a_resize_that_waits_is_told_before_the_one_under_way() -> None:
    story = Story(pod(HOG), seconds=5)
    lower(story, "32Mi")
    resize(story, cpu="50")
    kinds = [c["type"] for c in story.status["conditions"]][:2]
    assert kinds == ["PodResizePending", "PodResizeInProgress"]
