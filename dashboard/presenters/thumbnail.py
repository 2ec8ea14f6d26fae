"""A history drawn small, without words: bars of its containers, and the probe or the signals that tell most.

The grammar is the timeline's. All of a kind in a row is one path, so that a picture is some hundred bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dashboard.presenters import merge
from dashboard.presenters.bars import STATES
from dashboard.presenters.containers import ContainerTrack
from dashboard.presenters.pieces import Piece
from dashboard.presenters.probes import ProbeTrack
from dashboard.presenters.signals import SignalTrack
from dashboard.presenters.story import Story
from dashboard.presenters.texts import lasting
from dashboard.presenters.timeline import ORDER
from dashboard.presenters.timescale import Window

WIDTH, HEIGHT = 240, 44
BAR, STEP = 10, 16  # a bar's height, and how far rows are apart
ROWS = 3
LEAST = 1.5  # a bar's width
APART = 3.0  # attempts that are closer are not told apart
MATTERS = 100  # so much must a detail tell to take a container's place
WORDS = {**STATES, "wait": _("waiting"), "back": _("back-off"), "ended": _("ended"), "many": _("many changes")}


@dataclass(frozen=True, slots=True)
class Stroke:
    kind: str  # class of the style sheet
    path: str


@dataclass(frozen=True, slots=True)
class Thumbnail:
    text: str  # what a screen reader says
    strokes: tuple[Stroke, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A container, or what is drawn under it; times of its track begin at `origin_ms`."""

    name: str
    track: ContainerTrack
    origin_ms: int
    detail: ProbeTrack | SignalTrack | None = None


class _Pen:
    """Collects paths by their kind."""

    def __init__(self, length_ms: int) -> None:
        self.window = Window(0, max(length_ms, 1))
        self.strokes: dict[str, list[str]] = defaultdict(list)
        self.top = 0.0
        self.origin_ms = 0

    def x(self, at_ms: int) -> float:
        return WIDTH * min(1.0, max(0.0, (at_ms + self.origin_ms) / self.window.span_ms))

    def draw(self, kind: str, x: float, y: float, path: str) -> None:
        self.strokes[kind].append(f"M{round(x, 1):g} {self.top + y:g}{path}")

    def box(self, kind: str, piece: Piece, height: float = BAR) -> None:
        start, end = self.x(piece.at_ms), self.x(piece.until(self.window.span_ms))
        start = min(start, WIDTH - LEAST)
        end = round(max(end, start + LEAST), 1)
        self.draw(kind, start, (BAR - height) / 2, f"H{end:g}v{height:g}H{round(start, 1):g}z")


def thumbnail(stories: Sequence[Story], length_ms: int) -> Thumbnail:
    """The first `length_ms` of a cluster with these Pods."""
    shown = _chosen(list(_containers(stories)))
    rows = _with_detail(shown)
    pen = _Pen(length_ms)
    pen.top = (HEIGHT - STEP * len(rows) + STEP - BAR) / 2
    for row in rows:
        pen.origin_ms = row.origin_ms
        _row(pen, row)
        pen.top += STEP
    strokes = tuple(Stroke(kind, "".join(paths)) for kind, paths in pen.strokes.items())
    return Thumbnail(_text([row for row in rows if row.detail is None], length_ms), strokes)


def _containers(stories: Sequence[Story]) -> Iterator[_Row]:
    """Called by their Pod where there are several."""
    for story in stories:
        tracks = [track for track in story.containers.values() if track.bars.pieces]
        for track in sorted(tracks, key=lambda track: ORDER.get(track.role, 1)):
            name = track.name if len(stories) == 1 else f"{story.name} {track.name}"
            yield _Row(name, track, story.origin_ms or 0)


def _chosen(rows: list[_Row]) -> list[_Row]:
    """As many as have room: one of each kind of life first, the most eventful before others; in their own order."""
    lives: dict[tuple[str, ...], int] = defaultdict(int)
    ranked: list[tuple[int, int, int]] = []
    for place, row in enumerate(rows):
        life = tuple(piece.kind for piece in row.track.bars.pieces)
        ranked.append((lives[life], -len(life), place))
        lives[life] += 1
    return [rows[place] for place in sorted(place for _again, _length, place in sorted(ranked)[:ROWS])]


def _with_detail(shown: list[_Row]) -> list[_Row]:
    """The one detail that tells most goes under its container; for what matters another container makes room."""
    best = max((replace(row, detail=detail) for row in shown for detail in _details(row)), key=_weight, default=None)
    if best is None or _weight(best) < (MATTERS if len(shown) == ROWS else 1):
        return shown
    others = [row for row in shown if row.track is not best.track][: ROWS - 2]
    kept = [row for row in shown if row.track is best.track or row in others]
    place = next(place for place, row in enumerate(kept, 1) if row.track is best.track)
    return [*kept[:place], best, *kept[place:]]


def _details(row: _Row) -> list[ProbeTrack | SignalTrack]:
    return [*row.track.probes.values(), row.track.signals]


def _weight(row: _Row) -> int:
    """How much a probe or the signals tell: failures more than anything, a stop that takes its time next."""
    if isinstance(row.detail, ProbeTrack):
        failures = sum(piece.kind == "failure" for piece in row.detail.attempts)
        return 10 * MATTERS * failures + len(row.detail.attempts)
    kinds = [piece.kind for piece in row.track.signals.pieces]
    return MATTERS * (kinds.count("hook") + 2 * kinds.count("kill"))


# ---- rows


def _row(pen: _Pen, row: _Row) -> None:
    if isinstance(row.detail, ProbeTrack):
        _attempts(pen, row.detail)
    elif row.detail is not None:
        _signals(pen, row.detail)
    else:
        _bars(pen, row.track)


def _bars(pen: _Pen, track: ContainerTrack) -> None:
    for cluster in merge.bars(track.bars.pieces, pen.window, pen.window.span_ms):
        kind = cluster[0].kind if len(cluster) == 1 else "many"
        whole = Piece(0, 0, kind, cluster[0].at_ms, cluster[-1].end_ms)
        pen.box(kind, whole, BAR - 4 if kind == "ended" else BAR)
    for mark in track.marks:
        if mark.kind == "restart":
            pen.draw("again", pen.x(mark.at_ms), -1, f"v{BAR + 2}")


def _attempts(pen: _Pen, track: ProbeTrack) -> None:
    pen.draw("base", 0, BAR + 0.5, f"h{WIDTH}")
    last = -APART
    for piece in track.attempts:
        for at in _times(pen, piece):
            x = pen.x(at)
            if piece.kind != "failure" and x - last < APART:
                continue
            last = x
            _attempt(pen, piece, x)


def _times(pen: _Pen, piece: Piece) -> Iterator[int]:
    """When a streak's attempts were, so many as can be told apart."""
    if not piece.every_ms:
        yield piece.at_ms
        return
    skip = int(APART / WIDTH * pen.window.span_ms / piece.every_ms) + 1
    end = min(piece.until(pen.window.span_ms - pen.origin_ms), pen.window.span_ms - pen.origin_ms)
    yield from range(piece.at_ms, end, piece.every_ms * skip)


def _attempt(pen: _Pen, piece: Piece, x: float) -> None:
    if piece.kind == "failure":
        past = piece.count > piece.of or bool(piece.every_ms and piece.count >= piece.of)
        tall = BAR * (0.6 if past else max(0.2, piece.count / max(piece.of, 1)))
        pen.draw("past" if past else "fail", x, BAR, f"v-{tall:.3g}")
    elif piece.kind != "rest":
        pen.draw("pass" if piece.kind != "unknown" else "unknown", x, BAR - 2.5, "h0")


def _signals(pen: _Pen, track: SignalTrack) -> None:
    drawn: dict[str, Callable[[Piece], None]] = {
        "hook": lambda piece: pen.box("ended", piece, 6),
        "grace": lambda piece: pen.draw("grace", x, BAR / 2, f"H{round(pen.x(piece.until(pen.window.span_ms)), 1):g}"),
        "term": lambda _piece: pen.draw("term", x - 4, 2, "h8l-4 7z"),
        "kill": lambda _piece: pen.draw("kill", x - 4, 2, "h8l-4 7z"),
    }
    for piece in track.pieces:
        x = pen.x(piece.at_ms)
        drawn[piece.kind](piece)


# ---- in words


def _text(shown: list[_Row], length_ms: int) -> str:
    lives = [f"{row.name}: {'; '.join(_life(row.track))}." for row in shown]
    return " ".join((_("Timeline of %(time)s.") % {"time": lasting(length_ms // 1000)}, *lives))


def _life(track: ContainerTrack) -> list[str]:
    """Waiting; running, ready; stopping; 3 restarts"""
    words = [str(WORDS[kind]) for kind in dict.fromkeys(piece.kind for piece in track.bars.pieces)]
    if restarts := sum(mark.kind == "restart" for mark in track.marks):
        words.append(ngettext("%(n)s restart", "%(n)s restarts", restarts) % {"n": restarts})
    return words
