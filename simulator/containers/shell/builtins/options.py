"""Builtins on the shell's options and positional parameters: set, shift, getopts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.shell.builtins.numbers import fault, number
from simulator.containers.shell.report import say
from simulator.containers.shell.trace import quote
from simulator.containers.syscalls import Routine

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell

LETTERS = "aefnuvxCmhbBiE"
NAMES = {
    "allexport": "a",
    "errexit": "e",
    "noglob": "f",
    "noexec": "n",
    "nounset": "u",
    "verbose": "v",
    "xtrace": "x",
    "noclobber": "C",
    "monitor": "m",
    "notify": "b",
    "ignoreeof": "ignoreeof",
    "pipefail": "pipefail",
    "posix": "posix",
    "errtrace": "E",
}


def switch(shell: Shell, option: str, on: bool) -> None:
    if on:
        shell.options.add(option)
    else:
        shell.options.discard(option)
    if option == "a":
        shell.variables.all_exported = on


def set_options(shell: Shell, arguments: list[str], command: str = "set") -> list[str] | None:
    """Takes the options off `arguments`. Gives what is left: new positionals, or None if none were given."""
    while arguments and arguments[0][:1] in "-+" and len(arguments[0]) > 1:
        argument = arguments.pop(0)
        if argument == "--":
            return arguments
        on = argument[0] == "-"
        for letter in argument[1:]:
            if letter == "o":
                _named(shell, arguments, on, command)
            elif letter in LETTERS:
                switch(shell, letter, on)
            else:
                message = f"Illegal option {argument[0]}{letter}"
                raise fault(shell, command, message.replace("I", "i", 1), message, f"-{letter}: invalid option")
    if arguments and arguments[0] == "-":
        arguments.pop(0)
        switch(shell, "x", False)
    return arguments or None


def _named(shell: Shell, arguments: list[str], on: bool, command: str) -> None:
    if not arguments:
        return
    name = arguments.pop(0)
    if name not in NAMES or (shell.dialect == "dash" and name in ("pipefail", "posix", "errtrace")):
        message = f"Illegal option -o {name}"
        raise fault(shell, command, f"illegal option -o {name}", message, f"{name}: invalid option name")
    switch(shell, NAMES[name], on)


def set_(shell: Shell, words: list[str]) -> Routine[int]:
    if len(words) == 1:
        values = shell.variables.values
        if shell.dialect == "bash":
            lines = [f"{name}={quote(values[name])}\n" for name in sorted(values)]
        else:
            lines = ["{}='{}'\n".format(name, values[name].replace("'", "'\\''")) for name in sorted(values)]
        yield from shell.process.out("".join(lines))
        return 0
    if words[1:] in (["-o"], ["+o"]):
        lines = [
            f"{name:<15}\t{'on' if letter in shell.options else 'off'}\n" for name, letter in sorted(NAMES.items())
        ]
        yield from shell.process.out("".join(lines))
        return 0
    left = set_options(shell, words[1:])
    if left is not None:
        shell.positional = list(left)
    return 0


def shopt(shell: Shell, words: list[str]) -> Routine[int]:
    """Accepted; none of bash's own options is simulated."""
    return 0
    yield


def shift(shell: Shell, words: list[str]) -> Routine[int]:
    count = number(shell, "shift", words[1]) if len(words) > 1 else 1
    if count > len(shell.positional):
        if shell.dialect == "dash":
            raise fault(shell, "shift", "", "can't shift that many", "")
        return 1
    shell.positional = shell.positional[count:]
    return 0
    yield


def getopts(shell: Shell, words: list[str]) -> Routine[int]:
    if len(words) < 3:
        usage = "usage: getopts optstring var [arg]"
        raise fault(shell, "getopts", usage, "Usage: getopts optstring var [arg...]", usage)
    letters, variable = words[1], words[2]
    arguments = words[3:] or shell.positional
    index, place = shell.option_index
    asked = shell.variables.values.get("OPTIND", "1")
    if asked.isdecimal() and int(asked) != index:
        index, place = max(1, int(asked)), 0
    current = arguments[index - 1] if index <= len(arguments) else ""
    if place == 0:
        if not current.startswith("-") or current == "-":
            return _finish(shell, variable, index)
        if current == "--":
            return _finish(shell, variable, index + 1)
        place = 1
    letter = current[place : place + 1]
    place += 1
    if place >= len(current):
        index, place = index + 1, 0
    letter, index, place = yield from _option(shell, letters, letter, arguments, (current, index, place))
    shell.assign(variable, letter)
    _remember(shell, index, place)
    return 0


def _option(
    shell: Shell, letters: str, letter: str, arguments: list[str], at: tuple[str, int, int]
) -> Routine[tuple[str, int, int]]:
    """Checks one option and takes its value. Gives what getopts says, and where it goes on."""
    current, index, place = at
    quiet = letters.startswith(":")
    found = letters.find(letter, 1 if quiet else 0) if letter else -1
    shell.variables.unset("OPTARG")
    if found < 0 or letter == ":":
        yield from _complain(shell, letter, quiet, "Illegal option -{}", "illegal option -- {}")
        return "?", index, place
    if letters[found + 1 : found + 2] != ":":
        return letter, index, place
    if place:
        shell.assign("OPTARG", current[place:])
        return letter, index + 1, 0
    if index <= len(arguments):
        shell.assign("OPTARG", arguments[index - 1])
        return letter, index + 1, 0
    yield from _complain(shell, letter, quiet, "No arg for -{} option", "option requires an argument -- {}")
    return ":" if quiet else "?", index, place


def _remember(shell: Shell, index: int, place: int) -> None:
    shell.option_index = (index, place)
    shell.assign("OPTIND", str(index))


def _finish(shell: Shell, variable: str, index: int) -> int:
    shell.assign(variable, "?")
    _remember(shell, index, 0)
    return 1


def _complain(shell: Shell, letter: str, quiet: bool, ash: str, bash: str) -> Routine[None]:
    if quiet:
        shell.assign("OPTARG", letter)
    elif shell.dialect == "bash":
        yield from say(shell, f"{shell.name}: {bash.format(letter)}")
    else:
        yield from say(shell, ash.format(letter))
