"""StatefulSets: Pods with names of their own, made and ended in order.

Models pkg/controller/statefulset/stateful_set.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulator.controllers.availability import available_in, is_ready
from simulator.controllers.claiming import Claim
from simulator.controllers.client import Call
from simulator.controllers.context import ControllerContext
from simulator.controllers.history import Revisions
from simulator.controllers.ownership import controller_of, controllers_to_sync, is_orphan_to_look_at, selects
from simulator.controllers.statefulset.control import StatefulSetControl
from simulator.controllers.statefulset.identity import is_member
from simulator.controllers.statefulset.pod_control import StatefulPodControl
from simulator.controllers.statefulset.revisions import Target, find_target, truncate
from simulator.controllers.statefulset.status import differs, new_status
from simulator.controllers.workqueue import WorkQueue
from simulator.history import Json
from simulator.objects.errors import ApiError
from simulator.store import Change

KIND = "statefulsets"


class StatefulSetController:
    """Syncs a set when it or one of its Pods changes."""

    def __init__(self, context: ControllerContext) -> None:
        self._context = context
        self._client = context.client()
        self._pods = context.owned("pods")
        self._revisions = Revisions(context, self._client, KIND)
        self._control = StatefulPodControl(self._client, context.store, context.recorder("statefulset-controller"))
        self._queue = WorkQueue(context.engine, self._sync)
        context.store.watch(KIND, self._on_set)
        context.store.watch("pods", self._on_pod)

    def _on_set(self, change: Change) -> None:
        meta = change.object["metadata"]
        self._queue.add(meta["namespace"], meta["name"])

    def _on_pod(self, change: Change) -> None:
        for namespace, name in controllers_to_sync(change, "StatefulSet"):
            self._queue.add(namespace, name)
            self._wait_for_availability(namespace, name, change)
        if is_orphan_to_look_at(change):
            for stateful_set in self._context.store.list(KIND, change.object["metadata"]["namespace"]):
                if selects(stateful_set, change.object):
                    self._queue.add(stateful_set["metadata"]["namespace"], stateful_set["metadata"]["name"])

    def _wait_for_availability(self, namespace: str, name: str, change: Change) -> None:
        """A Pod that has become ready is available a while later."""
        if change.old is None or is_ready(change.old) or not is_ready(change.object):
            return
        stateful_set = self._context.store.get(KIND, namespace, name)
        if stateful_set is not None and (seconds := stateful_set["spec"].get("minReadySeconds", 0)):
            self._queue.add_after(namespace, name, seconds * 1000)

    def _sync(self, namespace: str, name: str) -> Iterator[int]:
        stateful_set = self._context.store.get(KIND, namespace, name)
        if stateful_set is None:
            return
        known = yield from self._revisions.claim(stateful_set)
        pods = yield from self._claim_pods(stateful_set)
        target = yield from find_target(self._revisions, known, stateful_set)
        now = self._context.engine.now
        status, failure = yield from self._update(stateful_set, target, pods, now)
        yield from truncate(self._revisions, known, stateful_set, pods, target)
        if failure is not None:
            raise failure
        self._check_again(stateful_set, status, pods, now)

    def _claim_pods(self, stateful_set: Json) -> Call[list[Json]]:
        """Models getPodsForStatefulSet: a Pod with a foreign name is not adopted."""
        found = self._pods.candidates(stateful_set)
        candidates = [pod for pod in found if controller_of(pod) is not None or is_member(stateful_set, pod)]
        claimed = yield from Claim(self._client, stateful_set, "pods", KIND).all(candidates)
        return [pod for pod in claimed if is_member(stateful_set, pod)]

    def _update(
        self, stateful_set: Json, target: Target, pods: Sequence[Json], now: int
    ) -> Call[tuple[Json, ApiError | None]]:
        """Models performUpdate: the status is written even when something went wrong."""

        def is_available(pod: Json) -> bool:
            return self._available_in(stateful_set, pod, now) == 0

        control = StatefulSetControl(self._control, stateful_set, target, is_ready, is_available)
        counts, failure = yield from control.update(pods)
        status = new_status(stateful_set, target, counts)
        if differs(status, stateful_set.get("status", {})):
            meta = {
                **stateful_set["metadata"],
                "resourceVersion": "",
            }  # tried again at a conflict, so it may not matter
            yield from self._client.update_status({**stateful_set, "metadata": meta, "status": status})
        return status, failure

    def _available_in(self, stateful_set: Json, pod: Json, now: int) -> int | None:
        seconds = stateful_set["spec"].get("minReadySeconds", 0)
        return available_in(pod, seconds, now, self._context.calendar)

    def _check_again(self, stateful_set: Json, status: Json, pods: Sequence[Json], now: int) -> None:
        """When the next of the Pods that are ready will be available. Models syncStatefulSet."""
        seconds = stateful_set["spec"].get("minReadySeconds", 0)
        if seconds and status.get("readyReplicas", 0) != status["availableReplicas"]:
            waits = (self._available_in(stateful_set, pod, now) for pod in pods)
            soonest = min((wait for wait in waits if wait), default=seconds * 1000)
            meta = stateful_set["metadata"]
            self._queue.add_after(meta["namespace"], meta["name"], soonest)
