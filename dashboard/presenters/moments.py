"""Where one can go from a moment: the change, the restart and the problem before and after it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from dashboard.presenters.pieces import Piece
from dashboard.presenters.story import Story

Fits = Callable[[Piece], bool]
Source = tuple[Sequence[Piece], Fits]


@dataclass(frozen=True, slots=True)
class Stop:
    """A moment to go to."""

    key: str  # change-before, restart-after, ...
    title: str
    icon: str  # "" if only a key leads there
    at_ms: int  # since the Pod was made
    number: int  # the entry that made it one
    query: str  # of the address there


def moments(story: Story, now_ms: int) -> tuple[Stop, ...]:
    """The nearest of each sort on either side. `now_ms`: the moment that is shown, since the Pod was made."""
    found = []
    for sort, sources in (("change", _changes), ("restart", _restarts), ("problem", _problems)):
        for side, nearest in (("before", _before), ("after", _after)):
            if piece := nearest(list(sources(story)), now_ms):
                title, icon = WORDS[f"{sort}-{side}"]
                at = piece.at_ms + (story.origin_ms or 0)
                query = f"at={at}" if sort == "change" else f"at={at}&selected={piece.number}"
                found.append(Stop(f"{sort}-{side}", str(title), icon, piece.at_ms, piece.number, query))
    return tuple(found)


WORDS = {
    "change-before": (_("To the change before"), "i-start"),
    "change-after": (_("To the next change"), "i-step"),
    "restart-before": (_("To the restart before"), ""),
    "restart-after": (_("To the next restart"), ""),
    "problem-before": (_("To the problem before"), ""),
    "problem-after": (_("To the next problem"), ""),
}


def _before(sources: list[Source], now_ms: int) -> Piece | None:
    found = [piece for pieces, fits in sources if (piece := _last(pieces, fits, now_ms)) is not None]
    return max(found, key=lambda piece: (piece.at_ms, -piece.number), default=None)


def _after(sources: list[Source], now_ms: int) -> Piece | None:
    found = [piece for pieces, fits in sources if (piece := _first(pieces, fits, now_ms)) is not None]
    return min(found, key=lambda piece: (piece.at_ms, piece.number), default=None)


def _last(pieces: Sequence[Piece], fits: Fits, now_ms: int) -> Piece | None:
    end = bisect_left(pieces, now_ms, key=_time)
    return next((pieces[index] for index in range(end - 1, -1, -1) if fits(pieces[index])), None)


def _first(pieces: Sequence[Piece], fits: Fits, now_ms: int) -> Piece | None:
    start = bisect_right(pieces, now_ms, key=_time)
    return next((pieces[index] for index in range(start, len(pieces)) if fits(pieces[index])), None)


def _time(piece: Piece) -> int:
    return piece.at_ms


def _changes(story: Story) -> Iterator[Source]:
    """Everything that changes a lane, but not a probe that goes on passing."""
    yield story.status.status.pieces, _always
    yield story.status.ready.pieces, _always
    yield story.events.pieces, _always
    yield story.actions, _always
    for strip in story.conditions.strips.values():
        yield strip.pieces, _always
    for track in story.containers.values():
        yield track.bars.pieces, _always
        yield track.marks, _always
        yield track.processes.commands.pieces, _always
        yield track.processes.files, _always
        yield track.signals.pieces, _always
        for probe in track.probes.values():
            yield probe.attempts, _is_news


def _restarts(story: Story) -> Iterator[Source]:
    for track in story.containers.values():
        yield track.marks, _is_restart


def _problems(story: Story) -> Iterator[Source]:
    """Thresholds that were reached, exits with an error, back-offs and images that cannot be had."""
    for track in story.containers.values():
        yield track.marks, _is_failed_exit
        yield track.bars.pieces, _is_stuck
        for probe in track.probes.values():
            yield probe.attempts, _is_last_straw


def _always(piece: Piece) -> bool:
    return True


def _is_news(piece: Piece) -> bool:
    return piece.changed or piece.kind not in ("success", "rest")


def _is_restart(piece: Piece) -> bool:
    return piece.kind == "restart"


def _is_failed_exit(piece: Piece) -> bool:
    return piece.kind == "exit" and piece.word != "0"


def _is_stuck(piece: Piece) -> bool:
    return piece.kind == "back" or (piece.kind == "wait" and piece.word.startswith("Err"))


def _is_last_straw(piece: Piece) -> bool:
    return piece.changed and piece.kind == "failure"
