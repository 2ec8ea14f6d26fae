"""Whether a Pod may be evicted now: its disruption budget has a word in it.

Models pkg/registry/core/pod/storage/eviction.go.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.history import Json
from simulator.objects import selector_matches
from simulator.objects.errors import ApiError

DISRUPTION_ALLOWED = "DisruptionAllowed"
_MANY = 2000  # MaxDisruptedPodSize
_VIOLATED = "Cannot evict pod as it would violate the pod's disruption budget."
_SEVERAL = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."


def charged_budget(pod: Json, budgets: Iterable[Json], now: str) -> Json | None:
    """The Pod's budget after its eviction, None if it has no budget or the budget does not mind.

    Raises ApiError (429) if the budget does not allow it.
    """
    if _needs_no_budget(pod):
        return None
    found = [budget for budget in budgets if guards(budget, pod)]
    if len(found) > 1:
        raise ApiError(500, "", _SEVERAL)
    if not found or _is_unhealthy_and_may_go(pod, found[0]):
        return None
    return _charged(found[0], pod, now)


def guards(budget: Json, pod: Json) -> bool:
    """Whether a budget means the Pod; one with an empty selector means all of its namespace."""
    selector, labels = budget["spec"].get("selector"), pod["metadata"].get("labels") or {}
    if budget["metadata"]["namespace"] != pod["metadata"]["namespace"] or selector is None:
        return False
    return selector_matches(selector, labels) is True


def _needs_no_budget(pod: Json) -> bool:
    """Models canIgnorePDB: what has ended, or has not begun, or is going already, disrupts nothing."""
    return "deletionTimestamp" in pod["metadata"] or pod["status"].get("phase") in ("Succeeded", "Failed", "Pending")


def _is_unhealthy_and_may_go(pod: Json, budget: Json) -> bool:
    if any(c["type"] == "Ready" and c["status"] == "True" for c in pod["status"].get("conditions", ())):
        return False
    status = budget["status"]
    enough: bool = status["currentHealthy"] >= status["desiredHealthy"] > 0
    return enough or budget["spec"].get("unhealthyPodEvictionPolicy") == "AlwaysAllow"


def _charged(budget: Json, pod: Json, now: str) -> Json:
    """Models checkAndDecrement."""
    meta, status = budget["metadata"], budget["status"]
    disrupted = status.get("disruptedPods") or {}
    if status.get("observedGeneration", 0) < meta["generation"] or status["disruptionsAllowed"] == 0:
        raise ApiError(429, "TooManyRequests", _VIOLATED)
    if len(disrupted) > _MANY:
        words = "DisruptedPods map too big - too many evictions not confirmed by PDB controller"
        raise ApiError(403, "Forbidden", f'poddisruptionbudget.policy "{meta["name"]}" is forbidden: {words}')
    left = status["disruptionsAllowed"] - 1
    charged = {"disruptedPods": {**disrupted, pod["metadata"]["name"]: now}, "disruptionsAllowed": left}
    return {**budget, "status": with_condition({**status, **charged}, now)}


def with_condition(status: Json, now: str) -> Json:
    """The status of a budget with the condition that its numbers ask for (UpdateDisruptionAllowedCondition)."""
    allowed = status["disruptionsAllowed"] > 0
    condition = {
        "type": DISRUPTION_ALLOWED,
        "status": "True" if allowed else "False",
        "observedGeneration": status.get("observedGeneration", 0),
        "lastTransitionTime": now,
        "reason": "SufficientPods" if allowed else "InsufficientPods",
        "message": "",
    }
    return {**status, "conditions": [since_its_change(condition, status)]}


def since_its_change(condition: Json, status: Json) -> Json:
    """A condition that keeps its time as long as its status stays (SetStatusCondition)."""
    known = next((c for c in status.get("conditions") or () if c["type"] == condition["type"]), None)
    if known is not None and known["status"] == condition["status"]:
        return {**condition, "lastTransitionTime": known["lastTransitionTime"]}
    return condition
