"""Pods that no Job will count any more are let go. Models syncOrphanPod of pkg/controller/job/job_controller.go."""

from __future__ import annotations

from simulator.controllers.client import Call, Client
from simulator.controllers.job.pods import has_finalizer, without_finalizer
from simulator.controllers.job.status import finished_condition
from simulator.controllers.ownership import Owned, controller_of
from simulator.controllers.workqueue import WorkQueue
from simulator.engine import Engine
from simulator.history import Json
from simulator.objects.errors import ApiError
from simulator.store import Store, key_of


class OrphanPods:
    """Takes the tracking finalizer from Pods whose Job is gone or over."""

    def __init__(self, engine: Engine, store: Store, client: Client, owned: Owned) -> None:
        self._store = store
        self._client = client
        self._owned = owned
        self._queue = WorkQueue(engine, self._sync)

    def add(self, pod: Json) -> None:
        self._queue.add(*key_of(pod))

    def add_all_of(self, job: Json) -> None:
        """The Pods that a Job that is gone or over still holds."""
        for pod in self._owned.candidates(job):
            if has_finalizer(pod):
                self.add(pod)

    def _sync(self, namespace: str, name: str) -> Call[None]:
        """Models handleSingleOrphanPod."""
        pod = self._store.get("pods", namespace, name)
        if pod is None or not has_finalizer(pod) or self._is_held(pod):
            return
        try:
            yield from self._client.patch("pods", pod, without_finalizer)
        except ApiError as error:
            if error.reason != "NotFound":
                raise

    def _is_held(self, pod: Json) -> bool:
        """Whether another controller, or a Job that still runs, has the Pod."""
        reference = controller_of(pod)
        if reference is None:
            return False
        if reference["kind"] != "Job":
            return True
        job = self._store.get("jobs", pod["metadata"]["namespace"], reference["name"])
        if job is None or job["metadata"]["uid"] != reference["uid"]:
            return False
        return finished_condition(job) is None
