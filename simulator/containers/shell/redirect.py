"""Redirections: which open file stands behind each descriptor while a command runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulator.containers.files.open import BytesFile, OpenFile
from simulator.containers.shell.control import ShellFault
from simulator.containers.shell.expand import expand_text, expand_words
from simulator.containers.shell.syntax import Redirect
from simulator.containers.syscalls import OSFault, Routine

if TYPE_CHECKING:
    from simulator.containers.process import Mode
    from simulator.containers.shell.state import Shell

_MODES: dict[str, Mode] = {"<": "r", ">": "w", ">|": "w", ">>": "a", "<>": "rw", "&>": "w", "&>>": "a", ">&": "w"}
Descriptors = dict[int, OpenFile]


class Redirection:
    """What a command's descriptors are, and the files that were opened for it."""

    def __init__(self, fds: Descriptors) -> None:
        self.fds = fds
        self.opened: list[OpenFile] = []

    def close(self) -> None:
        for file in self.opened:
            file.close()
        self.opened = []


def resolve(shell: Shell, redirects: Sequence[Redirect]) -> Routine[Redirection]:
    """Opens what `redirects` name. Raises ShellFault."""
    result = Redirection(shell.descriptors())
    try:
        for redirect in redirects:
            yield from _one(shell, redirect, result)
    except BaseException:
        result.close()
        raise
    return result


def _one(shell: Shell, redirect: Redirect, result: Redirection) -> Routine[None]:
    operator, fds = redirect.operator, result.fds
    if operator in ("<<", "<<<"):
        text = yield from expand_text(shell, redirect.target)
        text += "\n" if operator == "<<<" else ""
        file: OpenFile = BytesFile(text.encode("utf-8", "surrogateescape"))
        result.opened.append(file)
        fds[redirect.descriptor] = file
        return
    target = yield from _target(shell, redirect)
    if operator in ("<&", ">&") and (target == "-" or target.isdecimal()):
        _duplicate(shell, redirect.descriptor, target, fds)
        return
    file = _open(shell, target, operator)
    result.opened.append(file)
    fds[redirect.descriptor] = file
    if operator in ("&>", "&>>", ">&"):
        fds[2] = file


def _target(shell: Shell, redirect: Redirect) -> Routine[str]:
    if shell.dialect != "bash":
        return (yield from expand_text(shell, redirect.target))
    words = yield from expand_words(shell, (redirect.target,))
    if len(words) != 1:
        raise ShellFault(f"{redirect.target.source}: ambiguous redirect", 1)
    return words[0]


def _duplicate(shell: Shell, descriptor: int, target: str, fds: Descriptors) -> None:
    if target == "-":
        fds.pop(descriptor, None)
        return
    file = fds.get(int(target[:9]))
    if file is None:
        message = f"{target}: Bad file descriptor"
        raise ShellFault(message, shell.messages.redirect_status())
    fds[descriptor] = file


def _open(shell: Shell, path: str, operator: str) -> OpenFile:
    process = shell.process
    mode = _MODES.get(operator, "r")
    try:
        keeps = operator == ">" and "C" in shell.options and process.files.exists(path)
        if keeps and process.files.stat(path).kind == "file":
            raise OSFault("EEXIST", path)
        return process.open(path, mode)
    except OSFault as fault:
        text = shell.messages.cannot_open(path, fault.errno, fault.message, mode != "r")
        raise ShellFault(text, shell.messages.redirect_status()) from None


class Applied:
    """Redirections of the shell's own descriptors, to be undone."""

    def __init__(self, shell: Shell, redirection: Redirection) -> None:
        self.shell = shell
        self.undo: list[tuple[int, int | None]] = []
        process = shell.process
        now = shell.descriptors()
        for fd in sorted(now.keys() | redirection.fds.keys()):
            wanted, current = redirection.fds.get(fd), now.get(fd)
            if wanted is current:
                continue
            kept = shell.hide(current) if current is not None else None
            if wanted is None:
                process.fds.pop(fd)
            else:
                process.fds[fd] = wanted.share()
            self.undo.append((fd, kept))
        redirection.close()

    def restore(self) -> None:
        shell, fds = self.shell, self.shell.process.fds
        for fd, kept in reversed(self.undo):
            current = fds.pop(fd, None)
            if current is not None:
                current.close()
            if kept is not None and kept in fds:
                shell.hidden.discard(kept)
                fds[fd] = fds.pop(kept)

    def keep(self) -> None:
        """`exec` without a command: the redirections stay."""
        for _, kept in self.undo:
            if kept is not None:
                self.shell.unhide(kept)


def apply(shell: Shell, redirects: Sequence[Redirect]) -> Routine[Applied]:
    """Redirects the shell itself, for a builtin or a compound command."""
    return Applied(shell, (yield from resolve(shell, redirects)))
