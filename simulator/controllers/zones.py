"""How fast nodes that are not heard of lose their Pods, which depends on how many of their zone are.

Models handleDisruption, ComputeZoneState and the rate limits of pkg/controller/nodelifecycle.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.history import Json

NORMAL, PARTIAL, FULL = "normal", "partial", "full"
UNHEALTHY_SHARE = 0.55
PAUSE_MS = 10_000  # one node every ten seconds
REGION, ZONE = "topology.kubernetes.io/region", "topology.kubernetes.io/zone"
EXCLUDED = "node.kubernetes.io/exclude-disruption"
Zone = tuple[str, str]


def zone_of(node: Json) -> Zone:
    labels = node["metadata"].get("labels") or {}
    return labels.get(REGION, ""), labels.get(ZONE, "")


class Zones:
    """The state of each zone, and when a node of it may be tainted next."""

    def __init__(self) -> None:
        self._states: dict[Zone, str] = {}
        self._free_at: dict[Zone, int] = {}
        self._all_lost = False

    def update(self, nodes: Iterable[Json]) -> bool:
        """Take in how the nodes are; whether every zone is lost now and was not before."""
        readiness: dict[Zone, list[bool]] = {}
        for node in nodes:
            if EXCLUDED not in (node["metadata"].get("labels") or {}):
                readiness.setdefault(zone_of(node), []).append(_is_ready(node))
        self._states = {zone: _state(ready) for zone, ready in readiness.items()}
        before = self._all_lost
        self._all_lost = bool(self._states) and all(state == FULL for state in self._states.values())
        return self._all_lost and not before

    def free_at(self, node: Json, now: int) -> int | None:
        """When the node may be tainted at the earliest; None while none of its zone are (a small zone half lost)."""
        zone = zone_of(node)
        if self._all_lost or self._states.get(zone) == PARTIAL:
            return None
        return max(self._free_at.get(zone, now), now)

    def take(self, node: Json, now: int) -> bool:
        """Whether the node may be tainted now; the next has to wait then."""
        free = self.free_at(node, now)
        if free is None or free > now:
            return False
        self._free_at[zone_of(node)] = now + PAUSE_MS
        return True


def _is_ready(node: Json) -> bool:
    return any(c["type"] == "Ready" and c["status"] == "True" for c in node["status"]["conditions"])


def _state(ready: list[bool]) -> str:
    lost = ready.count(False)
    if lost == len(ready):
        return FULL
    return PARTIAL if lost > 2 and lost / len(ready) >= UNHEALTHY_SHARE else NORMAL
