"""Time zones by name, from a data base of a fixed release, so that a schedule means the same on every machine.

Models Go's time.LoadLocation.
"""

from __future__ import annotations

from datetime import tzinfo
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

_FOLDER = files("tzdata") / "zoneinfo"


class UnknownZoneError(ValueError):
    """No such zone; the message is Go's."""


@cache
def load_location(name: str) -> tzinfo:
    """The zone called `name`; the empty name is UTC. Raises UnknownZoneError."""
    place = _FOLDER
    try:
        for part in (name or "UTC").split("/"):
            place /= part
            if part in ("", ".", "..") or not (place.is_dir() or place.is_file()):
                raise UnknownZoneError(f"unknown time zone {name}")
        with place.open("rb") as file:
            return ZoneInfo.from_file(file, key=name or "UTC")
    except (OSError, ValueError):  # not a file of a zone, or longer than names of files are
        raise UnknownZoneError(f"unknown time zone {name}") from None
