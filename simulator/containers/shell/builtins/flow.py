"""Builtins that decide what runs next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.shell.builtins.info import describe
from simulator.containers.shell.builtins.numbers import fault, number
from simulator.containers.shell.control import Break, Continue, Quit, Replace, Return, ShellFault
from simulator.containers.shell.dispatch import run
from simulator.containers.shell.parse import parse
from simulator.containers.shell.programs import find_program
from simulator.containers.shell.report import say
from simulator.containers.shell.syntax import Simple, Text, Word
from simulator.containers.syscalls import OSFault, Routine

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell

MAX_SCRIPT = 1 << 20


def nothing(shell: Shell, words: list[str]) -> Routine[int]:
    return 0
    yield


def false(shell: Shell, words: list[str]) -> Routine[int]:
    return 1
    yield


def _levels(shell: Shell, words: list[str]) -> int:
    return max(1, number(shell, words[0], words[1])) if len(words) > 1 else 1


def break_(shell: Shell, words: list[str]) -> Routine[int]:
    levels = _levels(shell, words)
    if shell.loops:
        raise Break(levels)
    return 0
    yield


def continue_(shell: Shell, words: list[str]) -> Routine[int]:
    levels = _levels(shell, words)
    if shell.loops:
        raise Continue(levels)
    return 0
    yield


def _status(shell: Shell, words: list[str]) -> int:
    """Only bash takes a number below zero."""
    if len(words) == 1:
        return shell.status
    if shell.bash and words[1].startswith("-"):
        return -number(shell, words[0], words[1][1:]) & 255
    return number(shell, words[0], words[1]) & 255


def return_(shell: Shell, words: list[str]) -> Routine[int]:
    status = _status(shell, words)
    if shell.dialect == "bash" and not (shell.calls or shell.sourced):
        raise ShellFault("can only `return' from a function or sourced script", 1, command="return")
    raise Return(status)
    yield


def exit_(shell: Shell, words: list[str]) -> Routine[int]:
    raise Quit(_status(shell, words))
    yield


def eval_(shell: Shell, words: list[str]) -> Routine[int]:
    text = " ".join(words[1:])
    shell.enter(3)
    shell.process.spend(10 + len(text) // 16)
    shell.status = 0 if not text.strip() else shell.status
    status = yield from run(shell, parse(text, bash=shell.bash))
    shell.depth -= 3
    return status


def exec_(shell: Shell, words: list[str]) -> Routine[int]:
    arguments = words[1:]
    name = ""
    while arguments and arguments[0].startswith("-") and shell.dialect == "bash":
        option = arguments.pop(0)
        if option == "-a" and arguments:
            name = arguments.pop(0)
    if not arguments:
        return 0
    program = find_program(shell, arguments[0])
    if isinstance(program, tuple):
        message, status = program
        if shell.dialect == "bash" and status == 127:
            message = f"{arguments[0]}: not found"
        raise ShellFault(message, status, command="exec", fatal=True)
    raise Replace(program, [name or arguments[0], *arguments[1:]], dict(shell.process.env))
    yield


def source(shell: Shell, words: list[str]) -> Routine[int]:
    """`. file`: its commands run in this shell."""
    if len(words) < 2:
        raise fault(shell, words[0], "argument expected", "file argument required", "filename argument required")
    path = _sourced_path(shell, words[1])
    try:
        text = shell.process.files.read(path)[:MAX_SCRIPT].decode("utf-8", "surrogateescape")
    except OSFault as error:
        if shell.dialect == "bash":
            raise ShellFault(f"{path}: {error.message}", 1) from None
        short = "No such file" if error.errno == "ENOENT" else error.message
        raise fault(
            shell, words[0], f"can't open '{words[1]}': {error.message}", f"cannot open {words[1]}: {short}", ""
        ) from None
    shell.enter(3)
    depth, positional = shell.depth, shell.positional
    if len(words) > 2 and shell.dialect != "dash":
        shell.positional = words[2:]
    shell.sourced += 1
    shell.status = 0
    try:
        return (yield from run(shell, parse(text, bash=shell.bash)))
    except Return as control:
        return control.status
    finally:
        shell.sourced -= 1
        shell.depth = depth - 3
        shell.positional = positional


def _sourced_path(shell: Shell, name: str) -> str:
    if "/" in name:
        return name
    files = shell.process.files
    folders = shell.process.env.get("PATH", "").split(":")
    found = (f"{folder}/{name}" for folder in folders if folder and files.access(f"{folder}/{name}", "r"))
    return next(found, name)


def command(shell: Shell, words: list[str]) -> Routine[int]:
    """`command [-v|-V] name`: past functions."""
    arguments = words[1:]
    shows = ""
    while arguments and arguments[0] in ("-v", "-V", "-p", "--"):
        option = arguments.pop(0)
        shows = option if option in ("-v", "-V") else shows
    if not arguments:
        return 0
    if shows:
        status = 0
        for name in arguments:
            text = describe(shell, name, verbose=shows == "-V")
            if text:
                yield from shell.process.out(text + "\n")
            else:
                if shows == "-V":
                    yield from say(shell, f"{name}: not found")
                status = 127 if shell.dialect != "bash" else 1
        return status
    literal = tuple(Word((Text(word, True),), word, word) for word in arguments)
    function = shell.functions.pop(arguments[0], None)
    shell.enter(3)
    try:
        return (yield from run(shell, Simple((), literal, (), shell.line, " ".join(arguments))))
    finally:
        shell.depth -= 3
        if function is not None:
            shell.functions[arguments[0]] = function
