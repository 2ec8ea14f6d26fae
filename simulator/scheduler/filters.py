"""Whether a Pod can run on a node: one filter a plugin, in the scheduler's order.

Models pkg/scheduler/framework/plugins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from simulator.history import Json
from simulator.objects import Quantity, parse_quantity

ZERO = parse_quantity("0")
RESOURCES = ("cpu", "memory", "ephemeral-storage")


@dataclass(frozen=True, slots=True)
class Rejection:
    """Reasons of one filter. `final`: no other Pod's end could help."""

    reasons: tuple[str, ...]
    final: bool


@dataclass(frozen=True, slots=True)
class NodeInfo:
    """A node and the Pods that are on it."""

    node: Json
    pods: tuple[Json, ...]


Filter = Callable[[Json, NodeInfo], Rejection | None]


def requests(spec: Json) -> dict[str, int]:
    """What a Pod asks for, in 10^-9 of each resource. Models component-helpers resource PodRequests."""
    total: dict[str, int] = {}
    for container in spec["containers"]:
        _add(total, container)
    sidecars: dict[str, int] = {}
    peak: dict[str, int] = {}
    for container in spec.get("initContainers", ()):
        if container.get("restartPolicy") == "Always":
            _add(total, container)
            _add(sidecars, container)
            asked = dict(sidecars)
        else:
            asked = dict(sidecars)
            _add(asked, container)
        for name, amount in asked.items():
            peak[name] = max(peak.get(name, 0), amount)
    combined = {name: max(total.get(name, 0), peak.get(name, 0)) for name in {**total, **peak}}
    for name, quantity in (spec.get("overhead") or {}).items():
        combined[name] = combined.get(name, 0) + parse_quantity(quantity).nano
    return combined


def _add(total: dict[str, int], container: Json) -> None:
    for name, quantity in ((container.get("resources") or {}).get("requests") or {}).items():
        total[name] = total.get(name, 0) + parse_quantity(quantity).nano


def tolerates(spec: Json, taint: Json) -> bool:
    """Models component-helpers scheduling/corev1 ToleratesTaint."""
    for toleration in spec.get("tolerations", ()):
        if toleration.get("effect") and toleration["effect"] != taint["effect"]:
            continue
        if toleration.get("key") and toleration["key"] != taint["key"]:
            continue
        if toleration.get("operator") == "Exists" or toleration.get("value", "") == taint.get("value", ""):
            return True
    return False


def _unschedulable(pod: Json, info: NodeInfo) -> Rejection | None:
    taint = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
    if info.node["spec"].get("unschedulable") and not tolerates(pod["spec"], taint):
        return Rejection(("node(s) were unschedulable",), True)
    return None


def _taints(pod: Json, info: NodeInfo) -> Rejection | None:
    for taint in info.node["spec"].get("taints", ()):
        if taint["effect"] in ("NoSchedule", "NoExecute") and not tolerates(pod["spec"], taint):
            return Rejection(("node(s) had untolerated taint(s)",), True)
    return None


def affinity_rejection(pod: Json, info: NodeInfo) -> Rejection | None:
    labels = info.node["metadata"].get("labels", {})
    wanted = pod["spec"].get("nodeSelector") or {}
    if all(labels.get(key) == value for key, value in wanted.items()) and _required(pod["spec"], info.node):
        return None
    return Rejection(("node(s) didn't match Pod's node affinity/selector",), True)


def _required(spec: Json, node: Json) -> bool:
    affinity = ((spec.get("affinity") or {}).get("nodeAffinity") or {}).get(
        "requiredDuringSchedulingIgnoredDuringExecution"
    )
    if affinity is None:
        return True
    return any(_term(term, node) for term in affinity.get("nodeSelectorTerms", ()))


def _term(term: Json, node: Json) -> bool:
    labels = node["metadata"].get("labels", {})
    fields = {"metadata.name": node["metadata"]["name"]}
    expressions = term.get("matchExpressions") or []
    named = term.get("matchFields") or []
    if not expressions and not named:
        return False
    return all(_matches(e, labels) for e in expressions) and all(_matches(e, fields) for e in named)


def _matches(expression: Json, labels: dict[str, str]) -> bool:
    key, operator, values = expression["key"], expression["operator"], expression.get("values") or []
    value = labels.get(key)
    match operator:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
    if value is None or not value.lstrip("-").isdigit():
        return False
    return int(value) > int(values[0]) if operator == "Gt" else int(value) < int(values[0])


def ports_rejection(pod: Json, info: NodeInfo) -> Rejection | None:
    taken = {port for other in info.pods for port in _host_ports(other)}
    if taken.isdisjoint(_host_ports(pod)):
        return None
    return Rejection(("node(s) didn't have free ports for the requested pod ports",), False)


def _host_ports(pod: Json) -> Iterable[tuple[int, str]]:
    for container in pod["spec"]["containers"]:
        for port in container.get("ports", ()):
            if port.get("hostPort"):
                yield port["hostPort"], port.get("protocol", "TCP")


def _resources(pod: Json, info: NodeInfo) -> Rejection | None:
    allocatable = {name: parse_quantity(q) for name, q in info.node["status"]["allocatable"].items()}
    used: dict[str, int] = {}
    for other in info.pods:
        for name, amount in requests(other["spec"]).items():
            used[name] = used.get(name, 0) + amount
    reasons, final = [], True
    pods = allocatable.get("pods", ZERO)
    if len(info.pods) + 1 > pods.value:
        reasons.append("Too many pods")
        final = False
    wanted = requests(pod["spec"])
    for name in sorted(wanted, key=lambda n: (RESOURCES.index(n) if n in RESOURCES else len(RESOURCES), n)):
        capacity: Quantity = allocatable.get(name, ZERO)
        if wanted[name] and wanted[name] > capacity.nano - used.get(name, 0):
            reasons.append(f"Insufficient {name}")
            final = final and wanted[name] > capacity.nano
    return Rejection(tuple(reasons), final) if reasons else None


FILTERS: tuple[Filter, ...] = (_unschedulable, _taints, affinity_rejection, ports_rejection, _resources)


def reject(pod: Json, info: NodeInfo) -> Rejection | None:
    """What the first filter that refuses says; None if the Pod fits."""
    return next((found for check in FILTERS if (found := check(pod, info)) is not None), None)
