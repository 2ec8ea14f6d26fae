"""When a CronJob is due, was due, and will be due again. Models pkg/controller/cronjob/utils.go."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.calendar import Calendar
from simulator.history import Json
from simulator.objects import Schedule, load_location, parse_schedule

PADDING_MS = 100  # nextScheduleDelta: what clocks may differ by
_MANY_MISSED = 100


class ScheduleError(ValueError):
    """A schedule that can be read, and that never comes."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """A CronJob's schedule on the cluster's clock (ms). `created` or the last schedule time is where it counts from."""

    calendar: Calendar
    schedule: Schedule
    zone: str
    earliest: int

    @classmethod
    def of(cls, cron_job: Json, calendar: Calendar) -> Timetable:
        """Raises ScheduleFault or UnknownZoneError."""
        spec, last = cron_job["spec"], cron_job.get("status", {}).get("lastScheduleTime")
        earliest = calendar.parse(last or cron_job["metadata"]["creationTimestamp"])
        zone = spec.get("timeZone") or ""
        load_location(zone)
        return cls(calendar, parse_schedule(spec["schedule"]), zone, earliest)

    def after(self, when: int) -> int | None:
        """The first time later than `when`; None if it never comes."""
        found = self.schedule.next(self.calendar.at(when), load_location(self.zone))
        return None if found is None else self.calendar.since_start(found)

    def latest(self, earliest: int, now: int) -> tuple[int | None, int]:
        """(the last time it should have started after `earliest`, how many times that are, roughly).

        Models mostRecentScheduleTime. Raises ScheduleError.
        """
        first = self.after(earliest)
        second = None if first is None else self.after(first)
        if first is not None and now < first:
            return None, 0
        if second is not None and now < second:
            return first, 0
        if first is None or second is None:
            raise ScheduleError("time difference between two schedules is less than 1 second")
        missed = (now - first) // (second - first) + 1
        latest, candidate = None, self.after(first + (missed - 2) * (second - first))
        while candidate is not None and candidate <= now:
            latest, candidate = candidate, self.after(candidate)
        return latest, missed

    def wait(self, now: int, earliest: int | None = None) -> int:
        """How long (ms) until the next look (nextScheduleTimeDuration); `earliest` if it was just started then."""
        start = self.earliest if earliest is None else earliest
        try:
            latest, missed = self.latest(start, now)
        except ScheduleError:
            latest, missed = now, 0
        base = latest if latest is not None else now if missed else start
        following = self.after(base)
        return 0 if following is None else following + PADDING_MS - now


def too_many_missed(missed: int) -> bool:
    return missed > _MANY_MISSED
