"""What a Pod asks of the Pods that run already: to be near them, far from them, or evenly spread among them.

Models pkg/scheduler/framework/plugins/{interpodaffinity,podtopologyspread}/filtering.go.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

from simulator.history import Json
from simulator.pod_conditions import ENDED
from simulator.scheduler.filters import Plugin, Rejection, matches_labels, matches_node, tolerates_node
from simulator.scheduler.node_info import NodeInfo, SchedulerCache
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

    def __init__(self, store: Store, cache: SchedulerCache) -> None:
        self._store = store
        self._cache = cache
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
        others = [other for other in self._cache.pods() if _is_there(other, gone)] if near or far else []
        if near and not self._is_near(pod, near, node, others):
            return NEAR
        for term in far:
            if any(self._fits(term, pod, other) and self._together(term, other, node) for other in others):
                return FAR
        for other in self._averse.values():
            for term in () if _uid(other) in gone else terms(other, "podAntiAffinity"):
                if self._fits(term, other, pod) and self._together(term, other, node):
                    return SHUNNED
        return None

    def _is_near(self, pod: Json, near: Sequence[Json], node: Json, others: Sequence[Json]) -> bool:
        labels = node["metadata"].get("labels", {})
        if any(term["topologyKey"] not in labels for term in near):
            return False
        friends = [other for other in others if self._attract(near, pod, other)]
        if not friends:
            # The first of a series that likes its own kind has to be let in somewhere.
            return self._attract(near, pod, pod)
        return all(any(self._together(term, friend, node) for friend in friends) for term in near)

    def _attract(self, near: Sequence[Json], pod: Json, other: Json) -> bool:
        return all(self._fits(term, pod, other) for term in near)

    def _fits(self, term: Json, owner: Json, other: Json) -> bool:
        return fits(term, owner, other, self._store)

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
        homes: dict[str, str] = {}
        for node in self._store.list("nodes"):
            labels = node["metadata"].get("labels", {})
            if all(key in labels for key in keys) and counts_node(rule, pod, node):
                homes[node["metadata"]["name"]] = labels[rule["topologyKey"]]
                counts.setdefault(labels[rule["topologyKey"]], 0)
        for other in self._cache.pods(pod["metadata"]["namespace"]):
            if _is_there(other, gone) and "deletionTimestamp" not in other["metadata"] and is_counted(rule, other):
                home = homes.get(other["spec"]["nodeName"])
                if home is not None:
                    counts[home] += 1
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


def is_counted(rule: Json, other: Json) -> bool:
    """Whether a rule of even spread counts a Pod; one that selects all counts none (countPodsMatchSelector)."""
    selector = rule.get("labelSelector") or {}
    said = selector.get("matchLabels") or selector.get("matchExpressions")
    return bool(said) and matches_labels(selector, other)


def counts_node(rule: Json, pod: Json, node: Json) -> bool:
    """Whether the rule looks at the node at all. Models common.go matchNodeInclusionPolicies."""
    if rule.get("nodeAffinityPolicy") != "Ignore" and not matches_node(pod["spec"], node):
        return False
    return rule.get("nodeTaintsPolicy") != "Honor" or tolerates_node(pod, node)


def runs(pod: Json) -> bool:
    """Whether it is on a node and has not ended."""
    return bool(pod["spec"].get("nodeName")) and pod["status"].get("phase") not in ENDED


def _is_there(pod: Json, gone: Set[str]) -> bool:
    return runs(pod) and _uid(pod) not in gone


def _uid(pod: Json) -> str:
    return str(pod["metadata"]["uid"])


def fits(term: Json, owner: Json, other: Json, store: Store | None = None) -> bool:
    """Models framework/types.go AffinityTerm.Matches. Without a store every namespace is taken to be selected."""
    namespaces, selector = term.get("namespaces") or (), term.get("namespaceSelector")
    if not namespaces and selector is None:
        namespaces = (owner["metadata"]["namespace"],)
    where = other["metadata"]["namespace"]
    named = where in namespaces
    if not named and selector is not None:
        namespace = None if store is None else store.get("namespaces", "", where)
        named = store is None or (namespace is not None and matches_labels(selector, namespace))
    return named and matches_labels(term.get("labelSelector"), other)
