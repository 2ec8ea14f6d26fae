"""EndpointSlices. Models staging/src/k8s.io/endpointslice/util/controller_utils_test.go TestPodEndpointsChanged."""

from __future__ import annotations

from tests.simulator.services.test_services import service
from tests.simulator.stories import Json, Story, container, pod


def member(name: str, script: str = "sleep 1000", policy: str = "Always") -> Json:
    made = pod(container(script), name=name, restartPolicy=policy)
    made["metadata"]["labels"] = {"app": "web"}
    return made


def told(story: Story) -> list[dict[str, bool]]:
    """What the slice said, one after the other: which Pods there are, and whether each is ready."""
    slices = (revision.object for revision in story.revisions("endpointslices"))
    return [{each["targetRef"]["name"]: each["conditions"]["ready"] for each in s["endpoints"] or ()} for s in slices]


def test_the_end_of_a_pod_that_is_not_ready_is_not_looked_at() -> None:
    """It is no longer ready first, and over a second later: only its deletion takes it out."""
    story = Story(service(), member("p", "sleep 3", "Never"), seconds=10)
    assert story.status["phase"] == "Succeeded"
    assert told(story) == [{}, {"p": True}, {"p": False}]
    story.node("kubectl delete pod p")
    assert told(story)[-1] == {}


def test_another_pod_makes_it_see_the_end_too() -> None:
    story = Story(service(), member("p", "sleep 3", "Never"), seconds=10)
    story.node("kubectl run q --image=nginx -l app=web")
    assert told(story)[-1] == {"q": True}


def test_a_write_tells_of_the_pods_as_they_were_when_it_was_decided() -> None:
    story = Story(service(), member("a"), member("b"), seconds=10)
    assert told(story) == [{}, {"a": True}, {"a": True, "b": True}]
