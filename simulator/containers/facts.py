"""What the inside of a container writes to the history, and how much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.containers.budgets import MAX_LOGS, MESSAGES
from simulator.text import Text

if TYPE_CHECKING:
    from simulator.containers.container import Container
    from simulator.containers.files.mounts import Place
    from simulator.containers.process import Process

REPEATS = 3
"""How often the same command, or the same change of a file, is written down."""
MAX_FACTS = 500
"""Of processes, of files, of signals: each, per run of a container."""
MAX_TEXT = 4096


class _Told(NamedTuple):
    """What was written down of one change of one file by one command."""

    times: int
    number: int  # the last time
    size: int  # the largest it was then

    def wants(self, change: str, size: int | None) -> bool:
        if change != "changed":
            return self.times < REPEATS
        return not self.times or (size or 0) >= max(2 * self.size, 1)


NOTHING = _Told(0, 0, 0)


class Facts:
    """One run of a container tells what happens in it. What is left out still has a cause: its last entry."""

    __slots__ = ("_budgets", "_commands", "_container", "_files", "_logs", "_ports", "_signals", "_sizes")

    def __init__(self, container: Container) -> None:
        self._container = container
        self._commands: dict[str, tuple[int, int]] = {}
        self._files: dict[tuple[str, str, str], _Told] = {}
        self._sizes: dict[str, int] = {}  # what was last told of a file
        self._ports: dict[tuple[int, str], int] = {}
        self._signals = 0
        self._logs = 0
        self._budgets: list[str] = []  # an empty set is large

    def _fact(self, kind: str, data: dict[str, object]) -> int:
        container = self._container
        return container.machine.history.fact(kind, container.spec.pod, container.spec.name, data)

    # ---- processes ---------------------------------------------------------
    def started(self, process: Process, *, always: bool = False) -> None:
        """A command began; what it does follows from that. `always`: somebody outside asked for it."""
        if process.observation is not None:
            return
        command = process.command[:MAX_TEXT]
        count, number = self._commands.get(command, (0, 0))
        process.fact = 0
        if (always or count < REPEATS) and (count or len(self._commands) < MAX_FACTS):
            count += 1
            parent = process.parent.pid if process.parent is not None else 0
            data = {"pid": process.pid, "ppid": parent, "argv": list(process.argv), "phase": "start"}
            number = process.fact = self._fact("process", {**data, "repeats": count >= REPEATS})
            self._commands[command] = (count, number)
        process.cause = number or process.cause
        if process.kernel.running is process:
            process.kernel.engine.cause = process.cause

    def ended(self, process: Process) -> None:
        """A command is over. The main process has its own fact: exit."""
        if not process.fact or process is self._container.main:
            return
        assert process.exit is not None
        count, _ = self._commands.get(process.command[:MAX_TEXT], (0, 0))
        data = {"pid": process.pid, "argv": list(process.argv), "phase": "end", "code": process.exit.code}
        process.cause = self._fact("process", {**data, "repeats": count >= REPEATS})

    def signal(self, target: Process, name: str, effect: str, by: str, grace_ms: int | None) -> int:
        self._signals += 1
        if self._signals > MAX_FACTS:
            return self._container.machine.engine.cause
        data: dict[str, object] = {
            "signal": f"SIG{name}",
            "pid": target.pid,
            "command": target.command[:MAX_TEXT],
            "effect": effect,
            "by": by,
        }
        if grace_ms is not None:
            data["grace_ms"] = grace_ms
        return self._fact("signal", data)

    def exit(self) -> int:
        """The main process is over."""
        container = self._container
        assert container.exit is not None
        result = container.exit
        return self._fact(
            "exit",
            {
                "code": result.code,
                "signal": result.signal,
                "reason": container.reason,
                "restart": container.spec.restart,
                "started_ms": container.started_ms,
            },
        )

    # ---- ports -------------------------------------------------------------
    def port(self, process: Process, port: int, host: str, phase: str) -> None:
        """Somebody listens, or does no longer."""
        count = self._ports.get((port, phase), 0)
        if process.observation is not None or not self._container.spec.pod or count >= REPEATS:
            return
        self._ports[port, phase] = count + 1
        data: dict[str, object] = {"port": port, "host": host, "pid": process.pid, "phase": phase}
        self._fact("port", {**data, "repeats": count + 1 >= REPEATS})

    # ---- files -------------------------------------------------------------
    def file(self, process: Process, place: Place, change: str, size: int | None) -> None:
        """A name in a directory changed; `size` of what is a file. Rewriting a file is told once, and again when it has
        grown to twice the size; coming and going also if a probe looks. A server's note of its PID is nobody's news."""
        directory = place.directory
        assert directory is not None
        subjects = directory.subjects
        subject = subjects.get(place.name) if subjects is not None else None
        by = (process.doing or process.command)[:MAX_TEXT]
        told = self._files.get((place.path, change, by), NOTHING)
        number = told.number
        anew = bool(size) and not self._sizes.get(place.path, size)  # told to be empty, and no longer so
        wanted = (anew or told.wants(change, size)) and len(self._files) < MAX_FACTS and not _is_pid_file(place.path)
        if wanted or (change != "changed" and subject is not None and subject.watched):
            number = self._tell_file(process, place, change, by, size)
            self._files[place.path, change, by] = _Told(told.times + 1, number, max(told.size, size or 0))
        kernel = process.kernel
        if subject is None:
            subject = directory.subject(place.name)
        subject.changed(kernel, number)
        if change != "changed" and subjects is not None and "" in subjects:
            subjects[""].changed(kernel, number)

    def _tell_file(self, process: Process, place: Place, change: str, by: str, size: int | None) -> int:
        assert place.directory is not None
        tree = place.directory.tree
        data: dict[str, object] = {"path": place.path, "change": change, "by": by, "where": tree.kind}
        if tree.kind == "volume":
            data["volume"] = tree.name
        if size is not None and change != "removed":
            data["size"] = self._sizes[place.path] = size
        engine = self._container.machine.engine
        before, engine.cause = engine.cause, process.cause
        number = self._fact("file", data)
        engine.cause = before
        return number

    # ---- output and limits -------------------------------------------------
    def log(self, stream: str, text: str) -> None:
        self._logs += 1
        if self._logs <= MAX_LOGS:
            self._fact("log", {"stream": stream, "text": text[:MAX_TEXT]})
        elif self._logs == MAX_LOGS + 1:
            self.budget("output", "writes")

    def unsimulated(self, text: Text) -> None:
        """Something was asked for that we only pretend to do."""
        if str(text) not in self._budgets:
            self._budgets.append(str(text))
            self._fact("unsimulated", text.data(MAX_TEXT))

    def budget(self, what: str, message: str = "") -> None:
        """A limit was met; `message` is the key of its words, if it has several."""
        if what in self._budgets:
            return
        self._budgets.append(what)
        self._fact("budget", {"what": what, **MESSAGES[message or what].data(MAX_TEXT)})


def _is_pid_file(path: str) -> bool:
    return path.startswith(("/run/", "/var/run/")) and path.endswith(".pid")
