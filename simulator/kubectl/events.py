"""Events as `kubectl get events`, `kubectl events` and `kubectl describe` show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from simulator.history import Json
from simulator.kubectl.duration import parse_time, since
from simulator.kubectl.table import TabWriter
from simulator.kubectl.unstable import go_sorted
from simulator.objects import MIRROR


def event_cells(obj: Json, now: int) -> Sequence[object]:
    """The ten cells of `kubectl get events`. Models pkg/printers/internalversion/printers.go printEvent."""
    involved, series = obj.get("involvedObject", {}), obj.get("series")
    first = since(obj.get("firstTimestamp") or obj.get("eventTime"), now)
    last = since(obj["lastTimestamp"], now) if obj.get("lastTimestamp") else first
    count = obj.get("count") or 1
    if series:
        last, count = since(series.get("lastObservedTime"), now), series.get("count", 0)
    target = str(involved.get("kind", "")).lower()
    if involved.get("name"):
        target += f"/{involved['name']}"
    return (
        last,
        obj.get("type", ""),
        obj.get("reason", ""),
        target,
        involved.get("fieldPath", ""),
        _source(obj),
        str(obj.get("message", "")).strip(),
        first,
        count,
        obj["metadata"]["name"],
    )


def _source(obj: Json) -> str:
    source = obj.get("source") or {}
    host = source.get("host") or obj.get("reportingInstance", "")
    return component(obj) + (f", {host}" if host else "")


def component(obj: Json) -> str:
    """Who wrote the event: kubelet, default-scheduler, ..."""
    return str((obj.get("source") or {}).get("component") or obj.get("reportingComponent") or "")


def interval(obj: Json, now: int) -> str:
    """`5s`, or `3s (x4 over 30s)` for an event that came again. Models kubectl pkg/cmd/events getInterval."""
    first_at = obj.get("firstTimestamp") or obj.get("eventTime")
    series = obj.get("series") or {}
    if series:
        return f"{since(series.get('lastObservedTime'), now)} (x{series.get('count', 0)} over {since(first_at, now)})"
    if obj.get("count", 0) > 1:
        return f"{since(obj.get('lastTimestamp'), now)} (x{obj['count']} over {since(first_at, now)})"
    return since(first_at, now)


def events_of(obj: Json, events: Iterable[Json]) -> list[Json]:
    """The events that `describe` shows for an object: by name and uid. Models kubectl pkg/describe searchEvents.

    A mirror Pod has a uid of its own; the kubelet's events carry that of the static Pod, which an annotation remembers.
    Those about a Node carry its name in place of the uid.
    """
    meta = obj["metadata"]
    uids = [(meta.get("annotations") or {}).get(MIRROR) or meta.get("uid", "")]
    if obj.get("kind") == "Node":
        uids.append(meta["name"])
    wanted = [(meta["name"], meta.get("namespace", ""), uid) for uid in uids]
    return [event for event in events if _involved(event) in wanted]


def _involved(event: Json) -> tuple[str, str, str]:
    involved = event.get("involvedObject", {})
    return involved.get("name", ""), involved.get("namespace", ""), involved.get("uid", "")


def sorted_events(events: Iterable[Json]) -> list[Json]:
    """By time, as `kubectl events` sorts them."""
    return go_sorted(list(events), event_time)


class EventPrinter:
    """What `kubectl events` prints: each batch sorted by time, under one header. Models kubectl pkg/cmd/events."""

    def __init__(self, *, with_namespace: bool = False, headers: bool = True) -> None:
        self._with_namespace = with_namespace
        self._header_due = headers
        self._writer = TabWriter()

    def print(self, events: Sequence[Json], now: int) -> str:
        """The text of one batch; nothing for none."""
        rows = [self._row(event, now) for event in sorted_events(events)]
        if rows and self._header_due:
            self._header_due = False
            names = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]
            rows.insert(0, ["NAMESPACE", *names] if self._with_namespace else names)
        return self._writer.format("".join("\t".join(row) + "\n" for row in rows))

    def _row(self, event: Json, now: int) -> list[str]:
        involved = event.get("involvedObject", {})
        target = f"{involved.get('kind', '')}/{involved.get('name', '')}"
        message = str(event.get("message", "")).strip()
        row = [interval(event, now), event.get("type", ""), event.get("reason", ""), target, message]
        return [event["metadata"].get("namespace", ""), *row] if self._with_namespace else row


def event_time(event: Json) -> int:
    """When the event last came, in milliseconds. Models kubectl pkg/cmd/events eventTime."""
    series = event.get("series") or {}
    return parse_time(series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime")) or 0
