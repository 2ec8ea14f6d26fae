"""Builtins on processes: wait, kill, jobs, trap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.containers.shell.builtins.numbers import fault
from simulator.containers.shell.builtins.output import applet
from simulator.containers.shell.control import ShellFault
from simulator.containers.shell.ended_jobs import forget_ended, remember
from simulator.containers.shell.jobs import ended, pid_of
from simulator.containers.shell.report import say
from simulator.containers.shell.traps import set_trap
from simulator.containers.signals import NUMBERS, name_of, number_of
from simulator.containers.syscalls import NoChild, OSFault, Routine, WaitChild

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell


def wait(shell: Shell, words: list[str]) -> Routine[int]:
    arguments = words[1:]
    if arguments[:1] == ["-n"]:
        return (yield from _wait_any(shell, frozenset(shell.jobs))) if shell.jobs else 127
    if not arguments:
        while shell.jobs:
            status = yield from _wait_any(shell, frozenset(shell.jobs))
            if shell.process.pending:
                return status
        return 0
    status = 0
    for argument in arguments:
        status = yield from _wait_one(shell, pid_of(shell, argument))
        if shell.process.pending:
            break
    return status


def _wait_any(shell: Shell, pids: frozenset[int]) -> Routine[int]:
    """Waits for one of `pids`; a trapped signal ends the waiting."""
    try:
        found = yield WaitChild(pids)
    except NoChild:
        for pid in pids:
            shell.jobs.pop(pid, None)
        return 127
    if found is None:
        return 128 + number_of(shell.process.pending[0]) if shell.process.pending else 0
    pid, result = found
    source = shell.jobs.pop(pid, "")
    status = yield from ended(shell, pid, result, source, background=True)
    remember(shell, pid, status)
    return status


def _wait_one(shell: Shell, pid: int) -> Routine[int]:
    if pid in shell.jobs:
        return (yield from _wait_any(shell, frozenset((pid,))))
    if pid in shell.ended:
        return shell.ended[pid]
    if shell.dialect == "bash":
        message = f"pid {pid} is not a child of this shell"
        raise ShellFault(message, 127, command="wait")
    return 127


def jobs(shell: Shell, words: list[str]) -> Routine[int]:
    """The newest first, but for bash."""
    forget_ended(shell)
    sources = shell.jobs or shell.inherited_jobs
    pids = list(sources)
    for number, pid in list(enumerate(pids, 1))[:: 1 if shell.bash else -1]:
        if "-p" in words[1:]:
            yield from shell.process.out(f"{pid}\n")
            continue
        mark = "+" if pid == pids[-1] else "-" if pid == pids[-2] else " "
        gap = " " if shell.dialect == "dash" else ""
        end = " &" if shell.dialect == "bash" else ""
        yield from shell.process.out(f"[{number}]{gap}{mark}  Running                 {sources[pid]}{end}\n")
    return 0


def foreground(shell: Shell, words: list[str]) -> Routine[int]:
    """fg and bg: there is no job control without a terminal."""
    raise fault(shell, words[0], "no job control", "No current job", "no job control", 1)
    yield


# ---- kill --------------------------------------------------------------------------------
def kill(shell: Shell, words: list[str]) -> Routine[int]:
    arguments = words[1:]
    signal = "TERM"
    if not arguments:
        raise _kill_fault(
            shell, "you need to specify whom to kill", "Usage: kill [-s sigspec | -signum] pid...", "usage"
        )
    first = arguments[0]
    if first in ("-l", "-L"):
        yield from shell.process.out(_signal_list(arguments[1:]))
        return 0
    if first in ("-s", "-n") and len(arguments) > 1:
        signal, arguments = arguments[1], arguments[2:]
    elif first.startswith("-") and first != "--":
        signal, arguments = first[1:], arguments[1:]
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    try:
        signal = name_of(signal)
    except OSFault:
        raise _kill_fault(shell, f"bad signal name '{signal}'", f"Illegal option -{signal[:1]}",
                          f"{signal}: invalid signal specification") from None  # fmt: skip
    status = 0
    for argument in arguments:
        status = (yield from _kill_one(shell, argument, signal)) or status
    return status


def _signal_list(arguments: list[str]) -> str:
    if arguments:
        numbers = (int(a) & 127 if a.isdecimal() else None for a in arguments)
        names = {number: name for name, number in NUMBERS.items()}
        return "".join(f"{names.get(n, n)}\n" if n is not None else "" for n in numbers)
    return "".join(f"{number:2}) {name}\n" for name, number in NUMBERS.items())


def _kill_fault(shell: Shell, ash: str, dash: str, bash: str) -> ShellFault:
    return fault(shell, "kill" if shell.dialect != "ash" else "", ash, dash, bash, 2 if shell.dialect == "dash" else 1)


def _kill_one(shell: Shell, argument: str, signal: str) -> Routine[int]:
    try:
        pid = pid_of(shell, argument)
    except ShellFault:
        raise _kill_fault(shell, f"invalid number '{argument}'", f"Illegal number: {argument}",
                          f"{argument}: arguments must be process or job IDs") from None  # fmt: skip
    try:
        shell.process.kill(pid, signal)
    except OSFault as error:
        if shell.dialect == "ash":
            yield from say(shell, f"{applet(shell)}: can't kill pid {pid}: {error.message}")
        else:
            text = f"({pid}) - {error.message}" if shell.dialect == "bash" else error.message + "\n"
            yield from say(shell, shell.messages.builtin(shell.name, shell.line, shell.from_file, "kill") + text)
        return 1
    return 0


# ---- trap --------------------------------------------------------------------------------
def trap(shell: Shell, words: list[str]) -> Routine[int]:
    arguments = words[1:]
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    if not arguments or arguments == ["-p"]:
        yield from shell.process.out("".join(_shown(shell)))
        return 0
    if arguments[0] == "-l":
        yield from shell.process.out(_signal_list([]))
        return 0
    action: str | None = arguments[0]
    names = arguments[1:]
    if action == "-":
        action = None
    elif not names or (arguments[0].isdecimal() and shell.dialect != "ash"):
        action, names = None, arguments
    status = 0
    for text in names:
        try:
            name = _condition(shell, text)
        except OSFault:
            if text in ("DEBUG", "RETURN") and shell.dialect == "bash":
                continue
            yield from _bad_signal(shell, text)
            status = 1
            continue
        set_trap(shell, name, action)
    return status


def _condition(shell: Shell, text: str) -> str:
    """What a trap waits for: a signal, the end or, but for dash, a failed command."""
    if text == "ERR" and shell.dialect != "dash":
        return text
    return "EXIT" if text in ("0", "EXIT") else name_of(text)


def _bad_signal(shell: Shell, text: str) -> Routine[None]:
    if shell.dialect == "dash":
        yield from say(shell, f"trap: {text}: bad trap")
        return
    prefix = shell.messages.builtin(shell.name, shell.line, shell.from_file, "trap")
    yield from say(shell, f"{prefix}{text}: invalid signal specification")


def _shown(shell: Shell) -> Iterator[str]:
    traps = shell.traps or shell.inherited_traps
    for name in sorted(traps, key=lambda name: NUMBERS.get(name, 0)):
        shown = f"SIG{name}" if shell.dialect == "bash" and name not in ("EXIT", "ERR") else name
        action = traps[name].replace("'", "'\\''")
        yield f"trap -- '{action}' {shown}\n"
