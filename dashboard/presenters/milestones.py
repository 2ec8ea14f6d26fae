"""The few times and counts of one run by which it is compared with another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.presenters.containers import RUNNING, ContainerTrack
from dashboard.presenters.pieces import Piece
from dashboard.presenters.story import Story
from simulator.answers import Span, pod_answers

BACK_OFF = "CrashLoopBackOff"
Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Milestones:
    """Of a run up to `until_ms`. Times are ms since the Pod was made, None where it did not happen."""

    until_ms: int
    name: str  # the container that changes most
    restarts: tuple[int, ...]
    ready_ms: int  # how long the Pod was ready
    down_ms: int  # how long a main container was not running, after its first start
    first_ready: int | None
    first_back_off: int | None
    ended: int | None  # the Pod is over: completed, failed or deleted
    broken: Span | None  # from broken to running again, worked out from the manifest

    @property
    def first_restart(self) -> int | None:
        return self.restarts[0] if self.restarts else None


def milestones(story: Story, until_ms: int) -> Milestones:
    lasting = [track for track in story.containers.values() if track.role in ("main", "sidecar")]
    restarts = [mark for track in lasting for mark in track.marks if mark.kind == "restart"]
    ready = story.conditions.strips.get("Ready")
    shown = [piece for piece in ready.pieces if piece.kind == "true"] if ready is not None else []
    busiest = max(lasting, key=lambda track: len(track.bars.pieces), default=None)
    return Milestones(
        until_ms=until_ms,
        name=busiest.name if busiest is not None else story.name,
        restarts=tuple(sorted(mark.at_ms for mark in restarts)),
        ready_ms=sum(piece.until(until_ms) - piece.at_ms for piece in shown),
        down_ms=_length(_down([track for track in lasting if track.role == "main"], until_ms)),
        first_ready=_first(shown),
        first_back_off=_first(piece for piece in story.status.status.pieces if piece.word == BACK_OFF),
        ended=_ended(story),
        broken=_broken(story, busiest),
    )


def _first(pieces: Iterable[Piece]) -> int | None:
    return min((piece.at_ms for piece in pieces), default=None)


def _down(tracks: list[ContainerTrack], until_ms: int) -> list[Interval]:
    found: list[Interval] = []
    for track in tracks:
        begun = False
        for piece in track.bars.pieces:
            runs = piece.kind in RUNNING or piece.kind == "stop"
            begun = begun or runs
            if begun and not runs:
                found.append((piece.at_ms, piece.until(until_ms)))
    return found


def _length(intervals: list[Interval]) -> int:
    """How long at least one of them lasts."""
    total = reached = 0
    for start, end in sorted(intervals):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _ended(story: Story) -> int | None:
    over = [
        piece for piece in story.status.status.pieces if piece.word in ("Completed", "Error", "Succeeded", "Failed")
    ]
    if story.gone is not None:
        return story.at(story.gone)
    phase = story.pod.get("status", {}).get("phase")
    return over[-1].at_ms if over and phase in ("Succeeded", "Failed") else None


def _broken(story: Story, track: ContainerTrack | None) -> Span | None:
    if track is None or not story.pod.get("spec"):
        return None
    found = pod_answers(story.pod).container(track.name)
    answer = None if found is None else found.crash if found.hang.never else found.hang
    return None if answer is None or answer.never else answer.span
