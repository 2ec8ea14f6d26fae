"""Builtins that show or change where and what the shell is: cd, pwd, type, umask, ulimit, alias, times."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from simulator.containers.shell.builtins.numbers import fault
from simulator.containers.shell.report import say
from simulator.containers.shell.syntax_errors import RESERVED
from simulator.containers.syscalls import OSFault, Routine

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell

KEYWORDS = RESERVED | {"if", "while", "until", "for", "case", "in", "{", "!"}
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# The names of all builtins, and whether POSIX calls them special. Filled where their table is.
KNOWN: dict[str, bool] = {}
# What containerd gives a container.
LIMITS = {"n": "1048576", "c": "unlimited", "f": "unlimited", "u": "unlimited", "s": "8192", "m": "unlimited"}


def cd(shell: Shell, words: list[str]) -> Routine[int]:
    arguments = [word for word in words[1:] if word not in ("-P", "-L", "--")]
    process, values = shell.process, shell.variables.values
    target = arguments[0] if arguments else values.get("HOME", "")
    shows = target == "-"
    if shows:
        target = values.get("OLDPWD", process.cwd)
    if not target:
        return 0
    path = posixpath.normpath(posixpath.join(process.cwd, target))
    path = "/" + path.lstrip("/")
    try:
        kind = process.files.stat(path).kind
        if kind != "dir":
            raise OSFault("ENOTDIR", path)
        if not process.files.access(path, "x"):
            raise OSFault("EACCES", path)
    except OSFault as error:
        short = f"can't cd to {target}"
        raise fault(shell, "cd", f"{short}: {error.message}", short, f"{target}: {error.message}",
                    1 if shell.dialect == "bash" else 2) from None  # fmt: skip
    shell.assign("OLDPWD", process.cwd)
    process.cwd = path
    shell.assign("PWD", path)
    if shows:
        yield from process.out(path + "\n")
    return 0


def pwd(shell: Shell, words: list[str]) -> Routine[int]:
    path = shell.process.cwd
    if "-P" in words[1:]:
        path = shell.process.files.resolve(path)
    yield from shell.process.out(path + "\n")
    return 0


def which(shell: Shell, name: str) -> str:
    """The path of the program that `name` would run, or ""."""
    process = shell.process
    if "/" in name:
        return name if process.files.access(name, "x") and not process.files.is_dir(name) else ""
    for folder in process.env.get("PATH", DEFAULT_PATH).split(":"):
        path = f"{folder or '.'}/{name}"
        if process.files.access(path, "x") and not process.files.is_dir(path):
            return path
    return ""


def describe(shell: Shell, name: str, *, verbose: bool) -> str:
    """What `type name` or `command -v name` says; "" if there is no such command."""
    if name in shell.aliases:
        return f"{name} is an alias for {shell.aliases[name]}" if verbose else f"alias {name}='{shell.aliases[name]}'"
    if name in KEYWORDS:
        return f"{name} is a shell keyword" if verbose else name
    if name in shell.functions:
        kind = "a shell function" if shell.dialect == "dash" else "a function"
        return f"{name} is {kind}" if verbose else name
    if name in KNOWN:
        kind = "a special shell builtin" if KNOWN[name] and shell.dialect != "bash" else "a shell builtin"
        return f"{name} is {kind}" if verbose else name
    path = which(shell, name)
    return f"{name} is {path}" if path and verbose else path


def type_(shell: Shell, words: list[str]) -> Routine[int]:
    status = 0
    for name in words[1:]:
        if name in ("-t", "-p", "-a"):
            continue
        text = describe(shell, name, verbose=True)
        if text:
            yield from shell.process.out(text + "\n")
            continue
        if shell.dialect == "bash":
            yield from say(shell, f"{shell.prefix}type: {name}: not found")
        else:
            yield from shell.process.out(f"{name}: not found\n")
        status = 127 if shell.dialect != "bash" else 1
    return status


def umask(shell: Shell, words: list[str]) -> Routine[int]:
    process = shell.process
    symbolic = "-S" in words[1:]
    arguments = [word for word in words[1:] if word != "-S"]
    if not arguments:
        text = f"{process.umask:04o}"
        if symbolic:
            bits = ((who, 7 & ~(process.umask >> shift)) for who, shift in (("u", 6), ("g", 3), ("o", 0)))
            text = ",".join(
                f"{who}=" + "".join(letter for letter, bit in (("r", 4), ("w", 2), ("x", 1)) if allowed & bit)
                for who, allowed in bits
            )
        yield from process.out(text + "\n")
        return 0
    try:
        process.umask = int(arguments[0][:6], 8) & 0o777
    except ValueError:
        message = f"Illegal mode: {arguments[0]}"
        raise fault(shell, "umask", message, message, f"{arguments[0]}: octal number out of range", 1) from None
    return 0


def ulimit(shell: Shell, words: list[str]) -> Routine[int]:
    letters = [word[1:] for word in words[1:] if word.startswith("-")]
    if any(not word.startswith("-") for word in words[1:]):
        return 0
    letter = next((c for group in letters for c in group if c in LIMITS), "f")
    yield from shell.process.out(LIMITS[letter] + "\n")
    return 0


def times(shell: Shell, words: list[str]) -> Routine[int]:
    zero = {"ash": "0m0.000s", "dash": "0m0.000000s", "bash": "0m0.000s"}[shell.dialect]
    yield from shell.process.out(f"{zero} {zero}\n{zero} {zero}\n")
    return 0


def alias(shell: Shell, words: list[str]) -> Routine[int]:
    status = 0
    for argument in words[1:] or sorted(shell.aliases):
        name, equals, value = argument.partition("=")
        if equals:
            if shell.dialect != "bash":  # bash expands aliases for a person only
                shell.aliases[name] = value
        elif name in shell.aliases:
            yield from shell.process.out(f"{name}='{shell.aliases[name]}'\n")
        else:
            yield from say(shell, f"alias: {name} not found")
            status = 1
    return status


def unalias(shell: Shell, words: list[str]) -> Routine[int]:
    if "-a" in words[1:]:
        shell.aliases.clear()
    for name in words[1:]:
        shell.aliases.pop(name, None)
    return 0
    yield
