"""The lessons as a course: its chapters, those that the home page shows, and a small picture of each lesson's run."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dashboard.lessons import Lesson, find_lesson, lessons
from dashboard.presenters.story import Story
from dashboard.presenters.thumbnail import Thumbnail, thumbnail
from dashboard.recording import run
from simulator.history import Revision
from simulator.objects import read_scenario

CHAPTERS = (  # from which place in the course on
    ("pod", 0, _("Containers of one Pod")),
    ("restarts", 40, _("Restarts and back-off")),
    ("probes", 60, _("Probes and traffic")),
    ("life", 112, _("Hooks, images, settings, resources")),
    ("debugging", 120, _("Debugging")),
    ("workloads", 150, _("Workloads")),
    ("nodes", 195, _("Nodes and scheduling")),
)
PICKED = (  # for the home page
    *("liveness-exec", "readiness-404", "startup-exec", "container-exits-after-30s"),
    *("init-prepares-volume", "sidecar", "hooks-and-grace", "deployment-rollout"),
)


@dataclass(frozen=True, slots=True)
class Card:
    lesson: Lesson
    picture: Thumbnail


@dataclass(frozen=True, slots=True)
class Chapter:
    id: str
    title: str
    cards: tuple[Card, ...]


def picked() -> tuple[Card, ...]:
    found = (find_lesson(slug) for slug in PICKED)
    return _cards(lesson for lesson in found if lesson is not None)


def chapters(words: str = "") -> tuple[Chapter, ...]:
    """All of them, or those with lessons in which each of the `words` occurs."""
    wanted = words.casefold().split()
    places = [*(place for _id, place, _title in CHAPTERS), 1 << 30]
    result = []
    for (ident, _place, title), (first, end) in zip(CHAPTERS, pairwise(places), strict=True):
        cards = _cards(lesson for lesson in lessons() if first <= lesson.order < end and _has(lesson, wanted))
        if cards:
            result.append(Chapter(ident, str(title), cards))
    return tuple(result)


def _has(lesson: Lesson, wanted: list[str]) -> bool:
    text = f"{lesson.title} {lesson.topic} {lesson.summary} {lesson.slug}".casefold()
    return all(word in text for word in wanted)


def _cards(chosen: Iterable[Lesson]) -> tuple[Card, ...]:
    return tuple(Card(lesson, picture(lesson)) for lesson in chosen)


_one_at_a_time = threading.Lock()  # so that a class that opens the page at once has each picture made once


def picture(lesson: Lesson) -> Thumbnail:
    """Of what happens in the lesson if nobody interferes. Made once by a process, in some hundredths of a second."""
    with _one_at_a_time:
        return _picture(lesson.slug, get_language())


@cache
def _picture(slug: str, _language: str) -> Thumbnail:
    lesson = find_lesson(slug)
    assert lesson is not None
    done = run(read_scenario(lesson.scenario, name=slug))
    pods = [entry.object["metadata"] for entry in done.entries if isinstance(entry, Revision) and entry.kind == "pods"]
    names = dict.fromkeys((str(meta["namespace"]), str(meta["name"])) for meta in pods)
    return thumbnail([Story(*name).read(done.entries) for name in names], lesson.duration * 1000)
