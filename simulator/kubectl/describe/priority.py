"""The description of a PriorityClass. Models kubectl pkg/describe/describe.go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.history import Json
from simulator.kubectl.describe.writer import Writer, write_events
from simulator.kubectl.selectors import format_labels

Related = Callable[[str, bool], list[Json]]


def describe_priority_class(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describePriorityClass."""
    meta, writer = obj["metadata"], Writer()
    writer.field(0, "Name", meta["name"])
    writer.field(0, "Value", obj["value"])
    writer.field(0, "GlobalDefault", str(bool(obj.get("globalDefault"))).lower())
    writer.field(0, "PreemptionPolicy", obj["preemptionPolicy"])
    writer.field(0, "Description", obj.get("description", ""))
    writer.field(0, "Annotations", format_labels(meta.get("annotations")))
    write_events(writer, events, now)
    return writer.text()
