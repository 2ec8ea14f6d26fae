"""Brings each Deployment to what it asks for. Models pkg/controller/deployment/deployment_controller.go."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.controllers.claiming import Claim
from simulator.controllers.client import Call
from simulator.controllers.context import ControllerContext
from simulator.controllers.deployment import util
from simulator.controllers.deployment.progress import recheck_in
from simulator.controllers.deployment.recreate import rollout_recreate
from simulator.controllers.deployment.rolling import rollout_rolling
from simulator.controllers.deployment.sync import DeploymentSync
from simulator.controllers.ownership import controller_of, controllers_to_sync, is_orphan_to_look_at, selects
from simulator.controllers.workqueue import WorkQueue
from simulator.history import Json
from simulator.store import Change


class DeploymentController:
    """Sleeps while no Deployment, none of its ReplicaSets and no deadline changes."""

    def __init__(self, context: ControllerContext) -> None:
        self._context = context
        self._store = context.store
        self._client = context.client()
        self._recorder = context.recorder("deployment-controller")
        self._replica_sets = context.owned("replicasets")
        self._pods = context.owned("pods")
        self._queue = WorkQueue(context.engine, self._sync)
        context.store.watch("deployments", self._on_deployment)
        context.store.watch("replicasets", self._on_replica_set)
        context.store.watch("pods", self._on_pod)

    def _on_deployment(self, change: Change) -> None:
        self._add(change.object)

    def _add(self, deployment: Json) -> None:
        self._queue.add(deployment["metadata"]["namespace"], deployment["metadata"]["name"])

    def _on_replica_set(self, change: Change) -> None:
        for owner in controllers_to_sync(change, "Deployment"):
            self._queue.add(*owner)
        if is_orphan_to_look_at(change):
            for deployment in self._store.list("deployments", change.object["metadata"]["namespace"]):
                if selects(deployment, change.object):
                    self._add(deployment)

    def _on_pod(self, change: Change) -> None:
        """A Deployment that recreates waits for the end of its last Pod."""
        if change.verb != "DELETED":
            return
        deployment = self._deployment_of(change.object)
        if deployment is None or util.is_rolling(deployment):
            return
        if not any(self._pods.of(each) for each in self._replica_sets.of(deployment)):
            self._add(deployment)

    def _deployment_of(self, pod: Json) -> Json | None:
        owner: Json | None = pod
        for plural, kind in (("replicasets", "ReplicaSet"), ("deployments", "Deployment")):
            reference = controller_of(owner) if owner is not None else None
            if reference is None or reference["kind"] != kind:
                return None
            found = self._store.get(plural, pod["metadata"]["namespace"], reference["name"])
            owner = found if found is not None and found["metadata"]["uid"] == reference["uid"] else None
        return owner

    def _sync(self, namespace: str, name: str) -> Iterator[int]:
        """Models syncDeployment."""
        deployment = self._store.get("deployments", namespace, name)
        if deployment is None:
            return
        claim = Claim(self._client, deployment, "replicasets", "deployments")
        claimed = yield from claim.all(self._replica_sets.candidates(deployment))
        context = self._context
        sync = DeploymentSync(context.engine, context.calendar, self._client, self._recorder, deployment, claimed)
        stuck = yield from self._bring_about(sync)
        if stuck is not None:
            wait = recheck_in(sync.deployment, stuck, context.engine.now, context.calendar)
            if wait is not None:
                self._queue.add_after(namespace, name, wait)

    def _bring_about(self, sync: DeploymentSync) -> Call[Json | None]:
        """The status, if a rollout is under way and nothing is new."""
        if "deletionTimestamp" in sync.deployment["metadata"]:
            yield from sync.sync_status_only()
            return None
        yield from sync.check_paused()
        if sync.deployment["spec"].get("paused") or (yield from sync.is_scaling_event()):
            yield from sync.sync()
            return None
        if util.is_rolling(sync.deployment):
            return (yield from rollout_rolling(sync))
        return (yield from rollout_recreate(sync, self._pods))
