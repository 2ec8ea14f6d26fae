"""POSIX regular expressions, basic and extended, in bounded time.

A hostile pattern such as `(a*)*b` makes a backtracking engine run for ever, so we match by backtracking over a
compiled program and never visit the same instruction at the same place twice: the work is at most the
program's length times the text's. Back-references void that argument; there, and for monstrous texts, only a
limit of steps helps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from simulator.containers.utilities.regex_parser import (
    Alternatives,
    Anchor,
    Char,
    Expression,
    Group,
    Reference,
    RegexFault,
    Repeat,
    Series,
    parse_regex,
)

MAX_PROGRAM = 4_000
MAX_STEPS = 200_000
"""Of one search: a match that takes longer is taken not to be there."""

__all__ = ["Match", "Regex", "RegexFault", "compile_regex"]


@dataclass(frozen=True, slots=True)
class Match:
    text: str
    spans: tuple[int, ...]
    count: int

    @property
    def start(self) -> int:
        return self.spans[0]

    @property
    def end(self) -> int:
        return self.spans[1]

    def group(self, number: int = 0) -> str | None:
        if number > self.count or self.spans[2 * number + 1] < 0:
            return None
        return self.text[self.spans[2 * number] : self.spans[2 * number + 1]]


# Instructions: (operation, argument, argument).
Instruction = tuple[str, object, int]


class _Compiler:
    def __init__(self) -> None:
        self.code: list[Instruction] = []

    def emit(self, operation: str, argument: object = None, target: int = 0) -> int:
        if len(self.code) >= MAX_PROGRAM:
            raise RegexFault("regular expression too big")
        self.code.append((operation, argument, target))
        return len(self.code) - 1

    def patch(self, at: int, target: int) -> None:
        operation, argument, _ = self.code[at]
        self.code[at] = (operation, argument, target)

    def add(self, node: Expression) -> None:
        match node:
            case Char():
                self.emit("char", node.accepts)
            case Anchor():
                self.emit(node.kind)
            case Reference():
                self.emit("reference", node.number)
            case Group():
                self.emit("save", None, 2 * node.number)
                self.add(node.body)
                self.emit("save", None, 2 * node.number + 1)
            case Series():
                for item in node.items:
                    self.add(item)
            case Alternatives():
                self._alternatives(node)
            case Repeat():
                self._repeat(node)

    def _alternatives(self, node: Alternatives) -> None:
        ends: list[int] = []
        for number, item in enumerate(node.items):
            if number == len(node.items) - 1:
                self.add(item)
                break
            split = self.emit("split")
            self.add(item)
            ends.append(self.emit("jump"))
            self.patch(split, len(self.code))
        for end in ends:
            self.patch(end, len(self.code))

    def _repeat(self, node: Repeat) -> None:
        for _ in range(node.least):
            self.add(node.body)
        if node.most is None:
            split = self.emit("split")
            self.add(node.body)
            self.emit("jump", None, split)
            self.patch(split, len(self.code))
            return
        splits: list[int] = []
        for _ in range(node.most - node.least):
            splits.append(self.emit("split"))
            self.add(node.body)
        for split in splits:
            self.patch(split, len(self.code))


class Regex:
    """A compiled expression."""

    def __init__(self, pattern: str, *, extended: bool, ignore_case: bool) -> None:
        parsed = parse_regex(pattern, extended=extended, ignore_case=ignore_case)
        compiler = _Compiler()
        compiler.add(Group(0, parsed.body))
        compiler.emit("match")
        self.code = compiler.code
        self.count = parsed.groups
        self.refers = parsed.refers
        self.literal = None if ignore_case else parsed.literal
        self.anchored = len(self.code) > 1 and self.code[1][0] == "start"
        first = self.code[1] if len(self.code) > 1 else None
        self.first: Callable[[str], bool] | None = None
        if first is not None and first[0] == "char":
            self.first = first[1]  # type: ignore[assignment]

    def search(
        self, text: str, start: int = 0, spend: Callable[[int], None] | None = None, *, longest: bool = True
    ) -> Match | None:
        """The leftmost match at or after `start`."""
        if self.literal is not None:
            at = text.find(self.literal, start)
            return None if at < 0 else Match(text, (at, at + len(self.literal)), 0)
        visited: set[int] = set()
        steps = 0
        for position in range(start, 1 if self.anchored else len(text) + 1):
            if self.first is not None and (position >= len(text) or not self.first(text[position])):
                continue
            found, used = self._at(text, position, visited)
            steps += used
            if found is not None or steps > MAX_STEPS:
                break
        else:
            found = None
        if spend is not None:
            spend(steps // 64)
        return found

    # The engine is one loop: a call per instruction would cost more than the instruction.
    def _at(self, text: str, start: int, visited: set[int]) -> tuple[Match | None, int]:  # noqa: C901
        code, size = self.code, len(self.code)
        spans: list[int] = [-1] * (2 * self.count + 2)
        # What is left to try: (instruction, position), or a span to restore: (-1 - index, old value).
        stack: list[tuple[int, int]] = [(0, start)]
        steps = 0
        while stack:
            at, position = stack.pop()
            if at < 0:
                spans[-1 - at] = position
                continue
            while steps < MAX_STEPS:
                steps += 1
                key = position * size + at
                if key in visited and not self.refers:
                    break
                visited.add(key)
                operation, argument, target = code[at]
                at += 1
                if operation == "char":
                    if position >= len(text) or not argument(text[position]):  # type: ignore[operator]
                        break
                    position += 1
                elif operation == "split":
                    stack.append((target, position))
                elif operation == "jump":
                    at = target
                elif operation == "save":
                    stack.append((-1 - target, spans[target]))
                    spans[target] = position
                elif operation == "match":
                    return Match(text, tuple(spans), self.count), steps
                else:
                    position = _assertion(operation, argument, text, position, spans)
                    if position < 0:
                        break
        return None, steps


def _is_word(text: str, position: int) -> bool:
    return 0 <= position < len(text) and (text[position].isalnum() or text[position] == "_")


def _assertion(operation: str, argument: object, text: str, position: int, spans: list[int]) -> int:
    """Where an instruction that looks around leaves us, or -1."""
    before, after = _is_word(text, position - 1), _is_word(text, position)
    match operation:
        case "start":
            holds = position == 0
        case "end":
            holds = position == len(text)
        case "word":
            holds = before != after
        case "inside":
            holds = before == after
        case "word start":
            holds = after and not before
        case "word end":
            holds = before and not after
        case _:
            assert isinstance(argument, int)
            first, last = spans[2 * argument], spans[2 * argument + 1]
            if last < 0 or not text.startswith(text[first:last], position):
                return -1
            return position + last - first
    return position if holds else -1


@lru_cache(maxsize=256)
def compile_regex(pattern: str, *, extended: bool = False, ignore_case: bool = False) -> Regex:
    """Raises RegexFault."""
    return Regex(pattern, extended=extended, ignore_case=ignore_case)
