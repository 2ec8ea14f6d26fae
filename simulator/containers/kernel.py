"""The kernel: runs processes over virtual time.

A program runs inside one call of the engine until it blocks; waking it up is a timer or another process.
Whoever becomes runnable queues up, so programs never run inside each other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.containers import calls, delivery
from simulator.containers.blocking import BLOCKED, RETRY
from simulator.containers.budgets import FORK_STEPS, MAX_PROCESSES, RESERVE
from simulator.containers.files.open import OpenFile
from simulator.containers.memory import allocate
from simulator.containers.observation import Subject
from simulator.containers.process import Process
from simulator.containers.syscalls import Exit, NoChild, OSFault, Program, Routine, Spin, Syscall, Terminated, WaitChild
from simulator.engine import Engine
from simulator.history import History

if TYPE_CHECKING:
    pass

START_MS = 1
"""What fork and exec take."""


class PidNamespace:
    """Processes that see each other, by pid. When PID 1 ends, all end."""

    __slots__ = ("init", "last", "processes", "subject")

    def __init__(self) -> None:
        self.last = 0
        self.init: Process | None = None
        self.processes: dict[int, Process] = {}
        self.subject = Subject()

    def allocate(self) -> int:
        self.last += 1
        return self.last

    def skip(self, count: int) -> None:
        """Pids that the runtime's own threads took."""
        self.last += count

    def get(self, pid: int) -> Process | None:
        return self.processes.get(pid)

    def visible(self) -> list[Process]:
        return [self.processes[pid] for pid in sorted(self.processes)]


class Kernel:
    __slots__ = ("_draining", "_ready", "changes", "engine", "everybody", "history", "running")

    def __init__(self, engine: Engine, history: History) -> None:
        self.engine = engine
        self.history = history
        # Counts changes of subjects: tells an observation what is newer than itself.
        self.changes = 0
        self.running: Process | None = None
        # All processes that live, in the order of their birth.
        self.everybody: dict[Process, None] = {}
        self._ready: deque[tuple[Process, Any]] = deque()
        self._draining = False

    # ---- running -----------------------------------------------------------
    def start(self, process: Process, program: Program) -> None:
        """Let `program` run in a new process, a moment from now."""
        namespace = process.namespace
        namespace.processes[process.pid] = process
        if namespace.init is None:
            namespace.init = process
        process.container.members[process] = None
        self.everybody[process] = None
        if process.observation is None:
            namespace.subject.changed(self, process.fact)
        process.generator = program(process)
        process.timer = self.engine.after(START_MS, self._begin, process)

    def _begin(self, process: Process) -> None:
        process.timer = None
        self.resume(process, None)

    def resume(self, process: Process, value: Any) -> None:
        """Let a process go on with the result of its system call."""
        self._ready.append((process, value))
        if not self._draining:
            self._drain()

    def retry(self, process: Process) -> None:
        """Let a blocked process try its system call again."""
        self.resume(process, RETRY)

    def _drain(self) -> None:
        engine, ready = self.engine, self._ready
        before = engine.cause
        self._draining = True
        try:
            while ready:
                process, value = ready.popleft()
                if process.exit is None:
                    engine.cause = process.cause
                    self.running = process
                    self._run(process, value)
        finally:
            self._draining = False
            self.running = None
            engine.cause = before

    def _run(self, process: Process, value: Any) -> None:
        if process.stopped:
            process.container.held.append((process, value))
            return
        if process.generator is None:
            return
        try:
            self._go_on(process, process.generator, value)
        except StopIteration as stop:
            self._finish(process, Exit(int(stop.value or 0) & 255))
        except Terminated:
            if process.exit is None:
                self._park(process)
        except OSFault as fault:
            self._crash(process, f"{process.argv[0] if process.argv else '?'}: {fault}\n", Exit(1))
        except RecursionError:
            process.container.facts.budget("recursion")
            self._crash(process, "Segmentation fault\n", Exit(139, 11))

    def _go_on(self, process: Process, generator: Routine[int], value: Any) -> None:
        """Run the program until it blocks. What it raises at its end is the caller's."""
        if value is RETRY:
            call = process.blocked
            if call is None:
                return
            value = self._perform(process, call)
            if value is not BLOCKED:
                self.unblock(process)
        while value is not BLOCKED:
            call = generator.throw(value) if isinstance(value, Exception) else generator.send(value)
            process.spend(1)
            if process.debt_us >= 1000:
                self._pay(process, call)
                return
            value = self._perform(process, call)

    def _perform(self, process: Process, call: Syscall) -> Any:
        """Do a system call: its result, an Exception to raise in the program, or BLOCKED."""
        try:
            return calls.HANDLERS[type(call)](self, process, call)
        except (OSFault, NoChild) as fault:
            return fault

    def _pay(self, process: Process, call: Syscall) -> None:
        """Let the time pass that the work since the last system call took; then do `call`."""
        ms, process.debt_us = divmod(process.debt_us, 1000)
        process.blocked = None
        process.timer = self.engine.after(ms, self._paid, process, call)

    def _paid(self, process: Process, call: Syscall) -> None:
        process.timer = None
        process.blocked = call
        self.retry(process)

    def _finish(self, process: Process, result: Exit) -> None:
        process.generator = None
        if process.debt_us >= 1000:
            ms, process.debt_us = divmod(process.debt_us, 1000)
            process.timer = self.engine.after(ms, self.end, process, result)
        else:
            self.end(process, result)

    def _crash(self, process: Process, message: str, result: Exit) -> None:
        file = process.fds.get(2)
        process.generator = None
        try:
            if file is not None:
                file.write(process, message.encode())
        except (OSFault, Terminated):
            pass
        self.end(process, result)

    def _park(self, process: Process) -> None:
        """The process stays, busy for ever; only a signal that kills ends it."""
        process.generator = None
        process.blocked = Spin()

    # ---- blocking ----------------------------------------------------------
    def block(self, process: Process, call: Syscall, timeout_ms: int | None = None) -> Any:
        process.blocked = call
        if timeout_ms is not None and process.timer is None:
            process.timer = self.engine.after(timeout_ms, self.give, process, None)
        return BLOCKED

    def unblock(self, process: Process) -> None:
        """The process waits for nothing any more."""
        process.blocked = None
        if process.timer is not None:
            process.timer.cancel()
            process.timer = None
        if process.waits_on is not None:
            process.waits_on.forget(process)
            process.waits_on = None

    def give(self, process: Process, value: Any) -> None:
        """End a process's waiting with `value`."""
        self.unblock(process)
        self.resume(process, value)

    # ---- processes ---------------------------------------------------------
    def fork(
        self,
        parent: Process,
        program: Program,
        *,
        argv: list[str] | None,
        env: Mapping[str, str] | None,
        cwd: str | None,
        fds: Mapping[int, OpenFile],
        new_group: bool,
    ) -> Process:
        container = parent.container
        if len(container.members) >= MAX_PROCESSES:
            container.facts.budget("processes")
            raise OSFault("EAGAIN")
        parent.spend(FORK_STEPS)
        child = Process(
            self,
            container,
            parent.namespace,
            list(parent.argv if argv is None else argv),
            parent.env if env is None else dict(env),
        )
        child.cwd = parent.cwd if cwd is None else cwd
        child.uid, child.gid, child.umask = parent.uid, parent.gid, parent.umask
        child.groups = parent.groups
        child.fds = {fd: file.share() for fd, file in fds.items()}
        child.actions = {name: "ignore" for name, action in parent.actions.items() if action == "ignore"}
        child.observation = parent.observation
        child.cause = parent.cause
        child.doing = parent.doing if argv is None else ""
        if not new_group:
            child.group = parent.group
        child.parent = parent
        parent.children[child.pid] = child
        if argv is not None:
            container.facts.started(child)
        self.start(child, program)
        return child

    def become(self, process: Process, argv: list[str], env: Mapping[str, str] | None) -> None:
        process.argv = list(argv)
        process.doing = ""
        if env is not None:
            process.env = dict(env)
        process.actions = {name: "ignore" for name, action in process.actions.items() if action == "ignore"}
        process.pending.clear()
        process.spend(FORK_STEPS)
        process.container.facts.started(process)

    def reap(self, process: Process, pids: frozenset[int] | None) -> tuple[int, Exit] | None:
        """A child that has ended, or None; raises NoChild if there is none to wait for."""
        for pid in process.zombies:
            if pids is None or pid in pids:
                return pid, process.zombies.pop(pid)
        if not (process.children if pids is None else any(pid in process.children for pid in pids)):
            raise NoChild
        return None

    def end(self, process: Process, result: Exit) -> None:
        """A process is over."""
        if process.exit is not None:
            return
        engine = self.engine
        before, engine.cause = engine.cause, process.cause
        process.exit = result
        namespace, container = process.namespace, process.container
        if process is namespace.init:
            self.end_all(list(namespace.visible()), Exit(137, 9))
        self.unblock(process)
        self._close(process)
        container.facts.ended(process)
        engine.cause = process.cause
        container.memory -= process.memory
        container.reserved -= process.reserved
        container.machine.memory.taken -= process.memory
        namespace.processes.pop(process.pid, None)
        container.members.pop(process, None)
        self.everybody.pop(process, None)
        if process.observation is None:
            namespace.subject.changed(self, process.fact)
        self._hand_over_children(process)
        if process.on_exit is not None:
            process.on_exit(result)
        if process.parent is not None:
            self._tell_parent(process.parent, process, result)
        engine.cause = before

    def end_all(self, processes: list[Process], result: Exit) -> None:
        for process in processes:
            self.end(process, result)

    def _close(self, process: Process) -> None:
        generator, process.generator = process.generator, None
        if generator is not None and process is not self.running:
            running, self.running = self.running, process
            try:
                generator.close()
            except (Exception, Terminated):
                # A program's clean-up may stumble over what is closed already; it is dead either way.
                pass
            finally:
                self.running = running
        for file in process.fds.values():
            file.close()
        process.fds = {}

    def _hand_over_children(self, process: Process) -> None:
        """Orphans go to PID 1, if there is one of their kind; the dead among them are forgotten."""
        init = process.namespace.init
        heir = init if init is not None and init.exit is None else None
        for child in process.children.values():
            child.parent = heir
            if heir is not None:
                heir.children[child.pid] = child
        process.children = {}
        process.zombies = {}

    def _tell_parent(self, parent: Process, child: Process, result: Exit) -> None:
        parent.children.pop(child.pid, None)
        if parent.exit is not None:
            return
        call = parent.blocked
        if isinstance(call, WaitChild) and (call.pids is None or child.pid in call.pids):
            parent.cause = child.cause
            self.give(parent, (child.pid, result))
            return
        parent.zombies[child.pid] = result
        if len(parent.zombies) > MAX_PROCESSES:
            parent.zombies.pop(next(iter(parent.zombies)))
        if parent.actions.get("CHLD") == "handle":
            delivery.deliver(self, parent, "CHLD")

    # ---- signals and limits ------------------------------------------------
    def kill(self, sender: Process, pid: int, name: str) -> None:
        delivery.kill(self, sender, pid, name)

    def broken_pipe(self, process: Process) -> None:
        if process.actions.get("PIPE", "default") == "default" and process is not process.namespace.init:
            process.raise_signal("PIPE")
        raise OSFault("EPIPE")

    def is_tired(self, process: Process) -> bool:
        cpu = process.container.cpu
        cpu.refill(self.engine.now)
        if cpu.left >= RESERVE:
            return False
        process.container.facts.budget("cpu")
        return True

    def out_of_steps(self, process: Process) -> None:
        cpu = process.container.cpu
        cpu.refill(self.engine.now)
        if cpu.left < 0:
            process.container.facts.budget("cpu")
            process.unrepeatable()
            raise Terminated

    def out_of_files(self, process: Process) -> None:
        process.container.facts.budget("files")

    def allocate(self, process: Process, size: int) -> None:
        allocate(self, process, size)
