"""DaemonSets: a Pod on every node that takes it.

Models pkg/controller/daemon/daemon_controller.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulator.controllers.availability import available_in, is_ready
from simulator.controllers.claiming import Claim
from simulator.controllers.client import Call, together
from simulator.controllers.context import ControllerContext
from simulator.controllers.daemonset.history import DaemonHistory
from simulator.controllers.daemonset.manage import FailedPodsBackoff, Manager, Plan, by_age
from simulator.controllers.daemonset.placement import is_updated, pod_template, should_run, target_node
from simulator.controllers.daemonset.update import RollingUpdate
from simulator.controllers.ownership import controllers_to_sync, is_orphan_to_look_at, selects
from simulator.controllers.pod_control import PodControl, creation_failures
from simulator.controllers.workqueue import WorkQueue
from simulator.history import Json
from simulator.objects.errors import ApiError
from simulator.pod_conditions import ENDED
from simulator.store import Change

KIND = "daemonsets"
BURST = 250

_ALWAYS = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")
_COUNTS = (*_ALWAYS, "updatedNumberScheduled", "numberAvailable", "numberUnavailable")


class DaemonSetController:
    """Syncs a DaemonSet when it, one of its Pods, or what a node takes changes."""

    def __init__(self, context: ControllerContext) -> None:
        self._context = context
        self._client = context.client()
        self._recorder = context.recorder("daemonset-controller")
        self._pods = context.owned("pods")
        self._control = PodControl(self._client, self._recorder)
        self._history = DaemonHistory(context, self._client)
        self._backoff = FailedPodsBackoff()
        self._queue = WorkQueue(context.engine, self._sync)
        context.store.watch(KIND, self._on_set)
        context.store.watch("pods", self._on_pod)
        context.store.watch("nodes", self._on_node)

    def _on_set(self, change: Change) -> None:
        meta = change.object["metadata"]
        if change.verb == "DELETED":
            self._backoff.forget(meta["uid"])
        self._queue.add(meta["namespace"], meta["name"])

    def _on_pod(self, change: Change) -> None:
        for namespace, name in controllers_to_sync(change, "DaemonSet"):
            self._queue.add(namespace, name)
            if change.old is not None and not is_ready(change.old) and is_ready(change.object):
                self._wait_for_availability(namespace, name)
        if is_orphan_to_look_at(change):
            for daemon_set in self._context.store.list(KIND, change.object["metadata"]["namespace"]):
                if selects(daemon_set, change.object):
                    self._queue.add(daemon_set["metadata"]["namespace"], daemon_set["metadata"]["name"])

    def _wait_for_availability(self, namespace: str, name: str) -> None:
        daemon_set = self._context.store.get(KIND, namespace, name)
        if daemon_set is not None and (seconds := daemon_set["spec"].get("minReadySeconds", 0)):
            self._queue.add_after(namespace, name, (seconds + 1) * 1000)

    def _on_node(self, change: Change) -> None:
        """Models syncNodeUpdate: only labels and taints decide who may be on a node."""
        node = change.object
        if change.verb == "DELETED" or (change.old is not None and _terms(change.old) == _terms(node)):
            return
        for daemon_set in self._context.store.list(KIND):
            shall_come, may_stay = should_run(daemon_set, node)
            here = any(pod["spec"].get("nodeName") == node["metadata"]["name"] for pod in self._pods.of(daemon_set))
            misplaced = here and daemon_set["status"].get("numberMisscheduled", 0) > 0
            if (shall_come and not here) or (here and not may_stay) or misplaced:
                self._queue.add(daemon_set["metadata"]["namespace"], daemon_set["metadata"]["name"])

    def _sync(self, namespace: str, name: str) -> Iterator[int]:
        daemon_set = self._context.store.get(KIND, namespace, name)
        if daemon_set is None or "deletionTimestamp" in daemon_set["metadata"]:
            return
        current, old = yield from self._history.construct(daemon_set, self._pods.of(daemon_set))
        revision = self._history.hash_of(current)
        failure: ApiError | None = None
        try:
            yield from self._update(daemon_set, revision)
            yield from self._history.clean_up(daemon_set, old, self._pods.of(daemon_set))
        except ApiError as error:
            failure = error
        yield from self._update_status(daemon_set, revision)
        if failure is not None:
            raise failure

    def _nodes(self) -> list[Json]:
        return list(self._context.store.list("nodes"))

    def _claimed(self, daemon_set: Json) -> Call[dict[str, list[Json]]]:
        """By node, without those that have ended and only wait to be gone. Models getNodesToDaemonPods."""
        claim = Claim(self._client, daemon_set, "pods", KIND)
        by_node: dict[str, list[Json]] = {}
        for pod in (yield from claim.all(self._pods.candidates(daemon_set))):
            ended = pod["status"].get("phase") in ENDED and "deletionTimestamp" in pod["metadata"]
            if not ended and (node := target_node(pod)):
                by_node.setdefault(node, []).append(pod)
        return by_node

    def _update(self, daemon_set: Json, revision: str) -> Call[None]:
        """Models updateDaemonSet: nothing is rolled while Pods have yet to come or go."""
        pods, nodes = (yield from self._claimed(daemon_set)), self._nodes()
        now = self._context.engine.now

        def available(pod: Json) -> bool:
            return self._is_available(daemon_set, pod, now)

        def failed(pod: Json, node: str) -> bool:
            return self._give_up(daemon_set, pod, node)

        def succeeded(pod: Json, node: str) -> None:
            words = f"Found succeeded daemon pod {_title(pod)} on node {node}, will try to delete it"
            self._recorder.event(daemon_set, "Normal", "SucceededDaemonPod", words)

        plan = Manager(daemon_set, revision, failed, succeeded, available).plan(nodes, pods)
        if not plan and daemon_set["spec"]["updateStrategy"]["type"] == "RollingUpdate":
            plan = RollingUpdate(daemon_set, revision, available).plan(nodes, pods)
        yield from self._carry_out(daemon_set, revision, plan)

    def _is_available(self, daemon_set: Json, pod: Json, now: int) -> bool:
        seconds = daemon_set["spec"].get("minReadySeconds", 0)
        return available_in(pod, seconds, now, self._context.calendar) == 0

    def _give_up(self, daemon_set: Json, pod: Json, node: str) -> bool:
        """Whether a failed Pod is replaced now; if not, that is looked at again."""
        meta = daemon_set["metadata"]
        if wait := self._backoff.wait(daemon_set, node, self._context.engine.now):
            self._queue.add_after(meta["namespace"], meta["name"], wait)
            return False
        words = f"Found failed daemon pod {_title(pod)} on node {node}, will try to kill it"
        self._recorder.event(daemon_set, "Warning", "FailedDaemonPod", words)
        return True

    def _carry_out(self, daemon_set: Json, revision: str, plan: Plan) -> Call[None]:
        """Make Pods in growing batches, then delete. Models syncNodes."""
        failures: list[ApiError] = []
        todo, size = plan.create_on[:BURST], 1
        while todo and not failures:
            templates = [pod_template(daemon_set, revision, node) for node in todo[:size]]
            results = yield from together([self._control.create(template, daemon_set) for template in templates])
            failures += creation_failures(results)
            todo, size = todo[size:], 2 * size
        ends = yield from together([self._control.delete(pod, daemon_set) for pod in plan.delete[:BURST]])
        failures += [error for error in ends if error is not None and error.reason != "NotFound"]
        if failures:
            raise failures[0]

    def _update_status(self, daemon_set: Json, revision: str) -> Call[None]:
        """Models updateDaemonSetStatus."""
        counts = self._count(daemon_set, revision, (yield from self._claimed(daemon_set)))
        meta, before = daemon_set["metadata"], daemon_set.get("status", {})
        same = all(counts[name] == before.get(name, 0) for name in _COUNTS)
        if not same or before.get("observedGeneration", 0) < meta["generation"]:
            status = {name: counts[name] for name in _ALWAYS} | {"observedGeneration": meta["generation"]}
            status |= {name: counts[name] for name in _COUNTS if counts[name]}
            status |= {"collisionCount": before["collisionCount"]} if "collisionCount" in before else {}
            written = {**daemon_set, "metadata": {**meta, "resourceVersion": ""}, "status": status}
            yield from self._client.update_status(written)
        if (seconds := daemon_set["spec"].get("minReadySeconds", 0)) and counts["numberReady"] != counts[
            "numberAvailable"
        ]:
            self._queue.add_after(meta["namespace"], meta["name"], seconds * 1000)

    def _count(self, daemon_set: Json, revision: str, pods: dict[str, list[Json]]) -> dict[str, int]:
        counts, now = dict.fromkeys(_COUNTS, 0), self._context.engine.now
        for node in self._nodes():
            mine = by_age(pods.get(node["metadata"]["name"], ()))
            if not should_run(daemon_set, node)[0]:
                counts["numberMisscheduled"] += bool(mine)
                continue
            counts["desiredNumberScheduled"] += 1
            if mine:
                counts["currentNumberScheduled"] += 1
                counts["numberReady"] += is_ready(mine[0])
                counts["numberAvailable"] += self._is_available(daemon_set, mine[0], now)
                counts["updatedNumberScheduled"] += is_updated(mine[0], daemon_set, revision)
        counts["numberUnavailable"] = counts["desiredNumberScheduled"] - counts["numberAvailable"]
        return counts


def _terms(node: Json) -> tuple[Json, Sequence[Json]]:
    return node["metadata"].get("labels") or {}, node["spec"].get("taints") or ()


def _title(pod: Json) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"
