"""Finished Jobs go when their time is over.

Models pkg/controller/ttlafterfinished/ttlafterfinished_controller.go.
"""

from __future__ import annotations

from simulator.controllers.client import Call
from simulator.controllers.context import ControllerContext
from simulator.controllers.job import finished_condition
from simulator.controllers.workqueue import WorkQueue
from simulator.history import Json
from simulator.store import Change, key_of


class TTLAfterFinishedController:
    """One timer for each finished Job that has `ttlSecondsAfterFinished`."""

    def __init__(self, context: ControllerContext) -> None:
        self._engine = context.engine
        self._store = context.store
        self._calendar = context.calendar
        self._client = context.client()
        self._queue = WorkQueue(self._engine, self._sync)
        self._store.watch("jobs", self._on_job)

    def _on_job(self, change: Change) -> None:
        if change.verb != "DELETED" and self._left(change.object) is not None:
            self._queue.add(*key_of(change.object))

    def _left(self, job: Json) -> int | None:
        """How long (ms) the Job may stay; None for ever."""
        seconds, finished = job["spec"].get("ttlSecondsAfterFinished"), finished_condition(job)
        if seconds is None or finished is None or "deletionTimestamp" in job["metadata"]:
            return None
        expires: int = self._calendar.parse(finished["lastTransitionTime"]) + seconds * 1000
        return expires - self._engine.now

    def _sync(self, namespace: str, name: str) -> Call[None]:
        """Models processJob: the Job goes together with its Pods."""
        job = self._store.get("jobs", namespace, name)
        left = None if job is None else self._left(job)
        if job is None or left is None:
            return
        if left > 0:
            self._queue.add_after(namespace, name, left)
            return
        yield from self._client.delete("jobs", job, propagation="Foreground")
