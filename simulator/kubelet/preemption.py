"""Ending other Pods so that the node has room for a critical one.

Models pkg/kubelet/preemption/preemption.go and the end of pkg/kubelet/lifecycle/predicate.go Admit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from simulator.engine import Steps, Task
from simulator.history import Json
from simulator.kubelet.admission import Refusal, amount, refusals
from simulator.kubelet.node import PodAgent
from simulator.kubelet.policy import is_critical
from simulator.kubelet.sync_loop import SyncLoop
from simulator.objects import qos_class
from simulator.scheduler.node_info import NodeInfo, requests

REASON = "Preempting"
MESSAGE = "Preempted in order to admit critical pod"
DISRUPTION = "Pod was preempted by Kubelet to accommodate a critical pod."
UNEXPECTED = "Unexpected error while attempting to recover from admission failure: "
NOBODY = "preemption: error finding a set of pods to preempt: no set of running pods found to reclaim resources: "
QUALITIES = ("BestEffort", "Burstable", "Guaranteed")
Decided = Callable[["Refusal | None"], object]
Needs = Mapping[str, int]  # by resource: how much of it is missing


class NobodyToPreemptError(Exception):
    """All Pods that may be ended would not make enough room; the words are upstream's."""


class CriticalPodAdmission:
    """`pods` gives the Pods of the node that have not ended."""

    def __init__(self, loop: SyncLoop, pods: Callable[[], Iterable[PodAgent]]) -> None:
        self._loop = loop
        self._pods = pods

    def decide(self, pod: Json, room: NodeInfo, decided: Decided) -> None:
        """Tell `decided` why the node does not take the Pod, or None: at once unless others have to end first."""
        found = refusals(pod, room)
        if not found or not is_critical(pod):
            decided(next(iter(found), None))
            return
        # What is short is no reason to refuse a critical Pod.
        lasting = [refusal for refusal in found if not refusal.resource]
        if lasting:
            decided(lasting[0])
            return
        try:
            victims = pods_to_preempt(pod, self._pods(), {each.resource: each.missing for each in found})
        except NobodyToPreemptError as error:
            decided(Refusal("UnexpectedAdmissionError", f"{UNEXPECTED}{error}"))
            return
        self._loop.hold()
        Task(victims[0].node.engine, _end(victims)).then(lambda _: self._make_use(decided))

    def _make_use(self, decided: Decided) -> None:
        decided(None)
        self._loop.release()


def _end(victims: list[PodAgent]) -> Steps[None]:
    """One after the other, each with its own grace. Models evictPodsToFreeRequests."""
    cause = victims[0].node.engine.cause
    for agent in victims:
        agent.node.engine.cause = cause
        agent.node.engine.cause = agent.fact("eviction", "", {"message": MESSAGE})
        agent.event("Warning", REASON, MESSAGE)
        agent.disrupt(DISRUPTION)
        agent.evict(agent.uid, {"phase": "Failed", "reason": REASON, "message": MESSAGE}, None)
        yield agent.stopped


@dataclass(frozen=True, slots=True)
class _Candidate:
    agent: PodAgent
    asks: Needs

    def takes(self, resource: str) -> int:
        return 1 if resource == "pods" else self.asks.get(resource, 0)


def pods_to_preempt(pod: Json, present: Iterable[PodAgent], needs: Needs) -> list[PodAgent]:
    """As few as can be, the less guaranteed first. Models getPodsToPreempt."""
    candidates = [agent for agent in present if _preemptable(pod, agent.pod)]
    by_quality = {
        quality: [_candidate(agent) for agent in candidates if qos_class(agent.pod) == quality] for quality in QUALITIES
    }
    left = _less(needs, [each for every in by_quality.values() for each in every])
    if left:
        raise NobodyToPreemptError(NOBODY + _words(left))
    best_effort, burstable, guaranteed = by_quality.values()
    last = _closest(guaranteed, _less(needs, [*best_effort, *burstable]))
    middle = _closest(burstable, _less(needs, [*best_effort, *last]))
    first = _closest(best_effort, _less(needs, [*middle, *last]))
    return [each.agent for each in (*first, *middle, *last)]


def _candidate(agent: PodAgent) -> _Candidate:
    return _Candidate(agent, {name: amount(name, nano) for name, nano in requests(agent.pod["spec"]).items()})


def _preemptable(preemptor: Json, preemptee: Json) -> bool:
    """Models pkg/kubelet/types/pod_update.go Preemptable."""
    if is_critical(preemptor) and not is_critical(preemptee):
        return True
    mine, its = preemptor["spec"].get("priority"), preemptee["spec"].get("priority")
    return mine is not None and its is not None and int(mine) > int(its)


def _less(needs: Needs, freed: Iterable[_Candidate]) -> dict[str, int]:
    """What is still missing once those have ended. Models admissionRequirementList subtract."""
    pods = list(freed)
    left = {name: missing - sum(pod.takes(name) for pod in pods) for name, missing in needs.items()}
    return {name: missing for name, missing in left.items() if missing > 0}


def _closest(pods: list[_Candidate], needs: Needs) -> list[_Candidate]:
    """Again and again the one that leaves the least missing. Models getPodsToPreemptByDistance."""
    left, chosen = dict(needs), []
    pool = list(pods)
    while left:
        best = min(pool, key=lambda pod: (_distance(left, pod), pod.takes("memory"), pod.takes("cpu")))
        pool.remove(best)
        chosen.append(best)
        left = _less(left, [best])
    return chosen


def _distance(needs: Needs, pod: _Candidate) -> float:
    """The share of each need that it would leave, squared, so that all needs weigh the same."""
    return float(sum(max(0, 1 - pod.takes(name) / missing) ** 2 for name, missing in needs.items()))


def _words(needs: Needs) -> str:
    return f"[{''.join(f'(res: {name}, q: {missing}), ' for name, missing in needs.items())}]"
