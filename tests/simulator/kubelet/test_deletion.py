"""Deletion, and what a second request changes of it.

Models staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go BeforeDelete.
"""

import pytest

from tests.simulator.stories import Json, Story, container, pod


def deletions(story: Story) -> list[tuple[str, int | None]]:
    """The last versions of the Pod: verb and grace, repeats collapsed."""
    found: list[tuple[str, int | None]] = []
    for revision in story.revisions():
        grace = revision.object["metadata"].get("deletionGracePeriodSeconds")
        if grace is not None and (revision.verb, grace) not in found:
            found.append((revision.verb, grace))
    return found


@pytest.mark.parametrize(
    "changes",
    [
        {"containers": [container(resources={"requests": {"cpu": "1000"}})]},  # never scheduled
        {"containers": [container("true")], "restartPolicy": "Never"},  # has ended
    ],
)
def test_where_nothing_can_run_the_pod_is_marked_and_gone_at_once(changes: Json) -> None:
    story = Story(pod(**changes), seconds=8)
    story.node("kubectl delete pod p")
    assert deletions(story) == [("MODIFIED", 0), ("DELETED", 0)]


@pytest.mark.parametrize(
    ("second", "graces"),
    [
        ("kubectl delete pod p --wait=false", [40]),  # says nothing of the grace
        ("kubectl delete pod p --wait=false --grace-period=50", [40]),  # may only be shortened
        ("kubectl delete pod p --wait=false --grace-period=30", [40, 30]),
        ("kubectl delete pod p --wait=false --grace-period=5", [40, 1]),  # has passed already
        ("kubectl delete pod p --force", [40, 0]),
    ],
)
def test_a_second_request_can_only_shorten_the_grace(second: str, graces: list[int]) -> None:
    story = Story(pod(container()), seconds=5)
    story.node("kubectl delete pod p --wait=false --grace-period=40")
    story.node(second)
    assert [grace for verb, grace in deletions(story) if verb == "MODIFIED"] == graces


def test_the_kubelet_does_not_interrupt_a_stop_that_has_begun() -> None:
    """Models pkg/kubelet/kubelet.go SyncTerminatingPod, which does not listen to its worker's context."""
    story = Story(pod(container()), seconds=5)
    story.node("kubectl delete pod p --wait=false --grace-period=20")
    story.node("kubectl delete pod p --force")
    story.until(40)
    assert 25 <= story.facts("exit")[0].at_ms / 1000 <= 25.2
