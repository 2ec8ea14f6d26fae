"""Binding Pods to nodes.

Models pkg/scheduler/schedule_one.go and pkg/scheduler/backend/queue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from random import Random

from simulator.calendar import Calendar
from simulator.engine import Engine, Timer
from simulator.events import SeriesRecorder
from simulator.history import Json
from simulator.pod_conditions import ENDED, with_condition, with_disruption
from simulator.scheduler.filters import Rejection, reject
from simulator.scheduler.neighbours import Neighbours, attracts, terms
from simulator.scheduler.node_info import NodeInfo, SchedulerCache
from simulator.scheduler.nominations import Nominations, nominated
from simulator.scheduler.preemption import HOPELESS, REASON, Preemption, Verdict, histogram, priority_of
from simulator.scheduler.scoring import Scoring
from simulator.scheduler.volume_binding import VolumeBinder
from simulator.store import Change, Key, Store, key_of
from simulator.volume_claims import claims_of

BIND_MS = 3
# A Pod for which there is no room is tried twice more, as measured: on a node where Pods come and go there soon is an
# event. After that, and for others from the first, a change or five minutes bring it back.
RETRIES_MS = (1000, 1500)
UNCONDITIONAL_MS = 300_000
PREEMPT_MS = 4  # from the decision to the victims' deletion
NAME = "default-scheduler"
GATED = "Scheduling is blocked due to non-empty scheduling gates"


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
        self._volumes = VolumeBinder(store)
        self._neighbours = Neighbours(store)
        self._scoring = Scoring(store, random)
        self._waiting: dict[str, tuple[Timer, Key]] = {}
        self._seeking: dict[str, None] = {}  # those of them that want to be near other Pods
        self._indifferent: set[str] = set()  # those for which it does not matter whether another Pod goes
        self._attempts: dict[str, int] = {}
        store.watch("pods", self._on_pod)
        store.watch("nodes", self._on_node)
        store.watch("persistentvolumeclaims", self._on_claim)

    def _on_pod(self, change: Change) -> None:
        pod = change.object
        uid = pod["metadata"]["uid"]
        if self._nominations.note(change):
            self._on_room()
        if change.verb == "DELETED":
            self._drop(uid)
            if pod["spec"].get("nodeName"):
                self._on_room()
        elif pod["spec"].get("nodeName"):
            self._drop(uid)
            if _has_ended(pod) and not _has_ended(change.old):
                self._on_room()
            elif change.old is None or not change.old["spec"].get("nodeName"):
                self._on_neighbour(pod)
        elif pod["spec"].get("schedulerName", NAME) != NAME:
            self._drop(uid)
        elif change.old is None or change.old["spec"] != pod["spec"]:
            self._queue(pod, BIND_MS)

    def _on_node(self, change: Change) -> None:
        """Models eventhandlers.go updateNodeInCache: a heartbeat, say, lets nobody try again."""
        if change.old is None or _properties(change.old) != _properties(change.object):
            self._try_again(self._waiting)

    def _on_room(self) -> None:
        """A Pod left a node: of no use to those that no Pod keeps away from it."""
        self._try_again(uid for uid in self._waiting if uid not in self._indifferent)

    def _try_again(self, uids: Iterable[str]) -> None:
        """What waits may fit now, the most important first.

        Nobody has to wait for the end of a back-off while the queue is empty (SchedulerPopFromBackoffQ).
        """
        for pod in sorted(self._waiters(tuple(uids)), key=priority_of, reverse=True):
            self._queue(pod, BIND_MS)

    def _on_claim(self, change: Change) -> None:
        """Who waits for this claim may go on now."""
        namespace, name = key_of(change.object)
        for pod in self._waiters(self._waiting):
            if pod["metadata"]["namespace"] == namespace and name in claims_of(pod):
                self._queue(pod, BIND_MS)

    def _on_neighbour(self, placed: Json) -> None:
        """A Pod came to a node: who wants to be near it may go there now."""
        for pod in self._waiters(self._seeking):
            if attracts(pod, placed):
                self._queue(pod, BIND_MS)

    def _waiters(self, uids: Iterable[str]) -> list[Json]:
        pods = [(uid, self._store.get("pods", *self._waiting[uid][1])) for uid in uids]
        return [pod for uid, pod in pods if pod is not None and pod["metadata"]["uid"] == uid]

    def _drop(self, uid: str) -> None:
        self._attempts.pop(uid, None)
        self._seeking.pop(uid, None)
        self._indifferent.discard(uid)
        if (waiting := self._waiting.pop(uid, None)) is not None:
            waiting[0].cancel()

    def _queue(self, pod: Json, delay: int) -> None:
        uid, key = pod["metadata"]["uid"], key_of(pod)
        if (waiting := self._waiting.pop(uid, None)) is not None:
            waiting[0].cancel()
        self._waiting[uid] = (self._engine.after(delay, self._schedule, *key), key)
        self._seeking.pop(uid, None)
        if terms(pod, "podAffinity"):
            self._seeking[uid] = None

    def _schedule(self, namespace: str, name: str) -> None:
        pod = self._store.get("pods", namespace, name)
        if pod is None or pod["spec"].get("nodeName") or "deletionTimestamp" in pod["metadata"]:
            return
        if pod["spec"].get("schedulingGates"):
            self._condition(pod, "SchedulingGated", GATED)
            return
        stopped = self._volumes.reject(pod)
        fitting: list[NodeInfo] = []
        rejections: list[tuple[NodeInfo, Rejection]] = []
        for info in self._cache.snapshot():
            rejection = HOPELESS if stopped else self._rejection(pod, info)
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
        misplaced = self._volumes.misplaced(pod, info.node)
        return reject(pod, info) or misplaced or self._neighbours.reject(pod, info, gone)

    def _give_up(self, pod: Json, stopped: str, rejections: Sequence[tuple[NodeInfo, Rejection]]) -> None:
        """Say why there is no node for the Pod, and see whether others can be removed for it.

        The words are those of framework/types.go FitError.Error.
        """
        if not rejections:
            self._fail(pod, "no nodes available to schedule pods")
            return
        verdict = self._preemption.preempt(pod, rejections)
        total = len(rejections)
        reasons = f"0/{total} nodes are available: {stopped}." if stopped else histogram([r for _, r in rejections])
        remark = f" no new claims to deallocate, preemption: {verdict.message}" if verdict.message else ""
        room = any(each.room for _, each in rejections)
        note = self._indifferent.discard if room else self._indifferent.add
        note(pod["metadata"]["uid"])
        self._fail(pod, f"{reasons}{remark}", verdict.node, restless=room and not verdict.victims)
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
        if self._volumes.bind(pod, node):
            self._bind(pod, node)
        else:
            self._queue(pod, UNCONDITIONAL_MS)

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
        bound = self._store.update("pods", {**pod, "spec": {**pod["spec"], "nodeName": node}, "status": status})
        meta = pod["metadata"]
        message = f"Successfully assigned {meta['namespace']}/{meta['name']} to {node}"
        self._recorder.event(bound, "Normal", "Scheduled", "Binding", message)

    def _fail(self, pod: Json, message: str, node: str | None = None, *, restless: bool = False) -> None:
        """`node` is where room is being made, "" that none is; None leaves what was said of that before."""
        self._recorder.event(pod, "Warning", "FailedScheduling", "Scheduling", message)
        self._condition(pod, "Unschedulable", message, node)
        uid = pod["metadata"]["uid"]
        attempt = self._attempts[uid] = self._attempts.get(uid, 0) + 1
        delay = RETRIES_MS[attempt - 1] if restless and attempt <= len(RETRIES_MS) else UNCONDITIONAL_MS
        self._queue(pod, delay)

    def _condition(self, pod: Json, reason: str, message: str, node: str | None = None) -> None:
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
