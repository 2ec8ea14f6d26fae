"""How commands leave their place: loops, functions, the shell itself."""

from __future__ import annotations

from simulator.containers.syscalls import Program


class Control(Exception):
    """The base of all."""


class Break(Control):
    def __init__(self, levels: int) -> None:
        self.levels = levels


class Continue(Control):
    def __init__(self, levels: int) -> None:
        self.levels = levels


class Return(Control):
    def __init__(self, status: int) -> None:
        self.status = status


class Quit(Control):
    """`exit`, `set -e`, or an error that a shell does not survive."""

    def __init__(self, status: int) -> None:
        self.status = status


class Replace(Control):
    """`exec`: the process goes on as another program."""

    def __init__(self, program: Program, argv: list[str], env: dict[str, str]) -> None:
        self.program = program
        self.argv = argv
        self.env = env


class ShellFault(Exception):
    """A command failed in the shell itself: `message` goes to stderr, and `status` is its status.

    `fatal`: a non-interactive shell ends.
    """

    def __init__(self, message: str, status: int = 2, *, fatal: bool = False, command: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.fatal = fatal
        self.command = command
