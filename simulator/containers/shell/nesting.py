"""Where a nested construct ends: the closing parenthesis or backquote, past quotes, comments and `case`."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""\\.|'[^']*'|(?P<comment>(?<![^\s;&|(])\#[^\n]*)|(?P<word>(?<![\w$])(?:case|esac)(?![\w=]))|["`()]|\$\(\(?""",
    re.DOTALL,
)
MAX_DEPTH = 60


def closing_backquote(text: str, start: int, end: int) -> int:
    """Index of the backquote that closes the one at `start`, or -1."""
    pos = start + 1
    while pos < end:
        if text[pos] == "\\":
            pos += 2
        elif text[pos] == "`":
            return pos
        else:
            pos += 1
    return -1


def closing_quote(text: str, start: int, end: int, depth: int = 0) -> int:
    """Index of the double quote that closes the one before `start`, or -1."""
    pos = start
    while pos < end:
        char = text[pos]
        if char == '"':
            return pos
        if char == "\\":
            pos += 2
        elif char == "`":
            close = closing_backquote(text, pos, end)
            pos = end if close < 0 else close + 1
        elif char == "$" and text.startswith("$(", pos):
            close = closing_parenthesis(text, pos + 2, end, depth + 1)
            pos = end if close < 0 else close + 1
        else:
            pos += 1
    return -1


def closing_parenthesis(text: str, start: int, end: int, depth: int = 0) -> int:
    """Index of the parenthesis that closes the one before `start`, or -1."""
    if depth > MAX_DEPTH:
        return -1
    open_: list[str] = ["("]
    pos = start
    while match := _TOKEN.search(text, pos, end):
        pos = match.end()
        token = match.group()
        if token in ('"', "`"):
            pos = _past_quote(text, match.start(), end, depth)
            if pos <= 0:
                return -1
        elif _closes(token, open_):
            return match.start()
    return -1


def _past_quote(text: str, at: int, end: int, depth: int) -> int:
    """Behind the double quote or backquote that closes the one at `at`; 0 if nothing does."""
    if text[at] == "`":
        return closing_backquote(text, at, end) + 1
    return closing_quote(text, at + 1, end, depth + 1) + 1


def _closes(token: str, open_: list[str]) -> bool:
    """Keeps account of what is open; True when `token` closes the first of it."""
    if token == "case":
        open_.append("case")
    elif token == "esac" and open_[-1] == "case":
        open_.pop()
    elif token in ("(", "$(", "$(("):
        open_.extend("(" * token.count("("))
    elif token == ")" and open_[-1] == "(":
        open_.pop()
    return not open_


def closing_arithmetic(text: str, start: int, end: int) -> int:
    """Index of the `))` that closes the `((` before `start`, or -1 when it is a subshell after all."""
    depth = 0
    for pos in range(start, end):
        char = text[pos]
        if char == "(":
            depth += 1
        elif char == ")":
            if depth == 0:
                return pos if text.startswith("))", pos) and pos + 1 < end else -1
            depth -= 1
    return -1
