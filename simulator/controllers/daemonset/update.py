"""Replacing the Pods of older templates, node by node.

Models rollingUpdate of pkg/controller/daemon/update.go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from simulator.controllers.daemonset.manage import Plan
from simulator.controllers.daemonset.placement import is_updated, max_surge, max_unavailable, should_run
from simulator.history import Json


@dataclass(frozen=True, slots=True)
class _Pair:
    """What a node has that is not being deleted: a new Pod, an old one, both or none."""

    node: str
    new: Json | None
    old: Json | None


@dataclass(slots=True)
class _Surge:
    """What a look at all nodes finds while extra Pods are allowed."""

    delete: list[Json] = field(default_factory=list)
    misplaced: list[Json] = field(default_factory=list)  # old and available, on nodes that they should not be on
    allowed: list[str] = field(default_factory=list)  # nodes whose old Pod is of no use
    candidates: list[str] = field(default_factory=list)
    surging: int = 0
    available: int = 0


@dataclass(frozen=True, slots=True)
class RollingUpdate:
    """One sync's look at a DaemonSet; `available` judges Pods as of its beginning."""

    daemon_set: Json
    revision: str
    available: Callable[[Json], bool]

    def plan(self, nodes: Sequence[Json], pods: dict[str, list[Json]]) -> Plan:
        """Within maxUnavailable old Pods are deleted; or within maxSurge new ones are made beside them."""
        wanted = [node["metadata"]["name"] for node in nodes if should_run(self.daemon_set, node)[0]]
        names = dict.fromkeys([*pods, *wanted])
        pairs = [self._pair(name, pods.get(name, ())) for name in names]
        surge, unavailable = max_surge(self.daemon_set, len(wanted)), max_unavailable(self.daemon_set, len(wanted))
        if surge:
            return self._surging(pairs, surge, {n["metadata"]["name"]: n for n in nodes}, len(wanted))
        return self._replacing(pairs, max(unavailable, 1 if wanted else 0))

    def _pair(self, node: str, pods: Sequence[Json]) -> _Pair | None:
        """None if there are several old or several new Pods: `Manager` clears up first (findUpdatedPodsOnNode)."""
        living = [pod for pod in pods if "deletionTimestamp" not in pod["metadata"]]
        new = [pod for pod in living if is_updated(pod, self.daemon_set, self.revision)]
        old = [pod for pod in living if pod not in new]
        if len(new) > 1 or len(old) > 1:
            return None
        return _Pair(node, new[0] if new else None, old[0] if old else None)

    def _replacing(self, pairs: Sequence[_Pair | None], limit: int) -> Plan:
        unavailable, allowed, candidates = 0, [], []
        for pair in pairs:
            if pair is None or (pair.new is None) == (pair.old is None):
                unavailable += 1
            elif pair.old is None:
                unavailable += pair.new is not None and not self.available(pair.new)
            elif not self.available(pair.old):
                allowed.append(pair.old)
                unavailable += 1
            elif unavailable < limit:
                candidates.append(pair.old)
        return Plan(delete=allowed + candidates[: max(0, limit - unavailable)])

    def _surging(self, pairs: Sequence[_Pair | None], limit: int, nodes: dict[str, Json], wanted: int) -> Plan:
        found = _Surge()
        for pair in pairs:
            if pair is None:
                found.surging += 1
            elif pair.old is not None:
                self._look(pair, pair.old, limit, nodes, found)
            elif pair.new is not None:
                found.available += self.available(pair.new)
        spare = max(0, found.available - wanted)
        create = found.allowed + found.candidates[: max(0, limit - found.surging)]
        return Plan(create_on=create, delete=found.delete + found.misplaced[:spare])

    def _look(self, pair: _Pair, old: Json, limit: int, nodes: dict[str, Json], found: _Surge) -> None:
        is_available = self.available(old)
        found.available += is_available
        if pair.new is not None:
            if self.available(pair.new):
                found.delete.append(old)
            else:
                found.surging += 1
        elif pair.node not in nodes or not should_run(self.daemon_set, nodes[pair.node])[0]:
            (found.misplaced if is_available else found.delete).append(old)
        elif not is_available:
            found.allowed.append(pair.node)
        elif found.surging < limit:
            found.candidates.append(pair.node)
