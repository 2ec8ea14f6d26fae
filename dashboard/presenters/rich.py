"""Sentences with parts that stand out: names in bold, commands in mono, countdowns that run.

A translated template holds `{name}` places; what fills a place says how it looks. No markup is ever parsed.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Part:
    text: str
    kind: str = ""  # "", bold, code, both, due
    due_ms: int = 0  # for due: the moment the countdown runs to


Rich = tuple[Part, ...]
_FORMATTER = Formatter()
SPACE = pgettext_lazy("between two sentences", " ")


def bold(text: object) -> Part:
    return Part(str(text), "bold")


def code(text: object) -> Part:
    return Part(str(text), "code")


def strong(text: object) -> Part:
    return Part(str(text), "both")


def due(ms: int, now_ms: int) -> Part:
    """How long until `ms`; counted down in the browser."""
    left = max(0, ms - now_ms)
    text = f"{left / 1000:.1f} s" if left < 120_000 else f"{left // 60_000}m{left % 60_000 // 1000}s"
    return Part(text, "due", ms)


def say(template: str | Promise, **parts: Part | Rich | str | int) -> Rich:
    """`template` with its places filled."""
    result: list[Part] = []
    for text, name, _spec, _conversion in _FORMATTER.parse(str(template)):
        if text:
            result.append(Part(text))
        if name:
            value = parts[name]
            if isinstance(value, tuple):
                result.extend(value)
            else:
                result.append(value if isinstance(value, Part) else Part(str(value)))
    return tuple(result)


def plain(text: Rich) -> str:
    return "".join(part.text for part in text)


def join(*sentences: Rich) -> Rich:
    """Sentences one after the other, with a space between where the language has one."""
    result: list[Part] = []
    for sentence in sentences:
        if result and sentence:
            result.append(Part(str(SPACE)))
        result.extend(sentence)
    return tuple(result)
