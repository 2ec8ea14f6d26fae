"""The values of parameters: variables, positionals, and the special ones such as `$?`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.containers.shell import arithmetic
from simulator.containers.shell.arithmetic import ArithmeticFault
from simulator.containers.shell.control import ShellFault

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell

_STEP = re.compile(r"\w\s*(?:\+\+|--)|(?:\+\+|--)\s*[A-Za-z_]")
_NUMBER = re.compile(r"\s*([+-]?)\s*(0[xX][0-9a-fA-F]+|\d+(?:#\w+)?)\s*\Z")


def _option_letters(shell: Shell) -> str:
    letters = "".join(sorted(option for option in shell.options if len(option) == 1))
    return letters + ("hB" if shell.dialect == "bash" else "")


def special(shell: Shell, name: str) -> str | None:
    """`$?` and the like, and variables that are computed; None if unset."""
    if name.isdecimal():
        number = int(name[:9])
        if number == 0:
            return shell.name
        return shell.positional[number - 1] if number <= len(shell.positional) else None
    match name:
        case "?":
            return str(shell.status)
        case "#":
            return str(len(shell.positional))
        case "$":
            shell.process.unrepeatable()
            return str(shell.root_pid)
        case "!":
            return str(shell.background) if shell.background else None
        case "-":
            return _option_letters(shell)
    return _computed(shell, name)


def _computed(shell: Shell, name: str) -> str | None:
    """Variables that are worked out when looked at; each shell has its own."""
    process = shell.process
    if name == "PPID":
        return str(process.ppid)
    if name == "LINENO":
        return str(shell.line or 1)
    if shell.dialect == "dash":
        return None
    if name == "RANDOM":
        return str(process.random.randrange(32768))
    if name == "EPOCHSECONDS":
        return str(process.epoch_ms // 1000)
    return _bash_variable(shell, name) if shell.dialect == "bash" else None


def _bash_variable(shell: Shell, name: str) -> str | None:
    process = shell.process
    match name:
        case "SECONDS":
            return str((process.now_ms - shell.started_ms) // 1000)
        case "HOSTNAME":
            return process.container.hostname
        case "BASH_VERSION":
            return "5.2.15(1)-release"
        case "UID" | "EUID":
            return str(process.uid)
        case "BASHPID":
            return str(process.pid)
    return None


def lookup(shell: Shell, name: str) -> str | None:
    """The value of one parameter; `@` and `*` are lists and not asked for here."""
    value = shell.variables.values.get(name)
    return special(shell, name) if value is None else value


class NumberNames:
    """Variables as arithmetic sees them."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    def get_number(self, name: str, depth: int) -> int:
        shell = self.shell
        value = lookup(shell, name)
        if value is None and "u" in shell.options:
            raise ShellFault(shell.messages.unset(name), shell.messages.fatal_status(), fatal=True)
        if not value or not value.strip():
            return 0
        match = _NUMBER.match(value)
        if match:
            return arithmetic.wrap((-1 if match.group(1) == "-" else 1) * arithmetic.number(match.group(2)))
        if shell.dialect == "dash":
            raise ArithmeticFault("number", value)
        return arithmetic.evaluate(value, self, depth + 1)

    def set_number(self, name: str, value: int) -> None:
        self.shell.assign(name, str(value))


def _only_posix(text: str) -> None:
    """dash knows neither ++ and -- nor the comma."""
    if _STEP.search(text):
        raise ArithmeticFault("syntax", text)
    if "," in text:
        raise ArithmeticFault("trailing", text)


def compute(shell: Shell, text: str) -> int:
    """The value of an arithmetic expression whose expansions are done."""
    shell.process.spend(1 + len(text) // 16)
    try:
        if shell.dialect == "dash":
            _only_posix(text)
        return arithmetic.evaluate(text, NumberNames(shell))
    except ArithmeticFault as fault:
        status = 1 if shell.dialect == "bash" else 2
        raise ShellFault(shell.messages.arithmetic(fault), status, fatal=True) from None
