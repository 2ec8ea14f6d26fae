"""Tells the person what went wrong."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from simulator.containers.shell.control import Quit, ShellFault
from simulator.containers.syscalls import OSFault, Routine

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell


def say(shell: Shell, text: str) -> Routine[None]:
    """A line on stderr, if there is one."""
    with suppress(OSFault):
        yield from shell.process.err(text + "\n")


def report(shell: Shell, fault: ShellFault) -> Routine[int]:
    """Writes a fault and gives its status; a fatal one ends the shell."""
    if fault.command:
        prefix = shell.messages.builtin(shell.name, shell.line, shell.from_file, fault.command)
    else:
        prefix = shell.prefix
    yield from say(shell, prefix + fault.message)
    if fault.fatal:
        raise Quit(fault.status)
    return fault.status
