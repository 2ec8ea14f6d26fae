"""The conditions that others than the kubelet write into a Pod's status."""

from __future__ import annotations

from simulator.history import Json

ENDED = ("Succeeded", "Failed")  # phases that no Pod leaves


def with_condition(status: Json, condition: Json) -> Json:
    """The status with the condition in it, in the place of one of the same type, or at the end."""
    known = list(status.get("conditions", ()))
    if all(c["type"] != condition["type"] for c in known):
        return {**status, "conditions": [*known, condition]}
    return {**status, "conditions": [condition if c["type"] == condition["type"] else c for c in known]}


def with_disruption(pod: Json, at: str, reason: str, message: str) -> Json:
    """The Pod's status that says who is about to end it; the same one if it said so already.

    `at` is the time as the API writes it. Models the DisruptionTarget of pkg/apis/core/types.go and UpdatePodCondition.
    """
    known: Json = next((c for c in pod["status"].get("conditions", ()) if c["type"] == "DisruptionTarget"), {})
    if known.get("status") == "True":
        at = known["lastTransitionTime"]
        if (known.get("reason"), known.get("message")) == (reason, message):
            return dict(pod["status"])
    target = {
        "type": "DisruptionTarget",
        "observedGeneration": pod["metadata"]["generation"],
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": at,
        "reason": reason,
        "message": message,
    }
    return with_condition(pod["status"], target)
