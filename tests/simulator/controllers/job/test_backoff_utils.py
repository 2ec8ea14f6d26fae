"""How long a Job waits after failures. Models pkg/controller/job/backoff_utils_test.go."""

from __future__ import annotations

from datetime import UTC, datetime

from simulator.calendar import Calendar
from simulator.controllers.job.backoff_utils import BackoffRecord, finished_at, remaining_for_index
from tests.simulator.stories import Json

CALENDAR = Calendar(datetime(2026, 1, 1, tzinfo=UTC))


def ended(*seconds: int, **more: object) -> Json:
    """A Pod whose containers ended then."""
    states = [{"name": f"c{s}", "state": {"terminated": {"finishedAt": CALENDAR.second(s * 1000)}}} for s in seconds]
    meta = {"creationTimestamp": CALENDAR.second(0), **more}
    return {"metadata": meta, "spec": {}, "status": {"containerStatuses": states}}


def test_the_wait_doubles_from_ten_seconds_to_ten_minutes() -> None:
    record, waits = BackoffRecord(), []
    for _ in range(8):
        record = record.after([], [1000])
        waits.append(record.remaining(1000) // 1000)
    assert waits == [10, 20, 40, 80, 160, 320, 600, 600]


def test_a_success_forgets_the_failures_before_it() -> None:
    record = BackoffRecord().after([], [1000, 2000])
    assert record.after([3000], []) == BackoffRecord()
    assert record.after([3000], [2500, 3000, 4000]) == BackoffRecord(1, 4000)


def test_time_that_has_passed_counts() -> None:
    record = BackoffRecord(2, 5000)
    assert record.remaining(5000 + 12_000) == 8000
    assert record.remaining(5000 + 20_000) == record.remaining(99_000) == 0


def test_a_pod_ended_when_its_last_container_did() -> None:
    assert finished_at(CALENDAR, ended(3, 7, 5)) == 7000


def test_of_a_pod_that_is_deleted_while_it_runs_the_deletion_counts() -> None:
    pod = ended(1, deletionTimestamp=CALENDAR.second(40_000), deletionGracePeriodSeconds=30)
    pod["status"] = {"containerStatuses": [{"name": "c", "state": {"running": {}}}]}
    assert finished_at(CALENDAR, pod) == 10_000


def test_a_pod_that_is_not_ready_ended_when_it_stopped_to_be() -> None:
    pod = ended()
    pod["status"] = {"conditions": [{"type": "Ready", "status": "False", "lastTransitionTime": CALENDAR.second(9000)}]}
    assert finished_at(CALENDAR, pod) == 9000


def test_sidecars_are_waited_for() -> None:
    pod = ended(3)
    pod["spec"] = {"initContainers": [{"name": "side", "restartPolicy": "Always"}, {"name": "init"}]}
    later = {"terminated": {"finishedAt": CALENDAR.second(8000)}}
    pod["status"]["initContainerStatuses"] = [{"name": "side", "state": later}, {"name": "init", "state": {}}]
    assert finished_at(CALENDAR, pod) == 8000


def test_each_index_waits_for_itself() -> None:
    assert remaining_for_index(CALENDAR, 5000, None) == 0
    key = "batch.kubernetes.io/job-index-failure-count"
    assert remaining_for_index(CALENDAR, 5000, ended(5, annotations={key: "0"})) == 10_000
    assert remaining_for_index(CALENDAR, 5000, ended(5, annotations={key: "2"})) == 40_000
