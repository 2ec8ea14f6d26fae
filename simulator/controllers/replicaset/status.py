"""What a ReplicaSet's status says. Models pkg/controller/replicaset/replica_set_utils.go."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.calendar import Calendar
from simulator.controllers.availability import available_in, is_ready
from simulator.controllers.client import Call, Client
from simulator.controllers.conditions import find_condition, with_condition, without_condition
from simulator.history import Json
from simulator.objects.errors import ApiError

_ALWAYS = ("replicas", "terminatingReplicas")  # written even if they are 0


def calculate_status(
    replica_set: Json, active: Sequence[Json], terminating: int, failure: ApiError | None, now: int, calendar: Calendar
) -> Json:
    """Models calculateStatus."""
    spec = replica_set["spec"]
    wanted = (spec["template"]["metadata"].get("labels") or {}).items()
    patience = spec.get("minReadySeconds", 0)
    counts = {
        "replicas": len(active),
        "fullyLabeledReplicas": sum(wanted <= (pod["metadata"].get("labels") or {}).items() for pod in active),
        "readyReplicas": sum(map(is_ready, active)),
        "availableReplicas": sum(available_in(pod, patience, now, calendar) == 0 for pod in active),
        "terminatingReplicas": terminating,
    }
    conditions = _conditions(replica_set, len(active), failure, calendar.second(now))
    status: Json = {key: count for key, count in counts.items() if count or key in _ALWAYS}
    status |= {"observedGeneration": replica_set["metadata"]["generation"]}
    return status | ({"conditions": conditions} if conditions else {})


def _conditions(replica_set: Json, active: int, failure: ApiError | None, at: str) -> list[Json]:
    status = replica_set.get("status") or {}
    known: list[Json] = status.get("conditions") or []
    failed = find_condition(status, "ReplicaFailure")
    if failure is None:
        return without_condition(known, "ReplicaFailure")
    if failed is not None:
        return known
    reason = "FailedCreate" if active < replica_set["spec"]["replicas"] else "FailedDelete"
    condition = {"type": "ReplicaFailure", "status": "True", "lastTransitionTime": at, "reason": reason}
    return with_condition(known, condition | {"message": failure.message})


def update_status(client: Client, replica_set: Json, status: Json) -> Call[Json]:
    """Write it if it says something new, and once more if somebody else wrote first. Models updateReplicaSetStatus."""
    if replica_set.get("status") == status:
        return replica_set
    try:
        return (yield from client.update_status({**replica_set, "status": status}))
    except ApiError:
        fresh = yield from client.get("replicasets", replica_set)
        return (yield from client.update_status({**fresh, "status": status}))
