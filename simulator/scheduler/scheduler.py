"""Binding Pods to nodes.

Models pkg/scheduler/schedule_one.go and pkg/scheduler/backend/queue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from simulator.calendar import Calendar
from simulator.engine import Engine, Timer
from simulator.events import SeriesRecorder
from simulator.history import Json
from simulator.pod_conditions import with_condition
from simulator.scheduler.filters import Rejection, reject
from simulator.scheduler.neighbours import Neighbours, attracts, terms
from simulator.scheduler.node_info import ENDED, SchedulerCache
from simulator.store import Change, Key, Store, key_of

BIND_MS = 3
# A Pod that does not fit is tried twice more, as measured; after that a change or five minutes bring it back.
RETRIES_MS = (1000, 1500)
UNCONDITIONAL_MS = 300_000
NAME = "default-scheduler"
GATED = "Scheduling is blocked due to non-empty scheduling gates"


class Scheduler:
    """Looks at Pods without a node."""

    def __init__(self, engine: Engine, store: Store, calendar: Calendar, recorder: SeriesRecorder) -> None:
        self._engine = engine
        self._store = store
        self._calendar = calendar
        self._recorder = recorder
        self._cache = SchedulerCache(store)
        self._neighbours = Neighbours(store)
        self._waiting: dict[str, tuple[Timer, Key]] = {}
        self._seeking: dict[str, None] = {}  # those of them that want to be near other Pods
        self._attempts: dict[str, int] = {}
        store.watch("pods", self._on_pod)
        store.watch("nodes", self._on_help)
        store.watch("persistentvolumeclaims", self._on_help)

    def _on_pod(self, change: Change) -> None:
        pod = change.object
        uid = pod["metadata"]["uid"]
        if change.verb == "DELETED":
            self._drop(uid)
            if pod["spec"].get("nodeName"):
                self._on_help(change)
        elif pod["spec"].get("nodeName"):
            self._drop(uid)
            if _has_ended(pod) and not _has_ended(change.old):
                self._on_help(change)
            elif change.old is None or not change.old["spec"].get("nodeName"):
                self._on_neighbour(pod)
        elif pod["spec"].get("schedulerName", NAME) != NAME:
            self._drop(uid)
        elif change.old is None or change.old["spec"] != pod["spec"]:
            self._queue(pod, BIND_MS)

    def _on_help(self, change: Change) -> None:
        """A node changed or a Pod left one: what waits may fit now."""
        for pod in self._waiters(self._waiting):
            self._queue(pod, RETRIES_MS[0])

    def _on_neighbour(self, placed: Json) -> None:
        """A Pod came to a node: who wants to be near it may go there now."""
        for pod in self._waiters(self._seeking):
            if attracts(pod, placed):
                self._queue(pod, RETRIES_MS[0])

    def _waiters(self, uids: Iterable[str]) -> list[Json]:
        pods = [(uid, self._store.get("pods", *self._waiting[uid][1])) for uid in uids]
        return [pod for uid, pod in pods if pod is not None and pod["metadata"]["uid"] == uid]

    def _drop(self, uid: str) -> None:
        self._attempts.pop(uid, None)
        self._seeking.pop(uid, None)
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
        stopped = self._claims(pod)
        nodes = self._cache.snapshot()
        if stopped:
            self._fail(pod, explain_everywhere(stopped, len(nodes)))
            return
        rejections: list[Rejection] = []
        for info in nodes:
            rejection = reject(pod, info) or self._neighbours.reject(pod, info)
            if rejection is None:
                self._bind(pod, info.node["metadata"]["name"])
                return
            rejections.append(rejection)
        self._fail(pod, explain(rejections))

    def _claims(self, pod: Json) -> str:
        """What keeps the Pod from every node. Models framework/plugins/volumebinding PreFilter."""
        for volume in pod["spec"].get("volumes", ()):
            name = (volume.get("persistentVolumeClaim") or {}).get("claimName")
            if name is None:
                continue
            claim = self._store.get("persistentvolumeclaims", pod["metadata"]["namespace"], name)
            if claim is None:
                return f'persistentvolumeclaim "{name}" not found'
            if claim.get("status", {}).get("phase") != "Bound":
                return "pod has unbound immediate PersistentVolumeClaims"
        return ""

    def _bind(self, pod: Json, node: str) -> None:
        self._drop(pod["metadata"]["uid"])
        # The binding itself sets no observedGeneration.
        condition = {
            "type": "PodScheduled",
            "status": "True",
            "lastProbeTime": None,
            "lastTransitionTime": self._calendar.second(self._engine.now),
        }
        status = with_condition(pod["status"], condition)
        bound = self._store.update("pods", {**pod, "spec": {**pod["spec"], "nodeName": node}, "status": status})
        meta = pod["metadata"]
        message = f"Successfully assigned {meta['namespace']}/{meta['name']} to {node}"
        self._recorder.event(bound, "Normal", "Scheduled", "Binding", message)

    def _fail(self, pod: Json, message: str) -> None:
        self._recorder.event(pod, "Warning", "FailedScheduling", "Scheduling", message)
        self._condition(pod, "Unschedulable", message)
        uid = pod["metadata"]["uid"]
        attempt = self._attempts[uid] = self._attempts.get(uid, 0) + 1
        delay = RETRIES_MS[attempt - 1] if attempt <= len(RETRIES_MS) else UNCONDITIONAL_MS
        self._queue(pod, delay)

    def _condition(self, pod: Json, reason: str, message: str) -> None:
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
        self._store.update("pods", {**pod, "status": with_condition(pod["status"], condition)})


def _has_ended(pod: Json | None) -> bool:
    return pod is not None and pod["status"].get("phase") in ENDED


def explain_everywhere(stopped: str, nodes: int) -> str:
    """What a pre-filter says, which looks at no single node. Models framework/types.go FitError.Error."""
    hopeless = f"0/{nodes} nodes are available: {nodes} Preemption is not helpful for scheduling."
    return f"0/{nodes} nodes are available: {stopped}. no new claims to deallocate, preemption: {hopeless}"


def explain(rejections: list[Rejection]) -> str:
    """What each node's filters say. Models framework/types.go FitError.Error with the preemption's remark."""
    if not rejections:
        return "no nodes available to schedule pods"
    total = len(rejections)
    counts = Counter(reason for rejection in rejections for reason in rejection.reasons)
    reasons = ", ".join(sorted(f"{count} {reason}" for reason, count in counts.items()))
    final = sum(rejection.final for rejection in rejections)
    hopes = []
    if total - final:
        hopes.append(f"{total - final} No preemption victims found for incoming pod.")
    if final:
        hopes.append(f"{final} Preemption is not helpful for scheduling.")
    preemption = f"0/{total} nodes are available: {', '.join(h.rstrip('.') for h in sorted(hopes))}."
    return f"0/{total} nodes are available: {reasons}. no new claims to deallocate, preemption: {preemption}"
