"""What Pods ask for and are limited to, as `kubectl describe node` adds it up.

Models kubectl pkg/util/resource/resource.go PodRequestsAndLimits: resources of the Pod as a whole are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from simulator.history import Json
from simulator.objects import Quantity, add, parse_quantity

Amounts = dict[str, Quantity]
NOTHING = Quantity(0)


def pod_resources(pod: Json, group: str) -> Amounts:
    """The Pod's `requests` or `limits`: of all containers that run together or, if more, of one that runs before."""
    spec = pod["spec"]
    statuses = _statuses(pod) if group == "requests" else {}
    total, sidecars, most = Amounts(), Amounts(), Amounts()
    for container in spec.get("containers") or ():
        _add(total, _of_container(pod, container, group, statuses))
    for container in spec.get("initContainers") or ():
        if container.get("restartPolicy") == "Always":
            own = _of_container(pod, container, group, statuses)
            _add(total, own)
            _add(sidecars, own)
            _raise(most, sidecars)
        else:
            own = _given(container.get("resources"), group)
            _add(own, sidecars)
            _raise(most, own)
    _raise(total, most)
    overhead = _parsed(spec.get("overhead"))
    _add(total, {name: a for name, a in overhead.items() if group == "requests" or total.get(name, NOTHING).nano})
    return total


def sum_of(pods: Sequence[Json], group: str) -> Amounts:
    """Of several Pods."""
    total = Amounts()
    for pod in pods:
        _add(total, pod_resources(pod, group))
    return total


def _of_container(pod: Json, container: Json, group: str, statuses: Mapping[str, Json]) -> Amounts:
    """While it is resized the larger amount counts. Models determineContainerReqs."""
    status, wanted = statuses.get(container["name"], {}), _given(container.get("resources"), group)
    if status.get("resources") is None:
        return wanted
    found = Amounts() if _infeasible(pod) else wanted
    _raise(found, _given(status["resources"], group))
    _raise(found, _parsed(status.get("allocatedResources")))
    return found


def _infeasible(pod: Json) -> bool:
    conditions = pod.get("status", {}).get("conditions") or ()
    return any(each["type"] == "PodResizePending" and each.get("reason") == "Infeasible" for each in conditions)


def _statuses(pod: Json) -> dict[str, Json]:
    return {each["name"]: each for each in _all_statuses(pod.get("status", {}))}


def _all_statuses(status: Json) -> Iterator[Json]:
    yield from status.get("containerStatuses") or ()
    yield from status.get("initContainerStatuses") or ()


def _given(resources: Json | None, group: str) -> Amounts:
    return _parsed((resources or {}).get(group))


def _parsed(amounts: Json | None) -> Amounts:
    return {name: parse_quantity(str(amount)) for name, amount in (amounts or {}).items()}


def _add(total: Amounts, more: Mapping[str, Quantity]) -> None:
    for name, amount in more.items():
        total[name] = add([total[name], amount]) if name in total else amount


def _raise(total: Amounts, other: Mapping[str, Quantity]) -> None:
    for name, amount in other.items():
        if name not in total or amount.nano > total[name].nano:
            total[name] = amount
