"""Children of the shell: in the foreground, in the background, and how they ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.files.open import NullFile
from simulator.containers.shell.control import ShellFault
from simulator.containers.shell.report import say
from simulator.containers.shell.substitution import subshell_program
from simulator.containers.shell.syntax import AndOr, Node, Pipeline, Simple, Subshell
from simulator.containers.signals import DESCRIPTIONS, NAMES
from simulator.containers.syscalls import Exit, Routine

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell


def source_of(node: Node) -> str:
    return node.source if isinstance(node, (Simple, Pipeline, AndOr, Subshell)) else "..."


def start_job(shell: Shell, node: Node) -> int:
    """`command &`. Its standard input is empty unless it says otherwise."""
    fds = shell.descriptors()
    null = NullFile()
    fds[0] = null
    try:
        child = shell.fork(subshell_program(shell, node), fds=fds)
    finally:
        null.close()
    # Without job control a background command ignores the keyboard's signals.
    child.actions.update({"INT": "ignore", "QUIT": "ignore"})
    shell.background = child.pid
    shell.jobs[child.pid] = source_of(node)
    return 0


def wait_foreground(shell: Shell, pid: int, source: str) -> Routine[int]:
    """Waits for a child, signals or not, and says if one killed it."""
    result = yield from shell.process.wait(pid)
    return (yield from ended(shell, pid, result, source))


def ended(shell: Shell, pid: int, result: Exit, source: str, *, background: bool = False) -> Routine[int]:
    if result.signal:
        name = NAMES.get(result.signal, "")
        description = DESCRIPTIONS.get(name, f"Signal {result.signal}")
        if shell.dialect == "bash":
            if name not in ("INT", "PIPE", "TERM") and not background:
                yield from say(shell, f"{shell.prefix}{pid:>5} {description:<23} {source}")
        elif name not in ("INT", "PIPE"):
            yield from say(shell, description)
    return result.status


def pid_of(shell: Shell, text: str) -> int:
    """A pid, or %job."""
    if text.startswith("%"):
        pids = list(shell.jobs)
        number = text[1:]
        if number in ("", "%", "+"):
            found = pids[-1:]
        elif number.isdecimal():
            found = pids[int(number) - 1 : int(number)]
        else:
            found = [pid for pid in pids if shell.jobs[pid].startswith(number)]
        if not found:
            raise ShellFault(f"{text}: no such job" if shell.dialect != "dash" else f"No such job: {text}", 2)
        return found[0]
    if not text.lstrip("-").isdecimal():
        raise ShellFault(f"Illegal number: {text}", 2)
    return int(text[:10])
