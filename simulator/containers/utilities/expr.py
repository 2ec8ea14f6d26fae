"""expr."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.containers.syscalls import Routine
from simulator.containers.utilities.messages import complain
from simulator.containers.utilities.regex import RegexFault, compile_regex

if TYPE_CHECKING:
    from simulator.containers.process import Process

_LEVELS = (("|",), ("&",), ("=", "==", "!=", "<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"), (":",))
_NUMBER = re.compile(r"-?\d{1,30}\Z")


class ExprFault(Exception):
    """The expression is wrong."""


class _Expression:
    def __init__(self, process: Process, words: list[str]) -> None:
        self.process = process
        self.words = words
        self.position = 0
        self.depth = 0

    def peek(self) -> str:
        return self.words[self.position] if self.position < len(self.words) else ""

    def take(self) -> str:
        if self.position >= len(self.words):
            raise ExprFault("syntax error")
        self.position += 1
        return self.words[self.position - 1]

    def level(self, number: int) -> str:
        if number == len(_LEVELS):
            return self.primary()
        left = self.level(number + 1)
        while self.position < len(self.words) and self.peek() in _LEVELS[number]:
            operator = self.take()
            left = self.apply(left, operator, self.level(number + 1))
        return left

    def primary(self) -> str:
        self.depth += 1
        if self.depth > 40:
            raise ExprFault("syntax error")
        word = self.take()
        if word == "(":
            result = self.level(0)
            if self.take() != ")":
                raise ExprFault("syntax error")
        elif word == "length" and self.position < len(self.words):
            result = str(len(self.primary()))
        elif word == "substr" and self.position + 2 < len(self.words):
            text, start, size = self.primary(), _number(self.primary()), _number(self.primary())
            result = text[start - 1 : start - 1 + size] if start > 0 and size > 0 else ""
        elif word == "index" and self.position + 1 < len(self.words):
            text, chars = self.primary(), self.primary()
            result = str(next((n for n, c in enumerate(text, 1) if c in chars), 0))
        elif word == "match" and self.position + 1 < len(self.words):
            result = self.apply(self.primary(), ":", self.primary())
        else:
            result = word
        self.depth -= 1
        return result

    def apply(self, left: str, operator: str, right: str) -> str:
        match operator:
            case "|":
                return left if left not in ("", "0") else right
            case "&":
                return left if left not in ("", "0") and right not in ("", "0") else "0"
            case ":":
                return self.matched(left, right)
            case "=" | "==" | "!=" | "<" | "<=" | ">" | ">=":
                return str(int(_compare(left, operator, right)))
        a, b = _number(left), _number(right)
        match operator:
            case "+":
                return str(a + b)
            case "-":
                return str(a - b)
            case "*":
                return str(a * b)
        if b == 0:
            raise ExprFault("division by zero")
        quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
        return str(quotient if operator == "/" else a - b * quotient)

    def matched(self, text: str, pattern: str) -> str:
        """The first group, or how many characters matched; anchored at the start."""
        regex = compile_regex(pattern.removeprefix("^"))
        found = regex.search(text, 0, self.process.spend)
        if found is None or found.start != 0:
            return "" if regex.count else "0"
        return (found.group(1) or "") if regex.count else str(found.end)


def _number(text: str) -> int:
    if not _NUMBER.match(text):
        raise ExprFault("non-integer argument")
    return int(text)


def _compare(left: str, operator: str, right: str) -> bool:
    a: int | str
    b: int | str
    if _NUMBER.match(left) and _NUMBER.match(right):
        a, b = int(left), int(right)
        less = a < b
    else:
        a, b = left, right
        less = left < right
    return {"=": a == b, "==": a == b, "!=": a != b, "<": less, "<=": less or a == b, ">": not less and a != b,
            ">=": not less}[operator]  # fmt: skip


def expr(process: Process) -> Routine[int]:
    words = process.argv[1:]
    if not words:
        return (yield from complain(process, "missing operand", 2))
    if len(words) > 1000:
        return (yield from complain(process, "argument list too long", 2))
    expression = _Expression(process, words)
    try:
        result = expression.level(0)
        if expression.position < len(words):
            raise ExprFault("syntax error")
    except (ExprFault, RegexFault) as fault:
        return (yield from complain(process, str(fault), 2))
    yield from process.out(result + "\n")
    return 1 if result in ("", "0") else 0
