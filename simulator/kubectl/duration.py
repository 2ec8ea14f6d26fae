"""Ages as kubectl prints them, and the timestamps they are counted from.

All moments are wall-clock milliseconds since 1970 of the simulated world; all durations are milliseconds.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

UNKNOWN = "<unknown>"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


@lru_cache(maxsize=4096)
def parse_time(text: str | None) -> int | None:
    """The moment of an API timestamp (`2026-11-23T04:49:11Z`, with or without a fraction); None if there is none."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH) // _MILLISECOND


def rfc1123z(text: str | None) -> str:
    """An API timestamp in the words of `kubectl describe`: Mon, 23 Nov 2026 04:49:11 +0000."""
    moment = parse_time(text)
    if moment is None:
        return "Mon, 01 Jan 0001 00:00:00 +0000"
    at = _EPOCH + timedelta(milliseconds=moment)
    return f"{_DAYS[at.weekday()]}, {at.day:02d} {_MONTHS[at.month - 1]} {at:%Y %H:%M:%S} +0000"


# Not strftime's %a and %b: those follow the machine's locale.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def human_duration(ms: int) -> str:
    """Two or three figures of a duration. Models apimachinery pkg/util/duration HumanDuration."""
    seconds = -(-ms // 1000) if ms < 0 else ms // 1000  # Go cuts towards zero
    if seconds < -1:
        return "<invalid>"
    if seconds < 0:
        return "0s"
    if seconds < 120:
        return f"{seconds}s"
    minutes = seconds // 60
    if minutes < 180:
        return _pair(minutes, "m", seconds % 60, "s") if minutes < 10 else f"{minutes}m"
    return _hours(minutes)


def _hours(minutes: int) -> str:
    hours, days = minutes // 60, minutes // 1440
    if hours < 8:
        return _pair(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if days < 8:
        return _pair(days, "d", hours % 24, "h")
    years = days // 365
    if years < 2:
        return f"{days}d"
    return _pair(years, "y", days % 365, "d") if years < 8 else f"{years}y"


def _pair(large: int, unit: str, small: int, small_unit: str) -> str:
    return f"{large}{unit}{small}{small_unit}" if small else f"{large}{unit}"


def since(timestamp: str | None, now: int) -> str:
    """How long ago an API timestamp was, `<unknown>` if it is missing. Models translateTimestampSince."""
    moment = parse_time(timestamp)
    return UNKNOWN if moment is None else human_duration(now - moment)
