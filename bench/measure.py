"""Taking times: the best of a few runs, as everything that disturbs a run makes it slower."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from heapq import heappop, heappush
from typing import TypeVar

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds of the processor that the work took, whatever else the machine does meanwhile, and its result."""
    gc.collect()  # no run pays for another's waste
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def best(work: Callable[[], T], runs: int = 3) -> tuple[float, T]:
    return min((timed(work) for _ in range(runs)), key=lambda run: run[0])


def bare_heap(events: int, pending: int = 1000) -> float:
    """Events per second of the least that any simulation in this language does: pop what is due, push what follows."""

    def loop() -> None:
        heap = [(serial, serial) for serial in range(pending)]
        for serial in range(pending, pending + events):
            when, _ = heappop(heap)
            heappush(heap, (when + pending, serial))

    seconds, _ = best(loop)
    return events / seconds


def row(what: str, value: str, goal: str = "") -> None:
    """One line of the report."""
    print(f"  {what:<52} {value:>16}  {goal}".rstrip(), flush=True)
