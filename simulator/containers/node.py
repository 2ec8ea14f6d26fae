"""The node itself as a place where processes run, and a Pod's shared pid namespace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from simulator.containers.budgets import Cpu
from simulator.containers.container import Completed, Container, Exec
from simulator.containers.facts import Facts
from simulator.containers.files.nodes import Directory, Tree, make_directory, make_file
from simulator.containers.kernel import PidNamespace
from simulator.containers.process import Process
from simulator.containers.programs.generic import pause
from simulator.containers.spec import ContainerSpec
from simulator.containers.syscalls import Exit, Pause, Program, Routine

if TYPE_CHECKING:
    from simulator.containers.machine import Machine
    from simulator.containers.network import Namespace

HOST_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class HostPids(PidNamespace):
    """The node's own pid namespace: containers' processes are seen in it too, under other pids."""

    __slots__ = ("_machine", "_pids")

    def __init__(self, machine: Machine) -> None:
        super().__init__()
        self._machine = machine
        self._pids: dict[Process, int] = {}

    def _inner(self) -> dict[int, Process]:
        """Containers' processes by the pid that they have here; given when somebody first looks."""
        machine = self._machine
        everybody = (process for process in machine.kernel.everybody if process.machine is machine)
        inner = [process for process in everybody if process.namespace is not self]
        self._pids = {process: self._pids.get(process) or self.allocate() for process in inner}
        return {pid: process for process, pid in self._pids.items()}

    def get(self, pid: int) -> Process | None:
        return self.processes.get(pid) or self._inner().get(pid)

    def visible(self) -> list[Process]:
        views = [self._view(process, pid) for pid, process in self._inner().items()]
        return sorted([*self.processes.values(), *views], key=lambda process: process.pid)

    def _view(self, process: Process, pid: int) -> Process:
        """The process as it looks from here: to be read only."""
        view = Process.__new__(Process)
        for name in Process.__slots__:
            setattr(view, name, getattr(process, name))
        view.pid = pid
        view.namespace = self
        view.parent = self.init
        return view


def idle(p: Process) -> Routine[int]:
    """Does nothing, for ever: the node's init."""
    while True:
        yield Pause()
        p.pending.clear()


def _resident(machine: Machine, container: Container, argv: list[str], program: Program = idle) -> Process:
    """A process that was there before anything began."""
    process = Process(machine.kernel, container, container.namespace, argv, container.env)
    process.actions = {"TERM": "handle", "INT": "handle", "CHLD": "ignore"}
    machine.kernel.start(process, program)
    return process


def daemon(machine: Machine, argv: list[str], on_exit: Callable[[Exit], None]) -> Process:
    """A process in the background of the node, until a signal ends it."""
    node = machine.node
    process = Process(machine.kernel, node, node.namespace, argv, node.env)
    process.on_exit = on_exit
    machine.kernel.start(process, idle)
    return process


def make_node(machine: Machine) -> Container:
    image = machine.images.node()
    spec = ContainerSpec(
        name="",
        pod="",
        id="",
        image=image.name,
        network=machine.host_network,
        shared_pids=HostPids(machine),
        hostname=machine.hostname,
        env={"PATH": HOST_PATH},
        termination_message_path="",
    )
    node = Container(machine, spec, image)
    root = Directory(Tree("node"), image.layer)
    root.tree.disk = machine.disk
    node.mounts.root = root
    for path in ("/tmp", "/var/lib/kubelet", "/var/log", "/etc/kubernetes/manifests", "/mnt", "/data"):
        make_directory(root, path)
    make_directory(root, "/tmp").mode = 0o1777
    make_file(root, "/etc/machine-id", "7c0e0a5d4f5b4d1b9a3c0f0e5d2b1a90\n")
    node.main = _resident(machine, node, ["/sbin/init"])
    return node


def shared_pid_namespace(
    machine: Machine, network: Namespace, pod: str, on_end: Callable[[], None] | None
) -> PidNamespace:
    """PID 1 is the sandbox's pause, so that a container's main process is none: its signals have their defaults."""
    spec = ContainerSpec(name="", pod=pod, id="", image="registry.k8s.io/pause:3.10.1", network=network)
    sandbox = Container(machine, spec, machine.images.get(spec.image))
    sandbox.main = _resident(machine, sandbox, ["/pause"], pause)
    if on_end is not None:
        sandbox.main.on_exit = lambda _: on_end()
    sandbox.namespace.skip(4)
    return sandbox.namespace


def end_pid_namespace(machine: Machine, namespace: PidNamespace) -> None:
    """The sandbox goes, and its pause with it, and what else there may be."""
    if namespace.init is not None:
        machine.kernel.end(namespace.init, Exit(0))


def run_on_node(
    machine: Machine,
    command: str,
    on_exit: Callable[[Completed], None],
    programs: Mapping[str, Program],
    env: Mapping[str, str],
    on_output: Callable[[str, bytes], None] | None,
) -> Exec:
    node = machine.node
    for name, program in programs.items():
        if name not in machine.node_programs:
            make_file(machine.node_root, f"/usr/local/bin/{name}", b"\x7fELF", 0o755, program=f"node:{name}")
        machine.node_programs[name] = program
    # What a person types is told in full, however often it was typed before.
    node.facts = Facts(node)
    node.cpu = Cpu(machine.engine.now)
    before, node.env = node.env, {**node.env, **env}
    try:
        return node.exec(["sh", "-c", command], on_exit=on_exit, on_output=on_output)
    finally:
        node.env = before
