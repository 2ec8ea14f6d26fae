"""Brace expansion, which bash alone of our shells does: a{b,c}d, {1..5}, {a..e..2}."""

from __future__ import annotations

import re

MAX_WORDS = 2_000
_RANGE = re.compile(r"(-?\d{1,9})\.\.(-?\d{1,9})(?:\.\.(-?\d{1,9}))?|([a-zA-Z])\.\.([a-zA-Z])(?:\.\.(-?\d{1,9}))?")
_SKIP = re.compile(r"\\.|'[^']*'|\"(?:\\.|[^\"\\])*\"|\$\{[^}]*\}|\$\(.*?\)|`[^`]*`", re.DOTALL)


def expand_braces(source: str) -> list[str]:
    """The words that an unexpanded word stands for."""
    done: list[str] = []
    waiting = [source]
    while waiting:
        word = waiting.pop()
        found = _first(word)
        if found is None or len(done) + len(waiting) > MAX_WORDS:
            done.append(word)
            continue
        start, stop, alternatives = found
        waiting.extend(word[:start] + middle + word[stop:] for middle in reversed(alternatives))
    return done


def _first(word: str) -> tuple[int, int, list[str]] | None:
    """Where the first brace expression is, and what it offers."""
    pos = 0
    while pos < len(word):
        skip = _SKIP.match(word, pos)
        if skip:
            pos = skip.end()
            continue
        if word[pos] == "{":
            offer = _offer(word, pos)
            if offer:
                return pos, offer[0], offer[1]
        pos += 1
    return None


def _offer(word: str, start: int) -> tuple[int, list[str]] | None:
    depth, pos, commas = 0, start, [start]
    while pos < len(word):
        skip = _SKIP.match(word, pos)
        if skip:
            pos = skip.end()
            continue
        char = word[pos]
        if char == "{":
            depth += 1
        elif char == "," and depth == 1:
            commas.append(pos)
        elif char == "}":
            depth -= 1
            if depth == 0:
                break
        pos += 1
    if depth or pos >= len(word):
        return None
    if len(commas) > 1:
        ends = [*commas[1:], pos]
        return pos + 1, [word[a + 1 : b] for a, b in zip(commas, ends, strict=True)]
    counted = _counted(word[start + 1 : pos])
    return (pos + 1, counted) if counted else None


def _counted(text: str) -> list[str] | None:
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    first, last, step, letter, letter_last, letter_step = match.groups()
    by = abs(int(step or letter_step or 1)) or 1
    start, stop = (int(first), int(last)) if first is not None else (ord(letter), ord(letter_last))
    numbers = range(start, stop + 1, by) if start <= stop else range(start, stop - 1, -by)
    if len(numbers) > MAX_WORDS:
        return None
    if letter is not None:
        return [chr(n) for n in numbers]
    padded = any(len(t.lstrip("-")) > 1 and t.lstrip("-").startswith("0") for t in (first, last))
    width = max(len(first), len(last)) if padded else 0
    return [str(n).zfill(width) for n in numbers]
