"""What is set aside for a Pod while its resources change: the most of what it asks for, was given and has.

Models component-helpers resource/helpers.go determineEffectiveRequests.
"""

from __future__ import annotations

from simulator.history import Json
from simulator.objects import parse_quantity

LISTS = ("initContainers", "containers")


def as_reserved(pod: Json) -> Json:
    """The Pod with these requests; the same object if it asks for what it has."""
    if pod["metadata"].get("generation", 1) == 1:
        return pod  # nobody has changed it
    status = pod.get("status", {})
    known = (*status.get("initContainerStatuses", ()), *status.get("containerStatuses", ()))
    statuses = {each["name"]: each for each in known if "resources" in each}
    infeasible = any(
        each["type"] == "PodResizePending" and each.get("reason") == "Infeasible"
        for each in status.get("conditions", ())
    )
    spec = pod["spec"]
    changed: Json = {}
    for kind in LISTS:
        containers = [_reserved(each, statuses.get(each["name"]), infeasible) for each in spec.get(kind, ())]
        if any(after is not before for after, before in zip(containers, spec.get(kind, ()), strict=True)):
            changed[kind] = containers
    return {**pod, "spec": {**spec, **changed}} if changed else pod


def _reserved(container: Json, status: Json | None, infeasible: bool) -> Json:
    if status is None:
        return container
    asked = (container.get("resources") or {}).get("requests") or {}
    lists = [status["resources"].get("requests") or {}, status.get("allocatedResources") or {}]
    most: dict[str, str] = {} if infeasible else dict(asked)
    for each in lists:
        for name, quantity in each.items():
            if name not in most or parse_quantity(quantity).nano > parse_quantity(most[name]).nano:
                most[name] = quantity
    if most == asked:
        return container
    return {**container, "resources": {**(container.get("resources") or {}), "requests": most}}
