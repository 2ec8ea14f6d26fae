"""What the kubelet checks before it runs a Pod that was given to it, whoever gave it.

Models pkg/kubelet/lifecycle/predicate.go and pkg/kubelet/kubelet.go rejectPod.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.history import Json
from simulator.objects import parse_quantity
from simulator.scheduler.filters import affinity_rejection, ports_rejection, tolerates
from simulator.scheduler.node_info import NodeInfo, requests

MILLI = 10**6
NANO = 10**9
SYSTEM = "linux"


@dataclass(frozen=True, slots=True)
class Refusal:
    reason: str
    message: str


def admit(pod: Json, info: NodeInfo) -> Refusal | None:
    """Why the node does not take the Pod; None if it does. `info` counts the Pods that it runs already."""
    refusal = _other_system(pod) or _shortage(pod, info)
    if refusal is not None:
        return refusal
    for name, rejection in (("NodeAffinity", affinity_rejection(pod, info)), ("NodePorts", ports_rejection(pod, info))):
        if rejection is not None:
            return Refusal(name, f"Predicate {name} failed: {rejection.reasons[0]}")
    for taint in info.node["spec"].get("taints", ()):
        if taint["effect"] == "NoExecute" and not tolerates(pod["spec"], taint):
            return Refusal(
                "TaintToleration", "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate"
            )
    return None


def _other_system(pod: Json) -> Refusal | None:
    """Upstream looks at the Pod's own label for the first, whatever its words say of selectors."""
    if (pod["metadata"].get("labels") or {}).get("kubernetes.io/os", SYSTEM) != SYSTEM:
        message = "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label"
        return Refusal("PodOSSelectorNodeLabelDoesNotMatch", message)
    if (pod["spec"].get("os") or {}).get("name", SYSTEM) != SYSTEM:
        return Refusal("PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS")
    return None


def _shortage(pod: Json, info: NodeInfo) -> Refusal | None:
    used = info.requested
    allocatable = info.node["status"]["allocatable"]
    capacity = parse_quantity(allocatable.get("pods", "0")).value
    if info.pods + 1 > capacity:
        return _out_of("pods", 1, info.pods, capacity)
    for name, wanted in requests(pod["spec"]).items():
        have = parse_quantity(allocatable[name]).nano if name in allocatable else None
        if have is not None and wanted and wanted > have - used[name]:
            unit = MILLI if name == "cpu" else NANO
            return _out_of(name, wanted // unit, used[name] // unit, have // unit)
    return None


def _out_of(name: str, requested: int, used: int, capacity: int) -> Refusal:
    message = f"Node didn't have enough resource: {name}, requested: {requested}, used: {used}, capacity: {capacity}"
    return Refusal(f"OutOf{name}", message)
