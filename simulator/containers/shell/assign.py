"""Assignments: of their own, in front of a command, and as arguments of `export` and its like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from simulator.containers.shell.control import ShellFault
from simulator.containers.shell.expand import expand_text, expand_words
from simulator.containers.shell.parameters import compute
from simulator.containers.shell.syntax import Assignment
from simulator.containers.syscalls import Routine

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell


def assign_all(
    shell: Shell, assignments: Sequence[Assignment], *, temporary: bool = False
) -> Routine[Callable[[], None] | None]:
    """Makes the assignments in the shell. Temporary ones are exported and come with a way to undo them."""
    saved: list[tuple[str, str | None, bool]] = []
    variables = shell.variables
    for assignment in assignments:
        name = assignment.name
        value = None
        if assignment.items is None:
            value = yield from _value(shell, assignment)
        if name in variables.readonly:
            fatal = shell.dialect != "bash" or not temporary
            raise ShellFault(shell.messages.read_only(name), 1 if shell.dialect == "bash" else 2, fatal=fatal)
        if temporary:
            saved.append((name, variables.values.get(name), name in variables.exported))
        if value is None:
            items = yield from expand_words(shell, assignment.items or ())
            variables.set_items(name, items, assignment.append)
        elif assignment.index is not None or name in variables.arrays:
            yield from _assign_item(shell, assignment, value)
        else:
            shell.assign(name, value)
        if temporary:
            variables.export(name)
    return (lambda: _undo(shell, saved)) if temporary else None


def _value(shell: Shell, assignment: Assignment) -> Routine[str]:
    value = yield from expand_text(shell, assignment.value, assignment=True)
    if assignment.append and assignment.index is None:
        return shell.variables.values.get(assignment.name, "") + value
    return value


def _assign_item(shell: Shell, assignment: Assignment, value: str) -> Routine[None]:
    index = 0
    if assignment.index is not None:
        text = yield from expand_text(shell, assignment.index)
        index = compute(shell, text)
        if assignment.append:
            value = shell.variables.items(assignment.name).get(index, "") + value
    shell.charge(len(value))
    shell.variables.set_item(assignment.name, index, value)


def _undo(shell: Shell, saved: list[tuple[str, str | None, bool]]) -> None:
    variables = shell.variables
    for name, value, exported in reversed(saved):
        if value is None:
            variables.values.pop(name, None)
        else:
            variables.values[name] = value
        if exported and value is not None:
            variables.export(name)
        else:
            variables.unexport(name)


def assigned_environment(shell: Shell, assignments: Sequence[Assignment]) -> Routine[dict[str, str]]:
    """`A=1 command`: what the command's environment gains."""
    env: dict[str, str] = {}
    for assignment in assignments:
        value = yield from _value(shell, assignment)
        if assignment.name in shell.variables.readonly:
            fatal = shell.dialect != "bash"
            raise ShellFault(shell.messages.read_only(assignment.name), 2 if fatal else 1, fatal=fatal)
        env[assignment.name] = value
    return env
