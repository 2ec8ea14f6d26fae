"""/proc: the processes of a pid namespace as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.files.nodes import Device, Directory, File, Link, Node, Tree

if TYPE_CHECKING:
    from simulator.containers.container import Container
    from simulator.containers.machine import Machine
    from simulator.containers.process import Process

TREE = Tree("virtual", "proc")
BOOTED_S = 1000
"""How long the node had been up at the start."""
PROCESS_FILES = ("cmdline", "comm", "cwd", "environ", "exe", "fd", "root", "stat", "status")
SYSTEM_FILES = ("cpuinfo", "loadavg", "meminfo", "mounts", "stat", "uptime", "version")


class _Generated(Directory):
    """A directory whose nodes are made when asked for."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(TREE, None, 0o555)


class ProcDirectory(_Generated):
    """/proc of a container."""

    __slots__ = ("_container",)

    def __init__(self, container: Container) -> None:
        super().__init__()
        self._container = container

    def get(self, name: str) -> Node | None:
        kernel = self._container.machine.kernel
        if name in ("self", "thread-self") and kernel.running is not None:
            return Link(str(kernel.running.pid))
        if name.isdigit():
            process = self._container.namespace.get(int(name))
            if kernel.running is not None:
                kernel.running.processes()
            return None if process is None else ProcessDirectory(process)
        if name in SYSTEM_FILES:
            return File(self._system(name).encode(), 0o444)
        return None

    def names(self) -> list[str]:
        running = self._container.machine.kernel.running
        pids = [str(process.pid) for process in running.processes()] if running is not None else []
        return [*pids, "self", *SYSTEM_FILES]

    def _system(self, name: str) -> str:
        machine = self._container.machine
        match name:
            case "cpuinfo":
                return "processor\t: 0\nmodel name\t: simulated\n\n"
            case "loadavg":
                return "0.00 0.00 0.00 1/100 1\n"
            case "meminfo":
                return _meminfo(machine)
            case "mounts":
                return self._mounts()
            case "stat":
                return f"btime {machine.epoch_ms // 1000 - BOOTED_S}\n"
            case "uptime":
                running = machine.kernel.running
                seconds = (running.now_ms if running is not None else 0) / 1000 + BOOTED_S
                return f"{seconds:.2f} {seconds:.2f}\n"
            case _:
                return f"Linux version {machine.kernel_release} (podviz)\n"

    def _mounts(self) -> str:
        lines = ["overlay / overlay rw,relatime 0 0", "proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0"]
        given = {f"/{mount.path.strip('/')}": mount for mount in self._container.spec.mounts}
        for point in self._container.mounts.all():
            if point.path in given:
                source, kind, options = given[point.path].file_system()
                lines.append(f"{source} {point.path} {kind} {options} 0 0")
            elif point.path != "/proc":
                lines.append(f"/dev/vda1 {point.path} ext4 {'ro' if point.read_only else 'rw'},relatime 0 0")
        return "\n".join(lines) + "\n"


class ProcessDirectory(_Generated):
    __slots__ = ("_process",)

    def __init__(self, process: Process) -> None:
        super().__init__()
        self._process = process

    def names(self) -> list[str]:
        return list(PROCESS_FILES)

    def get(self, name: str) -> Node | None:
        process = self._process
        match name:
            case "fd":
                return FdDirectory(process)
            case "cwd":
                return Link(process.cwd)
            case "root":
                # Another container's root (shared process namespaces): its own tree.
                return process.container.mounts.root
            case "exe":
                return Link(process.argv[0] if process.argv else "")
            case _:
                text = self._text(name)
                return None if text is None else File(text.encode("utf-8", "surrogateescape"), 0o444)

    def _text(self, name: str) -> str | None:
        process = self._process
        short = comm(process)
        match name:
            case "cmdline":
                return "".join(f"{word}\0" for word in process.argv)
            case "comm":
                return f"{short}\n"
            case "environ":
                return "".join(f"{key}={value}\0" for key, value in process.env.items())
            case "stat":
                return f"{process.pid} ({short}) {state(process)} {process.ppid} {process.group} {process.group} 0 -1\n"
            case "status":
                return (
                    f"Name:\t{short}\nUmask:\t{process.umask:04o}\nState:\t{state(process)}\nTgid:\t{process.pid}\n"
                    f"Pid:\t{process.pid}\nPPid:\t{process.ppid}\n"
                    f"Uid:\t{process.uid}\t{process.uid}\t{process.uid}\t{process.uid}\n"
                    f"Gid:\t{process.gid}\t{process.gid}\t{process.gid}\t{process.gid}\n"
                    f"VmRSS:\t{process.memory // 1024:8d} kB\nThreads:\t1\n"
                )
            case _:
                return None


class FdDirectory(_Generated):
    __slots__ = ("_process",)

    def __init__(self, process: Process) -> None:
        super().__init__()
        self._process = process

    def names(self) -> list[str]:
        return [str(fd) for fd in sorted(self._process.fds)]

    def get(self, name: str) -> Node | None:
        if not name.isdigit() or int(name) not in self._process.fds:
            return None
        return Device(f"pid{self._process.pid}/{name}")


def comm(process: Process) -> str:
    """The name that `ps` and `pgrep` know a process by."""
    word = process.argv[0] if process.argv else ""
    return word.removesuffix(":").rpartition("/")[2][:15]


def state(process: Process) -> str:
    if process.stopped:
        return "T (stopped)"
    return "S (sleeping)" if process.blocked is not None else "R (running)"


def _meminfo(machine: Machine) -> str:
    """It changes without anybody being told: what reads it cannot be taken for granted."""
    if machine.kernel.running is not None:
        machine.kernel.running.unrepeatable()
    total, available = machine.memory.total >> 10, max(0, machine.memory.available >> 10)
    shown = (("MemTotal", total), ("MemFree", max(0, available - 900_000)), ("MemAvailable", available))
    return "".join(f"{f'{name}:':16}{size:8} kB\n" for name, size in shown)
