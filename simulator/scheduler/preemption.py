"""Pods of lower priority that are removed to make room for one that fits nowhere.

Models pkg/scheduler/framework/preemption/preemption.go and pkg/scheduler/framework/plugins/defaultpreemption.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass

from simulator.history import Json
from simulator.pod_conditions import ENDED
from simulator.scheduler.filters import Rejection, matches_labels
from simulator.scheduler.node_info import NodeInfo
from simulator.store import Store

REASON = "PreemptionByScheduler"
NEVER = "not eligible due to preemptionPolicy=Never."
WAITING = "not eligible due to a terminating pod on the nominated node."
NO_VICTIMS = Rejection(("No preemption victims found for incoming pod",), final=True)
HOPELESS = Rejection(("Preemption is not helpful for scheduling",), final=True)
OFFSET = 2**31  # makes every priority positive, so that fewer victims are better than more

# Why a Pod does not fit a node on which some Pods, by UID, are taken to be gone; None if it does.
Fits = Callable[[Json, NodeInfo, Set[str]], Rejection | None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node, and what has to leave it, the most important first."""

    node: str
    victims: tuple[Json, ...]
    violations: int = 0  # of disruption budgets


@dataclass(frozen=True, slots=True)
class Verdict:
    """`node` None leaves the nomination as it is, "" takes it back."""

    message: str = ""
    node: str | None = None
    victims: tuple[Json, ...] = ()


def priority_of(pod: Json) -> int:
    return int(pod["spec"].get("priority") or 0)


class Preemption:
    """Decides; the scheduler does what is decided."""

    def __init__(self, store: Store, fits: Fits) -> None:
        self._store = store
        self._fits = fits

    def preempt(self, pod: Json, nodes: Sequence[tuple[NodeInfo, Rejection]]) -> Verdict:
        """What may be done for a Pod that every one of the nodes rejects. Models Evaluator.Preempt."""
        if refusal := self._ineligible(pod, nodes):
            return Verdict(refusal)
        candidates, rejections = [], []
        for info, rejection in nodes:
            found = HOPELESS if rejection.final else self._victims(pod, info)
            if isinstance(found, Rejection):
                rejections.append(found)
            else:
                candidates.append(found)
        if not candidates:
            return Verdict(histogram(rejections), "")
        best = _pick(candidates)
        return Verdict("", best.node, best.victims)

    def _ineligible(self, pod: Json, nodes: Sequence[tuple[NodeInfo, Rejection]]) -> str:
        """Models PodEligibleToPreemptOthers."""
        if pod["spec"].get("preemptionPolicy") == "Never":
            return NEVER
        nominated = pod["status"].get("nominatedNodeName")
        for info, rejection in nodes:
            name = info.node["metadata"]["name"]
            if name == nominated and not rejection.final and any(map(_is_leaving, self._lower(pod, name))):
                return WAITING
        return ""

    def _lower(self, pod: Json, node: str) -> list[Json]:
        """The Pods on the node that the Pod may preempt."""
        return [
            other
            for other in self._store.list("pods")
            if other["spec"].get("nodeName") == node
            and other["status"].get("phase") not in ENDED
            and priority_of(other) < priority_of(pod)
        ]

    def _victims(self, pod: Json, info: NodeInfo) -> Candidate | Rejection:
        """The fewest and least important that have to go. Models SelectVictimsOnNode."""
        possible = self._lower(pod, info.node["metadata"]["name"])
        if not possible:
            return NO_VICTIMS
        room = info.copy()
        gone = {other["metadata"]["uid"] for other in possible}
        for uid in gone:
            room.remove(uid)
        rejection = self._fits(pod, room, gone)
        if rejection is not None:
            return rejection
        guarded, others = self._by_budgets(sorted(possible, key=_importance))
        violating = self._reprieved(pod, room, gone, guarded)
        victims = sorted([*violating, *self._reprieved(pod, room, gone, others)], key=_importance)
        return Candidate(info.node["metadata"]["name"], tuple(victims), len(violating))

    def _by_budgets(self, pods: Iterable[Json]) -> tuple[list[Json], list[Json]]:
        """Those whose end a disruption budget does not allow, and the others. Models filterPodsWithPDBViolation."""
        budgets = [(b, b["status"].get("disruptionsAllowed", 0)) for b in self._store.list("poddisruptionbudgets")]
        guarded: list[Json] = []
        others: list[Json] = []
        for pod in pods:
            means = [_guards(budget, pod) for budget, _ in budgets]
            budgets = [(b, left - counts) for (b, left), counts in zip(budgets, means, strict=True)]
            violated = any(counts and left < 0 for (_, left), counts in zip(budgets, means, strict=True))
            (guarded if violated else others).append(pod)
        return guarded, others

    def _reprieved(self, pod: Json, room: NodeInfo, gone: set[str], possible: Iterable[Json]) -> list[Json]:
        victims = []
        for other in possible:
            uid = other["metadata"]["uid"]
            room.put(uid, other)
            gone.discard(uid)
            if self._fits(pod, room, gone) is not None:
                room.remove(uid)
                gone.add(uid)
                victims.append(other)
        return victims


def _guards(budget: Json, pod: Json) -> bool:
    """Whether the budget means the Pod, and does not know yet that it goes."""
    meta, selector = pod["metadata"], budget["spec"].get("selector")
    if meta["name"] in (budget["status"].get("disruptedPods") or {}) or not meta.get("labels") or not selector:
        return False
    return bool(budget["metadata"]["namespace"] == meta["namespace"]) and matches_labels(selector, pod)


def _is_leaving(pod: Json) -> bool:
    """Models podTerminatingByPreemption."""
    return "deletionTimestamp" in pod["metadata"] and any(
        c["type"] == "DisruptionTarget" and c["status"] == "True" and c["reason"] == REASON
        for c in pod["status"].get("conditions", ())
    )


def _importance(pod: Json) -> tuple[int, bool, str]:
    """The most important comes first; one that has not started counts as the newest (MoreImportantPod)."""
    started = pod["status"].get("startTime")
    return -priority_of(pod), started is None, started or ""


def _pick(candidates: Sequence[Candidate]) -> Candidate:
    """Models pickOneNodeForPreemption; of equals the first."""

    def worth(candidate: Candidate) -> tuple[int, int, int, int]:
        priorities = [priority_of(victim) for victim in candidate.victims]
        most, whole = priorities[0], sum(priority + OFFSET for priority in priorities)
        return candidate.violations, most, whole, len(priorities)

    least = min(map(worth, candidates))
    return max((each for each in candidates if worth(each) == least), key=_earliest_start)


def _earliest_start(candidate: Candidate) -> str:
    """Of the most important victims. Models pkg/scheduler/util/utils.go GetEarliestPodStartTime."""
    top = priority_of(candidate.victims[0])
    return min(v["status"].get("startTime") or "9" for v in candidate.victims if priority_of(v) == top)


def histogram(rejections: Iterable[Rejection]) -> str:
    """`0/2 nodes are available: 1 Too many pods, 2 Insufficient cpu.` Models framework/types.go FitError.Error."""
    counts: dict[str, int] = {}
    total = 0
    for rejection in rejections:
        total += 1
        for reason in rejection.reasons:
            counts[reason] = counts.get(reason, 0) + 1
    reasons = ", ".join(sorted(f"{count} {reason}" for reason, count in counts.items()))
    return f"0/{total} nodes are available: {reasons}."
