"""The lessons: scenario files with prose, in `dashboard/lessons/`. Read once, at the start.

The first document of a file is the prose, by language; what follows is the scenario, as one would upload it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language

from simulator.objects import read_scenario

FOLDER = Path(__file__).parent / "lessons"
FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Mistake:
    """What people get wrong: what they say, and how it is. Both as HTML."""

    claim: str
    truth: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson, in one language."""

    slug: str
    title: str
    topic: str  # a few words: exec probe
    summary: str  # a sentence or two
    learns: tuple[str, ...]  # what one learns, as HTML
    try_: tuple[str, ...]  # what to try, as HTML
    wrong: tuple[Mistake, ...]  # what people get wrong about it
    scenario: str  # the text of the scenario file
    manifest: str  # its manifests alone
    duration: int  # seconds
    order: int  # its place in the course


@dataclass(frozen=True, slots=True)
class LessonFile:
    """One lesson, in all languages."""

    order: int
    by_language: Mapping[str, Lesson]


def read_lesson(slug: str, text: str) -> LessonFile:
    prose, _, scenario = text.partition("\n---\n")
    head: dict[str, Any] = yaml.safe_load(prose)
    order = head.pop("order")
    return LessonFile(order, {language: _lesson(slug, order, words, scenario) for language, words in head.items()})


def _lesson(slug: str, order: int, words: Mapping[str, Any], text: str) -> Lesson:
    scenario = read_scenario(text, name=slug)
    return Lesson(
        slug,
        words["title"],
        words["topic"],
        words["summary"],
        tuple(map(_marked, words["learns"])),
        tuple(map(_marked, words["try"])),
        tuple(Mistake(_marked(said["claim"]), _marked(said["truth"])) for said in words["wrong"]),
        text,
        scenario.manifests,
        scenario.duration,
        order,
    )


def _marked(text: str) -> str:
    """What stands between `backticks` becomes code."""
    parts = text.split("`")
    return format_html_join(
        "", "{}", ((format_html('<code translate="no">{}</code>', p) if odd % 2 else p,) for odd, p in enumerate(parts))
    )


@cache
def _files() -> tuple[LessonFile, ...]:
    files = [read_lesson(path.stem, path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.yaml")]
    return tuple(sorted(files, key=lambda file: file.order))


def lessons() -> tuple[Lesson, ...]:
    """All of them, in the language that is active."""
    language = get_language() or FALLBACK
    return tuple(file.by_language.get(language, file.by_language[FALLBACK]) for file in _files())


def find_lesson(slug: str) -> Lesson | None:
    return next((lesson for lesson in lessons() if lesson.slug == slug), None)
