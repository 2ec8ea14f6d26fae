"""Pods for which room is being made on a node: it is kept for them. Models pkg/scheduler/backend/queue/nominator.go."""

from __future__ import annotations

from simulator.history import Json
from simulator.scheduler.preemption import priority_of
from simulator.store import Change

FIELD = "nominatedNodeName"


class Nominations:
    """Kept up by the store's watch of Pods."""

    def __init__(self) -> None:
        self._pods: dict[str, Json] = {}  # by uid

    def note(self, change: Change) -> bool:
        """Whether a Pod lost its nomination without coming to the node, which helps others."""
        pod, uid = change.object, change.object["metadata"]["uid"]
        placed, node = pod["spec"].get("nodeName"), pod["status"].get(FIELD)
        if node and not placed and change.verb != "DELETED":
            self._pods[uid] = pod
            return False
        return self._pods.pop(uid, None) is not None and not placed

    def above(self, pod: Json, node: str) -> list[Json]:
        """Other Pods nominated for the node that are at least as important."""
        mine = pod["metadata"]["uid"]
        return [p for uid, p in self._on(node) if uid != mine and priority_of(p) >= priority_of(pod)]

    def below(self, pod: Json, node: str) -> list[Json]:
        """Pods nominated for the node that are less important."""
        return [p for _, p in self._on(node) if priority_of(p) < priority_of(pod)]

    def _on(self, node: str) -> list[tuple[str, Json]]:
        return [(uid, pod) for uid, pod in self._pods.items() if pod["status"][FIELD] == node]


def nominated(status: Json, node: str) -> Json:
    """The status with the nomination in it; "" takes it out."""
    return {key: value for key, value in status.items() if key != FIELD} | ({FIELD: node} if node else {})
