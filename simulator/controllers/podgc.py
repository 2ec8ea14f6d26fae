"""Pods are given up that name a node that does not exist, or that end on one that is out of service.

Models gcOrphaned and gcTerminating of pkg/controller/podgc/gc_controller.go: a look every 20 s, and 40 s of patience
with a missing node.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from simulator.calendar import Calendar
from simulator.engine import Engine, Timer
from simulator.history import Json
from simulator.pod_conditions import ENDED, with_disruption
from simulator.store import Change, Store

CHECK_MS = 20_000
QUARANTINE_MS = 40_000
OUT_OF_SERVICE = "node.kubernetes.io/out-of-service"


class PodGC:
    """Sleeps while every Pod has a node to end it. `delete` is the API's deletion, told a namespace and a name."""

    def __init__(
        self, engine: Engine, store: Store, calendar: Calendar, random: Random, delete: Callable[[str, str], None]
    ) -> None:
        self._engine = engine
        self._store = store
        self._calendar = calendar
        self._delete = delete
        self._phase = random.randrange(CHECK_MS)
        self._quarantine: dict[str, int] = {}  # by node: until when it may still appear
        self._timer: Timer | None = None
        store.watch("pods", self._on_pod)
        store.watch("nodes", self._on_node)

    def _on_pod(self, change: Change) -> None:
        if change.verb != "DELETED" and (self._is_orphan(change.object) or self._is_stuck(change.object)):
            self._wake()

    def _on_node(self, change: Change) -> None:
        if change.verb == "DELETED":
            found = any(map(self._is_orphan, self._store.list("pods")))
        else:
            found = _is_out_of_service(change.object) and any(map(self._is_stuck, self._store.list("pods")))
        if found:
            self._wake()

    def _is_orphan(self, pod: Json) -> bool:
        node = pod["spec"].get("nodeName", "")
        return bool(node) and self._store.get("nodes", "", node) is None

    def _is_stuck(self, pod: Json) -> bool:
        """Whether the Pod is being deleted on a node that nobody expects back."""
        if "deletionTimestamp" not in pod["metadata"]:
            return False
        node = self._store.get("nodes", "", pod["spec"].get("nodeName", ""))
        return node is not None and _is_out_of_service(node)

    def _wake(self) -> None:
        if self._timer is None:
            wait = CHECK_MS - (self._engine.now - self._phase) % CHECK_MS
            self._timer = self._engine.after(wait, self._look)

    def _look(self) -> None:
        self._timer = None
        for pod in list(filter(self._is_stuck, self._store.list("pods"))):
            self._give_up(pod, pod["status"])
        orphans = [pod for pod in self._store.list("pods") if self._is_orphan(pod)]
        missing = {pod["spec"]["nodeName"] for pod in orphans}
        now = self._engine.now
        self._quarantine = {node: self._quarantine.get(node, now + QUARANTINE_MS) for node in sorted(missing)}
        if orphans:
            self._wake()
        for pod in orphans:
            if self._quarantine[pod["spec"]["nodeName"]] <= now:
                second = self._calendar.second(now)
                words = "PodGC: node no longer exists"
                self._give_up(pod, with_disruption(pod, second, "DeletionByPodGC", words))

    def _give_up(self, pod: Json, status: Json) -> None:
        """Failed first, so that its owner knows; then gone at once (markFailedAndDeletePodWithCondition)."""
        meta = pod["metadata"]
        if pod["status"].get("phase") not in ENDED:
            failed = {**status, "observedGeneration": meta["generation"], "phase": "Failed"}
            self._store.update("pods", {**pod, "status": failed})
        self._delete(meta["namespace"], meta["name"])


def _is_out_of_service(node: Json) -> bool:
    """Whether somebody has said so, and the node is not ready indeed."""
    ready = any(c["type"] == "Ready" and c["status"] == "True" for c in node["status"].get("conditions") or ())
    return not ready and any(taint["key"] == OUT_OF_SERVICE for taint in node["spec"].get("taints") or ())
