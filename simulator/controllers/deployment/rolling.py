"""A rollout that replaces Pods a few at a time. Models pkg/controller/deployment/rolling.go."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.controllers.client import Call
from simulator.controllers.deployment import util
from simulator.controllers.deployment.progress import is_complete
from simulator.controllers.deployment.sync import DeploymentSync
from simulator.history import Json
from simulator.objects.errors import ApiError


def rollout_rolling(sync: DeploymentSync) -> Call[Json | None]:
    """One step: up with the new, or else down with the old."""
    new, old = yield from sync.sync_revision(create=True)
    assert new is not None
    all_sets = [*old, new]
    scaled = yield from _scale_up(sync, all_sets, new)
    if not scaled:
        scaled = yield from _scale_down(sync, all_sets, util.active(old), new)
    if not scaled and is_complete(sync.deployment, sync.deployment.get("status") or {}):
        yield from sync.clean_up(old)
    return (yield from sync.sync_rollout_status(all_sets, new))


def _scale_up(sync: DeploymentSync, all_sets: Sequence[Json], new: Json) -> Call[bool]:
    """Models reconcileNewReplicaSet."""
    size, desired = new["spec"]["replicas"], sync.deployment["spec"]["replicas"]
    wanted = desired if size > desired else util.new_replicas(sync.deployment, all_sets, new)
    if size in (desired, wanted):
        return False
    yield from sync.scale_replica_set(new, wanted)
    return True


def _scale_down(sync: DeploymentSync, all_sets: Sequence[Json], old: list[Json], new: Json) -> Call[bool]:
    """Pods of old ReplicaSets go while enough are available without them. Models reconcileOldReplicaSets."""
    if not util.spec_replicas(old):
        return False
    least = sync.deployment["spec"]["replicas"] - util.max_unavailable(sync.deployment)
    missing = new["spec"]["replicas"] - _available(new)
    room = util.spec_replicas(all_sets) - least - missing
    if room <= 0:
        return False
    try:
        old, unhealthy = yield from _clean_up_unhealthy(sync, old, room)
        healthy = yield from _scale_down_healthy(sync, old, new, least)
    except ApiError:
        return False
    return unhealthy + healthy > 0


def _clean_up_unhealthy(sync: DeploymentSync, old: Sequence[Json], most: int) -> Call[tuple[list[Json], int]]:
    """Those that are not available first: nobody misses them. Models cleanupUnhealthyReplicas."""
    left, gone = [], 0
    for each in util.by_age(old):
        size = each["spec"]["replicas"]
        count = min(most - gone, size - _available(each))
        if count > 0:
            each = yield from sync.scale_replica_set(each, size - count)
            gone += count
        left.append(each)
    return left, gone


def _scale_down_healthy(sync: DeploymentSync, old: Sequence[Json], new: Json, least: int) -> Call[int]:
    """Models scaleDownOldReplicaSetsForRollingUpdate."""
    most, gone = util.status_count([*old, new], "availableReplicas") - least, 0
    for each in util.by_age(old):
        count = min(each["spec"]["replicas"], most - gone)
        if count > 0:
            yield from sync.scale_replica_set(each, each["spec"]["replicas"] - count)
            gone += count
    return gone


def _available(replica_set: Json) -> int:
    return int((replica_set.get("status") or {}).get("availableReplicas", 0))
