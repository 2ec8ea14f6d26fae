"""The `read` builtin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.containers.shell.builtins.numbers import fault
from simulator.containers.shell.fields import DEFAULT_IFS, split, split_read
from simulator.containers.signals import number_of
from simulator.containers.syscalls import OSFault, ReadFd, Routine

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell

MAX_LINE = 1 << 20
INTERRUPTED = -1
TIMED_OUT = -2
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(slots=True)
class _Wanted:
    raw: bool = False
    prompt: str = ""
    timeout_ms: int | None = None
    count: int = 0
    delimiter: bytes = b"\n"
    fd: int = 0
    array: str = ""


def _options(shell: Shell, arguments: list[str]) -> _Wanted:
    wanted = _Wanted()
    while arguments and arguments[0].startswith("-") and len(arguments[0]) > 1:
        letters = arguments.pop(0)[1:]
        if letters == "-":
            break
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter in "rse":
                wanted.raw = wanted.raw or letter == "r"
                continue
            if letter not in "ptndua":
                message = f"Illegal option -{letter}"
                raise fault(shell, "read", f"illegal option -{letter}", message, f"-{letter}: invalid option")
            value = letters or (arguments.pop(0) if arguments else "")
            letters = ""
            _take(shell, wanted, letter, value)
    return wanted


def _take(shell: Shell, wanted: _Wanted, letter: str, value: str) -> None:
    if letter in "tnu":
        try:
            amount = float(value)
        except ValueError:
            raise fault(
                shell, "read", "invalid timeout", f"Illegal number: {value}", f"{value}: invalid number"
            ) from None
        if letter == "t":
            wanted.timeout_ms = int(min(amount, 1e9) * 1000)
        elif letter == "n":
            wanted.count = int(amount)
        else:
            wanted.fd = int(amount)
    elif letter == "p":
        wanted.prompt = value
    elif letter == "d":
        wanted.delimiter = value[:1].encode() or b"\0"
    else:
        wanted.array = value


def _line(shell: Shell, wanted: _Wanted) -> Routine[bytes | int]:
    """A line without its delimiter; a tuple's place is taken by INTERRUPTED, TIMED_OUT."""
    process = shell.process
    file = process.file(wanted.fd)
    line = bytearray()
    while not line.endswith(wanted.delimiter) and not (wanted.count and len(line) >= wanted.count):
        by_bytes = wanted.count or wanted.delimiter != b"\n"
        data = file.read(process, 1) if by_bytes else file.read_line(process)
        if data is None:
            data = yield ReadFd(wanted.fd, 1, wanted.timeout_ms)
            if data is None:
                return INTERRUPTED if process.pending else TIMED_OUT
        if data == b"":
            break
        line += data
        if len(line) > MAX_LINE:
            process.allocate(1 << 50)
    return bytes(line)


def read(shell: Shell, words: list[str]) -> Routine[int]:
    arguments = words[1:]
    wanted = _options(shell, arguments)
    if wanted.prompt and wanted.fd == 0 and _is_terminal(shell):
        yield from shell.process.err(wanted.prompt)
    text = ""
    ended = False
    while True:
        try:
            got = yield from _line(shell, wanted)
        except OSFault as error:
            raise fault(shell, "read", f"read error: {error.message}", f"{error.message}", error.message, 1) from None
        if isinstance(got, int):
            return 128 + number_of(shell.process.pending[0]) if got == INTERRUPTED else _timed_out(shell)
        ended = not got.endswith(wanted.delimiter) and not (wanted.count and len(got) >= wanted.count)
        piece = got.removesuffix(wanted.delimiter).replace(b"\0", b"").decode("utf-8", "surrogateescape")
        text += piece
        if wanted.raw or ended or not _continues(piece):
            break
        text = text[:-1]
    _store(shell, arguments, text if wanted.raw else _ESCAPED.sub(r"\1", text), wanted)
    return 1 if ended else 0


def _timed_out(shell: Shell) -> int:
    return 142 if shell.dialect == "bash" else 1


def _continues(line: str) -> bool:
    """Whether the line ends in a backslash that is not itself escaped."""
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _is_terminal(shell: Shell) -> bool:
    file = shell.process.fds.get(0)
    return file is not None and file.is_terminal


def _store(shell: Shell, names: list[str], text: str, wanted: _Wanted) -> None:
    ifs = shell.variables.values.get("IFS", DEFAULT_IFS)
    if wanted.array:
        shell.variables.set_items(wanted.array, split(text, ifs)[0], False)
        return
    if not names:
        shell.assign("REPLY", text)
        return
    for name, value in zip(names, split_read(text, ifs, len(names)), strict=True):
        shell.assign(name, value)
