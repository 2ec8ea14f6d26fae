"""Whether a Pod is ready, and for how long it has been.

Models pkg/api/v1/pod/util.go IsPodReady and IsPodAvailable.
"""

from __future__ import annotations

from simulator.calendar import Calendar
from simulator.history import Json


def ready_condition(pod: Json) -> Json | None:
    """The Pod's Ready condition, if that is True."""
    conditions = pod.get("status", {}).get("conditions") or ()
    return next((c for c in conditions if c["type"] == "Ready" and c["status"] == "True"), None)


def is_ready(pod: Json) -> bool:
    return ready_condition(pod) is not None


def available_in(pod: Json, min_ready_seconds: int, now: int, calendar: Calendar) -> int | None:
    """How many ms until the Pod has been ready for long enough; 0 if it has, None if it is not ready."""
    condition = ready_condition(pod)
    if condition is None:
        return None
    if not min_ready_seconds:
        return 0
    return max(0, calendar.parse(condition["lastTransitionTime"]) + min_ready_seconds * 1000 - now)
