"""Whether a Pod can run on a node: one filter a plugin, in the scheduler's order.

Models pkg/scheduler/framework/plugins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from simulator.history import Json
from simulator.objects import Quantity, parse_quantity
from simulator.scheduler.node_info import NodeInfo, are_taken, host_ports, requests

ZERO = parse_quantity("0")
RESOURCES = ("cpu", "memory", "ephemeral-storage")


class Plugin(Enum):
    """Who can refuse a Pod, in the order in which they are asked."""

    UNSCHEDULABLE = auto()
    TAINTS = auto()
    NODE_AFFINITY = auto()
    PORTS = auto()
    FIT = auto()
    RESTRICTIONS = auto()
    VOLUMES = auto()
    SPREAD = auto()
    AFFINITY = auto()


@dataclass(frozen=True, slots=True)
class Rejection:
    """Reasons of one filter.

    `final`: no Pod can be removed to make the filter agree. `plugin`: whose filter it is; None where nobody asks.
    """

    reasons: tuple[str, ...]
    final: bool
    plugin: Plugin | None = None


Filter = Callable[[Json, NodeInfo], Rejection | None]


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


def tolerates_cordon(spec: Json) -> bool:
    """Whether the Pod goes to a node that is cordoned."""
    return tolerates(spec, {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"})


def tolerates_node(pod: Json, node: Json) -> bool:
    """Whether no taint keeps the Pod away from the node."""
    taints = [t for t in node["spec"].get("taints", ()) if t["effect"] in ("NoSchedule", "NoExecute")]
    return all(tolerates(pod["spec"], taint) for taint in taints)


def _unschedulable(pod: Json, info: NodeInfo) -> Rejection | None:
    if info.node["spec"].get("unschedulable") and not tolerates_cordon(pod["spec"]):
        return Rejection(("node(s) were unschedulable",), True, Plugin.UNSCHEDULABLE)
    return None


def _taints(pod: Json, info: NodeInfo) -> Rejection | None:
    if tolerates_node(pod, info.node):
        return None
    return Rejection(("node(s) had untolerated taint(s)",), True, Plugin.TAINTS)


def matches_node(spec: Json, node: Json) -> bool:
    """Whether a Pod's selector and what it requires of nodes mean this one (GetRequiredNodeAffinity)."""
    labels = node["metadata"].get("labels", {})
    wanted = spec.get("nodeSelector") or {}
    return all(labels.get(key) == value for key, value in wanted.items()) and _required(spec, node)


def affinity_rejection(pod: Json, info: NodeInfo) -> Rejection | None:
    if matches_node(pod["spec"], info.node):
        return None
    return Rejection(("node(s) didn't match Pod's node affinity/selector",), True, Plugin.NODE_AFFINITY)


def _required(spec: Json, node: Json) -> bool:
    terms = _required_terms(spec)
    return terms is None or any(node_term_matches(term, node) for term in terms)


def _required_terms(spec: Json) -> Sequence[Json] | None:
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    return None if required is None else required.get("nodeSelectorTerms", ())


def node_term_matches(term: Json, node: Json) -> bool:
    """Whether a node is as a term of a node affinity wants it."""
    labels = node["metadata"].get("labels", {})
    fields = {"metadata.name": node["metadata"]["name"]}
    expressions = term.get("matchExpressions") or []
    named = term.get("matchFields") or []
    if not expressions and not named:
        return False
    return all(matches_expression(e, labels) for e in expressions) and all(matches_expression(e, fields) for e in named)


def matches_expression(expression: Json, labels: dict[str, str]) -> bool:
    """Whether labels are as an expression of a selector wants them."""
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


def matches_labels(selector: Json | None, obj: Json) -> bool:
    """Whether a selector of labels means the object: none selects nothing, an empty one everything."""
    if selector is None:
        return False
    labels = obj["metadata"].get("labels") or {}
    pairs = (selector.get("matchLabels") or {}).items()
    return all(labels.get(key) == value for key, value in pairs) and all(
        matches_expression(each, labels) for each in selector.get("matchExpressions") or ()
    )


def ports_rejection(pod: Json, info: NodeInfo) -> Rejection | None:
    if not are_taken(host_ports(pod["spec"]), (port for port, count in info.ports.items() if count)):
        return None
    return Rejection(("node(s) didn't have free ports for the requested pod ports",), False, Plugin.PORTS)


def _resources(pod: Json, info: NodeInfo) -> Rejection | None:
    allocatable = {name: parse_quantity(q) for name, q in info.node["status"]["allocatable"].items()}
    reasons, final = [], False
    pods = allocatable.get("pods", ZERO)
    if info.pods + 1 > pods.value:
        reasons.append("Too many pods")
    wanted = requests(pod["spec"])
    for name in sorted(wanted, key=lambda n: (RESOURCES.index(n) if n in RESOURCES else len(RESOURCES), n)):
        capacity: Quantity = allocatable.get(name, ZERO)
        if wanted[name] and wanted[name] > capacity.nano - info.requested[name]:
            reasons.append(f"Insufficient {name}")
            final = final or wanted[name] > capacity.nano  # one that no empty node could give is enough
    return Rejection(tuple(reasons), final, Plugin.FIT) if reasons else None


def _unnamed(pod: Json, info: NodeInfo) -> Rejection | None:
    """Nodes that the Pod's affinity does not name are not even looked at. Models nodeaffinity's PreFilter."""
    terms = _required_terms(pod["spec"]) or ()
    names = [_names(term) for term in terms]
    if not names or None in names or info.node["metadata"]["name"] in set().union(*filter(None, names)):
        return None
    return Rejection(("node(s) didn't satisfy plugin(s) [NodeAffinity]",), True, Plugin.NODE_AFFINITY)


def _names(term: Json) -> set[str] | None:
    """The nodes that a term of a node affinity names; None if it names none."""
    fields = [f for f in term.get("matchFields") or () if f["key"] == "metadata.name" and f["operator"] == "In"]
    return set.intersection(*(set(field["values"]) for field in fields)) if fields else None


FILTERS: tuple[Filter, ...] = (_unnamed, _unschedulable, _taints, affinity_rejection, ports_rejection, _resources)


def reject(pod: Json, info: NodeInfo) -> Rejection | None:
    """What the first filter that refuses says; None if the Pod fits."""
    return next((found for check in FILTERS if (found := check(pod, info)) is not None), None)
