"""Cuts a Go template into text and actions, and actions into tokens. Models Go's text/template/parse/lex.go."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import NamedTuple


class TemplateError(ValueError):
    """A template that cannot be read."""


class Token(NamedTuple):
    """`kind` is the name of a group below; `text` for what stands between actions, `end` where an action ends."""

    kind: str
    text: str
    at: int


_TOKEN = re.compile(
    r"(?P<end>\s+-\}\}\s*|\}\})"
    r"|(?P<space>\s+)"
    r'|(?P<string>"(?:\\.|[^"\\\n])*"|`[^`]*`)'
    r"|(?P<number>[+-]?\d[\w.]*)"
    r"|(?P<field>\.[^\W\d]\w*)"
    r"|(?P<dot>\.)"
    r"|(?P<variable>\$\w*)"
    r"|(?P<sign>:=|[=,|()])"
    r"|(?P<word>[^\W\d]\w*)"
)
_COMMENT = re.compile(r"/\*.*?\*/(?:(?P<trim>\s+-\}\}\s*)|\}\})", re.DOTALL)
_OPEN = re.compile(r"\s*\{\{-(?=\s)|\{\{")
# What may follow a field, a variable or a word without a space.
_TERMINATORS = " \t\r\n.,|:)("


def error_at(source: str, at: int, message: str) -> TemplateError:
    """`template: output:1: unclosed action`."""
    return TemplateError(f"template: output:{1 + source.count(chr(10), 0, at)}: {message}")


def tokens(source: str) -> Iterator[Token]:
    """Everything in order; spaces within actions too, as they part the arguments."""
    place = 0
    while (opening := _OPEN.search(source, place)) is not None:
        if opening.start() > place:
            yield Token("text", source[place : opening.start()], place)
        place = opening.end()
        inner = place + (len(source[place:]) - len(source[place:].lstrip()) if opening[0].endswith("-") else 0)
        if source.startswith("/*", inner):
            comment = _COMMENT.match(source, inner)
            if comment is None:
                raise error_at(source, inner, "unclosed comment")
            place = comment.end()
            continue
        place = yield from _action(source, place)
    if place < len(source):
        yield Token("text", source[place:], place)


def _action(source: str, place: int) -> Generator[Token, None, int]:
    """The tokens up to where the action ends; returns the place behind it."""
    depth = 0
    while place < len(source):
        found = _TOKEN.match(source, place)
        if found is None:
            raise error_at(source, place, _strange(source, place))
        kind = str(found.lastgroup)
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth < 0:
            raise error_at(source, place, "unexpected right paren")
        if kind == "end" and depth:
            raise error_at(source, place, "unclosed left paren")
        yield Token(kind, found[0], place)
        place = found.end()
        if kind == "end":
            return place
        if kind in ("field", "variable", "word") and not source.startswith((*_TERMINATORS, "}}"), place):
            raise error_at(source, place, _strange(source, place))
    raise error_at(source, len(source), "unclosed action")


def _strange(source: str, place: int) -> str:
    if place >= len(source):
        return "unclosed action"
    char = source[place]
    if char in '"`':
        return "unterminated quoted string" if char == '"' else "unterminated raw quoted string"
    return f"bad character U+{ord(char):04X} '{char}'"
