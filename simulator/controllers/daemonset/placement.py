"""On which nodes a DaemonSet's Pods belong, and what is added to a Pod so that it lands and stays there.

Models pkg/controller/daemon/util/daemonset_util.go and nodeShouldRunDaemonPod of daemon_controller.go.
"""

from __future__ import annotations

from copy import deepcopy

from simulator.history import Json
from simulator.scheduler.filters import matches_node, tolerates

HASH = "controller-revision-hash"
GENERATION = "pod-template-generation"
TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
_NODE_NAME = "metadata.name"
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
# A daemon is not evicted from a node that is lost, and comes to one that is full or closed to others.
_TOLERATED = (
    ("not-ready", "NoExecute"),
    ("unreachable", "NoExecute"),
    ("disk-pressure", "NoSchedule"),
    ("memory-pressure", "NoSchedule"),
    ("pid-pressure", "NoSchedule"),
    ("unschedulable", "NoSchedule"),
)
_HOST_NETWORK = ("network-unavailable", "NoSchedule")


def template_generation(daemon_set: Json) -> str:
    """The number that the API server gives each template; "" if it is not a number."""
    text = str((daemon_set["metadata"].get("annotations") or {}).get(TEMPLATE_GENERATION, ""))
    return str(int(text)) if text.removeprefix("-").isdecimal() else ""


def with_tolerations(spec: Json) -> Json:
    """Models AddOrUpdateDaemonPodTolerations: one that is there already loses its time limit."""
    tolerations = list(spec.get("tolerations") or ())
    for name, effect in (*_TOLERATED, *([_HOST_NETWORK] if spec.get("hostNetwork") else ())):
        added = {"key": f"node.kubernetes.io/{name}", "operator": "Exists", "effect": effect}
        same = [index for index, known in enumerate(tolerations) if _matches(known, added)]
        for index in same:
            tolerations[index] = added
        if not same:
            tolerations.append(added)
    return {**spec, "tolerations": tolerations}


def _matches(one: Json, other: Json) -> bool:
    return all(one.get(key, "") == other.get(key, "") for key in ("key", "effect", "operator", "value"))


def pod_template(daemon_set: Json, revision: str, node: str) -> Json:
    """What a Pod for this node is made from. Models CreatePodTemplate and the affinity that syncNodes adds."""
    template: Json = deepcopy(daemon_set["spec"]["template"])
    labels = template.setdefault("metadata", {}).setdefault("labels", {})
    if generation := template_generation(daemon_set):
        labels[GENERATION] = generation
    labels[HASH] = revision
    template["spec"] = _for_node(with_tolerations(template["spec"]), node)
    return template


def _for_node(spec: Json, node: str) -> Json:
    """The scheduler binds the Pod to its node. Models ReplaceDaemonSetPodNodeNameNodeAffinity."""
    term = {"matchFields": [{"key": _NODE_NAME, "operator": "In", "values": [node]}]}
    affinity = spec.get("affinity") or {}
    nodes = {**(affinity.get("nodeAffinity") or {}), _REQUIRED: {"nodeSelectorTerms": [term]}}
    return {**spec, "affinity": {**affinity, "nodeAffinity": nodes}}


def target_node(pod: Json) -> str:
    """The node that the Pod is on, or that it waits for; "" if nothing says which. Models GetTargetNodeName."""
    if pod["spec"].get("nodeName"):
        return str(pod["spec"]["nodeName"])
    required = ((pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}).get(_REQUIRED) or {}
    for term in required.get("nodeSelectorTerms") or ():
        for field in term.get("matchFields") or ():
            if field["key"] == _NODE_NAME and field["operator"] == "In" and len(field["values"]) == 1:
                return str(field["values"][0])
    return ""


def should_run(daemon_set: Json, node: Json) -> tuple[bool, bool]:
    """Whether a Pod shall come to the node, and whether one that is there may stay. Models NodeShouldRunDaemonPod."""
    spec = with_tolerations(daemon_set["spec"]["template"]["spec"])
    if spec.get("nodeName", "") not in ("", node["metadata"]["name"]) or not matches_node(spec, node):
        return False, False
    untolerated = {taint["effect"] for taint in node["spec"].get("taints", ()) if not tolerates(spec, taint)}
    return not untolerated & {"NoSchedule", "NoExecute"}, "NoExecute" not in untolerated


def is_updated(pod: Json, daemon_set: Json, revision: str) -> bool:
    """Whether the Pod is made from the newest template. Models IsPodUpdated."""
    labels = pod["metadata"].get("labels") or {}
    generation = template_generation(daemon_set)
    return labels.get(HASH) == revision or bool(generation and labels.get(GENERATION) == generation)


def scaled(value: int | str, total: int) -> int:
    """A number, or a percentage of `total` rounded up. Models intstr.GetScaledValueFromIntOrPercent."""
    return -(-int(value.rstrip("%")) * total // 100) if isinstance(value, str) else int(value)


def _rolling(daemon_set: Json) -> Json:
    strategy = daemon_set["spec"]["updateStrategy"]
    return (strategy.get("rollingUpdate") or {}) if strategy["type"] == "RollingUpdate" else {}


def max_surge(daemon_set: Json, nodes: int) -> int:
    return scaled(_rolling(daemon_set).get("maxSurge", 0), nodes)


def max_unavailable(daemon_set: Json, nodes: int) -> int:
    return scaled(_rolling(daemon_set).get("maxUnavailable", 0), nodes)
