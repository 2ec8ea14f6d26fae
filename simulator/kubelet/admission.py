"""What the kubelet checks before it runs a Pod that was given to it, whoever gave it.

Models pkg/kubelet/lifecycle/predicate.go and pkg/kubelet/kubelet.go rejectPod.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.history import Json
from simulator.kubelet.policy import is_static
from simulator.kubelet.sysctl import REASON, forbidden_sysctl
from simulator.objects import parse_quantity
from simulator.scheduler.filters import affinity_rejection, ports_rejection, tolerates
from simulator.scheduler.node_info import NodeInfo, requests

MILLI = 10**6
NANO = 10**9
SYSTEM = "linux"
RESOURCES = ("cpu", "memory", "ephemeral-storage")  # in the order in which they are looked at; others follow


@dataclass(frozen=True, slots=True)
class Refusal:
    """`resource` is what there is too little of, if that is the reason, and `missing` how much of it."""

    reason: str
    message: str
    resource: str = ""
    missing: int = 0

    @property
    def status(self) -> Json:
        message = f"Pod was rejected: {self.message}"
        return {"phase": "Failed", "reason": self.reason, "message": message, "conditions": []}


def admit(pod: Json, info: NodeInfo) -> Refusal | None:
    """Why the node does not take the Pod; None if it does. `info` counts the Pods that it runs already."""
    return next(iter(refusals(pod, info)), None)


def refusals(pod: Json, info: NodeInfo) -> list[Refusal]:
    """Everything that speaks against the Pod, in upstream's order. Models generalFilter.

    Another admission handler is asked before it, that of the kernel parameters.
    """
    if forbidden := forbidden_sysctl(pod["spec"]):
        return [Refusal(REASON, forbidden)]
    unsupported = _other_system(pod) or _strict_groups(pod)
    if unsupported is not None:
        return [unsupported]
    found = _shortages(pod, info)
    for name, rejection in (("NodeAffinity", affinity_rejection(pod, info)), ("NodePorts", ports_rejection(pod, info))):
        if rejection is not None:
            found.append(Refusal(name, f"Predicate {name} failed: {rejection.reasons[0]}"))
    taints = [taint for taint in info.node["spec"].get("taints", ()) if taint["effect"] == "NoExecute"]
    if not is_static(pod) and not all(tolerates(pod["spec"], taint) for taint in taints):
        message = "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate"
        found.append(Refusal("TaintToleration", message))
    return found


def amount(name: str, nano: int) -> int:
    """In the unit that the messages count in: thousandths of a CPU, whole ones of the others."""
    return -(-nano // (MILLI if name == "cpu" else NANO))


def _other_system(pod: Json) -> Refusal | None:
    """Upstream looks at the Pod's own label for the first, whatever its words say of selectors."""
    if (pod["metadata"].get("labels") or {}).get("kubernetes.io/os", SYSTEM) != SYSTEM:
        message = "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label"
        return Refusal("PodOSSelectorNodeLabelDoesNotMatch", message)
    if (pod["spec"].get("os") or {}).get("name", SYSTEM) != SYSTEM:
        return Refusal("PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS")
    return None


def _strict_groups(pod: Json) -> Refusal | None:
    """Only runtimes newer than the node's can leave out the groups that an image gives its users."""
    if (pod["spec"].get("securityContext") or {}).get("supplementalGroupsPolicy") != "Strict":
        return None
    message = "SupplementalGroupsPolicy=Strict is not supported in this node"
    return Refusal("SupplementalGroupsPolicyNotSupported", message)


def _shortages(pod: Json, info: NodeInfo) -> list[Refusal]:
    """Models pkg/scheduler/framework/plugins/noderesources/fit.go fitsRequest."""
    used, found = info.requested, []
    allocatable = info.node["status"]["allocatable"]
    capacity = parse_quantity(allocatable.get("pods", "0")).value
    if info.pods + 1 > capacity:
        found.append(_out_of("pods", 1, info.pods, capacity))
    asked = requests(pod["spec"])
    for name in (*RESOURCES, *(other for other in asked if other not in RESOURCES)):
        wanted = asked.get(name, 0)
        have = parse_quantity(allocatable[name]).nano if name in allocatable else None
        if have is not None and wanted and wanted > have - used[name]:
            found.append(_out_of(name, *(amount(name, nano) for nano in (wanted, used[name], have))))
    return found


def _out_of(name: str, requested: int, used: int, capacity: int) -> Refusal:
    message = f"Node didn't have enough resource: {name}, requested: {requested}, used: {used}, capacity: {capacity}"
    return Refusal(f"OutOf{name}", message, name, requested - (capacity - used))
