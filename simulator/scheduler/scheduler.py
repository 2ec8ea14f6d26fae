"""Binding Pods to nodes.

Models pkg/scheduler/schedule_one.go and pkg/scheduler/backend/queue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from random import Random

from simulator.apiserver.topology_labels import with_topology_labels
from simulator.calendar import Calendar
from simulator.engine import Engine, Timer
from simulator.events import SeriesRecorder
from simulator.history import Json
from simulator.pod_conditions import ENDED, with_condition, with_disruption
from simulator.scheduler import hints
from simulator.scheduler.filters import Plugin, Rejection, reject
from simulator.scheduler.neighbours import Neighbours
from simulator.scheduler.node_info import NodeInfo, SchedulerCache
from simulator.scheduler.nominations import Nominations, nominated
from simulator.scheduler.prebind import PreBind
from simulator.scheduler.preemption import REASON, Preemption, Verdict, histogram, priority_of
from simulator.scheduler.reserved import as_reserved
from simulator.scheduler.scoring import Scoring
from simulator.scheduler.volume_binding import VolumeBinder
from simulator.store import Change, Key, Store, key_of
from simulator.volume_claims import claims_of

BIND_MS = 3
# A Pod for which there is no room is tried twice more, as measured: on a node where Pods come and go one soon leaves.
# After that, and for others from the first, a change or five minutes bring it back.
RETRIES_MS = (1000, 1500)
UNCONDITIONAL_MS = 300_000
BACKOFF_MS = 1000  # of a Pod that could not be bound
PREEMPT_MS = 4  # from the decision to the victims' deletion
NAME = "default-scheduler"

# Told who refused a Pod that waits and the Pod, whether something that happened may help it.
Hint = Callable[[Set[Plugin], Json], bool]


class Scheduler:
    """Looks at Pods without a node. `delete` is the API's deletion, told a namespace and a name."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        calendar: Calendar,
        recorder: SeriesRecorder,
        delete: Callable[[str, str], None],
        random: Random,
    ) -> None:
        self._engine = engine
        self._store = store
        self._calendar = calendar
        self._recorder = recorder
        self._delete = delete
        self._nominations = Nominations()
        self._preemption = Preemption(store, self._rejection)
        self._cache = SchedulerCache(store)
        self._volumes = VolumeBinder(store, self._cache)
        self._neighbours = Neighbours(store, self._cache)
        self._scoring = Scoring(store, self._cache, random)
        self._prebind = PreBind(engine, store, self._cache, self._volumes, self._bind, self._not_bound)
        self._waiting: dict[str, Timer] = {}  # by uid
        self._refused: dict[str, tuple[Key, Set[Plugin]]] = {}  # those that fit nowhere as it is, and who says so
        self._attempts: dict[str, int] = {}
        store.watch("pods", self._on_pod)
        store.watch("nodes", self._on_node)
        store.watch("persistentvolumeclaims", self._on_claim)
        store.watch("persistentvolumes", self._on_volume)
        store.watch("storageclasses", self._on_volume)

    def _on_pod(self, change: Change) -> None:
        """Models eventhandlers.go; to the scheduler a Pod that has ended is gone."""
        pod, old = change.object, change.old
        if self._cache.is_assumed(pod) and change.verb == "MODIFIED":
            return  # it has a node, and waits for its volumes
        if self._nominations.note(change):
            self._on_nomination_lost(old or pod)
        if pod["spec"].get("nodeName"):
            self._drop(pod["metadata"]["uid"])
            self._on_placed(change)
        elif change.verb == "DELETED" or pod["spec"].get("schedulerName", NAME) != NAME:
            self._drop(pod["metadata"]["uid"])
        elif old is not None:
            self._on_own_change(old, pod)
        elif not pod["spec"].get("schedulingGates"):
            self._queue(pod, BIND_MS)

    def _on_placed(self, change: Change) -> None:
        """Something became of a Pod that is on a node."""
        pod, old = change.object, change.old
        if _has_ended(old):
            return
        if change.verb == "DELETED" or _has_ended(pod):
            self._try_again(lambda refusers, waiting: hints.after_pod_left(refusers, waiting, pod))
        elif old is None or not old["spec"].get("nodeName"):
            self._try_again(lambda refusers, waiting: hints.after_pod_came(refusers, waiting, pod))
        elif self._refused:
            before, after = as_reserved(old), as_reserved(pod)
            self._try_again(lambda refusers, waiting: hints.after_pod_changed(refusers, waiting, before, after))

    def _on_nomination_lost(self, pod: Json) -> None:
        """The room that was kept for the Pod is there for those that are no more important."""
        self._try_again(
            lambda refusers, waiting: (
                priority_of(waiting) <= priority_of(pod) and hints.after_pod_left(refusers, waiting, pod)
            )
        )

    def _on_own_change(self, old: Json, pod: Json) -> None:
        _, refusers = self._refused.get(pod["metadata"]["uid"], ((), frozenset()))
        if hints.after_own_change(refusers, old, pod):
            self._queue(pod, BIND_MS)

    def _on_node(self, change: Change) -> None:
        node, old = change.object, change.old
        if change.verb == "DELETED":
            self._try_again(lambda refusers, waiting: hints.after_node_left(refusers, waiting, node))
        elif old is None or _properties(old) != _properties(node):
            self._try_again(lambda refusers, waiting: hints.after_node_changed(refusers, waiting, old, node))

    def _on_claim(self, change: Change) -> None:
        namespace, name = key_of(change.object)
        if change.verb != "DELETED":
            self._try_again(
                lambda refusers, waiting: (
                    (Plugin.VOLUMES in refusers or (change.old is None and Plugin.RESTRICTIONS in refusers))
                    and waiting["metadata"]["namespace"] == namespace
                    and name in claims_of(waiting)
                )
            )

    def _on_volume(self, change: Change) -> None:
        if change.verb != "DELETED":
            self._try_again(lambda refusers, _waiting: Plugin.VOLUMES in refusers)

    def _try_again(self, hint: Hint) -> None:
        """What waits may fit now, the most important first.

        Nobody has to wait for the end of a back-off while the queue is empty (SchedulerPopFromBackoffQ).
        """
        known = [(self._store.get("pods", *key), refusers) for key, refusers in self._refused.values()]
        pods = [pod for pod, refusers in known if pod is not None and hint(refusers, pod)]
        for pod in sorted(pods, key=priority_of, reverse=True):
            self._queue(pod, BIND_MS)

    def _drop(self, uid: str) -> None:
        self._attempts.pop(uid, None)
        self._refused.pop(uid, None)
        if (timer := self._waiting.pop(uid, None)) is not None:
            timer.cancel()

    def _queue(self, pod: Json, delay: int, refusers: Set[Plugin] | None = None) -> None:
        """Try the Pod after the delay, or before that if `refusers` are given and something happens to please them."""
        uid, key = pod["metadata"]["uid"], key_of(pod)
        if (timer := self._waiting.pop(uid, None)) is not None:
            timer.cancel()
        self._waiting[uid] = self._engine.after(delay, self._schedule, *key)
        self._refused.pop(uid, None)
        if refusers is not None:
            self._refused[uid] = key, refusers

    def _schedule(self, namespace: str, name: str) -> None:
        pod = self._store.get("pods", namespace, name)
        if pod is None or pod["spec"].get("nodeName") or "deletionTimestamp" in pod["metadata"]:
            return
        stopped = self._volumes.reject(pod)
        fitting: list[NodeInfo] = []
        rejections: list[tuple[NodeInfo, Rejection]] = []
        for info in self._cache.snapshot():
            rejection = stopped or self._rejection(pod, info)
            if rejection is None:
                fitting.append(info)
            else:
                rejections.append((info, rejection))
        if fitting:
            self._bind_with_volumes(pod, self._choose(pod, fitting))
        else:
            self._give_up(pod, stopped, rejections)

    def _choose(self, pod: Json, fitting: Sequence[NodeInfo]) -> str:
        """The node for which it is nominated, if it fits there now, or else the best."""
        wished = pod["status"].get("nominatedNodeName")
        names = [str(info.node["metadata"]["name"]) for info in fitting]
        return wished if wished in names else str(self._scoring.best(pod, fitting).node["metadata"]["name"])

    def _rejection(self, pod: Json, info: NodeInfo, gone: Set[str] = frozenset()) -> Rejection | None:
        """Why the Pod does not fit the node, on which room is kept for nominated Pods as important as it is.

        Models framework/runtime/framework.go RunFilterPluginsWithNominatedPods.
        """
        kept = self._nominations.above(pod, info.node["metadata"]["name"])
        if kept:
            fuller = info.copy()
            for other in kept:
                fuller.put(other["metadata"]["uid"], other)
            rejection = reject(pod, fuller)
            if rejection is not None:
                return rejection
        return (
            reject(pod, info)
            or self._volumes.contested(pod, gone)
            or self._volumes.misplaced(pod, info.node)
            or self._neighbours.reject(pod, info, gone)
        )

    def _give_up(self, pod: Json, stopped: Rejection | None, rejections: Sequence[tuple[NodeInfo, Rejection]]) -> None:
        """Say why there is no node for the Pod, and see whether others can be removed for it.

        The words are those of framework/types.go FitError.Error.
        """
        if not rejections:
            self._fail(pod, "no nodes available to schedule pods", frozenset())
            return
        verdict = self._preemption.preempt(pod, rejections)
        total = len(rejections)
        reasons = histogram([each for _, each in rejections])
        if stopped is not None:
            reasons = f"0/{total} nodes are available: {stopped.reasons[0]}."
        remark = f" no new claims to deallocate, preemption: {verdict.message}" if verdict.message else ""
        refusers = {each.plugin for _, each in rejections if each.plugin is not None}
        self._fail(pod, f"{reasons}{remark}", refusers, verdict.node)
        if verdict.victims:
            self._engine.after(PREEMPT_MS, self._preempt, pod, verdict)

    def _preempt(self, pod: Json, verdict: Verdict) -> None:
        """Models preemption.go prepareCandidateAsync."""
        node = verdict.node or ""
        for other in self._nominations.below(pod, node):
            self._store.update("pods", {**other, "status": nominated(other["status"], "")})
        now = self._calendar.second(self._engine.now)
        for known in verdict.victims:
            victim = self._store.get("pods", *key_of(known))
            if (
                victim is None
                or victim["metadata"]["uid"] != known["metadata"]["uid"]
                or "deletionTimestamp" in victim["metadata"]
            ):
                continue
            words = f"{NAME}: preempting to accommodate a higher priority pod"
            self._store.update("pods", {**victim, "status": with_disruption(victim, now, REASON, words)})
            self._delete(*key_of(victim))
            words = f"Preempted by pod {pod['metadata']['uid']} on node {node}"
            self._recorder.event(known, "Normal", "Preempted", "Preempting", words, related=pod)

    def _bind_with_volumes(self, pod: Json, node: str) -> None:
        """A Pod whose volumes have yet to be made is bound when they are there."""
        if self._volumes.has_all(pod):
            self._bind(pod, node)
        else:
            self._drop(pod["metadata"]["uid"])
            self._prebind.begin(pod, node)

    def _not_bound(self, pod: Json, why: str) -> None:
        """It is tried again after a back-off, whatever happens meanwhile. Models handleBindingCycleError."""
        self._try_again(lambda refusers, waiting: hints.after_pod_left(refusers, waiting, pod))
        self._recorder.event(pod, "Warning", "FailedScheduling", "Scheduling", why)
        known = self._store.get("pods", *key_of(pod))
        if known is not None and known["metadata"]["uid"] == pod["metadata"]["uid"]:
            self._condition(known, why, "", reason="SchedulerError")
            self._queue(known, BACKOFF_MS)

    def _bind(self, pod: Json, node: str) -> None:
        self._drop(pod["metadata"]["uid"])
        # The binding itself sets no observedGeneration.
        condition = {
            "type": "PodScheduled",
            "status": "True",
            "lastProbeTime": None,
            "lastTransitionTime": self._calendar.second(self._engine.now),
        }
        status = with_condition(nominated(pod["status"], ""), condition)
        meta = with_topology_labels(pod["metadata"], node, self._store)
        spec = {**pod["spec"], "nodeName": node}
        bound = self._store.update("pods", {**pod, "metadata": meta, "spec": spec, "status": status})
        message = f"Successfully assigned {meta['namespace']}/{meta['name']} to {node}"
        self._recorder.event(bound, "Normal", "Scheduled", "Binding", message)

    def _fail(self, pod: Json, message: str, refusers: Set[Plugin], node: str | None = None) -> None:
        """`node` is where room is being made, "" that none is; None leaves what was said of that before."""
        self._recorder.event(pod, "Warning", "FailedScheduling", "Scheduling", message)
        self._condition(pod, message, node)
        uid = pod["metadata"]["uid"]
        attempt = self._attempts[uid] = self._attempts.get(uid, 0) + 1
        restless = Plugin.FIT in refusers and attempt <= len(RETRIES_MS)
        delay = RETRIES_MS[attempt - 1] if restless else UNCONDITIONAL_MS
        self._queue(pod, delay, refusers)

    def _condition(self, pod: Json, message: str, node: str | None, reason: str = "Unschedulable") -> None:
        before = next((c for c in pod["status"].get("conditions", ()) if c["type"] == "PodScheduled"), None)
        since = self._calendar.second(self._engine.now)
        if before is not None and before["status"] == "False":
            since = before["lastTransitionTime"]
        condition = {
            "type": "PodScheduled",
            "observedGeneration": pod["metadata"]["generation"],
            "status": "False",
            "lastProbeTime": None,
            "lastTransitionTime": since,
            "reason": reason,
            "message": message,
        }
        status = pod["status"] if node is None else nominated(pod["status"], node)
        self._store.update("pods", {**pod, "status": with_condition(status, condition)})


def _properties(node: Json) -> tuple[object, ...]:
    """What counts of a node for a Pod that waits. Models framework/events.go NodeSchedulingPropertiesChange."""
    spec = node["spec"]
    return (
        node["metadata"].get("labels"),
        spec.get("taints"),
        spec.get("unschedulable"),
        node["status"].get("allocatable"),
    )


def _has_ended(pod: Json | None) -> bool:
    return pod is not None and pod["status"].get("phase") in ENDED
