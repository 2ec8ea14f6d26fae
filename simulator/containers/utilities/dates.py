"""date and its formats."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from simulator.containers.syscalls import Routine
from simulator.containers.utilities.messages import complain
from simulator.containers.utilities.options import parse_options

if TYPE_CHECKING:
    from simulator.containers.process import Process

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_DIRECTIVE = re.compile(r"%([-_0^#]?)(\d*)(:?[a-zA-Z%+])")
_RELATIVE = re.compile(r"([+-]?\d{1,9})\s*(sec|second|min|minute|hour|day|week)s?( ago)?\Z")
_FORMATS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%H:%M:%S", "%H:%M", "%Y%m%d")
_SECONDS = {"sec": 1, "second": 1, "min": 60, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
MAX_WIDTH = 100


def moment(epoch_ms: int) -> datetime:
    """UTC time of a wall clock; times beyond the calendar stay at its ends."""
    try:
        return _EPOCH + timedelta(milliseconds=epoch_ms)
    except OverflowError:
        return datetime(9999, 12, 31, tzinfo=UTC) if epoch_ms > 0 else _EPOCH


# One directive each, without flags; numbers are padded as is usual for them.
_VALUES: dict[str, Callable[[datetime], str]] = {
    "Y": lambda at: str(at.year),
    "y": lambda at: f"{at.year % 100:02}",
    "C": lambda at: f"{at.year // 100:02}",
    "m": lambda at: f"{at.month:02}",
    "d": lambda at: f"{at.day:02}",
    "e": lambda at: f"{at.day:2}",
    "H": lambda at: f"{at.hour:02}",
    "k": lambda at: f"{at.hour:2}",
    "I": lambda at: f"{at.hour % 12 or 12:02}",
    "l": lambda at: f"{at.hour % 12 or 12:2}",
    "M": lambda at: f"{at.minute:02}",
    "S": lambda at: f"{at.second:02}",
    "N": lambda at: f"{at.microsecond * 1000:09}",
    "s": lambda at: str((at - _EPOCH) // timedelta(seconds=1)),
    "j": lambda at: f"{at.timetuple().tm_yday:03}",
    "u": lambda at: str(at.isoweekday()),
    "w": lambda at: str(at.isoweekday() % 7),
    "p": lambda at: "AM" if at.hour < 12 else "PM",
    "P": lambda at: "am" if at.hour < 12 else "pm",
    "a": lambda at: _DAYS[at.weekday()][:3],
    "A": lambda at: _DAYS[at.weekday()],
    "b": lambda at: _MONTHS[at.month - 1][:3],
    "h": lambda at: _MONTHS[at.month - 1][:3],
    "B": lambda at: _MONTHS[at.month - 1],
    "Z": lambda at: "UTC",
    "z": lambda at: "+0000",
    ":z": lambda at: "+00:00",
    "n": lambda at: "\n",
    "t": lambda at: "\t",
    "%": lambda at: "%",
    "V": lambda at: f"{at.isocalendar().week:02}",
    "G": lambda at: str(at.isocalendar().year),
    "U": lambda at: f"{(at.timetuple().tm_yday + 6 - at.isoweekday() % 7) // 7:02}",
    "W": lambda at: f"{(at.timetuple().tm_yday + 6 - at.weekday()) // 7:02}",
}


_COMPOUND = {
    "F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M", "D": "%m/%d/%y", "c": "%a %b %e %H:%M:%S %Y", "x": "%m/%d/%y",
    "X": "%H:%M:%S", "r": "%I:%M:%S %p", "+": "%a %b %e %H:%M:%S %Z %Y",
}  # fmt: skip


def strftime(template: str, epoch_ms: int) -> str:
    """`template` filled in with a time, always in UTC."""
    at = moment(epoch_ms)

    def replace(match: re.Match[str]) -> str:
        flag, width, letter = match.groups()
        if letter in _COMPOUND:
            return strftime(_COMPOUND[letter], epoch_ms)
        if letter not in _VALUES:
            return match.group()
        value = _VALUES[letter](at)
        if letter == "N" and width:
            return value[: int(width[:2])]
        if flag == "-":
            value = value.lstrip("0 ") or "0"
        elif flag == "_":
            value = value.lstrip("0").rjust(len(value)) if value.strip("0") else value
        elif flag == "^":
            value = value.upper()
        return value.rjust(min(MAX_WIDTH, int(width[:4])), "0" if value.isdecimal() else " ") if width else value

    return _DIRECTIVE.sub(replace, template)


def parse_date(text: str, now_ms: int) -> int | None:
    """What `date -d` understands: @seconds, ISO dates, "2 hours ago", "tomorrow"; ms since 1970."""
    text = text.strip().removesuffix("Z").removesuffix(" UTC")
    if text.startswith("@"):
        number = text[1:].partition(".")[0]
        return int(number[:15]) * 1000 if number.lstrip("-").isdecimal() else None
    if text in ("now", "", "today"):
        return now_ms
    if text in ("yesterday", "tomorrow"):
        return now_ms + (86_400_000 if text == "tomorrow" else -86_400_000)
    relative = _RELATIVE.match(text)
    if relative:
        amount, unit, ago = relative.groups()
        return now_ms + int(amount) * _SECONDS[unit] * (-1000 if ago else 1000)
    for form in _FORMATS:
        try:
            parsed = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        if form.startswith("%H"):
            today = moment(now_ms)
            parsed = parsed.replace(year=today.year, month=today.month, day=today.day)
        return (parsed - _EPOCH) // timedelta(milliseconds=1)
    return None


def date(process: Process) -> Routine[int]:
    options = parse_options(
        process.argv[1:], "ud:r:Rs:D:I",
        {"utc": "u", "universal": "u", "date": "d", "reference": "r", "rfc-email": "R", "iso-8601": "I",
         "set": "s"},
    )  # fmt: skip
    now = process.epoch_ms
    if "r" in options and process.files.exists(options.get("r")):
        now = process.files.stat(options.get("r")).mtime_ms
    if "d" in options:
        given = parse_date(options.get("d"), now)
        if given is None:
            return (yield from complain(process, f"invalid date '{options.get('d')}'", 1))
        now = given
    template = "%a %b %e %H:%M:%S %Z %Y"
    if "s" in options:
        yield from complain(process, "can't set date: Operation not permitted", 1)
        return 1
    if "I" in options:
        template = {"": "%Y-%m-%d", "seconds": "%Y-%m-%dT%H:%M:%S+00:00"}.get(options.get("I"), "%Y-%m-%d")
    if "R" in options:
        template = "%a, %d %b %Y %H:%M:%S %z"
    for operand in options.operands:
        if not operand.startswith("+"):
            return (yield from complain(process, f"invalid date '{operand}'", 1))
        template = operand[1:]
    yield from process.out(strftime(template, now) + "\n")
    return 0
