"""Keeps a page's weight bounded: what is too close to tell apart becomes a band with a count."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence

from dashboard.presenters.pieces import Piece
from dashboard.presenters.timescale import NEAR, WIDTH, Window

MOST = WIDTH // NEAR  # clusters of a lane: so many have room side by side on a screen


def in_view(pieces: Sequence[Piece], window: Window, now_ms: int) -> list[Piece]:
    """The pieces that reach into the window. Pieces are in the order of their time."""
    end = bisect_left(pieces, window.to_ms + 1, key=lambda piece: piece.at_ms)
    return [piece for piece in pieces[:end] if piece.end_ms is None or piece.end_ms >= window.from_ms]


def near(window: Window) -> int:
    """How many milliseconds `NEAR` pixels are."""
    return int(NEAR / window.width_of)


def points(pieces: Sequence[Piece], window: Window, same: Callable[[Piece], object] | None = None) -> list[list[Piece]]:
    """Neighbouring points in clusters: one of a kind and closer than `NEAR` pixels are one cluster."""
    gap = near(window)
    clusters: list[list[Piece]] = []
    for piece in pieces:
        last = clusters[-1] if clusters else None
        if last is not None and piece.at_ms - last[-1].at_ms < gap and (same is None or same(last[-1]) == same(piece)):
            last.append(piece)
        else:
            clusters.append([piece])
    return _bounded(clusters, window)


def bars(pieces: Sequence[Piece], window: Window, now_ms: int) -> list[list[Piece]]:
    """Neighbouring bars in clusters: three and more that are each narrower than `NEAR` pixels are one band."""
    gap = near(window)
    clusters: list[list[Piece]] = []
    thin: list[Piece] = []

    def flush() -> None:
        if len(thin) >= 3:
            clusters.append(list(thin))
        else:
            clusters.extend([piece] for piece in thin)
        thin.clear()

    for piece in pieces:
        if piece.end_ms is not None and piece.end_ms - piece.at_ms < gap:
            thin.append(piece)
        else:
            flush()
            clusters.append([piece])
    flush()
    return _bounded(clusters, window)


def _bounded(clusters: list[list[Piece]], window: Window) -> list[list[Piece]]:
    """At most `MOST` clusters a screen, and some that go on: where there are more, kinds are put together."""
    most = int(MOST * window.screens)
    if len(clusters) <= most:
        return clusters
    width = max(1, window.span_ms // most)
    buckets: dict[int, list[Piece]] = {}
    for cluster in clusters:
        # What still goes on is drawn to the live edge, so it never hides in a band.
        key = -cluster[0].number if cluster[-1].end_ms is None else max(0, cluster[0].at_ms - window.from_ms) // width
        buckets.setdefault(key, []).extend(cluster)
    return list(buckets.values())
