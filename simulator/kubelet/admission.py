"""What the kubelet checks before it runs a Pod that was given to it, whoever gave it.

Models pkg/kubelet/lifecycle/predicate.go and pkg/kubelet/kubelet.go rejectPod.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.history import Json
from simulator.objects import parse_quantity
from simulator.scheduler.filters import NodeInfo, affinity_rejection, ports_rejection, requests, tolerates

MILLI = 10**6
NANO = 10**9


@dataclass(frozen=True, slots=True)
class Refusal:
    reason: str
    message: str


def admit(pod: Json, node: Json, others: list[Json]) -> Refusal | None:
    """Why the node does not take the Pod; None if it does. `others` are the Pods that it runs already."""
    info = NodeInfo(node, tuple(others))
    shortage = _shortage(pod, info)
    if shortage is not None:
        return shortage
    for name, rejection in (("NodeAffinity", affinity_rejection(pod, info)), ("NodePorts", ports_rejection(pod, info))):
        if rejection is not None:
            return Refusal(name, f"Predicate {name} failed: {rejection.reasons[0]}")
    for taint in node["spec"].get("taints", ()):
        if taint["effect"] == "NoExecute" and not tolerates(pod["spec"], taint):
            return Refusal(
                "TaintToleration", "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate"
            )
    return None


def _shortage(pod: Json, info: NodeInfo) -> Refusal | None:
    used: dict[str, int] = {}
    for other in info.pods:
        for name, amount in requests(other["spec"]).items():
            used[name] = used.get(name, 0) + amount
    allocatable = info.node["status"]["allocatable"]
    capacity = parse_quantity(allocatable.get("pods", "0")).value
    if len(info.pods) + 1 > capacity:
        return _out_of("pods", 1, len(info.pods), capacity)
    for name, wanted in requests(pod["spec"]).items():
        have = parse_quantity(allocatable[name]).nano if name in allocatable else None
        if have is not None and wanted and wanted > have - used.get(name, 0):
            unit = MILLI if name == "cpu" else NANO
            return _out_of(name, wanted // unit, used.get(name, 0) // unit, have // unit)
    return None


def _out_of(name: str, requested: int, used: int, capacity: int) -> Refusal:
    message = f"Node didn't have enough resource: {name}, requested: {requested}, used: {used}, capacity: {capacity}"
    return Refusal(f"OutOf{name}", message)
