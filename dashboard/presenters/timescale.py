"""Geometry of the timeline: windows, ticks, clock texts. The twin of `static/js/timescale.js`.

All times here are milliseconds since the Pod was made. Positions are not computed on the server: a mark
carries its time, and the style sheet places it by the window's two variables.
"""

from __future__ import annotations

from dataclasses import dataclass

SECOND = 1000
MINUTE = 60 * SECOND
WIDTH = 800  # the width, in CSS pixels, that merging assumes
NEAR = 5  # marks closer than this many pixels become one band
SPANS = tuple(
    s * SECOND for s in (60, 120, 180, 240, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 43200, 86400, 172800)
)
STEPS = tuple(s * SECOND for s in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200, 86400))
LIVE_SPAN = 300 * SECOND
SHORTEST = 2 * SECOND  # one cannot zoom in further
ROOM = 0.08  # the part of a window that is kept free right of the live edge


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the time that is shown."""

    from_ms: int
    to_ms: int
    screens: float = 1.0  # how many times wider than the screen it is

    @property
    def span_ms(self) -> int:
        return self.to_ms - self.from_ms

    @property
    def width_of(self) -> float:
        """Pixels per millisecond."""
        return WIDTH * self.screens / max(self.span_ms, 1)

    @property
    def style(self) -> str:
        return f"--from:{seconds(self.from_ms)};--span:{seconds(self.span_ms)}"

    @property
    def query(self) -> str:
        return f"from={self.from_ms}&span={self.span_ms}"

    def shows(self, from_ms: int, to_ms: int) -> bool:
        return to_ms >= self.from_ms and from_ms <= self.to_ms

    def widened(self) -> Window:
        """With half a window's length more on either side, at the same scale: what a pan may bring into view."""
        start, end = max(0, self.from_ms - self.span_ms // 2), self.to_ms + self.span_ms // 2
        return Window(start, end, (end - start) / max(self.span_ms, 1))


@dataclass(frozen=True, slots=True)
class Tick:
    at_ms: int
    label: str

    @property
    def style(self) -> str:
        return f"--t:{seconds(self.at_ms)}"


def fit(now_ms: int) -> Window:
    """The smallest window of a round length that holds everything so far."""
    needed = now_ms * (1 + ROOM)
    span = next((s for s in SPANS if s >= needed), None)
    if span is None:
        span = -(-int(needed) // SPANS[-1]) * SPANS[-1]
    return Window(0, span)


def live(now_ms: int, span_ms: int = LIVE_SPAN) -> Window:
    """The window at the live edge. It moves in steps of a quarter, so that the page is calm between them."""
    whole = fit(now_ms)
    if whole.span_ms <= span_ms:
        return whole
    step = span_ms // 4
    behind = now_ms - int(span_ms * (1 - ROOM))
    start = max(0, -(-behind // step) * step)
    return Window(start, start + span_ms)


def following(window: Window, now_ms: int) -> Window:
    """`window`, moved on by the least if the live edge has left it on the right."""
    if now_ms <= window.to_ms:
        return window
    start = now_ms - int(window.span_ms * (1 - ROOM))
    return Window(start, start + window.span_ms)


def zoomed(window: Window, factor: float, pivot_ms: int) -> Window:
    """`window` with its length times `factor`, about a moment that stays where it is, or about its middle if that
    moment is not in view."""
    span = max(SHORTEST, int(window.span_ms * factor))
    inside = window.from_ms <= pivot_ms <= window.to_ms
    middle = pivot_ms if inside else window.from_ms + window.span_ms // 2
    share = (middle - window.from_ms) / max(window.span_ms, 1)
    start = max(0, int(middle - span * share))
    return Window(start, start + span)


def holding(window: Window, at_ms: int) -> Window:
    """`window`, or one as long about `at_ms` if that is not in view."""
    if window.from_ms <= at_ms <= window.to_ms:
        return window
    start = max(0, at_ms - window.span_ms // 2)
    return Window(start, start + window.span_ms)


def opening(from_ms: int, to_ms: int) -> Window:
    """The window in which a density band is told apart: the band and some room beside it."""
    room = (to_ms - from_ms) // 10
    start = max(0, from_ms - room)
    return Window(start, start + max(SHORTEST, to_ms - from_ms + 2 * room))


def step(window: Window, most: int = 10) -> int:
    """How far ticks are apart: a round time, and not more than `most` of them."""
    return next((s for s in STEPS if window.span_ms / s <= most), -(-window.span_ms // (most * STEPS[-1])) * STEPS[-1])


def ticks(window: Window, most: int = 10) -> tuple[Tick, ...]:
    apart = step(window, most)
    first = -(-window.from_ms // apart) * apart
    return tuple(Tick(at, clock(at, tenths=False)) for at in range(first, window.to_ms + 1, apart))


def seconds(ms: int) -> str:
    """Seconds as CSS wants them: 12.5, not 12.500."""
    return f"{ms / SECOND:.3f}".rstrip("0").rstrip(".")


def clock(ms: int, *, tenths: bool = True) -> str:
    """3:42.0, or 1:02:05.0 from the first hour on."""
    sign = "-" if ms < 0 else ""
    ms = abs(ms)
    tenth = ms // 100
    minutes, rest = divmod(tenth, 600)
    tail = f"{rest // 10:02d}.{rest % 10}" if tenths else f"{rest // 10:02d}"
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours}:{minutes:02d}:{tail}" if hours else f"{sign}{minutes}:{tail}"


def duration(ms: int) -> str:
    """How long, in Go's manner as Kubernetes prints it: 5s, 1m20s, 2h."""
    if ms < 10 * SECOND and ms % SECOND:
        tenths = (ms + 50) // 100
        return f"{tenths // 10}.{tenths % 10}s"
    total = (ms + 500) // SECOND
    hours, rest = divmod(total, 3600)
    minutes, secs = divmod(rest, 60)
    parts = [f"{hours}h" if hours else "", f"{minutes}m" if minutes else "", f"{secs}s" if secs or not total else ""]
    return "".join(parts)
