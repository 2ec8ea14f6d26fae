"""Shell patterns: `*`, `?`, `[…]`, with backslash taking a character literally.

Matching is our own, not a regular expression's: a hostile pattern such as `*a*a*a*a*b` must not take for ever.
Only the last `*` is ever reconsidered, so the work is at most the pattern's length times the text's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

_CLASSES: dict[str, Callable[[str], bool]] = {
    "alpha": str.isalpha,
    "digit": str.isdecimal,
    "alnum": str.isalnum,
    "upper": str.isupper,
    "lower": str.islower,
    "space": str.isspace,
    "blank": lambda c: c in " \t",
    "punct": lambda c: c.isprintable() and not c.isalnum() and c != " ",
    "print": str.isprintable,
    "graph": lambda c: c.isprintable() and c != " ",
    "cntrl": lambda c: ord(c) < 32 or ord(c) == 127,
    "xdigit": lambda c: c in "0123456789abcdefABCDEF",
}
STAR = object()
ANY = object()


class CharSet:
    """`[…]`: single characters, ranges and classes."""

    __slots__ = ("chars", "classes", "negated", "ranges")

    def __init__(self, body: str, negated: bool) -> None:
        self.negated = negated
        self.chars: set[str] = set()
        self.ranges: list[tuple[str, str]] = []
        self.classes: list[Callable[[str], bool]] = []
        pos = 0
        while pos < len(body):
            if body.startswith("[:", pos) and (close := body.find(":]", pos)) > 0:
                test = _CLASSES.get(body[pos + 2 : close])
                self.classes.extend([test] if test else [])
                pos = close + 2
                continue
            char, pos = _literal(body, pos)
            if body[pos : pos + 1] == "-" and pos + 1 < len(body):
                last, pos = _literal(body, pos + 1)
                self.ranges.append((char, last))
            else:
                self.chars.add(char)

    def __contains__(self, char: str) -> bool:
        found = char in self.chars or any(a <= char <= b for a, b in self.ranges) or any(t(char) for t in self.classes)
        return found != self.negated


Token = str | CharSet | object


def _literal(body: str, pos: int) -> tuple[str, int]:
    if body[pos] == "\\" and pos + 1 < len(body):
        return body[pos + 1], pos + 2
    return body[pos], pos + 1


def bracket_end(pattern: str, start: int) -> int:
    """Index of the `]` that closes the `[` at `start`, or -1."""
    pos = start + 1
    if pattern[pos : pos + 1] in ("!", "^"):
        pos += 1
    if pattern[pos : pos + 1] == "]":
        pos += 1
    while pos < len(pattern):
        if pattern.startswith("[:", pos) and (close := pattern.find(":]", pos)) > 0:
            pos = close + 2
        elif pattern[pos] == "]":
            return pos
        else:
            pos += 2 if pattern[pos] == "\\" else 1
    return -1


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    pos = 0
    while pos < len(pattern):
        char = pattern[pos]
        close = bracket_end(pattern, pos) if char == "[" else -1
        if char == "*":
            if not tokens or tokens[-1] is not STAR:
                tokens.append(STAR)
        elif char == "?":
            tokens.append(ANY)
        elif close > 0:
            negated = pattern[pos + 1] in "!^"
            tokens.append(CharSet(pattern[pos + 1 + negated : close], negated))
            pos = close
        elif char == "\\" and pos + 1 < len(pattern):
            pos += 1
            tokens.append(pattern[pos])
        else:
            tokens.append(char)
        pos += 1
    return tuple(tokens)


def _accepts(token: Token, char: str) -> bool:
    if token is ANY:
        return True
    return char in token if isinstance(token, CharSet) else token == char


def match(pattern: str, text: str) -> bool:
    """Whether the whole of `text` matches."""
    tokens = compile_pattern(pattern)
    at, pos, star, star_pos = 0, 0, -1, 0
    while pos < len(text):
        if at < len(tokens) and tokens[at] is STAR:
            star, star_pos = at, pos
            at += 1
        elif at < len(tokens) and _accepts(tokens[at], text[pos]):
            at += 1
            pos += 1
        elif star >= 0:
            star_pos += 1
            at, pos = star + 1, star_pos
        else:
            return False
    return all(token is STAR for token in tokens[at:])


def _ends(tokens: tuple[Token, ...], text: str) -> list[int]:
    """Where a match that begins at the start of `text` may end, in order."""
    positions = {0}
    for token in tokens:
        if token is STAR:
            positions = set(range(min(positions), len(text) + 1)) if positions else positions
        else:
            positions = {p + 1 for p in positions if p < len(text) and _accepts(token, text[p])}
        if not positions:
            break
    return sorted(positions)


def strip_prefix(pattern: str, text: str, longest: bool) -> str:
    """`${x#pattern}` and `${x##pattern}`."""
    ends = _ends(compile_pattern(pattern), text)
    return text[ends[-1 if longest else 0] :] if ends else text


def strip_suffix(pattern: str, text: str, longest: bool) -> str:
    """`${x%pattern}` and `${x%%pattern}`."""
    ends = _ends(tuple(reversed(compile_pattern(pattern))), text[::-1])
    return text[: len(text) - ends[-1 if longest else 0]] if ends else text


MAX_WORK = 2_000_000


def substitute(pattern: str, text: str, replacement: str, everywhere: bool, anchor: str = "") -> str:
    """`${x/pattern/replacement}`; `anchor` is "#" (at the start) or "%" (at the end)."""
    tokens = compile_pattern(pattern)
    if anchor == "%":
        rest = strip_suffix(pattern, text, True)
        return rest + replacement if rest != text else text
    pieces: list[str] = []
    pos = 0
    work = 0
    while pos < len(text) and work < MAX_WORK:
        ends = _ends(tokens, text[pos:])
        work += (len(text) - pos if STAR in tokens else 1) * (len(tokens) + 1)
        if ends and ends[-1] > 0:
            pieces.append(replacement)
            pos += ends[-1]
            if not everywhere:
                break
        else:
            pieces.append(text[pos])
            pos += 1
        if anchor == "#":
            break
    return "".join(pieces) + text[pos:]


def is_pattern(text: str) -> bool:
    return "*" in text or "?" in text or ("[" in text and text[-1] != "[")


def escape(text: str) -> str:
    """`text` as a pattern that matches nothing but itself."""
    if text.isalnum():
        return text
    return "".join("\\" + c if c in "\\*?[]!^-" else c for c in text)


def unescape(pattern: str) -> str:
    if "\\" not in pattern:
        return pattern
    return "".join(str(token) if isinstance(token, str) else "" for token in compile_pattern(pattern))
