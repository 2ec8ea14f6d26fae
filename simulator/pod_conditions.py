"""The condition that says who is about to end a Pod. Models the DisruptionTarget of pkg/apis/core/types.go."""

from __future__ import annotations

from simulator.history import Json


def with_disruption(pod: Json, at: str, reason: str, message: str) -> Json:
    """The Pod's status with the condition in it. `at` is the time as the API writes it."""
    target = {
        "type": "DisruptionTarget",
        "observedGeneration": pod["metadata"]["generation"],
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": at,
        "reason": reason,
        "message": message,
    }
    status: Json = pod["status"]
    others = [c for c in status.get("conditions", ()) if c["type"] != "DisruptionTarget"]
    return {**status, "conditions": [*others, target]}
