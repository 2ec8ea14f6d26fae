"""Reads a file with a history. It is refused as a whole, with the place of what is wrong, or kept to the last bit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from django.utils.translation import gettext as _
from msgspec import UNSET

from dashboard.recordings.shapes import ActionData, EndpointSlice, Event, FactData, File, Object, Pod, Row
from simulator.history import Action, Entry, Fact, Json, Revision
from simulator.kubectl.duration import parse_time
from simulator.objects import decode

Shape = TypeVar("Shape")
_WHERE = re.compile(r"^(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$", re.DOTALL)
TIMES = ("firstTimestamp", "lastTimestamp", "eventTime")


class RecordingError(Exception):
    """The file is not what it should be; the message is for the person and names the place."""


@dataclass(frozen=True, slots=True)
class Tape:
    """A history with what is to be known about its cluster."""

    title: str
    release: str
    start: datetime
    clock_ms: int
    manifest: str
    entries: tuple[Entry, ...]
    seed: int = 0
    namespace: str = "default"
    hostdir: str = "/node/host/default"
    missing_images: tuple[str, ...] = ()
    lesson: str = ""

    @property
    def pods(self) -> tuple[tuple[str, str], ...]:
        """(namespace, name) of every Pod that ever was, oldest first."""
        found = (entry for entry in self.entries if isinstance(entry, Revision) and entry.kind == "pods")
        return tuple(dict.fromkeys((str(o.object["metadata"].get("namespace", "")), _name(o)) for o in found))


def _name(revision: Revision) -> str:
    return str(revision.object["metadata"]["name"])


def decoded(text: str | bytes, shape: type[Shape]) -> Shape:
    """`text` as JSON of this shape."""
    try:
        return msgspec.json.decode(text, type=shape, strict=True)
    except msgspec.ValidationError as error:
        raise _misfit(error) from error
    except RecursionError as error:
        raise RecordingError(_("The file is nested too deeply.")) from error
    except (msgspec.DecodeError, UnicodeError) as error:
        raise RecordingError(_("The file is not whole JSON: %(error)s.") % {"error": error}) from error


def _misfit(error: Exception, prefix: str = "") -> RecordingError:
    found = _WHERE.match(str(error))
    what, path = (found["what"], found["path"] or "") if found else (str(error), "")
    place = ".".join(part for part in (prefix, path) if part)
    if not place:
        return RecordingError(f"{what}.")
    return RecordingError(_("At %(place)s: %(what)s.") % {"place": place, "what": what})


def read(text: str | bytes) -> Tape:
    """One of our own files."""
    file = decoded(text, File)
    tape = Tape(
        file.title,
        file.kubernetes,
        _start(file.start),
        file.clock_ms,
        file.manifest,
        tuple(_entries(file.entries)),
        file.seed,
        file.namespace,
        file.hostdir,
        tuple(file.missing_images),
        file.lesson,
    )
    if tape.entries and tape.entries[-1].at_ms > tape.clock_ms:
        raise _wrong("clock_ms", _("the clock stands before the last entry"))
    return tape


def _start(text: str) -> datetime:
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        raise _wrong("start", _("this is no time such as 2026-11-23T04:34:14+00:00")) from None
    if start.tzinfo is None or not 1970 <= start.year <= 2100:
        raise _wrong("start", _("this is no time such as 2026-11-23T04:34:14+00:00"))
    return start


def _wrong(place: str, what: str) -> RecordingError:
    return RecordingError(_("At %(place)s: %(what)s.") % {"place": place, "what": what})


def _entries(rows: list[Row]) -> Iterator[Entry]:
    before = 0
    for index, row in enumerate(rows):
        place = f"entries[{index}]"
        if row.number != index + 1:
            raise _wrong(f"{place}.number", _("entries are numbered from 1, so this must be %(n)s") % {"n": index + 1})
        if row.at_ms < before:
            raise _wrong(f"{place}.at_ms", _("time goes back"))
        if row.cause >= row.number:
            raise _wrong(f"{place}.cause", _("a cause comes before what it causes"))
        before = row.at_ms
        yield entry_of(row, place)


def entry_of(row: Row, place: str) -> Entry:
    """The entry in a row, if the row is one of the three kinds and nothing else."""
    head = (row.number, row.at_ms, row.cause)
    fields = () if row.fields is UNSET else tuple(row.fields)
    match _given(row):
        case {"type": verb, "kind": kind, "object": obj, **rest} if not rest:
            check_object(kind, obj, f"{place}.object")
            return Revision(*head, verb, kind, obj, fields)
        case {"fact": fact, "pod": pod, "container": container, "data": data, **rest} if not rest:
            _fits(data, FactData, f"{place}.data")
            return Fact(*head, fact, pod, container, data, fields)
        case {"action": verb, "data": data, **rest} if not rest:
            _fits(data, ActionData, f"{place}.data")
            return Action(*head, verb, data, fields)
    raise _wrong(
        place, _("neither a revision (type, kind, object), nor a fact (fact, pod, container, data), nor an action")
    )


def _given(row: Row) -> dict[str, Any]:
    names = ("type", "kind", "object", "fact", "pod", "container", "action", "data")
    return {name: value for name in names if (value := getattr(row, name)) is not UNSET}


def _fits(value: Any, shape: type, place: str) -> None:
    try:
        msgspec.convert(value, shape, strict=True)
    except msgspec.ValidationError as error:
        raise _misfit(error, place) from error


def check_object(kind: str, obj: Json, place: str) -> None:
    """An API object whose parts have the types that the pages rely on."""
    _fits(obj, {"pods": Pod, "events": Event, "endpointslices": EndpointSlice}.get(kind, Object), place)
    if kind == "pods":
        _value, faults = decode(obj, "Pod")
        for fault in faults:
            if fault.code != "unknown-field":
                raise _wrong(f"{place}.{fault.path}", fault.message)
    elif kind == "events":
        for name in TIMES:
            _check_time(obj.get(name), f"{place}.{name}")


def _check_time(text: str | None, place: str) -> None:
    try:
        parse_time(text)
    except (ValueError, OverflowError):
        raise _wrong(place, _("this is no time such as 2026-11-23T04:34:14+00:00")) from None
