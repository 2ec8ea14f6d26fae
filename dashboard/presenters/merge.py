"""Keeps a page's weight bounded: what is too close to tell apart becomes a band with a count."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dashboard.presenters.pieces import Piece
from dashboard.presenters.timescale import NEAR, Window


def in_view(pieces: Sequence[Piece], window: Window, now_ms: int) -> list[Piece]:
    return [piece for piece in pieces if window.shows(piece.at_ms, piece.until(now_ms))]


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
    return clusters


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
        if piece.end_ms is not None and piece.end_ms - piece.at_ms < gap and piece.due_ms is None:
            thin.append(piece)
        else:
            flush()
            clusters.append([piece])
    flush()
    return clusters
