"""A process, as its program sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from simulator.containers import resolver
from simulator.containers.budgets import RESERVE
from simulator.containers.files.files import Files
from simulator.containers.files.open import OpenFile, Pipe
from simulator.containers.network import Listener
from simulator.containers.signals import Action, number_of
from simulator.containers.syscalls import (
    Exit,
    OSFault,
    Program,
    ReadFd,
    Routine,
    Sleep,
    Syscall,
    Terminated,
    WaitChild,
    WriteFd,
)

if TYPE_CHECKING:
    from random import Random

    from simulator.containers.container import Container
    from simulator.containers.http import Service
    from simulator.containers.kernel import Kernel, PidNamespace
    from simulator.containers.machine import Machine
    from simulator.containers.observation import Observation

__all__ = ["Process"]

Mode = Literal["r", "w", "a", "rw", "x"]


class Process:
    """One process. `files`, `open`, `fork`, `kill`, ... never block; what may block is `yield from`ed."""

    __slots__ = (
        "_files",
        "actions",
        "argv",
        "blocked",
        "cause",
        "children",
        "container",
        "cwd",
        "debt_us",
        "doing",
        "env",
        "exit",
        "fact",
        "fds",
        "generator",
        "gid",
        "group",
        "groups",
        "kernel",
        "killed_by",
        "memory",
        "namespace",
        "observation",
        "on_exit",
        "parent",
        "pending",
        "pid",
        "reserved",
        "started_ms",
        "stopped",
        "timer",
        "uid",
        "umask",
        "waits_on",
        "zombies",
    )

    def __init__(
        self, kernel: Kernel, container: Container, namespace: PidNamespace, argv: list[str], env: dict[str, str]
    ) -> None:
        self.kernel = kernel
        self.container = container
        self.namespace = namespace
        self.pid = namespace.allocate()
        self.group = self.pid
        self.argv = argv
        self.env = env
        self.cwd = "/"
        self.uid = self.gid = 0
        self.groups: tuple[int, ...] = ()  # beside the primary one
        self.umask = 0o022
        self.fds: dict[int, OpenFile] = {}
        self.actions: dict[str, Action] = {}
        # Not deques: empty ones are large, and these are short.
        self.pending: list[str] = []
        self.parent: Process | None = None
        self.children: dict[int, Process] = {}
        self.zombies: dict[int, Exit] = {}
        self.exit: Exit | None = None
        self.on_exit: Callable[[Exit], None] | None = None
        # The command a builtin of the shell is at, for the log; "" means argv.
        self.doing = ""
        # The log entry that what this process does now follows from, and the one of its own start.
        self.cause = 0
        self.fact = 0
        self.killed_by = 0
        self.observation: Observation | None = None
        self.started_ms = kernel.engine.now
        # Kernel's own: what the program waits for, and how to stop waiting.
        self.generator: Routine[int] | None = None
        self.blocked: Syscall | None = None
        self.waits_on: OpenFile | None = None
        self.timer: Any = None
        self.debt_us = 0
        self.memory = self.reserved = 0
        self.stopped = False
        self._files: Files | None = None

    # ---- the world ---------------------------------------------------------
    @property
    def ppid(self) -> int:
        parent = self.parent
        return parent.pid if parent is not None and parent.namespace is self.namespace else 0

    @property
    def machine(self) -> Machine:
        return self.container.machine

    @property
    def command(self) -> str:
        return " ".join(self.argv)

    @property
    def now_ms(self) -> int:
        """Virtual time. Looking at it makes a probe's command unrepeatable."""
        self.unrepeatable()
        return self.kernel.engine.now

    @property
    def epoch_ms(self) -> int:
        """The wall clock of the simulated world, ms since 1970."""
        return self.container.machine.epoch_ms + self.now_ms

    @property
    def random(self) -> Random:
        """Chance: `$RANDOM`, `shuf`, `mktemp`."""
        self.unrepeatable()
        return self.container.machine.randoms("programs")

    def unrepeatable(self) -> None:
        """Doing this again would not, or need not, give the same result."""
        if self.observation is not None:
            self.observation.repeatable = False

    @property
    def files(self) -> Files:
        files = self._files
        if files is None:
            files = self._files = Files(self.container.mounts, self)
        return files

    # ---- open files --------------------------------------------------------
    def open(self, path: str, mode: Mode = "r") -> OpenFile:
        """An open file that is nobody's descriptor yet: put it into `fds`, or `close()` it."""
        return self.files.open(path, mode)

    def pipe(self) -> tuple[OpenFile, OpenFile]:
        pipe = Pipe(self.kernel)
        return pipe.reader, pipe.writer

    def install(self, file: OpenFile) -> int:
        """Give `file` the lowest free descriptor."""
        fd = 0
        while fd in self.fds:
            fd += 1
        self.fds[fd] = file
        return fd

    def close(self, fd: int) -> None:
        file = self.fds.pop(fd, None)
        if file is None:
            raise OSFault("EBADF")
        file.close()

    def file(self, fd: int) -> OpenFile:
        try:
            return self.fds[fd]
        except KeyError:
            raise OSFault("EBADF") from None

    def read(self, fd: int, size: int = 65536) -> Routine[bytes | None]:
        """Up to `size` bytes; b"" at the end; None if a handled signal came first."""
        data = self.file(fd).read(self, size)
        if data is None:
            data = yield ReadFd(fd, size)
        return data

    def read_all(self, fd: int) -> Routine[bytes]:
        """Everything up to the end, signals or not."""
        parts: list[bytes] = []
        while (data := (yield from self.read(fd))) != b"":
            if data:
                parts.append(data)
                self.allocate(len(data))
        return b"".join(parts)

    def read_line(self, fd: int) -> Routine[bytes | None]:
        """One line with its newline (the last may lack it), b"" at the end, None if interrupted at its start."""
        file = self.file(fd)
        line = bytearray()
        while not line.endswith(b"\n"):
            data = file.read_line(self)
            if data is None:
                data = yield ReadFd(fd, line=True)
            if data is None and not line:
                return None
            if data == b"":
                break
            line += data or b""
        return bytes(line)

    def write(self, fd: int, data: bytes | str) -> Routine[int]:
        """All of `data`. Raises OSFault EPIPE, ENOSPC, ..."""
        if isinstance(data, str):
            data = data.encode("utf-8", "surrogateescape")
        written = self.file(fd).write(self, data)
        if written is None:
            written = yield WriteFd(fd, data)
        return written

    def out(self, text: bytes | str) -> Routine[int]:
        return self.write(1, text)

    def err(self, text: bytes | str) -> Routine[int]:
        return self.write(2, text)

    # ---- processes ---------------------------------------------------------
    def fork(
        self,
        program: Program,
        *,
        argv: list[str] | None = None,
        env: Mapping[str, str] | None = None,
        cwd: str | None = None,
        fds: Mapping[int, OpenFile] | None = None,
        new_group: bool = False,
    ) -> Process:
        """A child that runs `program`. With `argv` it is a command of its own, without one a copy of this.

        The child takes its own reference to each of `fds` (default: all of the parent's); the caller keeps
        its own and closes what it opened. Ignored signals stay ignored, handled ones get their default back.
        """
        return self.kernel.fork(
            self, program, argv=argv, env=env, cwd=cwd, fds=self.fds if fds is None else fds, new_group=new_group
        )

    def find(self, name: str) -> Program:
        """As execvp: a path, or a name looked up in PATH. Raises OSFault ENOENT, EACCES or ENOEXEC."""
        return self.files.program(name)

    def exec(self, program: Program, argv: list[str], env: Mapping[str, str] | None = None) -> Routine[int]:
        """Become another command: `return (yield from p.exec(...))`."""
        self.kernel.become(self, argv, env)
        return (yield from program(self))

    def wait(self, pid: int) -> Routine[Exit]:
        """Wait for one child, signals or not."""
        result = yield WaitChild(frozenset((pid,)), interruptible=False)
        status: Exit = result[1]
        return status

    def reap(self, pids: frozenset[int] | None = None) -> tuple[int, Exit] | None:
        """A child that has ended, without waiting (WNOHANG). Raises NoChild."""
        return self.kernel.reap(self, pids)

    def sleep(self, ms: int) -> Routine[int]:
        left: int = yield Sleep(ms)
        return left

    def kill(self, pid: int, signal_name: str) -> None:
        """kill(2): pid > 0, 0 (own group), -1 (all but PID 1 and this), < -1 (a group); "0" only checks."""
        self.kernel.kill(self, pid, signal_name)

    def raise_signal(self, name: str) -> None:
        """Kill this process by `name` as if the kernel sent it (a child's fate passed on, SIGPIPE)."""
        self.kernel.end(self, Exit(128 + number_of(name), number_of(name)))
        raise Terminated

    def processes(self) -> list[Process]:
        """What `ps` shows, by pid."""
        if self.observation is not None:
            self.observation.saw(self.namespace.subject)
        return self.namespace.visible()

    # ---- budgets -----------------------------------------------------------
    def spend(self, steps: int = 1) -> None:
        """Account for work that does not block: 200 steps are 1 ms of virtual time."""
        self.debt_us += 5 * steps
        cpu = self.container.cpu
        cpu.left -= steps
        if cpu.left < 0:
            self.kernel.out_of_steps(self)

    @property
    def tired(self) -> bool:
        """The steps are all but spent. An endless loop that sees this should `yield Spin()`: so it can still
        be stopped by a trap. One that does not is parked for good by `spend`."""
        return self.container.cpu.left < RESERVE and self.kernel.is_tired(self)

    def allocate(self, size: int) -> None:
        """Take memory (give it back with a negative size). Beyond the container's limit the OOM killer comes."""
        self.kernel.allocate(self, size)

    def reserve(self, size: int) -> None:
        """Take memory that holds nothing we would have to keep."""
        self.reserved += size
        self.container.reserved += size
        self.kernel.allocate(self, size)

    # ---- network -----------------------------------------------------------
    def listen(self, port: int, host: str = "", *, service: Service | None = None) -> OpenFile:
        """A listener to put into `fds`: it is closed with the last process that has it. Raises EADDRINUSE.

        With `service` the kernel answers requests by calling it; without one the program uses Accept.
        """
        self.unrepeatable()
        return Listener(self, port, host, service)

    def resolve(self, host: str) -> list[str]:
        """The addresses of a host name. Raises OSFault ENOTFOUND."""
        return resolver.resolve(self, host)[1]
