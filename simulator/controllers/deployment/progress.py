"""A Deployment's status: its counts, whether it is available, and whether its rollout gets on.

Models pkg/controller/deployment/progress.go and calculateStatus of sync.go.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.calendar import Calendar
from simulator.controllers.conditions import find_condition, with_condition, without_condition
from simulator.controllers.deployment.util import (
    has_progress_deadline,
    max_unavailable,
    spec_replicas,
    status_count,
)
from simulator.history import Json

PROGRESSING = "Progressing"
AVAILABLE_REASON = "NewReplicaSetAvailable"
TIMED_OUT = "ProgressDeadlineExceeded"


def new_condition(kind: str, status: str, reason: str, message: str, at: str) -> Json:
    times = {"lastUpdateTime": at, "lastTransitionTime": at}
    return {"type": kind, "status": status, **times, "reason": reason, "message": message}


def calculate_status(all_sets: Sequence[Json], new: Json | None, deployment: Json, at: str) -> Json:
    """Models calculateStatus."""
    available = status_count(all_sets, "availableReplicas")
    old = deployment.get("status") or {}
    counts = {
        "observedGeneration": deployment["metadata"].get("generation", 0),
        "replicas": status_count(all_sets, "replicas"),
        "updatedReplicas": status_count([new] if new is not None else [], "replicas"),
        "readyReplicas": status_count(all_sets, "readyReplicas"),
        "availableReplicas": available,
        "unavailableReplicas": max(0, spec_replicas(all_sets) - available),
    }
    status: Json = {key: count for key, count in counts.items() if count}
    status |= _terminating(all_sets)
    status["conditions"] = with_condition(old.get("conditions") or [], _availability(deployment, available, at))
    return status | ({"collisionCount": old["collisionCount"]} if "collisionCount" in old else {})


def _terminating(all_sets: Sequence[Json]) -> Json:
    """Nothing is said while a ReplicaSet has been seen by its controller and does not say it."""
    seen = [each.get("status") or {} for each in all_sets]
    if any("terminatingReplicas" not in status and status.get("observedGeneration") for status in seen):
        return {}
    return {"terminatingReplicas": sum(status.get("terminatingReplicas", 0) for status in seen)}


def _availability(deployment: Json, available: int, at: str) -> Json:
    if available >= deployment["spec"]["replicas"] - max_unavailable(deployment):
        words = "Deployment has minimum availability."
        return new_condition("Available", "True", "MinimumReplicasAvailable", words, at)
    words = "Deployment does not have minimum availability."
    return new_condition("Available", "False", "MinimumReplicasUnavailable", words, at)


def rollout_status(all_sets: Sequence[Json], new: Json | None, deployment: Json, now: int, calendar: Calendar) -> Json:
    """The status with what is to be said of the rollout. Models syncRolloutStatus."""
    status = calculate_status(all_sets, new, deployment, calendar.second(now))
    if not has_progress_deadline(deployment):
        status["conditions"] = without_condition(status["conditions"], PROGRESSING)
    elif not _is_over(deployment, status):
        status["conditions"] = _progress(status, new, deployment, now, calendar)
    failure = _replica_failure(all_sets, new)
    if failure is not None:
        status["conditions"] = with_condition(status["conditions"], failure)
    else:
        status["conditions"] = without_condition(status["conditions"], "ReplicaFailure")
    return status


def _is_over(deployment: Json, status: Json) -> bool:
    """No rollout is under way, so there is no progress to judge."""
    current = find_condition(deployment.get("status") or {}, PROGRESSING)
    same = status.get("replicas", 0) == status.get("updatedReplicas", 0)
    return same and current is not None and current["reason"] == AVAILABLE_REASON


def _progress(status: Json, new: Json | None, deployment: Json, now: int, calendar: Calendar) -> list[Json]:
    at, conditions = calendar.second(now), status["conditions"]
    name = deployment["metadata"]["name"]
    what = f'ReplicaSet "{new["metadata"]["name"]}"' if new is not None else f'Deployment "{name}"'
    if is_complete(deployment, status):
        words = f"{what} has successfully progressed."
        return with_condition(conditions, new_condition(PROGRESSING, "True", AVAILABLE_REASON, words, at))
    if _is_progressing(deployment, status):
        condition = new_condition(PROGRESSING, "True", "ReplicaSetUpdated", f"{what} is progressing.", at)
        current = find_condition(deployment.get("status") or {}, PROGRESSING)
        if current is not None and current["status"] == "True":
            condition["lastTransitionTime"] = current["lastTransitionTime"]
        # Without the old one even the same reason counts as news: the time of the last progress moves on.
        return with_condition(without_condition(conditions, PROGRESSING), condition)
    if _has_timed_out(deployment, status, now, calendar):
        words = f"{what} has timed out progressing."
        return with_condition(conditions, new_condition(PROGRESSING, "False", TIMED_OUT, words, at))
    return list(conditions)


def is_complete(deployment: Json, status: Json) -> bool:
    """All Pods are new and available, and no old one is there (DeploymentComplete)."""
    counts = {status.get(field, 0) for field in ("updatedReplicas", "replicas", "availableReplicas")}
    observed = status.get("observedGeneration", 0) >= deployment["metadata"].get("generation", 0)
    return counts == {deployment["spec"]["replicas"]} and bool(observed)


def _is_progressing(deployment: Json, status: Json) -> bool:
    """Models DeploymentProgressing."""
    before = deployment.get("status") or {}

    def old_ones(counts: Json) -> int:
        return int(counts.get("replicas", 0) - counts.get("updatedReplicas", 0))

    grown = ("updatedReplicas", "readyReplicas", "availableReplicas")
    more = any(status.get(field, 0) > before.get(field, 0) for field in grown)
    return more or old_ones(status) < old_ones(before)


def _has_timed_out(deployment: Json, status: Json, now: int, calendar: Calendar) -> bool:
    """Models DeploymentTimedOut."""
    condition = find_condition(status, PROGRESSING)
    if condition is None or condition["reason"] == AVAILABLE_REASON:
        return False
    return condition["reason"] == TIMED_OUT or deadline(deployment, condition, calendar) < now


def deadline(deployment: Json, condition: Json, calendar: Calendar) -> int:
    """Until when (ms) the rollout has to get on."""
    return calendar.parse(condition["lastUpdateTime"]) + int(deployment["spec"]["progressDeadlineSeconds"]) * 1000


def _replica_failure(all_sets: Sequence[Json], new: Json | None) -> Json | None:
    """What keeps a ReplicaSet from making Pods, the new one's first. Models getReplicaFailures."""
    for replica_set in ([new] if new is not None else []) + list(all_sets):
        failed = find_condition(replica_set.get("status") or {}, "ReplicaFailure")
        if failed is not None:
            return {**failed, "lastUpdateTime": failed["lastTransitionTime"]}
    return None


def recheck_in(deployment: Json, status: Json, now: int, calendar: Calendar) -> int | None:
    """In how many ms a rollout that stands still has to be looked at again. Models requeueStuckDeployment."""
    current = find_condition(deployment.get("status") or {}, PROGRESSING)
    if not has_progress_deadline(deployment) or current is None:
        return None
    if is_complete(deployment, status) or current["reason"] == TIMED_OUT:
        return None
    after = deadline(deployment, current, calendar) - now
    # A second more, against differences between clocks. Within the last second upstream looks every 5 ms.
    return after + 1000 if after >= 1000 else max(5, after + 1)
