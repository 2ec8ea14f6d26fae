"""The syntax of sed scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from simulator.containers.utilities.regex import Regex, RegexFault, compile_regex

_NUMBER = re.compile(r"\d{1,9}")
MAX_COMMANDS = 2_000


class SedFault(Exception):
    """The script is wrong."""


@dataclass(slots=True)
class Address:
    """`line` 0 with a regex, -1 for `$`; `step` for first~step; `plus` for addr,+N."""

    line: int = 0
    regex: Regex | None = None
    step: int = 0
    plus: int = 0


@dataclass(slots=True)
class Command:
    name: str
    first: Address | None = None
    last: Address | None = None
    negated: bool = False
    regex: Regex | None = None
    text: str = ""
    parts: tuple[str | int, ...] = ()  # of a replacement: text, or the number of a group
    flags: str = ""
    number: int = 0  # s///3
    target: int = -1  # where } is, or a label
    active: bool = field(default=False)  # inside a range
    until: int = 0


class Parser:
    def __init__(self, text: str, *, extended: bool) -> None:
        self.text = text
        self.pos = 0
        self.extended = extended
        self.commands: list[Command] = []

    def parse(self) -> list[Command]:
        open_: list[int] = []
        while True:
            self._skip(" \t\n;")
            if self.pos >= len(self.text):
                break
            if self.text[self.pos] == "#":
                self._line()
                continue
            command = self._command()
            if command.name == "{":
                open_.append(len(self.commands))
            elif command.name == "}":
                if not open_:
                    raise SedFault("unexpected }")
                self.commands[open_.pop()].target = len(self.commands)
            self.commands.append(command)
            if len(self.commands) > MAX_COMMANDS:
                raise SedFault("script too long")
        if open_:
            raise SedFault("unmatched '{'")
        self._labels()
        return self.commands

    def _labels(self) -> None:
        places = {c.text: n for n, c in enumerate(self.commands) if c.name == ":"}
        for command in self.commands:
            if command.name in ("b", "t", "T") and command.text:
                if command.text not in places:
                    raise SedFault(f"can't find label for jump to '{command.text}'")
                command.target = places[command.text]

    def _skip(self, chars: str) -> None:
        while self.pos < len(self.text) and self.text[self.pos] in chars:
            self.pos += 1

    def _line(self) -> str:
        end = self.text.find("\n", self.pos)
        end = len(self.text) if end < 0 else end
        line, self.pos = self.text[self.pos : end], end
        return line

    def _peek(self) -> str:
        return self.text[self.pos : self.pos + 1]

    def _address(self) -> Address | None:
        char = self._peek()
        match = _NUMBER.match(self.text, self.pos)
        if match:
            self.pos = match.end()
            address = Address(line=int(match.group()))
            if self._peek() == "~":
                self.pos += 1
                step = _NUMBER.match(self.text, self.pos)
                address.step = int(step.group()) if step else 0
                self.pos = step.end() if step else self.pos
            return address
        if char == "$":
            self.pos += 1
            return Address(line=-1)
        if char in ("/", "\\"):
            self.pos += 1 if char == "/" else 2
            pattern = self._delimited(self.text[self.pos - 1])
            ignore = self._peek() == "I"
            self.pos += ignore
            return Address(regex=self._regex(pattern, ignore))
        return None

    def _regex(self, pattern: str, ignore_case: bool = False) -> Regex | None:
        if not pattern:
            return None
        try:
            return compile_regex(pattern, extended=self.extended, ignore_case=ignore_case)
        except RegexFault as fault:
            raise SedFault(str(fault)) from None

    def _delimited(self, delimiter: str) -> str:
        """Up to the next delimiter; an escaped one stands for itself."""
        pieces: list[str] = []
        in_set = False
        while self.pos < len(self.text):
            char = self.text[self.pos]
            if char == "\\" and self.pos + 1 < len(self.text):
                following = self.text[self.pos + 1]
                pieces.append(following if following == delimiter else "\\" + following)
                self.pos += 2
                continue
            if char == "[" and not in_set:
                in_set = True
            elif char == "]" and pieces and pieces[-1] not in ("[", "^"):
                in_set = False
            elif char == delimiter and not in_set:
                self.pos += 1
                return "".join(pieces)
            pieces.append(char)
            self.pos += 1
        raise SedFault(f"unterminated `{'s' if delimiter else ''}' command")

    def _replacement(self, delimiter: str) -> str:
        start = self.pos
        while self.pos < len(self.text):
            char = self.text[self.pos]
            if char == "\\":
                self.pos += 2
            elif char == delimiter:
                self.pos += 1
                return self.text[start : self.pos - 1]
            else:
                self.pos += 1
        raise SedFault("unterminated `s' command")

    def _command(self) -> Command:
        first = self._address()
        last: Address | None = None
        self._skip(" \t")
        if first is not None and self._peek() == ",":
            self.pos += 1
            self._skip(" \t")
            plus = self._peek() == "+"
            self.pos += plus
            last = self._address()
            if last is None:
                raise SedFault("unexpected `,'")
            if plus:
                last = Address(plus=last.line or 0)
                last.line = -2
        self._skip(" \t")
        negated = self._peek() == "!"
        self.pos += negated
        self._skip(" \t")
        name = self._peek()
        if not name:
            raise SedFault("missing command")
        self.pos += 1
        command = Command(name, first, last, negated)
        self._arguments(command)
        return command

    def _arguments(self, command: Command) -> None:
        name = command.name
        if name == "s":
            self._substitute(command)
        elif name == "y":
            delimiter = self._peek()
            self.pos += 1
            command.text = self._delimited(delimiter)
            command.flags = self._delimited(delimiter)
            if len(command.text) != len(command.flags):
                raise SedFault("strings for `y' command are different lengths")
        elif name in "aic":
            self._text(command)
        elif name in ":btT":
            self._skip(" \t")
            match = re.compile(r"[^\s;}]*").match(self.text, self.pos)
            command.text = match.group() if match else ""
            self.pos += len(command.text)
        elif name in "rw":
            self._skip(" \t")
            command.text = self._line()
        elif name in "qQ":
            self._skip(" \t")
            match = _NUMBER.match(self.text, self.pos)
            command.number = int(match.group()) if match else 0
            self.pos = match.end() if match else self.pos
        elif name not in "{}=dDgGhHnNpPxl":
            raise SedFault(f"unknown command: `{name}'")

    def _text(self, command: Command) -> None:
        """The text of a, i, c: on this line, or after a backslash and a newline."""
        self._skip(" \t")
        if self._peek() == "\\":
            self.pos += 1
            self._skip(" \t")
            if self._peek() == "\n":
                self.pos += 1
        lines = [self._line()]
        while lines[-1].endswith("\\") and self.pos < len(self.text):
            self.pos += 1
            lines[-1] = lines[-1][:-1]
            lines.append(self._line())
        command.text = re.sub(r"\\(.)", r"\1", "\n".join(lines)) + "\n"

    def _substitute(self, command: Command) -> None:
        delimiter = self._peek()
        if not delimiter or delimiter in "\\\n":
            raise SedFault("unterminated `s' command")
        self.pos += 1
        pattern = self._delimited(delimiter)
        command.parts = replacement_parts(self._replacement(delimiter), delimiter)
        flags = re.compile(r"[gpIiemM\d]*").match(self.text, self.pos)
        command.flags = flags.group() if flags else ""
        self.pos += len(command.flags)
        digits = re.search(r"\d+", command.flags)
        command.number = int(digits.group()[:6]) if digits else 0
        if self._peek() == "w":
            self.pos += 1
            self._skip(" ")
            command.text = self._line()
        elif self._peek() and self._peek() not in " \t\n;}#":
            raise SedFault("unknown option to `s'")
        command.regex = self._regex(pattern, "I" in command.flags or "i" in command.flags)


_CASES = {"U": -1, "L": -2, "u": -3, "l": -4, "E": -5}


def replacement_parts(text: str, delimiter: str = "/") -> tuple[str | int, ...]:
    r"""Texts, groups by number (& is 0), and negative numbers for \U \L \u \l \E."""
    parts: list[str | int] = []
    pos = 0
    while pos < len(text):
        char = text[pos]
        if char == "&":
            parts.append(0)
        elif char == "\\" and pos + 1 < len(text):
            pos += 1
            following = text[pos]
            if following.isdecimal():
                parts.append(int(following))
            elif following in _CASES:
                parts.append(_CASES[following])
            else:
                parts.append({"n": "\n", "t": "\t"}.get(following, following))
        else:
            parts.append(char)
        pos += 1
    return tuple(parts)
