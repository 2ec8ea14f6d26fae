"""The state of one shell process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from simulator.containers.shell.control import ShellFault
from simulator.containers.shell.messages import Messages
from simulator.containers.shell.variables import Variables
from simulator.containers.syscalls import OSFault

if TYPE_CHECKING:
    from simulator.containers.files.open import OpenFile
    from simulator.containers.process import Process
    from simulator.containers.shell.syntax import Node
    from simulator.containers.syscalls import Program

Dialect = Literal["ash", "dash", "bash"]
MAX_DEPTH = 280
MAX_MEMORY = 16 << 20
"""What we keep for a script's variables; one that wants more is taken to eat all the memory there is."""
HIDDEN = 100
"""Descriptors from here on are the shell's own."""
MAX_VALUE = 1 << 20


class Shell:
    """What `$?`, `$@`, functions, traps and options are at the moment."""

    def __init__(self, process: Process, dialect: Dialect, name: str) -> None:
        self.process = process
        self.dialect: Dialect = dialect
        self.name = name
        self.messages = Messages(dialect)
        process.env = dict(process.env)
        self.variables = Variables(process.env)
        self.functions: dict[str, Node] = {}
        self.aliases: dict[str, str] = {}
        self.positional: list[str] = []
        self.options: set[str] = set()
        self.status = 0
        self.substituted = 0  # the status of the last command substitution in the words being expanded
        self.background = 0
        self.jobs: dict[int, str] = {}
        self.ended: dict[int, int] = {}  # background jobs that are over: pid to status, until someone asks
        self.traps: dict[str, str] = {}
        self.inherited_traps: dict[str, str] = {}
        self.inherited_jobs: dict[int, str] = {}  # those of the shell whose command substitution this is
        self.root_pid = process.pid
        self.line = 0
        self.from_file = False
        self.minus_c = False
        self.memory = 0
        self.started_ms = 0
        self.option_index = (1, 0)
        self.hidden: set[int] = set()
        # Where we are.
        self.depth = 0
        self.loops = 0
        self.calls = 0
        self.sourced = 0
        self.conditional = 0  # inside a condition: set -e does not look
        self.tail = False  # nothing follows the next command in this process: it may be exec'ed in place
        self.in_trap = False

    @property
    def bash(self) -> bool:
        return self.dialect == "bash"

    def snapshot(self) -> Shell:
        """A copy for a child that is about to be forked."""
        other = Shell.__new__(Shell)
        other.__dict__.update(self.__dict__)
        other.variables = self.variables.copy({})
        other.functions = dict(self.functions)
        other.aliases = dict(self.aliases)
        other.positional = list(self.positional)
        other.options = set(self.options)
        other.hidden = set()
        other.jobs = {}
        other.ended = {}
        other.inherited_jobs = self.inherited_jobs if self.bash else {}
        # Until the subshell sets its own, `trap` shows its parent's: save=$(trap).
        other.inherited_traps = {**self.inherited_traps, **self.traps}
        other.traps = {name: action for name, action in self.traps.items() if action == "" and name != "EXIT"}
        other.depth = other.conditional = 0
        other.loops = 0 if self.bash else self.loops  # to others, `break` in a subshell of a loop ends the subshell
        other.tail = other.in_trap = False
        return other

    def attach(self, process: Process) -> None:
        """The fork happened: this is the child."""
        self.process = process
        self.variables.env = process.env = dict(process.env)
        process.allocate(self.memory)

    def fork(
        self,
        program: Program,
        *,
        argv: list[str] | None = None,
        env: dict[str, str] | None = None,
        fds: dict[int, OpenFile] | None = None,
    ) -> Process:
        """A child that gets all but the shell's own descriptors."""
        try:
            return self.process.fork(program, argv=argv, env=env, fds=self.descriptors() if fds is None else fds)
        except OSFault as fault:
            text = {"ash": "can't fork", "dash": "Cannot fork", "bash": "fork: retry"}[self.dialect]
            message = f"{text}: {fault.message}" if self.dialect != "dash" else text
            raise ShellFault(message, 2, fatal=True) from None

    # ---- descriptors -----------------------------------------------------------
    def descriptors(self) -> dict[int, OpenFile]:
        """What a child gets: all but what the shell keeps for itself."""
        return {fd: file for fd, file in self.process.fds.items() if fd not in self.hidden}

    def hide(self, file: OpenFile) -> int:
        """Keep `file` at a descriptor that children do not get."""
        fd = HIDDEN
        while fd in self.process.fds:
            fd += 1
        self.process.fds[fd] = file
        self.hidden.add(fd)
        return fd

    def unhide(self, fd: int) -> None:
        self.hidden.discard(fd)
        self.process.close(fd)

    def enter(self, levels: int = 1) -> None:
        self.depth += levels
        if self.depth > MAX_DEPTH:
            self.process.container.facts.budget("recursion")
            raise ShellFault("maximum recursion depth exceeded", 2, fatal=True)

    def charge(self, size: int) -> None:
        """Account for `size` more bytes of variables."""
        self.memory += size
        if self.memory > MAX_MEMORY:
            self.process.allocate(1 << 50)
        if size:
            self.process.allocate(size)

    def assign(self, name: str, value: str) -> None:
        before = self.variables.values.get(name, "")
        if len(value) != len(before):
            self.charge(len(value) - len(before))
        self.variables.set(name, value)

    @property
    def prefix(self) -> str:
        """What stands before an error of this shell."""
        return self.messages.prefix(self.name, self.line, self.from_file)
