"""The commands that a shell runs itself. Each takes the shell and its words, the command's name first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.containers.shell.builtins import flow, info, options, output, processes, reading, variables
from simulator.containers.syscalls import Routine

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell

Builtin = Callable[["Shell", list[str]], Routine[int]]

BUILTINS: dict[str, Builtin] = {
    ":": flow.nothing,
    "true": flow.nothing,
    "false": flow.false,
    "break": flow.break_,
    "continue": flow.continue_,
    "return": flow.return_,
    "exit": flow.exit_,
    "eval": flow.eval_,
    "exec": flow.exec_,
    ".": flow.source,
    "source": flow.source,
    "command": flow.command,
    "builtin": flow.command,
    "export": variables.export,
    "readonly": variables.readonly,
    "unset": variables.unset,
    "local": variables.local,
    "declare": variables.declare,
    "typeset": variables.declare,
    "let": variables.let,
    "set": options.set_,
    "shopt": options.shopt,
    "shift": options.shift,
    "getopts": options.getopts,
    "read": reading.read,
    "echo": output.echo,
    "printf": output.printf,
    "test": output.test,
    "[": output.test,
    "cd": info.cd,
    "pwd": info.pwd,
    "type": info.type_,
    "umask": info.umask,
    "ulimit": info.ulimit,
    "times": info.times,
    "hash": flow.nothing,
    "alias": info.alias,
    "unalias": info.unalias,
    "wait": processes.wait,
    "kill": processes.kill,
    "jobs": processes.jobs,
    "fg": processes.foreground,
    "bg": processes.foreground,
    "disown": flow.nothing,
    "trap": processes.trap,
}
SPECIAL = frozenset(
    ": break continue return exit eval exec . source export readonly unset set shift times trap".split()
)
info.KNOWN.update({name: name in SPECIAL for name in BUILTINS})
