"""How a new number of replicas is shared out among the ReplicaSets of a rollout that is under way.

Models FindActiveOrLatest and GetReplicaSetProportion of pkg/controller/deployment/util/deployment_util.go, and `scale`
of sync.go.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from simulator.controllers.deployment import util
from simulator.history import Json


def only_active_or_latest(new: Json | None, old: Sequence[Json]) -> Json | None:
    """The one ReplicaSet that is to be scaled; None if several have Pods, or if there is none."""
    latest_first = list(reversed(util.by_age(old)))
    candidates = [*latest_first, new] if new is not None else latest_first
    found = util.active(candidates)
    if len(found) == 1:
        return found[0]
    if found or not candidates:
        return None
    return new if new is not None else latest_first[0]


def proportions(deployment: Json, active: Sequence[Json]) -> list[tuple[Json, int]]:
    """Each ReplicaSet with its new size, the largest first; what rounding leaves over goes to the largest."""
    desired = deployment["spec"]["replicas"]
    allowed = desired + util.max_surge(deployment) if desired else 0
    to_add = allowed - util.spec_replicas(active)
    ordered = _by_size(active, newer_first=to_add > 0)
    if not to_add:
        return [(each, each["spec"]["replicas"]) for each in ordered]
    added, sizes = 0, []
    for each in ordered:
        part = _proportion(deployment, each, to_add, added)
        sizes.append(each["spec"]["replicas"] + part)
        added += part
    if sizes:
        sizes[0] = max(0, sizes[0] + to_add - added)
    return list(zip(ordered, sizes, strict=True))


def _by_size(active: Sequence[Json], *, newer_first: bool) -> list[Json]:
    by_age = util.by_age(active)
    return sorted(reversed(by_age) if newer_first else by_age, key=lambda each: -each["spec"]["replicas"])


def _proportion(deployment: Json, replica_set: Json, to_add: int, added: int) -> int:
    """The ReplicaSet's part, and no more than is left of what there is to add or to take away."""
    left = to_add - added
    if not replica_set["spec"]["replicas"] or not left:
        return 0
    part = _fraction(deployment, replica_set)
    return min(part, left) if to_add > 0 else max(part, left)


def _fraction(deployment: Json, replica_set: Json) -> int:
    size, desired = int(replica_set["spec"]["replicas"]), int(deployment["spec"]["replicas"])
    if not desired:
        return -size
    before = util.max_before(replica_set) or (deployment.get("status") or {}).get("replicas", 0)
    if not before:
        return 0
    return math.floor(size * (desired + util.max_surge(deployment)) / before + 0.5) - size
