"""The Pod that a workload's name means. Models kubectl pkg/util/podutils/podutils_test.go."""

from __future__ import annotations

from typing import Any

from tests.simulator.controllers.jobs import born, job
from tests.simulator.stories import Json, Story, container


def deployment(replicas: int, **more: Any) -> Json:
    labels = {"app": "web"}
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": [container("echo $HOSTNAME; sleep 1000", **more)]},
    }
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


def test_of_several_pods_that_ended_the_oldest_speaks() -> None:
    story = Story(job("hostname; exit 1", backoffLimit=2), seconds=60)
    first = born(story)[0][1]["metadata"]["name"]
    assert story.node("kubectl logs job/work") == f"{first}\nFound 3 pods, using pod/{first}\n"


def test_a_pod_that_runs_comes_before_one_that_waits() -> None:
    story = Story(deployment(1), seconds=5)
    (_, first), *_others = born(story)
    story.node("kubectl cordon node1; kubectl scale deploy web --replicas=3")
    assert story.node("kubectl exec deploy/web -- hostname") == f"{first['metadata']['name']}\n"
    assert f"using pod/{first['metadata']['name']}" in story.node("kubectl logs deploy/web")


def test_the_first_pod_to_come_is_waited_for() -> None:
    story = Story(deployment(0), seconds=5)
    number = story.simulation.act("node", {"command": "kubectl logs deploy/web"}).number
    story.until(10)
    story.node("kubectl scale deploy web --replicas=1")
    (fact,) = (f for f in story.facts("result") if f.cause == number)
    assert (fact.data["output"], fact.data["code"]) == ("", 0)  # it is on no node yet, and has no log


def test_but_not_for_ever() -> None:
    story = Story(deployment(0), seconds=5)
    number = story.simulation.act("node", {"command": "kubectl logs deploy/web"}).number
    story.until(30)
    (fact,) = (f for f in story.facts("result") if f.cause == number)
    assert fact.data["output"] == "error: timed out waiting for the condition\n"
    assert 25 <= fact.at_ms / 1000 < 26


def test_the_logs_of_all_pods_of_a_workload() -> None:
    """Models test/e2e/kubectl/logs.go."""
    story = Story()
    story.node("kubectl create deployment d --image=busybox --replicas=2 -- sh -c 'echo hi; sleep 1000'")
    story.until(5)
    lines = story.node("kubectl logs deploy/d --all-pods").splitlines()
    assert len(lines) == 2
    assert all(line.startswith("[pod/d-") and line.endswith("/busybox] hi") for line in lines)
