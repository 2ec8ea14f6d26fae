"""Keeps the number of a ReplicaSet's Pods. Models pkg/controller/replicaset/replica_set.go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulator.controllers.availability import available_in
from simulator.controllers.claiming import Claim
from simulator.controllers.client import Call, together
from simulator.controllers.context import ControllerContext
from simulator.controllers.ownership import controller_of, controllers_to_sync, is_orphan_to_look_at, selects
from simulator.controllers.pod_control import PodControl, creation_failures
from simulator.controllers.replicaset.status import calculate_status, update_status
from simulator.controllers.replicaset.victims import is_active, is_terminating, pods_to_delete
from simulator.controllers.workqueue import WorkQueue
from simulator.history import Json
from simulator.objects.errors import ApiError
from simulator.store import Change

BURST_REPLICAS = 500  # created or deleted in one sync
FIRST_BATCH = 1


class ReplicaSetController:
    """Sleeps while every ReplicaSet has its Pods."""

    def __init__(self, context: ControllerContext) -> None:
        self._engine = context.engine
        self._store = context.store
        self._calendar = context.calendar
        self._client = context.client()
        self._pods = context.owned("pods")
        self._replica_sets = context.owned("replicasets")
        self._pod_control = PodControl(self._client, context.recorder("replicaset-controller"))
        self._queue = WorkQueue(context.engine, self._sync)
        context.store.watch("replicasets", self._on_replica_set)
        context.store.watch("pods", self._on_pod)

    def _on_replica_set(self, change: Change) -> None:
        meta = change.object["metadata"]
        self._queue.add(meta["namespace"], meta["name"])

    def _on_pod(self, change: Change) -> None:
        for owner in controllers_to_sync(change, "ReplicaSet"):
            self._queue.add(*owner)
        if is_orphan_to_look_at(change):
            namespace = change.object["metadata"]["namespace"]
            for replica_set in self._store.list("replicasets", namespace):
                if selects(replica_set, change.object):
                    self._queue.add(namespace, replica_set["metadata"]["name"])

    def _sync(self, namespace: str, name: str) -> Iterator[int]:
        """Models syncReplicaSet. The status tells of the Pods as they were when the sync began."""
        replica_set = self._store.get("replicasets", namespace, name)
        if replica_set is None:
            return
        pods = self._pods.candidates(replica_set)
        claim = Claim(self._client, replica_set, "pods", "replicasets")
        active = yield from claim.all(filter(is_active, pods))
        terminating = sum(is_terminating(pod) and _is_claimed(replica_set, pod) for pod in pods)
        failure = None
        if "deletionTimestamp" not in replica_set["metadata"]:
            failure = yield from self._manage(replica_set, active)
        now = self._engine.now
        status = calculate_status(replica_set, active, terminating, failure, now, self._calendar)
        replica_set = yield from update_status(self._client, replica_set, status)
        if failure is not None:
            raise failure
        self._look_again(replica_set, active)

    def _look_again(self, replica_set: Json, active: Sequence[Json]) -> None:
        """When the next Pod will have been ready for long enough."""
        patience, status = replica_set["spec"].get("minReadySeconds", 0), replica_set["status"]
        if not patience or status.get("readyReplicas") == status.get("availableReplicas"):
            return
        waits = (available_in(pod, patience, self._engine.now, self._calendar) for pod in active)
        wait = min((each for each in waits if each), default=patience * 1000)
        self._queue.add_after(replica_set["metadata"]["namespace"], replica_set["metadata"]["name"], wait)

    def _manage(self, replica_set: Json, active: Sequence[Json]) -> Call[ApiError | None]:
        """Make what is missing or delete what is too much; the first refusal. Models manageReplicas."""
        surplus = len(active) - replica_set["spec"]["replicas"]
        if surplus < 0:
            return (yield from self._create(replica_set, min(-surplus, BURST_REPLICAS)))
        if surplus > 0:
            return (yield from self._delete(replica_set, active, min(surplus, BURST_REPLICAS)))
        return None

    def _create(self, replica_set: Json, count: int) -> Call[ApiError | None]:
        """In batches that double, until one fails. Models slowStartBatch."""
        template = replica_set["spec"]["template"]
        size = min(FIRST_BATCH, count)
        while size:
            results = yield from together(self._pod_control.create(template, replica_set) for _ in range(size))
            failures = creation_failures(results)
            if failures:
                return failures[0]
            count -= size
            size = min(2 * size, count)
        return None

    def _delete(self, replica_set: Json, active: Sequence[Json], count: int) -> Call[ApiError | None]:
        now = self._engine.now
        victims = pods_to_delete(active, self._related(replica_set), count, now, self._calendar)
        results = yield from together(self._pod_control.delete(pod, replica_set) for pod in victims)
        failures = (result for result in results if isinstance(result, ApiError) and result.reason != "NotFound")
        return next(failures, None)

    def _related(self, replica_set: Json) -> Iterator[Json]:
        """The Pods of all ReplicaSets of the same Deployment. Models getIndirectlyRelatedPods."""
        reference = controller_of(replica_set)
        for other in self._replica_sets.of_uid(reference["uid"]) if reference is not None else ():
            yield from self._pods.of(other)


def _is_claimed(replica_set: Json, pod: Json) -> bool:
    reference = controller_of(pod)
    return reference is not None and reference["uid"] == replica_set["metadata"]["uid"] and selects(replica_set, pod)
