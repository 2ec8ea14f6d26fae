"""One Pod's history, told again for every page: of the live edge, and of moments of the past.

A story can only be read on. So copies of it are kept as of moments along the way, and a moment of the past is told on
from the copy before it. Entries and pieces that are over never change: all copies share them.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar, cast

from dashboard.presenters.pieces import Piece
from dashboard.presenters.story import Story
from simulator.history import Entry

STRIDE = 2000  # entries between two copies, at first
MOST_COPIES = 12

ROOM = "dashboard.presenters."

Thing = TypeVar("Thing")


class Retelling:
    """What was read so far of one Pod. For one thread at a time; the stories that it gives away may go anywhere."""

    def __init__(self, namespace: str, name: str) -> None:
        self._newest = Story(namespace, name)
        self._copies = [Story(namespace, name)]
        self._stride = STRIDE

    def whole(self, entries: Sequence[Entry]) -> Story:
        """As of the newest of the cluster's entries; only those that are new are read."""
        return fork(self._newest.read(entries[self._newest.number :]))

    def past(self, entries: Sequence[Entry]) -> Story:
        """As of an earlier moment, with which `entries` ends."""
        story = fork(next(known for known in reversed(self._copies) if known.number <= len(entries)))
        while story.number < len(entries):
            end = (story.number // self._stride + 1) * self._stride
            story.read(entries[story.number : end])
            if story.number == end > self._copies[-1].number:
                self._keep(story)
        return story

    def _keep(self, story: Story) -> None:
        """One more copy; if there are too many, every other goes."""
        self._copies.append(fork(story))
        if len(self._copies) > MOST_COPIES:
            self._copies = self._copies[::2]
            self._stride *= 2


def fork(thing: Thing) -> Thing:
    """A copy that goes on by itself, of a story or of a part of it."""
    kind: Any = type(thing)
    if isinstance(thing, Piece):
        return cast(Thing, copy.copy(thing) if thing.end_ms is None else thing)
    if isinstance(thing, list):
        return cast(Thing, [fork(one) for one in thing])
    if isinstance(thing, dict):
        return cast(Thing, {key: fork(one) for key, one in thing.items()})
    if isinstance(thing, set):
        return cast(Thing, set(thing))
    return cast(Thing, _object(thing, kind)) if _grows(kind) else thing


def _object(thing: object, kind: Any) -> object:
    new = kind.__new__(kind)
    for name in getattr(kind, "__slots__", None) or vars(thing):
        setattr(new, name, fork(getattr(thing, name)))
    if isinstance(new, Story):
        new.bind()
    return new


@cache
def _grows(kind: type) -> bool:
    """Whether it is one of our own tracks. Their values are frozen, and entries nobody changes."""
    frozen = getattr(getattr(kind, "__dataclass_params__", None), "frozen", False)
    return kind.__module__.startswith(ROOM) and not frozen
