"""Quality of service: which Pods go first when a node runs short. Models pkg/apis/core/v1/helper/qos/qos.go."""

from __future__ import annotations

from typing import Any

from simulator.objects.quantity import parse_quantity

Json = dict[str, Any]
_COUNTED = ("cpu", "memory")


def qos_class(pod: Json) -> str:
    """`Guaranteed`, `Burstable` or `BestEffort`. Models ComputePodQOS."""
    spec = pod["spec"]
    whole = spec.get("resources") or {}
    if whole.get("requests") or whole.get("limits"):
        each = [whole]
    else:
        each = [
            container.get("resources") or {}
            for container in (*(spec.get("containers") or ()), *spec.get("initContainers", ()))
        ]
    if not any(each):
        return "BestEffort"
    requests, limits = _sum(each, "requests"), _sum(each, "limits")
    if not requests and not limits:
        return "BestEffort"
    guaranteed = all(_limits_both(resources) for resources in each)
    if guaranteed and requests == limits:
        return "Guaranteed"
    return "Burstable"


def _sum(each: list[Json], which: str) -> dict[str, int]:
    """What is asked for in all; nothing counts as nothing."""
    total: dict[str, int] = {}
    for resources in each:
        for name, text in (resources.get(which) or {}).items():
            amount = parse_quantity(text).nano
            if name in _COUNTED and amount > 0:
                total[name] = total.get(name, 0) + amount
    return total


def _limits_both(resources: Json) -> bool:
    limits = resources.get("limits") or {}
    return all(name in limits and parse_quantity(limits[name]).nano > 0 for name in _COUNTED)
