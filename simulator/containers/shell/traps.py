"""Traps: what runs when a signal came, and at the end.

A trap waits for the foreground command to end; only `wait` and `read` are left at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.shell.control import Control, Quit, Return
from simulator.containers.shell.dispatch import run
from simulator.containers.shell.parse import parse
from simulator.containers.signals import number_of
from simulator.containers.syscalls import Routine

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell


def set_trap(shell: Shell, name: str, action: str | None) -> None:
    """`trap action name`; None resets, "" ignores."""
    shell.inherited_traps = {}
    if action is None:
        shell.traps.pop(name, None)
    else:
        shell.traps[name] = action
    if name in ("EXIT", "ERR", "KILL", "STOP"):
        return
    actions = shell.process.actions
    if action is None:
        actions[name] = "default"
    else:
        actions[name] = "handle" if action else "ignore"


def run_traps(shell: Shell) -> Routine[int]:
    """Runs the traps of the signals that came. Gives 128 + the last one's number, or 0."""
    pending = shell.process.pending
    last = 0
    while pending:
        name = pending.pop(0)
        action = shell.traps.get(name)
        if action:
            last = 128 + number_of(name)
            yield from _run_action(shell, action)
    return last


def _run_action(shell: Shell, action: str) -> Routine[None]:
    """`$?` is the same after the trap as before; `exit` without a number gives it."""
    status, conditional, in_trap = shell.status, shell.conditional, shell.in_trap
    shell.in_trap = True
    shell.enter(2)
    depth = shell.depth
    shell.tail = False
    try:
        yield from run(shell, parse(action, bash=shell.bash))
    finally:
        shell.in_trap, shell.conditional, shell.depth = in_trap, conditional, depth - 2
    shell.status = status


def run_error_trap(shell: Shell) -> Routine[None]:
    """The ERR trap, for a command that failed outside of functions and of traps."""
    action = shell.traps.get("ERR")
    if action and not shell.calls and not shell.in_trap:
        yield from _run_action(shell, action)


def run_exit_trap(shell: Shell, status: int) -> Routine[int]:
    """The EXIT trap, if there is one. Gives the status that the shell ends with."""
    if shell.process.pending:
        shell.status = status
        try:
            yield from run_traps(shell)
        except (Quit, Return) as leave:
            status = leave.status
        except Control:
            pass
    action = shell.traps.pop("EXIT", "")
    if not action:
        return status
    shell.status = status
    shell.depth = 0
    try:
        yield from _run_action(shell, action)
    except (Quit, Return) as leave:
        return leave.status
    except Control:
        pass
    return status
