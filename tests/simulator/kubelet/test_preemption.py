"""A critical Pod for which the node has no room. Models pkg/kubelet/preemption/preemption{,_test}.go."""

from typing import Any

import pytest

from tests.simulator.stories import Json, Story, container, pod

MESSAGE = "Preempted in order to admit critical pod"
CRITICAL: dict[str, Any] = {"priorityClassName": "system-node-critical", "nodeName": "node1"}


def eater(name: str, cpu: str = "", *, guaranteed: bool = False, script: str = "sleep 1000", **spec: Any) -> Json:
    """A Pod that asks for so much of the node's two CPUs, and ends at SIGTERM."""
    resources: Json = {"requests": {"cpu": cpu}} if cpu else {}
    if guaranteed:
        resources = {"limits": {"cpu": cpu, "memory": "10Mi"}}
    return pod(container(script, resources=resources), name=name, **spec)


def ended_first(story: Story) -> list[str]:
    return [event["involvedObject"]["name"] for event in story.events("Preempting")]


def status_of(story: Story, name: str) -> Json:
    found = [r.object for r in story.revisions() if r.object["metadata"]["name"] == name]
    return dict(found[-1]["status"])


def run(victims: list[Json], critical: Json, seconds: float = 20) -> Story:
    story = Story(*victims, seconds=5)
    story.simulation.act("apply", {"manifest": str(critical)})
    return story.until(seconds)


def test_another_pod_is_ended_so_that_a_critical_one_has_room() -> None:
    story = run([eater("a", "1500m")], eater("critical", "1", **CRITICAL))
    assert story.messages("Preempting") == [MESSAGE]
    status = status_of(story, "a")
    assert (status["phase"], status["reason"], status["message"]) == ("Failed", "Preempting", MESSAGE)
    target = next(c for c in status["conditions"] if c["type"] == "DisruptionTarget")
    assert target["reason"] == "TerminationByKubelet"
    assert target["message"] == "Pod was preempted by Kubelet to accommodate a critical pod."
    assert status_of(story, "critical")["phase"] == "Running"


def test_the_critical_pod_waits_until_the_other_has_ended_with_its_own_grace() -> None:
    victim = eater("a", "1500m", terminationGracePeriodSeconds=6)
    story = run([victim], eater("critical", "1", **CRITICAL), 30)
    first = next(
        r
        for r in story.revisions()
        if r.object["status"].get("startTime") and r.object["metadata"]["name"] == "critical"
    )
    assert 11 <= first.at_ms / 1000 < 12


def test_while_a_pod_is_ended_the_kubelet_begins_nothing_else() -> None:
    """The syncLoop itself waits in killPodNow."""
    story = run([eater("a", "1500m", terminationGracePeriodSeconds=6)], eater("critical", "1", **CRITICAL), 6)
    story.simulation.act("apply", {"manifest": str(pod(container(), name="later"))})
    story.until(10)
    assert "startTime" not in status_of(story, "later")
    assert status_of(story.until(20), "later")["phase"] == "Running"


@pytest.mark.parametrize(
    ("victims", "cpu", "chosen"),
    [
        ([("a", "1", False), ("b", "1", True)], "1", ["a"]),  # Burstable goes before Guaranteed
        ([("a", "500m", False), ("b", "1", False)], "1500m", ["b"]),  # one that is enough instead of two
        ([("a", "900m", False), ("b", "600m", False)], "1", ["b"]),  # of two that are enough the smaller
        ([("a", "500m", False), ("b", "700m", False), ("c", "700m", False)], "2", ["b", "c", "a"]),
    ],
)
def test_as_few_as_can_be_are_ended(victims: list[tuple[str, str, bool]], cpu: str, chosen: list[str]) -> None:
    pods = [eater(name, asked, guaranteed=guaranteed) for name, asked, guaranteed in victims]
    assert ended_first(run(pods, eater("critical", cpu, **CRITICAL), 40)) == chosen


def test_a_pod_that_is_not_critical_is_refused() -> None:
    story = run([eater("a", "1500m")], eater("late", "1", nodeName="node1"))
    assert ended_first(story) == []
    assert status_of(story, "late")["reason"] == "OutOfcpu"


def test_nobody_is_ended_where_that_would_not_help() -> None:
    story = run([eater("a", "500m")], eater("critical", "3", **CRITICAL))
    assert ended_first(story) == []
    assert story.messages("UnexpectedAdmissionError") == [
        "Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods "
        "to preempt: no set of running pods found to reclaim resources: [(res: cpu, q: 1000), ]"
    ]


def test_nobody_is_ended_for_a_pod_that_does_not_belong_on_the_node() -> None:
    critical = eater("critical", "1", nodeSelector={"disk": "none"}, **CRITICAL)
    story = run([eater("a", "1500m")], critical)
    assert ended_first(story) == []
    assert status_of(story, "critical")["reason"] == "NodeAffinity"


def test_a_static_pod_is_critical() -> None:
    story = Story(eater("a", "1500m"), seconds=5)
    manifest = str(eater("static", "1"))
    story.node(f"cat > /etc/kubernetes/manifests/s.yaml <<'END'\n{manifest}\nEND")
    story.until(25)
    assert ended_first(story) == ["a"]
    assert status_of(story, "static-node1")["phase"] == "Running"
