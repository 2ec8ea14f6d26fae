"""Builtins on variables: export, readonly, unset, local, declare, let."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.shell.builtins.numbers import fault
from simulator.containers.shell.control import ShellFault
from simulator.containers.shell.parameters import compute
from simulator.containers.shell.trace import quote
from simulator.containers.syscalls import Routine

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell


def _name(shell: Shell, command: str, text: str) -> str:
    if not (text.isidentifier() and text.isascii()):
        raise fault(shell, command, f"{text}: bad variable name", f"{text}: bad variable name",
                    f"`{text}': not a valid identifier", 1 if shell.dialect == "bash" else 2)  # fmt: skip
    return text


def _set(shell: Shell, name: str, value: str) -> None:
    if name in shell.variables.readonly:
        raise ShellFault(shell.messages.read_only(name), 1 if shell.dialect == "bash" else 2, fatal=True)
    shell.assign(name, value)


def _listing(shell: Shell, names: list[str], word: str) -> str:
    values = shell.variables.values
    lines: list[str] = []
    for name in sorted(names):
        value = values.get(name)
        if shell.dialect == "bash":
            letter = {"export": "-x", "readonly": "-r"}[word]
            lines.append(f'declare {letter} {name}="{value}"' if value is not None else f"declare {letter} {name}")
        else:
            quoted = "'" + value.replace("'", "'\\''") + "'" if value is not None else ""
            lines.append(f"{word} {name}={quoted}" if value is not None else f"{word} {name}")
    return "".join(line + "\n" for line in lines)


def export(shell: Shell, words: list[str]) -> Routine[int]:
    arguments = words[1:]
    variables = shell.variables
    remove = False
    while arguments and arguments[0] in ("-n", "-p", "--", "-f"):
        remove = remove or arguments.pop(0) == "-n"
    if not arguments:
        yield from shell.process.out(_listing(shell, list(variables.exported), "export"))
        return 0
    for argument in arguments:
        name, equals, value = argument.partition("=")
        _name(shell, "export", name)
        if equals:
            _set(shell, name, value)
        if remove:
            variables.unexport(name)
        else:
            variables.export(name)
    return 0


def readonly(shell: Shell, words: list[str]) -> Routine[int]:
    arguments = [word for word in words[1:] if word not in ("-p", "--")]
    if not arguments:
        yield from shell.process.out(_listing(shell, list(shell.variables.readonly), "readonly"))
        return 0
    for argument in arguments:
        name, equals, value = argument.partition("=")
        _name(shell, "readonly", name)
        if equals:
            _set(shell, name, value)
        shell.variables.readonly.add(name)
    return 0


def unset(shell: Shell, words: list[str]) -> Routine[int]:
    functions = False
    for argument in words[1:]:
        if argument in ("-f", "-v", "--"):
            functions = argument == "-f"
        elif functions:
            shell.functions.pop(argument, None)
        elif "[" in argument:
            name, _, index = argument.rstrip("]").partition("[")
            shell.variables.arrays.get(name, {}).pop(compute(shell, index), None)
        else:
            _name(shell, "unset", argument)
            if argument in shell.variables.readonly:
                if shell.dialect == "bash":
                    raise ShellFault(f"{argument}: cannot unset: readonly variable", 1, command="unset")
                raise ShellFault(shell.messages.read_only(argument), 2, command="unset")
            shell.charge(-len(shell.variables.values.get(argument, "")))
            shell.variables.unset(argument)
    return 0
    yield


def local(shell: Shell, words: list[str]) -> Routine[int]:
    if not shell.calls:
        message = "not in a function"
        raise fault(shell, "local", message, message, "can only be used in a function", 1)
    _declare_locals(shell, [word for word in words[1:] if not word.startswith("-")])
    return 0
    yield


def _declare_locals(shell: Shell, arguments: list[str]) -> None:
    variables = shell.variables
    for argument in arguments:
        name, equals, value = argument.partition("=")
        _name(shell, "local", name)
        variables.make_local(name)
        if equals:
            _set(shell, name, value)
        elif shell.dialect != "dash":
            variables.values.pop(name, None)


def declare(shell: Shell, words: list[str]) -> Routine[int]:
    """bash's declare: -x exports, -r protects, -i -a -A are taken as they come."""
    if shell.dialect != "bash":
        raise ShellFault(shell.messages.not_found(words[0]), 127)
    letters = "".join(word[1:] for word in words[1:] if word.startswith("-"))
    arguments = [word for word in words[1:] if not word.startswith(("-", "+"))]
    if shell.calls and "g" not in letters:
        _declare_locals(shell, arguments)
    for argument in arguments:
        name, equals, value = argument.partition("=")
        _name(shell, words[0], name)
        if equals:
            _set(shell, name, str(compute(shell, value)) if "i" in letters else value)
        if "x" in letters:
            shell.variables.export(name)
        if "r" in letters:
            shell.variables.readonly.add(name)
    if not arguments:
        values = shell.variables.values
        yield from shell.process.out("".join(f"{name}={quote(values[name])}\n" for name in sorted(values)))
    return 0


def let(shell: Shell, words: list[str]) -> Routine[int]:
    if shell.dialect == "dash":
        raise ShellFault(shell.messages.not_found("let"), 127)
    value = 0
    for expression in words[1:]:
        value = compute(shell, expression)
    return 0 if value else 1
    yield
