"""What the kubelet watches on its node, what Pods use of it, and whom that makes first to go.

Models pkg/kubelet/eviction/helpers.go: rankMemoryPressure, rankDiskPressureFunc and evictionMessage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from simulator.containers import EmptyDir, Machine
from simulator.history import Json
from simulator.kubelet.node import PodAgent
from simulator.objects import parse_quantity
from simulator.scheduler.node_info import requests

MEMORY, DISK = "MemoryPressure", "DiskPressure"
MEMORY_LEAST = parse_quantity("100Mi").value
DISK_SHARE = 10  # the hundredth parts of the disk that have to be free
NANO = 10**9
OnLow = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Signal:
    """One resource of the node, in bytes."""

    resource: str
    condition: str
    least: int  # that has to be available
    available: Callable[[], int]
    used: Callable[[PodAgent, str], int]  # by what runs in one container of the Pod
    shared: Callable[[PodAgent], int]  # by the Pod besides
    when_low: Callable[[OnLow], object]  # the callback is called once, when a look is worth while

    @property
    def is_short(self) -> bool:
        return self.available() < self.least

    def watch(self, on_low: OnLow) -> None:
        self.when_low(on_low)

    def order(self, agent: PodAgent) -> tuple[bool, int, int]:
        """Over its request first, then the least important, then the one that is over it by most."""
        used = sum(self.used(agent, name) for name in _names(agent)) + self.shared(agent)
        over = used - requests(agent.pod["spec"]).get(self.resource, 0) // NANO
        return over <= 0, int(agent.pod["spec"].get("priority") or 0), -over

    def message(self, agent: PodAgent) -> str:
        least, available = amount(self.least), amount(self.available())
        words = f"The node was low on resource: {self.resource}. Threshold quantity: {least}, available: {available}. "
        spec = agent.pod["spec"]
        containers: list[Json] = [*spec["containers"], *spec.get("initContainers", ())]
        for container in containers:
            asked = ((container.get("resources") or {}).get("requests") or {}).get(self.resource, "0")
            used, name = self.used(agent, container["name"]), container["name"]
            if used > parse_quantity(asked).value:
                words += f"Container {name} was using {amount(used)}, request is {asked}, "
                words += f"has larger consumption of {self.resource}. "
        return words


def memory_signal(machine: Machine) -> Signal:
    memory = machine.memory

    def used(agent: PodAgent, name: str) -> int:
        current = next((c for c in agent.runtime.status().running if c.name == name), None)
        inside = agent.runtime.insides.get(current.id) if current is not None else None
        return inside.memory if inside is not None else 0

    def watch(on_low: OnLow) -> None:
        memory.watch(MEMORY_LEAST, on_low)

    return Signal("memory", MEMORY, MEMORY_LEAST, lambda: memory.available, used, lambda agent: 0, watch)


def disk_signal(machine: Machine, present: Callable[[], Iterable[PodAgent]]) -> Signal:
    """`present` are the Pods that have something on the disk."""
    disk = machine.disk
    least = disk.total * DISK_SHARE // 100

    def available() -> int:
        taken = sum(_written(agent, name) for agent in present() for name in _names(agent))
        return disk.free - machine.node_root.tree.used - taken - sum(map(_volumes, present()))

    def watch(on_low: OnLow) -> None:
        disk.watch(max(0, available() - least), on_low)

    return Signal("ephemeral-storage", DISK, least, available, _written, _volumes, watch)


def _names(agent: PodAgent) -> list[str]:
    spec = agent.pod["spec"]
    return [container["name"] for container in (*spec["containers"], *spec.get("initContainers", ()))]


def _written(agent: PodAgent, name: str) -> int:
    """To the container's own file system."""
    current = agent.runtime.status().find(name)
    inside = agent.runtime.insides.get(current.id) if current is not None else None
    return inside.mounts.root.tree.used if inside is not None else 0


def _volumes(agent: PodAgent) -> int:
    mounted = agent.volumes.mounted.values()
    return sum(each.used_bytes for each in mounted if isinstance(each, EmptyDir) and each.medium != "Memory")


def amount(size: int) -> str:
    """Bytes as a quantity in binary units, which is whole as long as it can be."""
    size = max(size, 0)
    for power, unit in ((4, "Ti"), (3, "Gi"), (2, "Mi"), (1, "Ki")):
        if size and size % (1 << 10 * power) == 0:
            return f"{size >> 10 * power}{unit}"
    return str(size)
