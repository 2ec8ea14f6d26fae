"""One run of a container: its processes, its files, its output. A restart is a new Container."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from simulator.containers import delivery
from simulator.containers.budgets import MAX_OUTPUT, UNLIMITED_MEMORY, Cpu
from simulator.containers.facts import Facts
from simulator.containers.files.container_tree import container_mounts
from simulator.containers.files.open import NullFile, OpenFile, Sink, Source
from simulator.containers.images.catalogue import Image
from simulator.containers.kernel import PidNamespace
from simulator.containers.log import Log
from simulator.containers.memory import NO_LIMIT
from simulator.containers.observation import Dependencies, Observation, Subject
from simulator.containers.process import Process
from simulator.containers.programs import PROGRAMS
from simulator.containers.signals import name_of
from simulator.containers.spec import ContainerSpec, CreateError, ExecError, StartError
from simulator.containers.syscalls import Exit, OSFault, Program, Routine
from simulator.containers.utilities.accounts import groups_in_image

if TYPE_CHECKING:
    from simulator.containers.machine import Machine

MAX_MESSAGE = 4096
LOST = 255  # the exit code of what nobody saw end
INIT_BYTES = 6 << 20  # what runc's own first process takes before the command; Docker allows no smaller limit
START_FAILED = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    "unable to start container process: "
)
EXEC_FAILED = "OCI runtime exec failed: exec failed: unable to start container process: "


@dataclass(frozen=True, slots=True)
class Completed:
    """How a command run by `Container.exec` ended. `seen` is None if it has to be run again to know."""

    exit: Exit
    stdout: bytes
    stderr: bytes
    seen: Dependencies | None


class Exec:
    """A command that runs in a container besides its main process.

    With `drain` it is not done before all that it started has closed its output, too.
    Models containerd's internal/cri/server/container_execsync.go drainExecSyncIO.
    """

    __slots__ = ("_container", "_on_exit", "_on_output", "_open", "_result", "_stderr", "_stdout", "process", "stdin")

    def __init__(
        self,
        container: Container,
        on_exit: Callable[[Completed], None],
        on_output: Callable[[str, bytes], None] | None,
        *,
        drain: bool,
    ) -> None:
        self._container = container
        self._on_exit = on_exit
        self._on_output = on_output
        self._stdout = bytearray()
        self._stderr = bytearray()
        self.stdin: Source | None = None
        self.process: Process | None = None
        self._open = 2 if drain else 0  # outputs that somebody may still write to
        self._result: Exit | None = None

    @property
    def over(self) -> bool:
        """The command itself has ended."""
        return self._result is not None

    def cancel(self) -> None:
        """Kill it, as the runtime does when a probe's time is up. `on_exit` is called with 137."""
        process = self.process
        if process is not None and process.exit is None:
            process.kernel.end(process, Exit(137, 9))

    def collect(self, stream: str, process: Process, data: bytes) -> None:
        """What the command wrote to stdout or stderr."""
        kept = self._stdout if stream == "stdout" else self._stderr
        if self._on_output is not None:
            self._on_output(stream, data)
        if len(kept) + len(data) > MAX_OUTPUT:
            process.container.facts.budget("output")
            data = data[: MAX_OUTPUT - len(kept)]
        kept.extend(data)

    def ended(self, result: Exit) -> None:
        self._result = result
        self._report()

    def closed(self) -> None:
        """Nobody has one of the outputs open any more."""
        self._open -= 1
        self._report()

    def _report(self) -> None:
        result = self._result
        if result is None or self._open > 0:
            return
        process = self.process
        observation = process.observation if process is not None else None
        seen = observation.result() if observation is not None else None
        self._on_exit(Completed(result, bytes(self._stdout), bytes(self._stderr), seen))


class Container:
    """`machine.container(spec)` makes one; `start` it once."""

    __slots__ = (
        "_on_exit",
        "cpu",
        "env",
        "exit",
        "facts",
        "groups",
        "held",
        "image",
        "life",
        "log",
        "lost",
        "machine",
        "main",
        "members",
        "memory",
        "memory_limit",
        "mounts",
        "namespace",
        "network",
        "pages",
        "reserved",
        "spec",
        "started_by",
        "started_ms",
        "stdin",
    )

    def __init__(self, machine: Machine, spec: ContainerSpec, image: Image) -> None:
        self.machine = machine
        self.spec = spec
        self.image = image
        self.network = spec.network
        self.log = Log(machine.engine)
        self.facts = Facts(self)
        self.cpu = Cpu(machine.engine.now)
        self.namespace = PidNamespace() if spec.shared_pids is None else spec.shared_pids
        self.members: dict[Process, None] = {}
        self.held: list[tuple[Process, Any]] = []
        self.memory = 0
        self.reserved = 0  # of it: what holds nothing
        self.pages = 0  # of it: files in memory
        self.memory_limit = NO_LIMIT if spec.memory_limit is None else spec.memory_limit
        self.main: Process | None = None
        self.exit: Exit | None = None
        self.lost = False  # it went with the machine, and nobody saw how
        # Changes when the container ends: whatever was found out about it holds no longer.
        self.life = Subject()
        self.started_ms = 0
        self.started_by = 0
        self.stdin = Source(ended=not spec.stdin, terminal=spec.tty) if spec.stdin else None
        self._on_exit: Callable[[Exit], None] | None = None
        self.env = self._environment()
        self.mounts = container_mounts(self)

    def _environment(self) -> dict[str, str]:
        """What processes begin with. They share it: one that changes its environment takes a copy first."""
        env = dict(self.image.env)
        env["HOSTNAME"] = self.hostname
        if self.spec.tty:
            env["TERM"] = "xterm"
        env.update(self.spec.env)
        env.setdefault("HOME", "/root" if not self.spec.user else "/")
        return env

    @property
    def hostname(self) -> str:
        return self.spec.hostname or self.network.hostname

    @property
    def holds_too_much(self) -> bool:
        """Without a limit of its own a container gets one for what we have to keep of its memory."""
        return self.memory_limit == NO_LIMIT and self.memory - self.reserved > UNLIMITED_MEMORY

    @property
    def running(self) -> bool:
        return self.main is not None and self.exit is None

    @property
    def reason(self) -> str:
        """As containerd says it: Completed, Error, OOMKilled or Unknown."""
        if self.exit is None:
            return ""
        if self.lost:
            return "Unknown"
        if self.exit.oom:
            return "OOMKilled"
        return "Error" if self.exit.code else "Completed"

    @property
    def command(self) -> list[str]:
        spec, image = self.spec, self.image
        if spec.command:
            return [*spec.command, *(spec.args or [])]
        return [*image.entrypoint, *(spec.args if spec.args is not None else image.cmd)]

    # ---- the main process --------------------------------------------------
    def start(self, on_exit: Callable[[Exit], None]) -> None:
        """Start the main process. Raises StartError. Its first fact follows from `started_by`, once that is set."""
        if self.mounts.obstacle:
            raise StartError(START_FAILED + self.mounts.obstacle)
        if self.memory_limit < INIT_BYTES:
            raise StartError(f"{START_FAILED}container init was OOM-killed (memory limit too low?): unknown")
        process, program = self._prepare(self.command, START_FAILED, StartError)
        stdout, stderr = (Sink(self._log, stream, terminal=self.spec.tty) for stream in ("stdout", "stderr"))
        process.fds = {0: self._stdin(), 1: stdout, 2: stderr}
        process.on_exit = self._main_ended
        process.cause = self.machine.engine.cause
        self.main = process
        self._on_exit = on_exit
        if self.spec.pod_memory is not None:
            self.spec.pod_memory.members[self] = None
        self.started_ms = self.machine.engine.now

        self.machine.kernel.start(process, partial(_main, program))
        self.namespace.skip(self.machine.runtime_threads())

    def _stdin(self) -> OpenFile:
        return self.stdin.share() if self.stdin is not None else NullFile()

    def _log(self, stream: str, process: Process, data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        process.unrepeatable()
        self.log.write(stream, text)
        self.facts.log(stream, text)

    def _prepare(
        self, argv: list[str], prefix: str, error: type[StartError] | type[ExecError]
    ) -> tuple[Process, Program]:
        """A process for a command that exists. The words of failure are runc's."""
        process = Process(self.machine.kernel, self, self.namespace, list(argv), self.env)
        user = self.image.user if self.spec.user is None else self.spec.user
        process.uid = user
        own, *others = groups_in_image(self.image, user)
        process.gid = own if self.spec.group is None else self.spec.group
        process.groups = (*self.spec.groups, *others)
        process.cwd = self.spec.working_dir or self.image.workdir or "/"
        try:
            return process, process.find(argv[0])
        except OSFault as fault:
            name = argv[0]
            if self.image.assumed and fault.errno == "ENOENT":
                # Nobody knows what is in this image: the command is taken to be there.
                return process, PROGRAMS["assumed" if error is StartError else "assumed-command"]
            if fault.errno == "ENOEXEC" or (fault.errno == "ENOENT" and fault.path != name and "/" in name):
                return process, _not_executable(name, fault)
            raise error(f'{prefix}exec: "{name}": {_reason(self, process, name, fault)}: unknown') from None

    def _main_ended(self, result: Exit) -> None:
        machine, main = self.machine, self.main
        assert main is not None
        machine.kernel.end_all([process for process in self.members if process is not main], Exit(137, 9, result.oom))
        self.exit = result
        if self.spec.pod_memory is not None:
            self.spec.pod_memory.members.pop(self, None)
        self.log.finish()
        number = self.facts.exit()
        machine.engine.cause = number
        main.cause = number
        self.life.changed(machine.kernel, number)
        if self._on_exit is not None:
            self._on_exit(result)

    # ---- what the runtime does to it ---------------------------------------
    def exec(
        self,
        argv: list[str],
        *,
        on_exit: Callable[[Completed], None],
        stdin: bytes | None = None,
        observe: bool = False,
        drain: bool = False,
        tty: bool = False,
        keep_stdin_open: bool = False,
        on_output: Callable[[str, bytes], None] | None = None,
    ) -> Exec:
        """Run a command. Raises ExecError if it cannot be started.

        `observe` finds out what the result depends on. `stdin` None is /dev/null; with `keep_stdin_open` more
        can be fed to `Exec.stdin` until its `end()`.
        """
        if not self.running:
            raise ExecError(f"container not running ({self.spec.id})")
        process, program = self._prepare(argv, self._exec_prefix(), ExecError)
        session = Exec(self, on_exit, on_output, drain=drain)
        if stdin is not None or keep_stdin_open:
            session.stdin = Source(stdin or b"", ended=not keep_stdin_open, terminal=tty)
        process.fds = {
            0: session.stdin if session.stdin is not None else NullFile(),
            1: Sink(session.collect, "stdout", terminal=tty, on_close=session.closed if drain else None),
            2: Sink(session.collect, "stderr", terminal=tty, on_close=session.closed if drain else None),
        }
        process.on_exit = session.ended
        process.cause = self.machine.engine.cause
        if observe:
            process.observation = Observation(self.machine.kernel)
            process.observation.saw(self.life)
        if tty:
            process.env = process.env | {"TERM": "xterm"}
        session.process = process
        self.facts.started(process, always=True)
        self.machine.kernel.start(process, program)
        self.namespace.skip(self.machine.runtime_threads())
        return session

    def _exec_prefix(self) -> str:
        number = self.machine.randoms("exec ids").getrandbits(256)
        return f'failed to exec in container: failed to start exec "{number:064x}": {EXEC_FAILED}'

    def signal(self, name: str, *, by: str = "kubelet", grace_ms: int | None = None) -> str:
        """Send a signal from outside to the main process. Gives its effect: killed, ignored, handled, gone."""
        main = self.main
        if main is None or main.exit is not None:
            return "gone"
        return delivery.send(self.machine.kernel, main, name_of(name), by=by, inside=False, grace_ms=grace_ms)

    def lose(self) -> None:
        """The machine goes down with all that runs on it."""
        if self.main is not None:
            self.lost = True
            self.main.cause = self.machine.engine.cause
            self.machine.kernel.end(self.main, Exit(LOST))

    def termination_message(self, *, fallback_to_logs: bool = False) -> str:
        """What the container left in its termination message file, or the end of its log if it failed."""
        text = ""
        if self.main is not None:
            try:
                data = self.main.files.read(self.spec.termination_message_path)
                text = data[-MAX_MESSAGE:].decode("utf-8", "replace")
            except OSFault:
                text = ""
        if not text and fallback_to_logs and self.exit is not None and self.exit.code:
            text = self.log.text(tail=80).encode()[-2048:].decode("utf-8", "ignore")
        return text

    def processes(self) -> list[Process]:
        return sorted(self.members, key=lambda process: process.pid)


def _main(program: Program, p: Process) -> Routine[int]:
    """The main process: its first fact, then the program."""
    container = p.container
    if container.started_by:
        p.cause = container.machine.engine.cause = container.started_by
    container.facts.started(p)
    return (yield from program(p))


def _reason(container: Container, process: Process, name: str, fault: OSFault) -> str:
    if "/" not in name:
        return "executable file not found in $PATH"
    if fault.errno == "ENOENT":
        return f"stat {name}: no such file or directory"
    return "is a directory" if process.files.is_dir(name) else "permission denied"


def _not_executable(name: str, fault: OSFault) -> Program:
    """The container starts and its command then fails: a script without a usable interpreter."""

    def run(p: Process) -> Routine[int]:
        yield from p.err(f"exec {name}: {fault.message.lower()}\n")
        return 255

    return run


def created(machine: Machine, spec: ContainerSpec) -> Container:
    """Models containerd's CreateContainer: the checks that fail before there is a container."""
    image = machine.images.get(spec.image)
    if not spec.command and not image.entrypoint and not (image.cmd if spec.args is None else spec.args):
        raise CreateError(
            f'failed to generate container "{spec.id}" spec: failed to generate spec: no command specified'
        )
    return Container(machine, spec, image)
