"""Cron schedules, with the errors of the library that Kubernetes uses.

Models github.com/robfig/cron/v3 parser.go, spec.go and constantdelay.go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

_MONTHS = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_DAYS = {name: number for number, name in enumerate("sun mon tue wed thu fri sat".split())}
_BOUNDS: tuple[tuple[int, int, dict[str, int]], ...] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, _MONTHS),
    (0, 6, _DAYS),
)
_DESCRIPTORS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_EVERY = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_MAX_TEXT = 500
_MAX_YEARS = 5  # beyond which a schedule is taken to mean no day at all


class ScheduleFault(ValueError):
    """The text is no schedule; the message is the library's."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The minutes, hours, days and months that match. `every_s` is set instead for `@every 1h`.

    When both days are restricted a day that matches either is taken, as cron does.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool
    every_s: int = 0

    def next(self, after: datetime, zone: tzinfo = UTC) -> datetime | None:
        """The first moment later than `after`, by the clocks of `zone`; None if there is none for years.

        A time that a change of the clocks skips is left out, one that it repeats comes twice.
        """
        if self.every_s:
            return after.replace(microsecond=0) + timedelta(seconds=self.every_s)
        moment = after.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        limit = moment.astimezone(zone).year + _MAX_YEARS
        while (local := moment.astimezone(zone)).year <= limit:
            if not self._has_day(local):
                day = local.date() + timedelta(days=1)
                moment = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
            elif local.hour in self.hours and local.minute in self.minutes:
                return moment
            else:
                moment += timedelta(minutes=self._minutes_on(local))
        return None

    def _has_day(self, local: datetime) -> bool:
        day, weekday = local.day in self.days, local.isoweekday() % 7 in self.weekdays
        either = not (self.any_day or self.any_weekday)
        return local.month in self.months and ((day or weekday) if either else (day and weekday))

    def _minutes_on(self, local: datetime) -> int:
        """How far it is to the next minute of this hour that may match, or to the next hour."""
        later = (minute for minute in self.minutes if minute > local.minute)
        return (min(later, default=60) if local.hour in self.hours else 60) - local.minute


def parse_schedule(text: str) -> Schedule:
    """The schedule that `text` writes. Raises ScheduleFault."""
    if not text or len(text) > _MAX_TEXT:
        raise ScheduleFault("empty spec string" if not text else "spec string is too long")
    if text.startswith("@every "):
        return _every(text)
    if text.startswith("@") and text not in _DESCRIPTORS:
        raise ScheduleFault(f"unrecognized descriptor: {text}")
    if text.startswith(("TZ=", "CRON_TZ=")):
        text = text.partition(" ")[2].strip()
    fields = _DESCRIPTORS.get(text, text).split()
    if len(fields) != 5:
        raise ScheduleFault(f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]")
    found = [_field(field, *bounds) for field, bounds in zip(fields, _BOUNDS, strict=True)]
    sets = [frozenset(numbers) for numbers, _ in found]
    return Schedule(sets[0], sets[1], sets[2], sets[3], sets[4], found[2][1], found[4][1])


def _every(text: str) -> Schedule:
    match = _EVERY.fullmatch(text.removeprefix("@every "))
    if match is None or not match[0]:
        duration = text.removeprefix("@every ")
        raise ScheduleFault(f'failed to parse duration {text}: time: invalid duration "{duration}"')
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    empty: frozenset[int] = frozenset()
    return Schedule(empty, empty, empty, empty, empty, True, True, max(1, hours * 3600 + minutes * 60 + seconds))


def _field(field: str, low: int, high: int, names: dict[str, int]) -> tuple[set[int], bool]:
    """The numbers of a field, and whether it says `any`."""
    numbers: set[int] = set()
    anything = False
    for expression in field.split(","):
        if expression:
            found, star = _range(expression, low, high, names)
            numbers |= found
            anything = anything or star
    return numbers, anything


def _range(expression: str, low: int, high: int, names: dict[str, int]) -> tuple[set[int], bool]:
    """`*`, `5`, `1-5`, `*/15`, `10-40/5`."""
    parts = expression.split("/")
    ends = parts[0].split("-")
    star = ends[0] in ("*", "?")
    if star:
        start, end = low, high
    else:
        start = end = _number(ends[0], names)
        if len(ends) == 2:
            end = _number(ends[1], names)
        elif len(ends) > 2:
            raise ScheduleFault(f"too many hyphens: {expression}")
    if len(parts) > 2:
        raise ScheduleFault(f"too many slashes: {expression}")
    step = _number(parts[1], {}) if len(parts) == 2 else 1
    if len(parts) == 2 and len(ends) == 1:
        end = high
    _check(start, end, step, low, high, expression)
    return set(range(start, end + 1, step)), star and step <= 1


def _check(start: int, end: int, step: int, low: int, high: int, expression: str) -> None:
    if start < low:
        raise ScheduleFault(f"beginning of range ({start}) below minimum ({low}): {expression}")
    if end > high:
        raise ScheduleFault(f"end of range ({end}) above maximum ({high}): {expression}")
    if start > end:
        raise ScheduleFault(f"beginning of range ({start}) beyond end of range ({end}): {expression}")
    if step == 0:
        raise ScheduleFault(f"step of range should be a positive number: {expression}")


def _number(text: str, names: dict[str, int]) -> int:
    if text.lower() in names:
        return names[text.lower()]
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
        raise ScheduleFault(f'failed to parse int from {text}: strconv.Atoi: parsing "{text}": invalid syntax')
    number = int(text)
    if number < 0:
        raise ScheduleFault(f"negative number ({number}) not allowed: {text}")
    return number
