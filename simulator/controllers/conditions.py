"""The conditions in the status of a workload.

Models SetCondition and RemoveCondition of pkg/controller/replicaset/replica_set_utils.go, and what
pkg/controller/deployment/util/deployment_util.go makes of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.history import Json


def find_condition(status: Json, kind: str) -> Json | None:
    return next((c for c in status.get("conditions") or () if c["type"] == kind), None)


def with_condition(conditions: Sequence[Json], condition: Json) -> list[Json]:
    """The conditions with `condition` at their end, unless it says nothing new."""
    current = next((c for c in conditions if c["type"] == condition["type"]), None)
    if current is not None:
        if (current["status"], current["reason"]) == (condition["status"], condition["reason"]):
            return list(conditions)
        if current["status"] == condition["status"]:
            condition = {**condition, "lastTransitionTime": current["lastTransitionTime"]}
    return [*without_condition(conditions, condition["type"]), condition]


def without_condition(conditions: Sequence[Json], kind: str) -> list[Json]:
    return [c for c in conditions if c["type"] != kind]
