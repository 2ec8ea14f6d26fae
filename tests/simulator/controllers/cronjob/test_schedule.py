"""When a CronJob is due. Models pkg/controller/cronjob/utils_test.go."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simulator.calendar import Calendar
from simulator.controllers.cronjob.schedule import ScheduleError, Timetable, too_many_missed

CALENDAR = Calendar(datetime(2026, 1, 1, 0, 0, 30, tzinfo=UTC))
MINUTE = 60_000


def timetable(schedule: str, last: int | None = None) -> Timetable:
    status = {} if last is None else {"lastScheduleTime": CALENDAR.second(last)}
    meta = {"creationTimestamp": CALENDAR.second(0)}
    return Timetable.of({"metadata": meta, "spec": {"schedule": schedule}, "status": status}, CALENDAR)


def test_nothing_is_due_before_the_first_time() -> None:
    table = timetable("* * * * *")
    assert table.latest(table.earliest, 20_000) == (None, 0)
    assert table.wait(20_000) == 10_100


def test_the_newest_of_several_missed_times_is_due() -> None:
    table = timetable("* * * * *")
    assert table.latest(table.earliest, 30_000) == (30_000, 0)
    assert table.latest(table.earliest, 30_000 + 4 * MINUTE + 5) == (30_000 + 4 * MINUTE, 5)


def test_more_than_a_hundred_missed_times_are_too_many() -> None:
    table = timetable("* * * * *")
    assert not too_many_missed(table.latest(table.earliest, 30_000 + 99 * MINUTE)[1])
    assert too_many_missed(table.latest(table.earliest, 30_000 + 100 * MINUTE)[1])


def test_it_counts_from_the_last_time() -> None:
    table = timetable("*/10 * * * *", last=570_000)
    assert table.wait(600_000) == 570_000 + 10 * MINUTE + 100 - 600_000


def test_an_interval_starts_at_the_creation() -> None:
    table = timetable("@every 90s")
    assert table.latest(table.earliest, 200_000) == (180_000, 2)
    assert table.wait(200_000) == 270_100 - 200_000


def test_a_day_that_never_comes_is_an_error() -> None:
    table = timetable("0 0 31 2 *")
    with pytest.raises(ScheduleError, match="time difference between two schedules is less than 1 second"):
        table.latest(table.earliest, 0)
    assert table.wait(0) == 0
