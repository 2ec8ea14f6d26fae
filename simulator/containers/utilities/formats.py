"""printf."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.containers.syscalls import Routine
from simulator.containers.utilities.echo import unescape
from simulator.containers.utilities.messages import complain, is_busybox

if TYPE_CHECKING:
    from simulator.containers.process import Process

_DIRECTIVE = re.compile(r"%(?:(%)|([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?([a-zA-Z]))|%")
MAX_WIDTH = 10_000
MAX_OUTPUT = 1 << 20


class _Arguments:
    def __init__(self, values: list[str]) -> None:
        self.values = values
        self.position = 0
        self.faults: list[str] = []

    def text(self) -> str:
        if self.position >= len(self.values):
            self.position += 1
            return ""
        self.position += 1
        return self.values[self.position - 1]

    def integer(self) -> int:
        return self.number(self.text())

    def number(self, text: str) -> int:
        if not text:
            return 0
        if text[0] in "'\"":
            return ord(text[1]) if len(text) > 1 else 0
        match = re.match(r"\s*([+-]?)(0[xX][0-9a-fA-F]{1,40}|\d{1,40})", text)
        if match is None or match.end() != len(text):
            self.faults.append(text)
        if match is None:
            return 0
        digits = match.group(2)
        base = 16 if digits[:2] in ("0x", "0X") else 8 if digits[0] == "0" and len(digits) > 1 else 10
        try:
            value = int(digits, base)
        except ValueError:
            self.faults.append(text)
            return 0
        return -value if match.group(1) == "-" else value

    def floating(self) -> float:
        text = self.text()
        if not text:
            return 0.0
        try:
            return float(text)
        except ValueError:
            self.faults.append(text)
            return 0.0


def format_all(template: str, values: list[str]) -> tuple[str, list[str]]:
    """The output, and the arguments that were not numbers. The format is reused until no argument is left."""
    arguments = _Arguments(values)
    pieces: list[str] = []
    size = 0
    while True:
        before = arguments.position
        text, silent = _once(template, arguments)
        pieces.append(text)
        size += len(text)
        if silent or size > MAX_OUTPUT or arguments.position >= len(values) or arguments.position == before:
            return "".join(pieces), arguments.faults


def _once(template: str, arguments: _Arguments) -> tuple[str, bool]:
    pieces: list[str] = []
    pos = 0
    for match in _DIRECTIVE.finditer(template):
        text, silent = unescape(template[pos : match.start()], octal=True)
        pieces.append(text)
        if silent:
            return "".join(pieces), True
        pos = match.end()
        if match.group(1) or not match.group(5):
            pieces.append("%")
            continue
        piece, silent = _directive(match, arguments)
        pieces.append(piece)
        if silent:
            return "".join(pieces), True
    text, silent = unescape(template[pos:], octal=True)
    return "".join(pieces) + text, silent


def _size(text: str | None, arguments: _Arguments) -> int | None:
    if text is None:
        return None
    value = arguments.integer() if text == "*" else int(text[:9])
    return max(-MAX_WIDTH, min(MAX_WIDTH, value))


def _directive(match: re.Match[str], arguments: _Arguments) -> tuple[str, bool]:
    _, flags, width_text, precision_text, kind = match.groups()
    width = _size(width_text, arguments) or 0
    precision = _size(precision_text, arguments)
    if width < 0:
        flags, width = flags + "-", -width
    silent = False
    if kind in "diouxX":
        text = _integer(arguments.integer(), flags, precision, kind)
    elif kind in "eEfFgG":
        sign = "+" if "+" in flags else " " if " " in flags else ""
        text = format(arguments.floating(), f"{sign}.{6 if precision is None else precision}{kind}")
    elif kind == "c":
        text = arguments.text()[:1]
    elif kind == "b":
        text, silent = unescape(arguments.text())
    elif kind == "q":
        text = _quoted(arguments.text())
    elif kind == "s":
        text = arguments.text()[:precision]
    else:
        return match.group(), False
    if "-" in flags:
        return text.ljust(width), silent
    if "0" in flags and kind not in "cbsq" and (precision is None or kind in "eEfFgG"):
        return (text[0] + text[1:].zfill(width - 1) if text[:1] in "+- " else text.zfill(width)), silent
    return text.rjust(width), silent


def _integer(value: int, flags: str, precision: int | None, kind: str) -> str:
    if kind in "ouxX":
        value &= 0xFFFFFFFFFFFFFFFF
    digits = format(abs(value), {"d": "d", "i": "d", "u": "d", "o": "o", "x": "x", "X": "X"}[kind])
    if precision:
        digits = digits.zfill(precision)
    if "#" in flags and value:
        digits = {"o": "0", "x": "0x", "X": "0X"}.get(kind, "") + digits
    if kind in "di":
        digits = ("-" if value < 0 else "+" if "+" in flags else " " if " " in flags else "") + digits
    return digits


def _quoted(text: str) -> str:
    return re.sub(r"([^\w@%+=:,./-])", r"\\\1", text) if text else "''"


def printf(process: Process) -> Routine[int]:
    arguments = process.argv[1:]
    if not arguments:
        return (yield from complain(process, "missing operand", 1))
    output, faults = format_all(arguments[0], arguments[1:])
    process.spend(len(arguments) // 8)
    yield from process.out(output)
    for fault in faults:
        text = f"invalid number '{fault}'" if is_busybox(process) else f"'{fault}': expected a numeric value"
        yield from complain(process, text, 1)
    return 1 if faults else 0
