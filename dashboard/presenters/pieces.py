"""What lanes are made of: pieces of time read from the history, and the items drawn from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from dashboard.presenters.timescale import Window, seconds

Json = dict[str, Any]


@dataclass(slots=True)
class Piece:
    """A stretch (or, with `end_ms == at_ms`, a point) of time of which one thing is true.

    Only the strip that holds it may change it. A long history has tens of thousands: a frozen class would make a page
    of it wait a third longer.
    """

    number: int  # the entry that began it
    touched: int  # the newest entry that changed it
    kind: str
    at_ms: int
    end_ms: int | None  # None: it goes on
    word: str = ""  # Kubernetes' own word, or a command
    detail: str = ""  # a message, verbatim
    count: int = 0
    of: int = 0
    every_ms: int = 0
    due_ms: int | None = None  # when it must end
    changed: bool = False

    def until(self, now_ms: int) -> int:
        return now_ms if self.end_ms is None else self.end_ms


class Strip:
    """Pieces that follow one another without overlap."""

    __slots__ = ("pieces",)

    def __init__(self) -> None:
        self.pieces: list[Piece] = []

    @property
    def last(self) -> Piece | None:
        return self.pieces[-1] if self.pieces else None

    @property
    def open(self) -> Piece | None:
        pieces = self.pieces
        return pieces[-1] if pieces and pieces[-1].end_ms is None else None

    def begin(self, number: int, at_ms: int, kind: str, word: str = "", **more: Any) -> None:
        self.end(number, at_ms)
        self.pieces.append(Piece(number, number, kind, at_ms, None, word, **more))

    def end(self, number: int, at_ms: int) -> None:
        if (now := self.open) is not None:
            now.end_ms, now.touched = at_ms, number

    def says(self, kind: str, word: str = "") -> bool:
        """Whether the open piece says this already."""
        now = self.open
        return now is not None and now.kind == kind and now.word == word

    def become(self, number: int, at_ms: int, kind: str, word: str = "", **more: Any) -> None:
        """Begin a new piece unless the open one says the same already."""
        if not self.says(kind, word):
            self.begin(number, at_ms, kind, word, **more)

    def change(self, number: int, **fields: Any) -> None:
        if self.pieces:
            self.pieces[-1] = replace(self.pieces[-1], touched=number, **fields)


def point(number: int, at_ms: int, kind: str, word: str = "", **more: Any) -> Piece:
    return Piece(number, number, kind, at_ms, at_ms, word, **more)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing drawn in a lane: what the template needs, ready."""

    id: str
    number: int
    touched: int
    shape: str  # classes of the style sheet
    at_ms: int
    end_ms: int | None
    label: str = ""
    text: str = ""  # what a screen reader says
    detail: str = ""
    level: float = 0.0
    every_ms: int = 0
    gone: bool = False  # it lasted no time: nothing to draw, take it away if it was drawn
    mono: bool = False
    early: str = ""  # the label if it began left of the window
    opens: Window | None = None  # a band: the window in which it comes apart
    short: str = ""  # the label where there is little room: on a phone
    cause: int = 0  # the entry of the mark that made it happen, if one that is drawn did

    @property
    def lasts(self) -> bool:
        """It grows with the live edge, or shrinks before it."""
        return self.end_ms is None or self.shape == "due"

    @property
    def style(self) -> str:
        parts = [f"--t:{seconds(self.at_ms)}"]
        if self.end_ms is not None and self.end_ms != self.at_ms:
            parts.append(f"--e:{seconds(self.end_ms)}")
        if self.level:
            parts.append(f"--l:{self.level:.3g}")
        if self.every_ms:
            parts.append(f"--every:{seconds(self.every_ms)}")
        return ";".join(parts)


@dataclass(frozen=True, slots=True)
class Lane:
    """A row of the timeline: a label and a list of items."""

    id: str
    kind: str  # status, ready, condition, container, process, probe-liveness, signals, events, actions
    name: str
    note: str = ""  # right of or under the name
    role: str = ""
    letter: str = ""  # S, L, R
    items: tuple[Item, ...] = ()
    born: int = 0  # the entry that made the lane
    under: bool = False  # belongs to the container lane above
    trouble: bool = False
    flagged: bool = False  # it has flags, in view or not
    title: str = ""  # the name with its owner, for screen readers
    rest: str = ""
    off: bool = False  # there, and not shown
    heading: str = ""  # of the lanes that begin with this one

    @property
    def track(self) -> str:
        return f"t-{self.id}"

    @property
    def shown(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if not item.gone)


@dataclass(frozen=True, slots=True)
class Group:
    """Lanes under one heading."""

    id: str
    title: str
    lanes: tuple[Lane, ...] = field(default_factory=tuple)


def changed(items: Iterable[Item], after: int) -> Iterator[Item]:
    """The items of a lane that someone who has seen entry `after` does not know as they are now."""
    return (item for item in items if item.touched > after)
