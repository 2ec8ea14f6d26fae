"""The events as CSV: a row for each time that one was written, and for each that the spam filter kept back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from simulator.history import Entry, Fact, Json, Revision

COLUMNS = (
    *("time", "seconds", "written", "type", "reason", "kind", "namespace", "name", "container"),
    *("count", "source", "message"),
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, full-width signs included."""


def events_csv(entries: Iterable[Entry], start: datetime, pod: str = "") -> str:
    """With `pod` (namespace/name) only what is about it. Begins with a mark by which spreadsheets know UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for entry in entries:
        for about, cells in _rows(entry):
            if pod in ("", about):
                at = (start + timedelta(milliseconds=entry.at_ms)).isoformat(timespec="milliseconds")
                writer.writerow([at, f"{entry.at_ms / 1000:.3f}", *map(harmless, cells)])
    return "\ufeff" + text.getvalue()


def harmless(cell: object) -> str:
    """A cell that no spreadsheet computes: a quote before it makes it text."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def _rows(entry: Entry) -> Iterator[tuple[str, list[object]]]:
    if isinstance(entry, Revision) and entry.kind == "events":
        about = entry.object.get("involvedObject") or entry.object.get("regarding") or {}
        key = f"{about.get('namespace', '')}/{about.get('name', '')}" if about.get("kind") == "Pod" else ""
        yield key, _event(entry.verb, entry.object, about)
    elif isinstance(entry, Fact) and entry.kind == "event.dropped":
        namespace, _slash, name = entry.pod.partition("/")
        data = entry.data
        cells = ["no", "", data.get("reason", ""), "Pod", namespace, name, entry.container, data.get("count", "")]
        yield entry.pod, [*cells, "kubelet", data.get("message", "")]


def _event(verb: str, event: Json, about: Json) -> list[object]:
    path = str(about.get("fieldPath") or "")
    source = (event.get("source") or {}).get("component") or event.get("reportingComponent") or ""
    return [
        verb,
        event.get("type") or "",
        event.get("reason") or "",
        about.get("kind") or "",
        about.get("namespace") or "",
        about.get("name") or "",
        path.partition("{")[2].rstrip("}"),
        event.get("count") or 1,
        source,
        event.get("message") or event.get("note") or "",
    ]
