"""A whole cluster along time: where one can go from a moment, and a strip of how its Pods were."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from dashboard.presenters.moments import Stop, moments
from dashboard.presenters.pieces import Piece
from dashboard.presenters.story import Story
from dashboard.presenters.timeline import OverviewBar
from dashboard.presenters.timescale import Window, seconds

CELLS = 400  # of the strip: finer nobody sees
KINDS = ("", "ended", "ready", "wait", "back")  # what a cell shows: the last one that is true of some Pod


def stops(stories: Iterable[Story], now_ms: int) -> tuple[Stop, ...]:
    """The nearest of each sort on either side, of all Pods. Times are the cluster's."""
    found: dict[str, Stop] = {}
    for story in stories:
        origin = story.origin_ms or 0
        for stop in moments(story, now_ms - origin):
            moved = replace(stop, at_ms=stop.at_ms + origin, query=f"list&at={stop.at_ms + origin}")
            before = found.get(stop.key)
            nearer = max if stop.key.endswith("before") else min
            found[stop.key] = moved if before is None else nearer(before, moved, key=_time)
    return tuple(found.values())


def _time(stop: Stop) -> int:
    return stop.at_ms


def strip(stories: Iterable[Story], whole: Window, edge_ms: int) -> tuple[OverviewBar, ...]:
    """For each moment the worst that STATUS says of any Pod."""
    each = max(1, whole.span_ms // CELLS)
    cells = bytearray(max(0, edge_ms) // each + 1)
    for kind, start, end in sorted(_stretches(stories, edge_ms)):
        first, last = min(start // each, len(cells) - 1), min(end // each, len(cells) - 1)
        cells[first : last + 1] = bytes([kind]) * (last + 1 - first)
    return tuple(_bars(cells, each))


def _stretches(stories: Iterable[Story], edge_ms: int) -> Iterator[tuple[int, int, int]]:
    for story in stories:
        origin = story.origin_ms or 0
        for piece in story.status.status.pieces:
            start = max(0, piece.at_ms + origin)
            yield KINDS.index(_kind(piece)), start, max(start, piece.until(edge_ms - origin) + origin)


def _kind(piece: Piece) -> str:
    if piece.kind == "plain":
        return "ended" if piece.word in ("Completed", "Succeeded") else "ready"
    return "wait" if piece.kind == "wait" else "back"


def _bars(cells: bytearray, each: int) -> Iterator[OverviewBar]:
    at = 0
    for kind, run in groupby(cells):
        start, at = at, at + sum(1 for _cell in run)
        lasts = at == len(cells)
        if KINDS[kind]:
            end = "" if lasts else f";--e:{seconds(at * each)}"
            yield OverviewBar(KINDS[kind], f"--t:{seconds(start * each)}{end}", lasts=lasts)
