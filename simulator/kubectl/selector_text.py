"""How selectors of labels and of fields are written. Models apimachinery pkg/labels/selector.go and pkg/fields."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.kubectl.selectors import Requirement, SelectorError
from simulator.objects.validation.formats import is_label_value

_TOKEN = re.compile(r"\s*(?P<sign>==|!=|[=!<>(),])|\s*(?P<word>[^\s=!<>(),]+)")
_BINARY = "in, notin, =, ==, !=, gt, lt"


def parse_selector(text: str) -> tuple[Requirement, ...]:
    """Read `app=web,tier!=db,env in (a,b),!old`. Raises SelectorError with the server's words."""
    parser = _Parser([found["sign"] or found["word"] for found in _TOKEN.finditer(text)])
    return tuple(parser.requirements())


def parse_fields(text: str) -> tuple[Requirement, ...]:
    """Read `status.phase=Running,metadata.name!=q`."""
    found = []
    for term in sorted(filter(None, text.split(","))):
        match = re.fullmatch(r"(.*?)(!=|==|=)(.*)", term)
        if match is None:
            raise SelectorError(f"invalid selector: '{text}'; can't understand '{term}'")
        found.append(Requirement(match[1], "!=" if match[2] == "!=" else "=", (match[3],)))
    return tuple(found)


def _is_word(token: str) -> bool:
    return bool(token) and not re.fullmatch(r"==|!=|[=!<>(),]", token)


@dataclass(slots=True)
class _Parser:
    tokens: list[str]  # "" is what comes after the last
    place: int = 0

    def peek(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def next(self) -> str:
        token = self.peek()
        self.place += 1
        return token

    def requirements(self) -> list[Requirement]:
        found: list[Requirement] = []
        while token := self.peek():
            if not _is_word(token) and token != "!":
                raise SelectorError(f"found '{token}', expected: !, identifier, or 'end of string'")
            try:
                found.append(self.requirement())
            except SelectorError as error:
                raise SelectorError(f"unable to parse requirement: {error}") from None
            if (behind := self.next()) == "":
                break
            if behind != ",":
                raise SelectorError(f"found '{behind}', expected: ',' or 'end of string'")
            if not _is_word(self.peek()) and self.peek() != "!":
                raise SelectorError(f"found '{self.peek()}', expected: identifier after ','")
        return found

    def requirement(self) -> Requirement:
        absent = self.peek() == "!"
        key = self.word(skip=absent)
        if self.peek() in ("", ","):
            return Requirement(key, "!" if absent else "exists")
        operator = self.next()
        if operator in ("in", "notin"):
            values = self.values()
        elif operator in ("=", "==", "!=", "<", ">"):
            values = ("",) if self.peek() in ("", ",") else (self.word(),)
        else:
            raise SelectorError(f"found '{operator}', expected: {_BINARY}")
        for place, value in enumerate(sorted(values)):
            if details := is_label_value(value):
                raise SelectorError(f'values[{place}][{key}]: Invalid value: "{value}": {"; ".join(details)}')
        return Requirement(key, "=" if operator == "==" else operator, values)

    def word(self, *, skip: bool = False) -> str:
        self.place += skip
        token = self.next()
        if not _is_word(token):
            raise SelectorError(f"found '{token}', expected: identifier")
        return token

    def values(self) -> tuple[str, ...]:
        """Those in brackets; what is left out between commas is an empty one."""
        if (token := self.next()) != "(":
            raise SelectorError(f"found '{token}' expected: '('")
        found = [""]
        while (token := self.next()) != ")":
            if token == ",":
                found.append("")
            elif _is_word(token) and not found[-1]:
                found[-1] = token
            else:
                raise SelectorError(f"found '{token}', expected: ',' or ')'")
        return tuple(found)
