"""Defaults of resources that are set for a whole Pod. Models pkg/apis/core/v1/defaults.go defaultPodRequests."""

from __future__ import annotations

from typing import Any

from simulator.objects.quantity import Quantity, add, parse_quantity

Json = dict[str, Any]


def supported_for_pods(name: str) -> bool:
    """Models component-helpers/resource IsSupportedPodLevelResource."""
    return name in ("cpu", "memory") or name.startswith("hugepages-")


def default_pod_level_resources(spec: Json) -> None:
    """Limits of huge pages from the containers' sum, then requests from the sum or from the limits."""
    resources = spec["resources"]
    if resources.get("limits") or resources.get("requests"):
        _default_hugepages(spec, resources)
    limits = resources.get("limits")
    if not limits:
        return
    requests = dict(resources.get("requests") or {})
    for name, amount in aggregate(spec, "requests").items():
        if supported_for_pods(name) and not name.startswith("hugepages-"):
            requests.setdefault(name, amount.text)
    for name, text in limits.items():
        if supported_for_pods(name):
            requests.setdefault(name, text)
    if requests:
        resources["requests"] = requests


def _default_hugepages(spec: Json, resources: Json) -> None:
    limits = dict(resources.get("limits") or {})
    for name, amount in aggregate(spec, "limits").items():
        if name.startswith("hugepages-") and name not in (resources.get("requests") or {}):
            limits.setdefault(name, amount.text)
    if limits:
        resources["limits"] = limits


def aggregate(spec: Json, which: str) -> dict[str, Quantity]:
    """What the containers need together: mains and sidecars at once, or the hungriest moment of the init phase.

    Models component-helpers/resource AggregateContainerRequests and AggregateContainerLimits.
    """
    running: dict[str, Quantity] = {}
    for container in spec.get("containers") or ():
        _add(running, _amounts(container, which))
    sidecars: dict[str, Quantity] = {}
    peak: dict[str, Quantity] = {}
    for container in spec.get("initContainers", ()):
        amounts = _amounts(container, which)
        if container.get("restartPolicy") == "Always":
            _add(running, amounts)
            _add(sidecars, amounts)
            amounts = dict(sidecars)
        else:
            _add(amounts, sidecars)
        _max(peak, amounts)
    _max(running, peak)
    return running


def _amounts(container: Json, which: str) -> dict[str, Quantity]:
    listed = container["resources"].get(which) or {}
    return {name: parse_quantity(text) for name, text in listed.items()}


def _add(total: dict[str, Quantity], more: dict[str, Quantity]) -> None:
    for name, amount in more.items():
        total[name] = add([total[name], amount]) if name in total else amount


def _max(total: dict[str, Quantity], other: dict[str, Quantity]) -> None:
    for name, amount in other.items():
        if name not in total or total[name].nano < amount.nano:
            total[name] = amount
