"""Since when a slice should have said what it says: its annotation, by which people measure how long that took.

Models staging/src/k8s.io/endpointslice/trigger_time_tracker.go.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.history import Json

ANNOTATION = "endpoints.kubernetes.io/last-change-trigger-time"


class TriggerTimeTracker:
    """Remembers, for each Service, when its Pods had last become ready or not."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[str, str]] = {}  # by the Service's uid: a time for each Pod

    def compute(self, service: Json, pods: Iterable[Json]) -> str | None:
        """The earliest change since the last look; None if there was none."""
        meta = service["metadata"]
        before = self._seen.get(meta["uid"])
        times = {pod["metadata"]["name"]: time for pod in pods if (time := _trigger_time(pod)) is not None}
        self._seen[meta["uid"]] = times
        if before is None:
            return str(meta["creationTimestamp"])
        return min((time for name, time in times.items() if time > before.get(name, "")), default=None)

    def forget(self, service: Json) -> None:
        self._seen.pop(service["metadata"]["uid"], None)


def _trigger_time(pod: Json) -> str | None:
    ready = next((c for c in pod["status"].get("conditions") or () if c["type"] == "Ready"), None)
    return None if ready is None else ready.get("lastTransitionTime")


def with_annotation(meta: Json, time: str | None) -> Json:
    """The metadata with the time, or without any."""
    kept = {key: value for key, value in (meta.get("annotations") or {}).items() if key != ANNOTATION}
    kept |= {ANNOTATION: time} if time is not None else {}
    bare = {key: value for key, value in meta.items() if key != "annotations"}
    return bare | ({"annotations": kept} if kept else {})
