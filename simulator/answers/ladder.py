"""How long the kubelet waits before each restart. As simulator.kubelet has its back-off and its queue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.answers.parts import Span
from simulator.answers.starting import NOTICE, SYNC
from simulator.kubelet.backoff import CAP_MS, FIRST_MS, FORGET_MS
from simulator.kubelet.latency import SYNC_BEAT_MS
from simulator.kubelet.pod_worker import JITTER, RESYNC_MS

RESET_MS = FORGET_MS


@dataclass(frozen=True, slots=True)
class Wait:
    """The `number`-th exit in a row: the back-off after it, and when the next start is, from the exit on."""

    number: int
    delay_ms: int
    restart: Span


def ladder(start: Span) -> tuple[Wait, ...]:
    """Up to the first wait that is not longer than the one before; all later ones are like that. `start` is how long
    starting takes."""
    first = Wait(1, 0, NOTICE.span + SYNC.span + start)
    waits = (Wait(number, delay, _restart(delay) + start) for number, delay in enumerate(_delays(), 2))
    return (first, *waits)


def _delays() -> Iterator[int]:
    delay = FIRST_MS
    while delay < CAP_MS:
        yield delay
        delay *= 2
    yield CAP_MS


def _restart(delay: int) -> Span:
    """The look at the end comes up to half as late again as what was left, which is a minute at the most at a time,
    and then at the next beat of the sync loop."""
    late = round(min(delay, RESYNC_MS) * JITTER) + SYNC_BEAT_MS
    return Span(delay, delay + late) + Span(0, SYNC.span.greatest)
