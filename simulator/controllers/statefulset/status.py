"""What a StatefulSet's status says of its Pods.

Models updateStatus and completeRollingUpdate of pkg/controller/statefulset.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.controllers.statefulset.identity import is_created, is_terminating, phase_of, revision_of
from simulator.controllers.statefulset.revisions import Target
from simulator.history import Json

COUNTS = ("replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas")
_ALWAYS = ("replicas", "availableReplicas")
Judge = Callable[[Json], bool]  # of a Pod: is it well?


def count(pods: Sequence[Json], target: Target, ready: Judge, available: Judge) -> dict[str, int]:
    """Models computeReplicaStatus."""
    counts = dict.fromkeys(COUNTS, 0)
    for pod in pods:
        counts["replicas"] += is_created(pod)
        if phase_of(pod) == "Running" and ready(pod):
            counts["readyReplicas"] += 1
            counts["availableReplicas"] += available(pod)
        if is_created(pod) and not is_terminating(pod):
            counts["currentReplicas"] += revision_of(pod) == target.current_name
            counts["updatedReplicas"] += revision_of(pod) == target.update_name
    return counts


def new_status(stateful_set: Json, target: Target, counts: dict[str, int]) -> Json:
    """The status in the order of the API's fields. An update that is over makes the new revision the current one."""
    wanted = stateful_set["spec"]["replicas"]
    current = target.current_name
    rolling = (stateful_set["spec"].get("updateStrategy") or {}).get("type") == "RollingUpdate"
    if rolling and all(counts[name] == wanted for name in ("updatedReplicas", "readyReplicas", "replicas")):
        counts = {**counts, "currentReplicas": counts["updatedReplicas"]}
        current = target.update_name
    shown = {name: counts[name] for name in COUNTS[:-1] if counts[name] or name in _ALWAYS}
    return {
        "observedGeneration": stateful_set["metadata"]["generation"],
        **shown,
        "currentRevision": current,
        "updateRevision": target.update_name,
        "collisionCount": target.collisions,
        "availableReplicas": counts["availableReplicas"],
    }


def differs(status: Json, before: Json) -> bool:
    """Whether the status is worth writing. Models inconsistentStatus: collisions alone are not."""
    names = (*COUNTS, "currentRevision", "updateRevision")
    if status["observedGeneration"] > before.get("observedGeneration", 0):
        return True
    return any((status.get(name) or 0) != (before.get(name) or 0) for name in names)
