"""The syntax of POSIX regular expressions, with GNU's additions (\\+ \\? \\| \\w \\s \\b \\< \\>)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator.containers.shell.patterns import CharSet

MAX_NESTING = 40
MAX_REPEAT = 255


class RegexFault(Exception):
    """The pattern is wrong."""


@dataclass(frozen=True, slots=True)
class Char:
    accepts: Callable[[str], bool]
    literal: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    kind: str


@dataclass(frozen=True, slots=True)
class Reference:
    number: int


@dataclass(frozen=True, slots=True)
class Group:
    number: int
    body: Expression


@dataclass(frozen=True, slots=True)
class Series:
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Alternatives:
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    body: Expression
    least: int
    most: int | None


Expression = Char | Anchor | Reference | Group | Series | Alternatives | Repeat


@dataclass(frozen=True, slots=True)
class Parsed:
    body: Expression
    groups: int
    refers: bool
    literal: str | None


_CLASSES: dict[str, Callable[[str], bool]] = {
    "w": lambda c: c.isalnum() or c == "_",
    "W": lambda c: not (c.isalnum() or c == "_"),
    "s": str.isspace,
    "S": lambda c: not c.isspace(),
    "d": str.isdecimal,
    "D": lambda c: not c.isdecimal(),
}
_ANCHORS = {"b": "word", "B": "inside", "<": "word start", ">": "word end", "`": "start", "'": "end"}
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}


class _Parser:
    def __init__(self, pattern: str, extended: bool, ignore_case: bool) -> None:
        self.pattern = pattern
        self.extended = extended
        self.ignore_case = ignore_case
        self.pos = 0
        self.groups = 0
        self.depth = 0
        self.refers = False

    def operator(self) -> str:
        """The operator here: ( ) | { * + ? in either syntax, or ""."""
        text, pos = self.pattern, self.pos
        char = text[pos : pos + 1]
        if char == "*":
            return "*"
        if self.extended:
            return char if char and char in "(){|+?" else ""
        if char == "\\" and text[pos + 1 : pos + 2] in ("(", ")", "{", "|", "+", "?"):
            return text[pos + 1]
        return ""

    def skip_operator(self) -> None:
        self.pos += 2 if self.pattern[self.pos] == "\\" else 1

    def either(self) -> Expression:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise RegexFault("regular expression too big")
        items = [self.series()]
        while self.operator() == "|":
            self.skip_operator()
            items.append(self.series())
        self.depth -= 1
        return items[0] if len(items) == 1 else Alternatives(tuple(items))

    def series(self) -> Expression:
        items: list[Expression] = []
        while self.pos < len(self.pattern):
            operator = self.operator()
            if operator == "|" or (operator == ")" and self.depth > 1):
                break
            item = self.atom(operator, first=not items)
            items.append(self.repeats(item))
        return items[0] if len(items) == 1 else Series(tuple(items))

    def repeats(self, item: Expression) -> Expression:
        while self.pos < len(self.pattern) and (operator := self.operator()) in ("*", "+", "?", "{"):
            if isinstance(item, Anchor) and not self.extended:
                break
            start = self.pos
            self.skip_operator()
            if operator != "{":
                least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[operator]
            else:
                bounds = self.bounds()
                if bounds is None:
                    self.pos = start
                    break
                least, most = bounds
            if isinstance(item, Repeat) and (item.least, item.most, least, most) == (0, None, 0, None):
                continue
            item = Repeat(item, least, most)
        return item

    def bounds(self) -> tuple[int, int | None] | None:
        closer = "}" if self.extended else "\\}"
        close = self.pattern.find(closer, self.pos)
        text = self.pattern[self.pos : close] if close >= 0 else ""
        least, comma, most = text.partition(",")
        if not least.isdecimal() or (most and not most.isdecimal()):
            if self.extended:
                return None
            raise RegexFault("Invalid content of \\{\\}")
        self.pos = close + len(closer)
        low = int(least[:6])
        high = low if not comma else int(most[:6]) if most else None
        if low > MAX_REPEAT or (high is not None and (high > MAX_REPEAT or high < low)):
            raise RegexFault(
                "Invalid content of \\{\\}" if high is not None and high < low else "Regular expression too big"
            )
        return low, high

    def atom(self, operator: str, *, first: bool) -> Expression:
        char = self.pattern[self.pos]
        if operator == "(":
            return self.group()
        if operator in ("*", "+", "?", "{") and (first or not self.extended) and self.pattern[self.pos] != "\\":
            return self.literal(char)
        if operator in ("{", ")") and self.extended:
            return self.literal(char)
        if operator in ("*", "+", "?", "{", ")"):
            raise RegexFault("Unmatched ) or \\)" if operator == ")" else "Invalid preceding regular expression")
        self.pos += 1
        if char == ".":
            return Char(lambda c: True)
        if char == "[":
            return self.bracket()
        if char == "^" and (self.extended or first):
            return Anchor("start")
        if char == "$" and (self.extended or self.at_end()):
            return Anchor("end")
        if char == "\\":
            return self.escape()
        self.pos -= 1
        return self.literal(char)

    def at_end(self) -> bool:
        return self.pos >= len(self.pattern) or self.operator() in (")", "|")

    def literal(self, char: str) -> Char:
        self.pos += 1
        if self.ignore_case and char.lower() != char.upper():
            both = (char.lower(), char.upper())
            return Char(lambda c: c in both)
        return Char(char.__eq__, char)

    def group(self) -> Expression:
        self.skip_operator()
        self.groups += 1
        number = self.groups
        body = self.either()
        if self.operator() != ")":
            raise RegexFault("Unmatched ( or \\(")
        self.skip_operator()
        return Group(number, body)

    def escape(self) -> Expression:
        if self.pos >= len(self.pattern):
            raise RegexFault("Trailing backslash")
        char = self.pattern[self.pos]
        if char in _CLASSES:
            self.pos += 1
            return Char(_CLASSES[char])
        if char in _ANCHORS:
            self.pos += 1
            return Anchor(_ANCHORS[char])
        if char.isdecimal() and char != "0":
            self.pos += 1
            if int(char) > self.groups:
                raise RegexFault("Invalid back reference")
            self.refers = True
            return Reference(int(char))
        literal = self.literal(_CONTROLS.get(char, char))
        return literal

    def bracket(self) -> Expression:
        start = self.pos
        if self.pattern[self.pos : self.pos + 1] == "^":
            self.pos += 1
        if self.pattern[self.pos : self.pos + 1] == "]":
            self.pos += 1
        while self.pos < len(self.pattern) and self.pattern[self.pos] != "]":
            close = self.pattern.find(":]", self.pos) if self.pattern.startswith("[:", self.pos) else -1
            self.pos = close + 2 if close > 0 else self.pos + 1
        if self.pos >= len(self.pattern):
            raise RegexFault("Unmatched [, [^, [:, [., or [=")
        body = self.pattern[start : self.pos]
        self.pos += 1
        negated = body.startswith("^")
        # A backslash is an ordinary character here.
        chars = CharSet(body[negated:].replace("\\", "\\\\"), negated)
        if self.ignore_case:
            return Char(lambda c: (c.lower() in chars or c.upper() in chars) if not negated else c in chars)
        return Char(chars.__contains__)


def _literal_of(body: Expression) -> str | None:
    items = body.items if isinstance(body, Series) else (body,)
    chars = [item.literal for item in items if isinstance(item, Char) and item.literal]
    return "".join(chars) if len(chars) == len(items) else None


def parse_regex(pattern: str, *, extended: bool, ignore_case: bool) -> Parsed:
    """Raises RegexFault."""
    parser = _Parser(pattern, extended, ignore_case)
    body = parser.either()
    if parser.pos < len(pattern):
        raise RegexFault("Unmatched ) or \\)")
    return Parsed(body, parser.groups, parser.refers, _literal_of(body))
