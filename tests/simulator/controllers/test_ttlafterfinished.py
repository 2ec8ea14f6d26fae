"""Finished Jobs go. Models pkg/controller/ttlafterfinished/ttlafterfinished_controller_test.go."""

from __future__ import annotations

from simulator import Revision
from tests.simulator.controllers.jobs import gone, job
from tests.simulator.stories import Story


def deleted(story: Story) -> Revision | None:
    return next((r for r in story.revisions("jobs") if r.verb == "DELETED"), None)


def test_a_finished_job_goes_with_its_pods_after_its_time() -> None:
    story = Story(job("exit 0", ttlSecondsAfterFinished=10), seconds=60)
    end = deleted(story)
    assert end is not None
    assert 10 < end.at_ms / 1000 < 15
    assert end.object["metadata"]["finalizers"] == ["foregroundDeletion"]
    assert len(gone(story)) == 1


def test_a_failed_job_goes_too() -> None:
    assert deleted(Story(job("exit 1", backoffLimit=0, ttlSecondsAfterFinished=0), seconds=30)) is not None


def test_a_job_without_a_time_or_an_end_stays() -> None:
    assert deleted(Story(job("exit 0"), seconds=600)) is None
    assert deleted(Story(job("sleep 1000", ttlSecondsAfterFinished=0), seconds=600)) is None


def test_a_time_may_be_given_later() -> None:
    story = Story(job("exit 0"), seconds=60)
    story.node("""kubectl patch job work -p '{"spec":{"ttlSecondsAfterFinished":5}}'""")
    assert deleted(story) is not None
