"""echo, printf and test: the shell's own copies of the utilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.shell.builtins.numbers import fault
from simulator.containers.shell.control import ShellFault
from simulator.containers.shell.report import say
from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.conditions import ConditionFault, evaluate
from simulator.containers.utilities.echo import render
from simulator.containers.utilities.formats import format_all

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell


def applet(shell: Shell) -> str:
    """The name that busybox' own applets use inside ash."""
    return shell.process.argv[0].rpartition("/")[2].lstrip("-") if shell.process.argv else "sh"


def echo(shell: Shell, words: list[str]) -> Routine[int]:
    text = render(words[1:], dash=shell.dialect == "dash")
    try:
        yield from shell.process.out(text)
    except OSFault as error:
        if error.errno == "EPIPE":
            return 1
        raise ShellFault(f"write error: {error.message}", 1, command="echo") from None
    return 0


def printf(shell: Shell, words: list[str]) -> Routine[int]:
    arguments = words[1:]
    variable = ""
    if arguments[:1] == ["-v"] and shell.dialect == "bash" and len(arguments) > 1:
        variable, arguments = arguments[1], arguments[2:]
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    if not arguments:
        usage = "usage: printf format [arg ...]"
        raise fault(shell, "printf", "usage: printf FORMAT [ARG]...", usage, usage)
    shell.process.spend(len(arguments) // 8)
    output, faults = format_all(arguments[0], arguments[1:])
    if variable:
        shell.assign(variable, output)
    else:
        yield from shell.process.out(output)
    for problem in faults:
        yield from say(shell, _printf_fault(shell, problem))
    return 1 if faults else 0


def _printf_fault(shell: Shell, argument: str) -> str:
    if shell.dialect == "ash":
        return f"{applet(shell)}: invalid number '{argument}'"
    what = "expected numeric value" if shell.dialect == "dash" else "invalid number"
    return shell.messages.builtin(shell.name, shell.line, shell.from_file, "printf") + f"{argument}: {what}"


def test(shell: Shell, words: list[str]) -> Routine[int]:
    name, arguments = words[0], words[1:]
    try:
        if name == "[":
            if not arguments or arguments[-1] != "]":
                raise ConditionFault("missing", "]")
            arguments = arguments[:-1]
        shell.process.spend(len(arguments) // 8)
        return 0 if evaluate(shell.process, arguments) else 1
    except ConditionFault as problem:
        if shell.dialect == "ash":
            yield from say(shell, f"{applet(shell)}: {problem.text('busybox')}")
        else:
            prefix = shell.messages.builtin(shell.name, shell.line, shell.from_file, name)
            yield from say(shell, prefix + problem.text(shell.dialect))
        return 2
