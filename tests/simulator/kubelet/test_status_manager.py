"""How statuses reach the API. Models pkg/kubelet/status/status_manager.go syncBatch."""

from __future__ import annotations

from itertools import pairwise

from simulator.kubelet.latency import STATUS_PATCH_MS
from tests.simulator.stories import Story, container, pod


def test_pods_that_change_together_are_patched_one_after_the_other() -> None:
    names = ("a", "b", "c")
    story = Story(*(pod(container(), name=name) for name in names), seconds=5)
    running = [r for r in story.revisions() if r.object["status"]["phase"] == "Running"]
    assert [r.object["metadata"]["name"] for r in running] == list(names)
    assert [later.at_ms - earlier.at_ms for earlier, later in pairwise(running)] == [STATUS_PATCH_MS] * 2


def test_versions_of_a_status_share_what_did_not_change() -> None:
    """A history of many versions keeps such a part once."""
    story = Story(pod(container()), seconds=5)
    before, after = (r.object["status"] for r in story.revisions() if "hostIPs" in r.object["status"])
    assert before["phase"] != after["phase"]
    assert before["hostIPs"] is after["hostIPs"]
    (was,), (now,) = ([c for c in s["conditions"] if c["type"] == "PodScheduled"] for s in (before, after))
    assert was is now
