"""A small world for tests of the insides of containers: a machine, and containers by one line."""

from __future__ import annotations

from typing import Any

from simulator.containers import (
    Completed,
    Container,
    ContainerSpec,
    Exit,
    HttpResult,
    Machine,
    Program,
    TcpResult,
    make_file,
)
from simulator.engine import Engine, Randoms
from simulator.history import Fact, History

# 2026-11-23T04:34:06.150Z
EPOCH_MS = 1_795_408_446_150
IP = "10.244.0.5"


class World:
    def __init__(self, seed: int = 0) -> None:
        self.engine = Engine()
        self.history = History(self.engine)
        self.machine = Machine(self.engine, self.history, Randoms(seed), epoch_ms=EPOCH_MS, hostname="node1")
        self.network = self.machine.network_namespace(IP, "web")
        self.exits: list[tuple[int, Exit]] = []

    def container(self, image: str = "busybox:1.36", command: list[str] | str | None = None, **more: Any) -> Container:
        """Not started. A command given as one text is a shell's."""
        if isinstance(command, str):
            command = ["sh", "-c", command]
        more.setdefault("network", self.network)
        spec = ContainerSpec(name="app", pod="default/p", id="c0ffee", image=image, command=command, **more)
        return self.machine.container(spec)

    def start(self, image: str = "busybox:1.36", command: list[str] | str | None = None, **more: Any) -> Container:
        container = self.container(image, command, **more)
        container.start(lambda result: self.exits.append((self.engine.now, result)))
        return container

    def program(self, container: Container, name: str, program: Program) -> None:
        """Put a program of the test's own into a container that is not started yet."""
        self.machine.node_programs[name] = program
        make_file(container.mounts.root, f"/bin/{name}", b"", 0o755, program=f"node:{name}")

    def run_program(self, program: Program, **more: Any) -> Container:
        """A container whose main process is `program`."""
        container = self.container(command=["test-main"], **more)
        self.program(container, "test-main", program)
        container.start(lambda result: self.exits.append((self.engine.now, result)))
        return container

    def after(self, ms: int) -> None:
        self.engine.run_until(self.engine.now + ms)

    def exec(self, container: Container, *argv: str, observe: bool = False, wait_ms: int = 100) -> Completed:
        """Run a command to its end. One word with blanks in it is a shell line."""
        ended: list[Completed] = []
        words = ["sh", "-c", argv[0]] if len(argv) == 1 and " " in argv[0] else list(argv)
        container.exec(words, on_exit=ended.append, observe=observe)
        self.after(wait_ms)
        assert ended, f"{argv} still runs after {wait_ms} ms"
        return ended[0]

    def on_node(self, command: str, wait_ms: int = 100) -> Completed:
        ended: list[Completed] = []
        self.machine.run_on_node(command, ended.append)
        self.after(wait_ms)
        return ended[0]

    def get(self, path: str = "/", port: int = 80, ip: str = IP, *, timeout_ms: int = 1000, **more: Any) -> HttpResult:
        found: list[HttpResult] = []
        more.setdefault("headers", (("User-Agent", "kube-probe/1.35"),))
        self.machine.http_get(ip, port, path, timeout_ms=timeout_ms, on_result=found.append, **more)
        self.after(timeout_ms)
        return found[0]

    def connect(self, port: int, ip: str = IP) -> TcpResult:
        found: list[TcpResult] = []
        self.machine.tcp_connect(ip, port, timeout_ms=1000, on_result=found.append)
        self.after(1000)
        return found[0]

    def health(self, port: int, service: str = "") -> TcpResult:
        found: list[TcpResult] = []
        self.machine.grpc_health(IP, port, service, timeout_ms=1000, on_result=found.append)
        self.after(1000)
        return found[0]

    def facts(self, kind: str, **wanted: Any) -> list[Fact]:
        """The facts of a kind whose data has what is wanted."""
        return [
            entry
            for entry in self.history.entries
            if isinstance(entry, Fact)
            and entry.kind == kind
            and all(entry.data.get(key) == value for key, value in wanted.items())
        ]
