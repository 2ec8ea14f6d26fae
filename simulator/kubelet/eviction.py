"""Eviction of Pods that use more local storage than they may.

Models pkg/kubelet/eviction/eviction_manager.go localStorageEviction and
pkg/kubelet/server/stats/volume_stat_calculator.go: what a volume holds is measured once in one to two minutes, what a
container has written every ten seconds (containerd's pkg/cri/server/snapshots.go), and the manager looks every ten.
"""

from __future__ import annotations

from simulator.containers import EmptyDir
from simulator.history import Json
from simulator.kubelet.node import PodAgent
from simulator.objects import Quantity, parse_quantity
from simulator.objects.quantity import add

STATS_MS = 60_000
GRACE_S = 1


class EvictionManager:
    """Watches one Pod; a Pod without a limit costs nothing."""

    def __init__(self, agent: PodAgent) -> None:
        self._agent = agent
        self._usage: dict[str, int] = {}  # by volume
        self._written: dict[str, int] = {}  # by container ID, to its own file system
        if _is_limited(agent.pod["spec"]):
            random = agent.node.random
            agent.node.engine.after(round(STATS_MS * random.random()), self._measure)
            self._schedule()
            self._sample()

    def _sample(self) -> None:
        """Look how much each container has written."""
        agent = self._agent
        if agent.cancelled.done:
            return
        self._written = {id_: inside.mounts.root.tree.used for id_, inside in agent.runtime.insides.items()}
        agent.node.engine.at(agent.node.beats.snapshots.after(agent.node.engine.now), self._sample)

    def _measure(self) -> None:
        """Look how much each emptyDir holds."""
        if self._agent.cancelled.done:
            return
        for name, volume in self._agent.volumes.mounted.items():
            if isinstance(volume, EmptyDir):
                self._usage[name] = volume.used_bytes
        pause = STATS_MS * (1 + self._agent.node.random.random())
        self._agent.node.engine.after(round(pause), self._measure)

    def _schedule(self) -> None:
        engine = self._agent.node.engine
        engine.at(self._agent.node.beats.eviction.after(engine.now), self._look)

    def _look(self) -> None:
        agent = self._agent
        if agent.cancelled.done:
            return
        verdict = self._empty_dirs() or self._containers()
        if verdict is None:
            self._schedule()
            return
        message, field = verdict
        number = agent.node.history.fact("eviction", agent.key, "", {"message": message}, (field,))
        agent.node.engine.cause = number
        agent.event("Warning", "Evicted", message)
        agent.evict(agent.uid, {"phase": "Failed", "reason": "Evicted", "message": message}, GRACE_S)

    def _empty_dirs(self) -> tuple[str, str] | None:
        for index, volume in enumerate(self._agent.pod["spec"].get("volumes", ())):
            limit = (volume.get("emptyDir") or {}).get("sizeLimit")
            if limit and self._usage.get(volume["name"], 0) > parse_quantity(limit).value > 0:
                message = f'Usage of EmptyDir volume "{volume["name"]}" exceeds the limit "{limit}". '
                return message, f"spec.volumes[{index}].emptyDir.sizeLimit"
        return None

    def _containers(self) -> tuple[str, str] | None:
        spec = self._agent.pod["spec"]
        limits = _storage_limits(spec)
        if not limits:
            return None
        used = {container["name"]: self._used_by(container["name"]) for container in spec["containers"]}
        total = add([quantity for _, quantity in limits.values()])
        if sum(used.values()) + sum(self._usage.values()) > total.value:
            message = f"Pod ephemeral local storage usage exceeds the total limit of containers {total}. "
            return message, "spec.containers[0].resources.limits"
        for name, (index, limit) in limits.items():
            if used[name] > limit.value:
                message = f'Container {name} exceeded its local ephemeral storage limit "{limit}". '
                return message, f"spec.containers[{index}].resources.limits"
        return None

    def _used_by(self, name: str) -> int:
        current = self._agent.runtime.status().find(name)
        return self._written.get(current.id, 0) if current else 0


def _storage_limits(spec: Json) -> dict[str, tuple[int, Quantity]]:
    """By container: its index, and what it may write."""
    found = {}
    for index, container in enumerate(spec["containers"]):
        limit = ((container.get("resources") or {}).get("limits") or {}).get("ephemeral-storage")
        if limit:
            found[container["name"]] = (index, parse_quantity(limit))
    return found


def _is_limited(spec: Json) -> bool:
    sized = any((volume.get("emptyDir") or {}).get("sizeLimit") for volume in spec.get("volumes", ()))
    return sized or bool(_storage_limits(spec))
