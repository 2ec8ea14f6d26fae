"""Models client-go/tools/record/events_cache.go: counting, combining, the spam filter."""

from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.calendar import Calendar
from simulator.engine import Engine, Randoms
from simulator.events import Recorder, SeriesRecorder
from simulator.history import Fact, History
from simulator.store import Store

POD: dict[str, Any] = {
    "kind": "Pod",
    "apiVersion": "v1",
    "metadata": {"name": "p", "namespace": "ns", "uid": "u1", "resourceVersion": "1"},
}


class World:
    def __init__(self) -> None:
        self.engine = Engine()
        self.history = History(self.engine)
        self.store = Store(self.engine, self.history, Randoms(1))
        self.calendar = Calendar(datetime(2026, 1, 1, tzinfo=UTC))
        self.recorder = Recorder(self.engine, self.history, self.store, self.calendar, "kubelet", "node1")

    @property
    def events(self) -> list[dict[str, Any]]:
        return list(self.store.list("events"))

    def dropped(self) -> list[Fact]:
        return [e for e in self.history.entries if isinstance(e, Fact) and e.kind == "event.dropped"]


@pytest.fixture
def world() -> World:
    return World()


def test_the_same_event_again_raises_its_count_and_keeps_its_first_time(world: World) -> None:
    for second in range(3):
        world.engine.run_until(second * 1000)
        world.recorder.event(POD, "Normal", "Pulled", "there", "spec.containers{c}")
    (event,) = world.events
    assert event["count"] == 3
    assert (event["firstTimestamp"], event["lastTimestamp"]) == ("2026-01-01T00:00:00Z", "2026-01-01T00:00:02Z")
    assert event["involvedObject"]["fieldPath"] == "spec.containers{c}"
    assert (event["source"], event["reportingComponent"]) == ({"component": "kubelet", "host": "node1"}, "kubelet")


def test_another_message_field_path_or_type_is_another_event(world: World) -> None:
    world.recorder.event(POD, "Normal", "Killing", "a", "spec.containers{c}")
    world.recorder.event(POD, "Normal", "Killing", "b", "spec.containers{c}")
    world.recorder.event(POD, "Normal", "Killing", "a", "spec.containers{d}")
    assert [e["count"] for e in world.events] == [1, 1, 1]


def test_from_the_tenth_message_on_events_are_combined(world: World) -> None:
    for number in range(12):
        world.recorder.event(POD, "Normal", "Pulled", f"pulled in {number}ms")
    messages = [e["message"] for e in world.events]
    assert messages[:9] == [f"pulled in {n}ms" for n in range(9)]
    assert messages[9:] == ["(combined from similar events): pulled in 11ms"]
    assert world.events[-1]["count"] == 3


def test_the_spam_filter_lets_25_through_and_one_more_every_five_minutes(world: World) -> None:
    for _ in range(30):
        world.recorder.event(POD, "Warning", "Unhealthy", "failed")
    assert world.events[0]["count"] == 25
    assert len(world.dropped()) == 5
    world.engine.run_until(300_000)
    world.recorder.event(POD, "Warning", "Unhealthy", "failed")
    # What was dropped was counted all the same.
    assert world.events[0]["count"] == 31


def test_warnings_do_not_use_up_the_room_of_normal_events(world: World) -> None:
    for _ in range(30):
        world.recorder.event(POD, "Warning", "Unhealthy", "failed")
    world.recorder.event(POD, "Normal", "Killing", "now")
    assert world.events[-1]["reason"] == "Killing"


def test_the_scheduler_counts_repeats_as_a_series(world: World) -> None:
    recorder = SeriesRecorder(
        world.engine, world.history, world.store, world.calendar, "default-scheduler", "default-scheduler-1"
    )
    for _ in range(3):
        recorder.event(POD, "Warning", "FailedScheduling", "Scheduling", "no room")
    (event,) = world.events
    assert event["series"]["count"] == 2  # event_broadcaster.go recordToSink: more are counted, and not written
    assert (event["source"], event["firstTimestamp"]) == ({}, None)
    assert event["eventTime"] == "2026-01-01T00:00:00.000000Z"


def test_a_series_is_written_once_more_when_it_is_over(world: World) -> None:
    """Models tools/events/event_broadcaster.go finishSeries: what was quiet for six minutes, every six minutes."""
    recorder = SeriesRecorder(
        world.engine, world.history, world.store, world.calendar, "default-scheduler", "default-scheduler-1"
    )
    for _ in range(4):
        recorder.event(POD, "Warning", "FailedScheduling", "Scheduling", "no room")
        world.engine.run_until(world.engine.now + 60_000)
    assert [event["series"]["count"] for event in world.events] == [2]
    world.engine.run_until(719_000)
    assert [event["series"]["count"] for event in world.events] == [2]
    world.engine.run_until(721_000)
    assert [event["series"]["count"] for event in world.events] == [4]
    recorder.event(POD, "Warning", "FailedScheduling", "Scheduling", "no room")
    assert len(world.events) == 2


def test_a_combined_event_does_not_say_who_reports_it(world: World) -> None:
    """Models events_cache.go EventAggregate: the new event is filled in without the reporting fields."""
    for number in range(10):
        world.recorder.event(POD, "Warning", "Unhealthy", f"failed: {number}")
    (combined,) = [e for e in world.events if e["message"].startswith("(combined from similar events): ")]
    assert (combined["reportingComponent"], combined["reportingInstance"]) == ("", "")
    assert combined["source"] == {"component": "kubelet", "host": "node1"}
