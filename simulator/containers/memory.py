"""The node's memory: what its containers have taken of it, and who is told when little is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.containers.syscalls import Exit, Terminated

if TYPE_CHECKING:
    from simulator.containers.container import Container
    from simulator.containers.kernel import Kernel
    from simulator.containers.process import Process

DEFAULT_BYTES = 24_684_092 << 10
SYSTEM_BYTES = 400_000 << 10
"""What the kernel, the kubelet and the runtime use themselves."""
NO_LIMIT = 1 << 62


class PodMemory:
    """What a Pod's containers may take together (bytes). `members` are those that run."""

    __slots__ = ("limit", "members")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.members: dict[Container, None] = {}

    @property
    def exceeded(self) -> bool:
        return sum(member.memory for member in self.members) > self.limit


class Memory:
    """In bytes. `taken` is kept up by the kernel."""

    __slots__ = ("_low", "_on_low", "on_exhausted", "taken", "total")

    def __init__(self, total: int = DEFAULT_BYTES) -> None:
        self.total = total
        self.taken = 0
        self._low = NO_LIMIT
        self._on_low: Callable[[], object] = lambda: None
        # Told the command and the pid of the process for which the OOM killer came.
        self.on_exhausted: Callable[[str, int], object] = lambda command, pid: None

    @property
    def available(self) -> int:
        return self.total - SYSTEM_BYTES - self.taken

    def watch(self, least: int, on_low: Callable[[], object]) -> None:
        """Call `on_low` once, when less than `least` is available; at once if it is."""
        self._low, self._on_low = self.total - SYSTEM_BYTES - least, on_low
        self.check()

    def check(self) -> None:
        if self.taken > self._low:
            self._low = NO_LIMIT
            self._on_low()


def allocate(kernel: Kernel, process: Process, size: int) -> None:
    """A process takes memory, or gives it back; the OOM killer may come, for it or for another."""
    container, memory = process.container, process.machine.memory
    process.memory += size
    container.memory += size
    memory.taken += size
    if size > 0:
        process.debt_us += size >> 10
        _check(kernel, process)


def charge(process: Process, size: int) -> None:
    """Files in memory count for the container that wrote them, and stay when the process ends."""
    container = process.container
    size = max(size, -container.pages)
    container.pages += size
    container.memory += size
    container.reserved += size
    if size > 0:
        _check(process.kernel, process)


def _check(kernel: Kernel, process: Process) -> None:
    container, memory = process.container, process.machine.memory
    if container.memory > container.memory_limit or container.holds_too_much:
        _out_of_memory(kernel, container, process)
    _check_pod(kernel, process)
    memory.check()
    while memory.available < 0 and (victim := _least_worthy(kernel, memory)) is not None:
        hog = max(victim.members, key=lambda member: member.memory)
        memory.on_exhausted(hog.argv[0] if hog.argv else "", hog.pid)
        _out_of_memory(kernel, victim, process)
    if process.exit is not None:
        raise Terminated


def _out_of_memory(kernel: Kernel, container: Container, culprit: Process) -> None:
    """Models the kernel's OOM killer under cgroup v2 with memory.oom.group, as the kubelet sets it."""
    if container.holds_too_much:
        container.facts.budget("memory")
    main = container.main
    dead = Exit(137, 9, oom=True)
    kernel.end_all([process for process in container.members if process is not main], dead)
    if main is not None:
        main.cause = culprit.cause
        kernel.end(main, dead)


def _check_pod(kernel: Kernel, process: Process) -> None:
    """The Pod's cgroup has a limit too: the killer takes the largest of its containers."""
    pod = process.container.spec.pod_memory
    while pod is not None and pod.exceeded:
        _out_of_memory(kernel, max(pod.members, key=lambda member: member.memory), process)


def _least_worthy(kernel: Kernel, memory: Memory) -> Container | None:
    """Whom the node's OOM killer takes. Models the kernel's mm/oom_kill.c oom_badness, for whole containers."""
    everyone = dict.fromkeys(process.container for process in kernel.everybody)
    living = [each for each in everyone if each.memory > 0 and each.spec.pod and each.machine.memory is memory]
    return max(living, key=lambda each: each.memory * 1000 // memory.total + each.spec.oom_score_adj, default=None)
