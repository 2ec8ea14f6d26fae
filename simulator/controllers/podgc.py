"""Pods that name a node that does not exist are given up.

Models pkg/controller/podgc/gc_controller.go gcOrphaned: a look every 20 s, and 40 s of patience with a missing node.
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


class PodGC:
    """Sleeps while every Pod's node is there. `delete` is the API's deletion, told a namespace and a name."""

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
        if change.verb != "DELETED" and self._is_orphan(change.object):
            self._wake()

    def _on_node(self, change: Change) -> None:
        if change.verb == "DELETED" and any(map(self._is_orphan, self._store.list("pods"))):
            self._wake()

    def _is_orphan(self, pod: Json) -> bool:
        node = pod["spec"].get("nodeName", "")
        return bool(node) and self._store.get("nodes", "", node) is None

    def _wake(self) -> None:
        if self._timer is None:
            wait = CHECK_MS - (self._engine.now - self._phase) % CHECK_MS
            self._timer = self._engine.after(wait, self._look)

    def _look(self) -> None:
        self._timer = None
        orphans = [pod for pod in self._store.list("pods") if self._is_orphan(pod)]
        missing = {pod["spec"]["nodeName"] for pod in orphans}
        now = self._engine.now
        self._quarantine = {node: self._quarantine.get(node, now + QUARANTINE_MS) for node in sorted(missing)}
        if orphans:
            self._wake()
        for pod in orphans:
            if self._quarantine[pod["spec"]["nodeName"]] <= now:
                self._give_up(pod)

    def _give_up(self, pod: Json) -> None:
        """Failed first, so that its owner knows; then gone at once (markFailedAndDeletePodWithCondition)."""
        if pod["status"].get("phase") not in ENDED:
            now = self._calendar.second(self._engine.now)
            status = with_disruption(pod, now, "DeletionByPodGC", "PodGC: node no longer exists")
            pod = self._store.update("pods", {**pod, "status": {**status, "phase": "Failed"}})
        self._delete(pod["metadata"]["namespace"], pod["metadata"]["name"])
