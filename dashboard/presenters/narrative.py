"""The Pod's history as text: the same as the timeline shows, a sentence a line, for who reads rather than looks."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext_lazy as _

from dashboard.presenters.rich import Rich, say
from dashboard.presenters.steps import words
from dashboard.presenters.story import Story
from dashboard.presenters.timescale import clock, duration
from simulator.history import Action, Entry, Fact, Revision
from simulator.kubectl.pods import pod_row

MOST = 100  # lines at once; older ones are a link away
UNTOLD = ("log", "result", "probe.rest", "unsimulated")  # they have a place of their own on the page, or say nothing


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened."""

    number: int
    at: str
    where: str  # the container, or the Pod's name
    text: Rich
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Narrative:
    """Lines, newest first. `earlier_ms`: where one reads on, on the cluster's clock, if there is more."""

    lines: tuple[Line, ...]
    earlier_ms: int | None = None


def narrative(story: Story) -> Narrative:
    """What happened last, at most `MOST` lines of it."""
    found = list(islice(_lines(story), MOST + 1))
    more = len(found) > MOST
    return Narrative(tuple(found[:MOST]), story.entries[found[-1].number].at_ms if more else None)


def _lines(story: Story) -> Iterator[Line]:
    for number in range(story.number, 0, -1):
        entry = story.entries.get(number)
        if entry is not None and _is_told(story, entry):
            yield _line(story, entry)


def _is_told(story: Story, entry: Entry) -> bool:
    if isinstance(entry, Action):
        return True
    if isinstance(entry, Fact):
        ended = entry.kind in ("process", "container") and entry.data.get("phase") not in ("start", "started")
        return entry.pod == story.key and entry.kind not in UNTOLD and not ended
    if entry.kind == "events":
        own = story.events.pieces
        place = bisect_left(own, entry.number, key=lambda piece: piece.number)
        return place < len(own) and own[place].number == entry.number
    place = bisect_left(story.revisions, entry.number)
    return story.revisions[place : place + 1] == [entry.number] and _shows(story, entry, place)


def _shows(story: Story, entry: Revision, place: int) -> bool:
    """Whether kubectl shows the Pod otherwise than before."""
    before = story.entries[story.revisions[place - 1]] if place else None
    if not isinstance(before, Revision) or entry.verb != "MODIFIED":
        return True
    now, then = pod_row(entry.object, 0), pod_row(before.object, 0)
    return (now.ready, now.status) != (then.ready, then.status)


def _line(story: Story, entry: Entry) -> Line:
    text = words(story, entry, story.origin_ms or 0)
    where, warning = story.name, False
    if isinstance(entry, Fact):
        where = entry.container or story.name
        warning = entry.data.get("result") == "failure" or (entry.kind == "exit" and bool(entry.data.get("code")))
        if every := entry.data.get("every_ms"):
            text = (*text, *say(" "), *say(_("The same again every {time}."), time=duration(int(every))))
    elif isinstance(entry, Revision) and entry.kind == "events":
        warning = entry.object.get("type") == "Warning"
    return Line(entry.number, clock(story.at(entry)), where, text, warning)
