"""The node's kernel and the insides of its container runtime."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from simulator.containers.container import Completed, Container, Exec, created
from simulator.containers.disk import DEFAULT_BYTES as DISK_BYTES
from simulator.containers.disk import Disk
from simulator.containers.files.devices import device_directory
from simulator.containers.files.nodes import Directory
from simulator.containers.images.catalogue import Catalogue
from simulator.containers.kernel import Kernel, PidNamespace
from simulator.containers.memory import DEFAULT_BYTES as MEMORY_BYTES
from simulator.containers.memory import Memory
from simulator.containers.network import Namespace, Network
from simulator.containers.node import daemon, end_pid_namespace, make_node, run_on_node, shared_pid_namespace
from simulator.containers.requests import grpc_health, http_get, tcp_connect
from simulator.containers.spec import ContainerSpec
from simulator.containers.syscalls import Exit

if TYPE_CHECKING:
    from simulator.containers.http import HttpResult
    from simulator.containers.process import Process
    from simulator.containers.requests import TcpResult
    from simulator.containers.syscalls import Program
    from simulator.engine import Engine, Randoms
    from simulator.history import History

KERNEL_RELEASE = "6.18.44-fc-v657"


class Machine:
    """The kubelet's door to what runs inside containers.

    `epoch_ms` is the wall clock (ms since 1970) at 0 s; `node_ip` the node's address; `gateway` the address in
    the Pods' network that the node's own requests (probes) come from; `memory` and `disk` are in bytes;
    `beside` is another machine on the same network.
    """

    def __init__(
        self,
        engine: Engine,
        history: History,
        randoms: Randoms,
        *,
        epoch_ms: int,
        hostname: str,
        node_ip: str = "10.99.0.2",
        gateway: str = "10.244.0.1",
        images: Catalogue | None = None,
        memory: int = MEMORY_BYTES,
        disk: int = DISK_BYTES,
        beside: Machine | None = None,
    ) -> None:
        self.engine = engine
        self.history = history
        self.randoms = randoms
        self.epoch_ms = epoch_ms
        self.hostname = hostname
        self.kernel_release = KERNEL_RELEASE
        # One kernel runs the processes of all machines of a cluster; each machine has its pids and its memory.
        self.kernel: Kernel = Kernel(engine, history) if beside is None else beside.kernel
        self.memory = Memory(memory)
        self.disk = Disk(disk)
        self.images = Catalogue() if images is None else images
        self.network: Network = Network(self.kernel, gateway, {} if beside is None else beside.network.namespaces)
        self.devices = device_directory()
        self.host_network = self.network.node = self.network_namespace(node_ip, hostname)
        self.node: Container = make_node(self)
        # The words that `programs` of run_on_node stand for.
        self.node_programs: dict[str, Program] = {}

    @property
    def node_root(self) -> Directory:
        """The node's own file tree (hostPath volumes, static Pod manifests)."""
        return self.node.mounts.root

    def runtime_threads(self) -> int:
        """How many pids the runtime's own threads take when it starts a process."""
        return self.randoms("pids").choice((4, 5, 5, 5, 5, 5, 5, 6))

    # ---- Pods --------------------------------------------------------------
    def network_namespace(self, ip: str, hostname: str, pod: str = "") -> Namespace:
        namespace = Namespace(ip, hostname, pod)
        self.network.add(namespace)
        return namespace

    def drop_network_namespace(self, namespace: Namespace) -> None:
        """The Pod's sandbox is stopped: its address answers no more."""
        if namespace is not self.host_network:
            self.network.remove(namespace)

    def shared_pid_namespace(
        self, network: Namespace, pod: str, on_end: Callable[[], None] | None = None
    ) -> PidNamespace:
        """For shareProcessNamespace: PID 1 is the Pod's pause. `on_end` is told when that is gone."""
        return shared_pid_namespace(self, network, pod, on_end)

    def drop_pid_namespace(self, namespace: PidNamespace) -> None:
        """The Pod's sandbox is stopped: its pause ends."""
        end_pid_namespace(self, namespace)

    def container(self, spec: ContainerSpec) -> Container:
        """Raises CreateError; VolumeError for a sub_path that cannot be."""
        return created(self, spec)

    # ---- the node's shell --------------------------------------------------
    def run_on_node(
        self,
        command: str,
        on_exit: Callable[[Completed], None],
        *,
        programs: Mapping[str, Program] | None = None,
        env: Mapping[str, str] | None = None,
        on_output: Callable[[str, bytes], None] | None = None,
    ) -> Exec:
        """Run a shell line on the node. `programs` are commands known only there: kubectl."""
        return run_on_node(self, command, on_exit, programs or {}, env or {}, on_output)

    def daemon(self, argv: list[str], on_exit: Callable[[Exit], None]) -> Process:
        """Start a process in the background of the node. `on_exit` is told how it ended."""
        return daemon(self, argv, on_exit)

    def end(self, process: Process) -> None:
        """End it with SIGTERM."""
        self.kernel.end(process, Exit(143, 15))

    def end_everything(self) -> None:
        """The machine goes down: of the node's own processes only init will be there again."""
        self.kernel.end_all([process for process in self.node.members if process is not self.node.main], Exit(137, 9))

    # ---- requests from the node (probes, hooks) ----------------------------
    def http_get(
        self,
        ip: str,
        port: int,
        path: str,
        *,
        scheme: str = "http",
        headers: tuple[tuple[str, str], ...] = (),
        timeout_ms: int = 1000,
        host: str = "",
        on_result: Callable[[HttpResult], None],
    ) -> None:
        """As the kubelet's HTTP client asks: redirects on the same host are followed. `host` is for httpGet.host."""
        http_get(self, ip, port, path, scheme, headers, timeout_ms, host or ip, on_result)

    def tcp_connect(self, ip: str, port: int, *, timeout_ms: int, on_result: Callable[[TcpResult], None]) -> None:
        tcp_connect(self, ip, port, timeout_ms, on_result)

    def grpc_health(
        self, ip: str, port: int, service: str, *, timeout_ms: int, on_result: Callable[[TcpResult], None]
    ) -> None:
        grpc_health(self, ip, port, service, timeout_ms, on_result)
