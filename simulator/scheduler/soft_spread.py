"""Even spreading as a wish. Models pkg/scheduler/framework/plugins/podtopologyspread/scoring.go."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from simulator.history import Json
from simulator.pod_conditions import ENDED
from simulator.scheduler.filters import matches_labels, matches_node
from simulator.scheduler.neighbours import counts_node, is_counted
from simulator.scheduler.node_info import NodeInfo, SchedulerCache
from simulator.store import Store

MOST = 100
HOSTNAME, ZONE = "kubernetes.io/hostname", "topology.kubernetes.io/zone"
DEFAULTS = ((HOSTNAME, 3), (ZONE, 5))  # of each: the maximal skew
OWNERS = {"ReplicaSet": "replicasets", "StatefulSet": "statefulsets"}
Counts = Callable[[Json, Json], bool]  # whether a Pod on a node counts
Wish = tuple[str, int, Counts]  # the topology key, the maximal skew, and what counts


class SoftSpread:
    """Scores nodes by how many like Pods their domains have."""

    def __init__(self, store: Store, cache: SchedulerCache) -> None:
        self._store = store
        self._cache = cache

    def scores(self, pod: Json, nodes: Sequence[NodeInfo]) -> list[int]:
        own = pod["spec"].get("topologySpreadConstraints") or ()
        wishes = [_wish(rule, pod) for rule in own if rule["whenUnsatisfiable"] == "ScheduleAnyway"]
        if not own:
            wishes = self._default(pod)
        if not wishes:
            return [0] * len(nodes)
        keys = [key for key, _, _ in wishes]
        judged = [not own or all(key in _labels(info.node) for key in keys) for info in nodes]
        sums = [0.0] * len(nodes)
        for wish in wishes:
            for index, amount in enumerate(self._amounts(pod, wish, nodes, judged)):
                sums[index] += amount
        return _normalized([round(amount) if fine else None for amount, fine in zip(sums, judged, strict=True)])

    def _amounts(self, pod: Json, wish: Wish, nodes: Sequence[NodeInfo], judged: Sequence[bool]) -> list[float]:
        key, skew, counts = wish
        domains = [_labels(info.node).get(key) for info in nodes]
        sizes = {domain for domain, fine in zip(domains, judged, strict=True) if fine}
        weight = math.log((sum(judged) if key == HOSTNAME else len(sizes)) + 2)
        found = self._count(pod, key, counts)
        return [0.0 if domain is None else found.get(domain, 0) * weight + skew - 1 for domain in domains]

    def _count(self, pod: Json, key: str, counts: Counts) -> dict[str, int]:
        """By domain: how many Pods count there."""
        nodes = {node["metadata"]["name"]: node for node in self._store.list("nodes")}
        found: dict[str, int] = {}
        for other in self._cache.pods(pod["metadata"]["namespace"]):
            node = nodes.get(other["spec"].get("nodeName", ""))
            gone = "deletionTimestamp" in other["metadata"] or other["status"].get("phase") in ENDED
            if node is not None and not gone and counts(other, node):
                domain = _labels(node).get(key, "")
                found[domain] = found.get(domain, 0) + 1
        return found

    def _default(self, pod: Json) -> list[Wish]:
        """Pods behind the same Services and of the same owner are spread. Models buildDefaultConstraints."""
        labels = pod["metadata"].get("labels") or {}
        merged: Json = {}
        for service in self._store.list("services", pod["metadata"]["namespace"]):
            selector = service["spec"].get("selector") or {}
            if selector and all(labels.get(key) == value for key, value in selector.items()):
                merged |= selector
        owned = self._owners_selector(pod)
        if not merged and owned is None:
            return []

        def counts(other: Json, node: Json) -> bool:
            mine = matches_labels({"matchLabels": merged}, other) and matches_node(pod["spec"], node)
            return mine and (owned is None or matches_labels(owned, other))

        return [(key, skew, counts) for key, skew in DEFAULTS]

    def _owners_selector(self, pod: Json) -> Json | None:
        for owner in pod["metadata"].get("ownerReferences") or ():
            if owner.get("controller") and (plural := OWNERS.get(owner["kind"])):
                found = self._store.get(plural, pod["metadata"]["namespace"], owner["name"])
                selector: Json | None = found["spec"]["selector"] if found is not None else None
                return selector
        return None


def _wish(rule: Json, pod: Json) -> Wish:
    def counts(other: Json, node: Json) -> bool:
        return is_counted(rule, other) and counts_node(rule, pod, node)

    return rule["topologyKey"], rule["maxSkew"], counts


def _labels(node: Json) -> dict[str, str]:
    return node["metadata"].get("labels") or {}


def _normalized(scores: list[int | None]) -> list[int]:
    """Models NormalizeScore; None is a node that lacks a label."""
    judged = [score for score in scores if score is not None]
    least, top = min(judged, default=0), max(judged, default=0)
    if not top:
        return [0 if score is None else MOST for score in scores]
    return [0 if score is None else MOST * (top + least - score) // top for score in scores]
