"""Schedules. Models spec_test.go and parser_test.go of github.com/robfig/cron/v3."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simulator.objects import load_location, parse_schedule
from simulator.objects.zones import UnknownZoneError


@pytest.mark.parametrize(
    ("after", "schedule", "then"),
    [
        ("2012-07-09 14:45", "0/15 * * * *", "2012-07-09 15:00"),
        ("2012-07-09 14:59:59", "0/15 * * * *", "2012-07-09 15:00"),
        ("2012-07-09 15:45", "20-35/15 * * * *", "2012-07-09 16:20"),
        ("2012-07-09 23:35:51", "15/35 20/15 * * *", "2012-07-10 20:15"),
        ("2012-07-09 23:35", "0 0 9 apr-oct ?", "2012-08-09 00:00"),
        ("2012-07-09 23:35", "0 0 */5 4,8,10 Mon", "2012-08-01 00:00"),
        ("2012-07-09 23:35", "0 0 * Feb Mon", "2013-02-04 00:00"),
        ("2012-07-09 23:35", "0 0 1 1 Mon", "2013-01-01 00:00"),
        ("2012-07-09 23:35", "0 0 13 * Fri", "2012-07-13 00:00"),
        ("2012-07-13 00:00", "0 0 13 * Fri", "2012-07-20 00:00"),
        ("2012-07-09 23:35", "0 0 29 Feb ?", "2016-02-29 00:00"),
        ("2012-07-09 14:45:30", "@hourly", "2012-07-09 15:00"),
        ("2012-07-09 14:45:30", "@weekly", "2012-07-15 00:00"),
        ("2012-07-09 14:45:30", "@every 1h30m10s", "2012-07-09 16:15:40"),
    ],
)
def test_the_next_time(after: str, schedule: str, then: str) -> None:
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
    assert parse_schedule(schedule).next(moment) == datetime.fromisoformat(then).replace(tzinfo=UTC)


@pytest.mark.parametrize("schedule", ["0 0 30 Feb ?", "0 0 31 Apr ?"])
def test_days_that_never_come(schedule: str) -> None:
    assert parse_schedule(schedule).next(datetime(2012, 7, 9, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("after", "schedule", "times"),
    [
        # The clocks go forward: 2:30 is left out.
        ("2012-03-11 00:00-05:00", "30 2 * * *", ["2012-03-12 02:30-04:00"]),
        ("2012-03-11 00:00-05:00", "0 * * * *", ["2012-03-11 01:00-05:00", "2012-03-11 03:00-04:00"]),
        # They go back: 1:00 comes twice.
        ("2012-11-04 00:00-04:00", "0 1 * * *", ["2012-11-04 01:00-04:00", "2012-11-04 01:00-05:00"]),
    ],
)
def test_when_the_clocks_change(after: str, schedule: str, times: list[str]) -> None:
    moment: datetime | None = datetime.fromisoformat(after)
    for expected in times:
        assert moment is not None
        moment = parse_schedule(schedule).next(moment, load_location("America/New_York"))
        assert moment == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "Europe", "europe/berlin", "../etc/passwd", "Europe//Berlin", "__init__.py", "x" * 300]
)
def test_zones_that_are_not_there(name: str) -> None:
    with pytest.raises(UnknownZoneError, match=f"unknown time zone {name}"):
        load_location(name)
