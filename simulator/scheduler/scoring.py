"""Which of several nodes suits a Pod best.

Models the score plugins of pkg/scheduler/framework/plugins, weighted as in apis/config/v1/default_plugins.go; images
are everywhere here.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from simulator.history import Json
from simulator.objects import parse_quantity
from simulator.scheduler.filters import node_term_matches, tolerates
from simulator.scheduler.node_info import NodeInfo, SchedulerCache, padded_requests, requests
from simulator.scheduler.soft_affinity import SoftAffinity
from simulator.scheduler.soft_spread import SoftSpread
from simulator.store import Store

MOST = 100
RESOURCES = ("cpu", "memory")


class Scoring:
    """Chooses among nodes on which a Pod fits."""

    def __init__(self, store: Store, cache: SchedulerCache, random: Random) -> None:
        self._random = random
        self._spread = SoftSpread(store, cache)
        self._affinity = SoftAffinity(store, cache)

    def best(self, pod: Json, nodes: Sequence[NodeInfo]) -> NodeInfo:
        """Of equals one by chance. Models schedule_one.go prioritizeNodes and selectHost."""
        if len(nodes) == 1:
            return nodes[0]
        scores = [sum(parts) for parts in zip(*self._parts(pod, nodes), strict=True)]
        top = max(scores)
        return self._random.choice([info for info, score in zip(nodes, scores, strict=True) if score == top])

    def _parts(self, pod: Json, nodes: Sequence[NodeInfo]) -> list[list[int]]:
        """Each plugin's scores of all nodes, weighted."""
        spread, affinity = self._spread.scores(pod, nodes), self._affinity.scores(pod, nodes)
        return [
            [3 * score for score in normalized([_disliked_taints(pod, info) for info in nodes], reverse=True)],
            [2 * score for score in normalized([_liked_labels(pod, info) for info in nodes])],
            [_least_allocated(pod, info) for info in nodes],
            [2 * score for score in spread],
            [2 * score for score in affinity],
            [_balanced(pod, info) for info in nodes],
        ]


def normalized(scores: list[int], *, reverse: bool = False) -> list[int]:
    """Models plugins/helper/normalize_score.go DefaultNormalizeScore."""
    top = max(scores)
    if not top:
        return [MOST if reverse else 0] * len(scores)
    shares = [MOST * score // top for score in scores]
    return [MOST - share for share in shares] if reverse else shares


def _disliked_taints(pod: Json, info: NodeInfo) -> int:
    """Models plugins/tainttoleration Score."""
    taints = info.node["spec"].get("taints", ())
    return sum(taint["effect"] == "PreferNoSchedule" and not tolerates(pod["spec"], taint) for taint in taints)


def _liked_labels(pod: Json, info: NodeInfo) -> int:
    """Models plugins/nodeaffinity Score."""
    affinity = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    preferred = affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
    return sum(int(term["weight"]) for term in preferred if node_term_matches(term["preference"], info.node))


def _allocatable(info: NodeInfo, name: str) -> int:
    return parse_quantity(info.node["status"]["allocatable"].get(name, "0")).nano


def _least_allocated(pod: Json, info: NodeInfo) -> int:
    """Models plugins/noderesources/least_allocated.go: what asks for nothing counts as asking for a little."""
    wanted, scores = padded_requests(pod["spec"]), []
    for name in RESOURCES:
        if have := _allocatable(info, name):
            taken = info.padded(name) + wanted.get(name, 0)
            scores.append((have - taken) * MOST // have if taken <= have else 0)
    return sum(scores) // len(scores) if scores else 0


def _balanced(pod: Json, info: NodeInfo) -> int:
    """Models plugins/noderesources/balanced_allocation.go."""
    wanted = requests(pod["spec"])
    if not any(wanted.get(name) for name in RESOURCES):
        return 0
    shares = []
    for name in RESOURCES:
        if have := _allocatable(info, name):
            shares.append(min(1.0, (info.requested[name] + wanted.get(name, 0)) / have))
    return int((1 - (max(shares) - min(shares)) / 2) * MOST) if shares else 0
