"""A rollout that ends all old Pods before it makes a new one. Models pkg/controller/deployment/recreate.go."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.controllers.client import Call
from simulator.controllers.deployment import util
from simulator.controllers.deployment.progress import is_complete
from simulator.controllers.deployment.sync import DeploymentSync
from simulator.controllers.ownership import Owned
from simulator.history import Json


def rollout_recreate(sync: DeploymentSync, pods: Owned) -> Call[Json | None]:
    """One step: down with the old, wait until they are gone, up with the new."""
    new, old = yield from sync.sync_revision(create=False)
    all_sets = [*old, new] if new is not None else old
    going = util.active(old)
    for each in going:
        yield from sync.scale_replica_set(each, 0)
    if going or _old_pods_run(new, old, sync, pods):
        return (yield from sync.sync_rollout_status(all_sets, new))
    if new is None:
        new, old = yield from sync.sync_revision(create=True)
        assert new is not None
    yield from sync.scale_replica_set(new, sync.deployment["spec"]["replicas"])
    if is_complete(sync.deployment, sync.deployment.get("status") or {}):
        yield from sync.clean_up(old)
    return (yield from sync.sync_rollout_status([*old, new], new))


def _old_pods_run(new: Json | None, old: Sequence[Json], sync: DeploymentSync, pods: Owned) -> bool:
    """Models oldPodsRunning: Pods that are being deleted run too."""
    if util.status_count(old, "replicas"):
        return True
    others = (each for each in sync.replica_sets if new is None or each["metadata"]["uid"] != new["metadata"]["uid"])
    left = (pod for each in others for pod in pods.of(each))
    return any(pod["status"].get("phase") not in ("Succeeded", "Failed") for pod in left)
