"""echo, and the backslash escapes that it shares with printf."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.containers.syscalls import Routine

if TYPE_CHECKING:
    from simulator.containers.process import Process

_ESCAPE = re.compile(r"\\(?:(c)|0([0-7]{1,3})|x([0-9a-fA-F]{1,2})|([0-7]{1,3})|(.))", re.DOTALL)
_CHARS = {"a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}


def unescape(text: str, *, octal: bool = False) -> tuple[str, bool]:
    r"""`text` with its escapes done, and whether a \c asks for silence from there on.

    `octal`: \nnn works too, as in printf's format; echo wants \0nnn.
    """
    if "\\" not in text:
        return text, False
    pieces: list[str] = []
    pos = 0
    for match in _ESCAPE.finditer(text):
        pieces.append(text[pos : match.start()])
        pos = match.end()
        stop, zero, hexadecimal, digits, char = match.groups()
        if stop:
            return "".join(pieces), True
        if zero or (digits and octal):
            value = int(digits if octal and digits else zero, 8) & 0xFF
            pieces.append(chr(value) if value < 128 else bytes((value,)).decode("latin-1"))
        elif hexadecimal:
            pieces.append(chr(int(hexadecimal, 16)))
        elif digits:
            pieces.append("\0" + digits[1:] if digits[0] == "0" else "\\" + digits)
        else:
            pieces.append(_CHARS.get(char, "\\" + char))
    pieces.append(text[pos:])
    return "".join(pieces), False


def render(arguments: list[str], *, dash: bool = False) -> str:
    """What echo writes. dash knows -n only and always does escapes; the others know -n -e -E."""
    newline, escapes = True, dash
    position = 0
    for argument in arguments:
        letters = argument[1:]
        if not argument.startswith("-") or not letters or set(letters) - set("n" if dash else "neE"):
            break
        if dash and argument != "-n":
            break
        position += 1
        for letter in letters:
            newline = newline and letter != "n"
            escapes = dash or (letter == "e" or (escapes and letter != "E"))
        if dash:
            break
    text = " ".join(arguments[position:])
    if escapes:
        text, silent = unescape(text)
        newline = newline and not silent
    return text + "\n" if newline else text


def echo(process: Process) -> Routine[int]:
    yield from process.out(render(process.argv[1:]))
    return 0
