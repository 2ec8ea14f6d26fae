"""Numbers and faults that several builtins share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.shell.control import ShellFault

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell


def fault(shell: Shell, command: str, ash: str, dash: str, bash: str, status: int = 2) -> ShellFault:
    """The fault of a builtin in the words of the shell at hand."""
    text = {"ash": ash, "dash": dash, "bash": bash}[shell.dialect]
    return ShellFault(text, status, command=command)


def number(shell: Shell, command: str, text: str) -> int:
    """An argument that must be a number."""
    if not (text.isascii() and text.isdecimal()):
        message = f"Illegal number: {text}"
        raise fault(shell, command, message, message, f"{text}: numeric argument required")
    return int(text[:12])
