"""sort, shuf."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.files import parse_size
from simulator.containers.utilities.messages import bad_option, complain
from simulator.containers.utilities.options import Options, UsageFault, parse_options
from simulator.containers.utilities.text_input import all_lines, encode

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.containers.process import Process

_NUMBER = re.compile(r"\s*(-?\d*\.?\d*)")
_KEY = re.compile(r"(\d+)(?:\.(\d+))?([bdfghinrRV]*)(?:,(\d+)(?:\.(\d+))?([bdfghinrRV]*))?\Z")


def numeric(text: str) -> float:
    """The number that `text` begins with, or 0."""
    match = _NUMBER.match(text[:60])
    try:
        return float(match.group(1)) if match else 0.0
    except ValueError:
        return 0.0


def _human(text: str) -> float:
    value = numeric(text)
    unit = text.strip().lstrip("-0123456789.")[:1].lower()
    return value * {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}.get(unit, 1)


def _version(text: str) -> list[Any]:
    return [(0, int(p[:18]), "") if p.isdecimal() else (1, 0, p) for p in re.split(r"(\d+)", text) if p]


def _by(letters: str) -> Callable[[str], Any]:
    """How one key compares."""
    if "h" in letters:
        return _human
    if "n" in letters or "g" in letters:
        return numeric
    if "V" in letters:
        return _version
    if "f" in letters:
        return str.upper
    return str


class _Key:
    def __init__(self, text: str, options: Options) -> None:
        match = _KEY.match(text)
        if match is None:
            raise ValueError(text)
        first, first_char, flags, last, _, more = match.groups()
        self.first = max(1, int(first[:9]))
        self.first_char = int(first_char or 1)
        self.last = int(last[:9]) if last else None
        letters = flags + (more or "")
        if not letters:
            letters = "".join(letter for letter in "nfhVgr" if letter in options)
        self.reverse = "r" in letters
        self.by = _by(letters)
        self.separator = options.get("t") or None

    def of(self, line: str) -> Any:
        if self.separator is not None:
            fields = line.split(self.separator)
            joined = self.separator.join(fields[self.first - 1 : self.last])
        else:
            fields = re.findall(r"\s*\S+", line)
            joined = "".join(fields[self.first - 1 : self.last])
        text = joined[self.first_char - 1 :] if self.first_char > 1 else joined
        return self.by(text)


def sort(process: Process) -> Routine[int]:
    try:
        options = parse_options(
            process.argv[1:], "nrufk:t:o:hVgbdisScmz",
            {"numeric-sort": "n", "reverse": "r", "unique": "u", "key": "k", "field-separator": "t", "output": "o",
             "human-numeric-sort": "h", "version-sort": "V", "ignore-case": "f", "stable": "s"},
        )  # fmt: skip
        keys = [_Key(text, options) for text in options.all("k")]
    except UsageFault as fault:
        return (yield from bad_option(process, fault.option, 2))
    except ValueError as error:
        return (yield from complain(process, f"invalid number at field start: invalid count at start of '{error}'", 2))
    lines, status = yield from all_lines(process, options.operands)
    process.spend(1 + len(lines) // 4)
    letters = "".join(letter for letter in "nfhVg" if letter in options)
    whole = _by(letters)
    if "s" not in options and "u" not in options:
        lines.sort(reverse="r" in options)  # the last resort: the bytes of the line
    if keys:
        for key in reversed(keys):
            lines.sort(key=key.of, reverse=key.reverse)
    else:
        lines.sort(key=whole, reverse="r" in options)
    if "u" in options:
        seen: dict[Any, str] = {}
        for line in lines:
            mark = tuple(map(repr, (key.of(line) for key in keys))) if keys else repr(whole(line))
            seen.setdefault(mark, line)
        lines = list(seen.values())
    text = encode("".join(line + "\n" for line in lines))
    if "o" in options:
        try:
            process.files.write(options.get("o"), text)
        except OSFault as fault:
            return (yield from complain(process, f"{options.get('o')}: {fault.message}", 2))
    else:
        yield from process.out(text)
    return 2 if status else 0


def shuf(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "n:i:e", {"head-count": "n", "input-range": "i", "echo": "e"})
    status = 0
    if "i" in options:
        low, _, high = options.get("i").partition("-")
        if not (low.isdecimal() and high.isdecimal()) or int(high[:9]) - int(low[:9]) > 100_000:
            return (yield from complain(process, f"invalid range '{options.get('i')}'", 1))
        lines = [str(n) for n in range(int(low[:9]), int(high[:9]) + 1)]
    elif "e" in options:
        lines = options.operands
    else:
        lines, status = yield from all_lines(process, options.operands)
    lines = list(lines)
    process.random.shuffle(lines)
    count = parse_size(options.get("n")) if "n" in options else None
    yield from process.out(encode("".join(line + "\n" for line in lines[:count])))
    return status
