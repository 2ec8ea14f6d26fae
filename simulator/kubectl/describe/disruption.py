"""The description of a PodDisruptionBudget. Models kubectl pkg/describe/describe.go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.history import Json
from simulator.kubectl.describe.writer import Writer, write_events
from simulator.kubectl.selectors import format_label_selector

Related = Callable[[str, bool], list[Json]]


def describe_disruption_budget(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describePodDisruptionBudgetV1."""
    meta, spec, status, writer = obj["metadata"], obj["spec"], obj.get("status", {}), Writer()
    writer.field(0, "Name", meta["name"])
    writer.field(0, "Namespace", meta["namespace"])
    if spec.get("minAvailable") is not None:
        writer.field(0, "Min available", spec["minAvailable"])
    elif spec.get("maxUnavailable") is not None:
        writer.field(0, "Max unavailable", spec["maxUnavailable"])
    selector = spec.get("selector")
    writer.field(0, "Selector", "<unset>" if selector is None else format_label_selector(selector))
    writer.line(0, "Status:")
    for title, key in (
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    ):
        writer.field(2, title, status.get(key, 0))
    write_events(writer, events, now)
    return writer.text()
