"""What a Pod asks of the Pods that run already: to be near them, far from them, or evenly spread among them.

Models pkg/scheduler/framework/plugins/{interpodaffinity,podtopologyspread}/filtering.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import Any

from simulator.history import Json
from simulator.pod_conditions import ENDED
from simulator.scheduler.filters import Plugin, Rejection, affinity_rejection, matches_labels
from simulator.scheduler.node_info import NodeInfo
from simulator.store import Change, Store

NEAR = Rejection(("node(s) didn't match pod affinity rules",), True, Plugin.AFFINITY)
FAR = Rejection(("node(s) didn't match pod anti-affinity rules",), False, Plugin.AFFINITY)
SHUNNED = Rejection(("node(s) didn't satisfy existing pods anti-affinity rules",), False, Plugin.AFFINITY)
CROWDED = Rejection(("node(s) didn't match pod topology spread constraints",), False, Plugin.SPREAD)
UNLABELLED = Rejection(
    ("node(s) didn't match pod topology spread constraints (missing required label)",), True, Plugin.SPREAD
)


class Neighbours:
    """Looks at other Pods only for a Pod that has such a rule, or while one with anti-affinity runs."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._averse: dict[str, Json] = {}  # by uid: Pods on a node that keep others away
        store.watch("pods", self._on_pod)

    def reject(self, pod: Json, info: NodeInfo, gone: Set[str] = frozenset()) -> Rejection | None:
        """Why the node does not suit the Pod; None if it does. Pods with the UIDs in `gone` are taken to be away."""
        return self._spread(pod, info.node, gone) or self._affinity(pod, info.node, gone)

    def _on_pod(self, change: Change) -> None:
        pod, uid = change.object, change.object["metadata"]["uid"]
        if change.verb != "DELETED" and runs(pod) and terms(pod, "podAntiAffinity"):
            self._averse[uid] = pod
        else:
            self._averse.pop(uid, None)

    def _affinity(self, pod: Json, node: Json, gone: Set[str]) -> Rejection | None:
        near, far = terms(pod, "podAffinity"), terms(pod, "podAntiAffinity")
        others = [other for other in self._store.list("pods") if _is_there(other, gone)] if near or far else []
        if near and not self._is_near(pod, near, node, others):
            return NEAR
        for term in far:
            if any(fits(term, pod, other) and self._together(term, other, node) for other in others):
                return FAR
        for other in self._averse.values():
            for term in () if _uid(other) in gone else terms(other, "podAntiAffinity"):
                if fits(term, other, pod) and self._together(term, other, node):
                    return SHUNNED
        return None

    def _is_near(self, pod: Json, near: Sequence[Json], node: Json, others: Sequence[Json]) -> bool:
        labels = node["metadata"].get("labels", {})
        if any(term["topologyKey"] not in labels for term in near):
            return False
        friends = [other for other in others if attracts(pod, other)]
        if not friends:
            # The first of a series that likes its own kind has to be let in somewhere.
            return attracts(pod, pod)
        return all(any(self._together(term, friend, node) for friend in friends) for term in near)

    def _together(self, term: Json, other: Json, node: Json) -> bool:
        """Whether the other Pod's node is in the same domain."""
        key, labels = term["topologyKey"], node["metadata"].get("labels", {})
        return key in labels and self._domain(other, key) == labels[key]

    def _domain(self, pod: Json, key: str) -> Any:
        node = self._store.get("nodes", "", pod["spec"]["nodeName"])
        return node["metadata"].get("labels", {}).get(key) if node is not None else None

    def _spread(self, pod: Json, node: Json, gone: Set[str]) -> Rejection | None:
        rules = hard_spread(pod)
        labels = node["metadata"].get("labels", {})
        for rule in rules:
            if rule["topologyKey"] not in labels:
                return UNLABELLED
            counts = self._counts(pod, rule, [each["topologyKey"] for each in rules], gone)
            least = min(counts.values(), default=0) if len(counts) >= rule.get("minDomains", 1) else 0
            itself = matches_labels(rule.get("labelSelector"), pod)
            if counts.get(labels[rule["topologyKey"]], 0) + itself - least > rule["maxSkew"]:
                return CROWDED
        return None

    def _counts(self, pod: Json, rule: Json, keys: Sequence[str], gone: Set[str]) -> dict[str, int]:
        """By domain: how many Pods of the namespace the rule counts there."""
        counts: dict[str, int] = {}
        for node in self._store.list("nodes"):
            labels = node["metadata"].get("labels", {})
            if all(key in labels for key in keys) and affinity_rejection(pod, NodeInfo(node)) is None:
                counts.setdefault(labels[rule["topologyKey"]], 0)
        for other in self._store.list("pods", pod["metadata"]["namespace"]):
            if _is_there(other, gone) and "deletionTimestamp" not in other["metadata"]:
                domain = self._domain(other, rule["topologyKey"])
                if domain in counts and matches_labels(rule.get("labelSelector"), other):
                    counts[domain] += 1
        return counts


def terms(pod: Json, kind: str) -> Sequence[Json]:
    """The required rules of `podAffinity` or `podAntiAffinity`."""
    affinity = (pod["spec"].get("affinity") or {}).get(kind) or {}
    required: Sequence[Json] = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
    return required


def hard_spread(pod: Json) -> list[Json]:
    """The rules of even spread that the Pod insists on."""
    rules = pod["spec"].get("topologySpreadConstraints", ())
    return [rule for rule in rules if rule["whenUnsatisfiable"] == "DoNotSchedule"]


def attracts(pod: Json, other: Json) -> bool:
    """Whether the other Pod is one that the Pod has to be near to."""
    near = terms(pod, "podAffinity")
    return bool(near) and all(fits(term, pod, other) for term in near)


def runs(pod: Json) -> bool:
    """Whether it is on a node and has not ended."""
    return bool(pod["spec"].get("nodeName")) and pod["status"].get("phase") not in ENDED


def _is_there(pod: Json, gone: Set[str]) -> bool:
    return runs(pod) and _uid(pod) not in gone


def _uid(pod: Json) -> str:
    return str(pod["metadata"]["uid"])


def fits(term: Json, owner: Json, other: Json) -> bool:
    """Models framework/types.go AffinityTerm.Matches. A selector of namespaces is taken to select all."""
    namespaces: Iterable[str] = term.get("namespaces") or ()
    if not namespaces and term.get("namespaceSelector") is None:
        namespaces = (owner["metadata"]["namespace"],)
    where = other["metadata"]["namespace"]
    return (where in namespaces or term.get("namespaceSelector") is not None) and matches_labels(
        term.get("labelSelector"), other
    )
