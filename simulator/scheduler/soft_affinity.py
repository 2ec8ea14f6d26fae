"""Nearness to other Pods as a wish. Models pkg/scheduler/framework/plugins/interpodaffinity/scoring.go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulator.history import Json
from simulator.scheduler.neighbours import fits, runs, terms
from simulator.scheduler.node_info import NodeInfo, SchedulerCache
from simulator.store import Store

MOST = 100
HARD_WEIGHT = 1  # of what a running Pod requires to be near
SIGNS = {"podAffinity": 1, "podAntiAffinity": -1}


class SoftAffinity:
    """Scores nodes by the Pods in their domains that a Pod likes, and that like it."""

    def __init__(self, store: Store, cache: SchedulerCache) -> None:
        self._store = store
        self._cache = cache

    def scores(self, pod: Json, nodes: Sequence[NodeInfo]) -> list[int]:
        worth: dict[tuple[str, str], int] = {}
        homes = {node["metadata"]["name"]: node for node in self._store.list("nodes")}
        for other in self._cache.pods():
            home = homes.get(other["spec"].get("nodeName", ""))
            if home is None or not runs(other):
                continue
            for weight, term in _matching(pod, other, self._store):
                key = term["topologyKey"]
                if key in (labels := home["metadata"].get("labels", {})):
                    worth[key, labels[key]] = worth.get((key, labels[key]), 0) + weight
        if not worth:
            return [0] * len(nodes)
        sums = [sum(worth.get(pair, 0) for pair in info.node["metadata"].get("labels", {}).items()) for info in nodes]
        least, top = min(sums), max(sums)
        return [MOST * (each - least) // (top - least) if top > least else 0 for each in sums]


def _matching(pod: Json, other: Json, store: Store) -> Iterator[tuple[int, Json]]:
    """The wishes of either that mean the other, with their weights."""
    for kind, sign in SIGNS.items():
        for weight, term in _preferred(pod, kind):
            if fits(term, pod, other, store):
                yield sign * weight, term
        for weight, term in _preferred(other, kind):
            if fits(term, other, pod, store):
                yield sign * weight, term
    for term in terms(other, "podAffinity"):
        if fits(term, other, pod, store):
            yield HARD_WEIGHT, term


def _preferred(pod: Json, kind: str) -> Iterator[tuple[int, Json]]:
    affinity = (pod["spec"].get("affinity") or {}).get(kind) or {}
    for wish in affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or ():
        yield int(wish["weight"]), wish["podAffinityTerm"]
