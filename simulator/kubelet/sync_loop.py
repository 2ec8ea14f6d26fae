"""The kubelet's main loop takes up one thing after the other; what it takes up may keep it busy.

Models pkg/kubelet/kubelet.go syncLoop: while it ends a Pod to make room for another, nothing else is begun.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from simulator.engine import Engine


class SyncLoop:
    """While it is held, what comes waits, each with the cause that brought it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._held = 0  # by how many things at once
        self._waiting: deque[tuple[int, Callable[..., object], tuple[Any, ...]]] = deque()

    def put(self, take: Callable[..., object], *what: Any) -> None:
        if self._held:
            self._waiting.append((self._engine.cause, take, what))
        else:
            take(*what)

    def hold(self) -> None:
        self._held += 1

    def release(self) -> None:
        self._held -= 1
        while self._waiting and not self._held:
            self._engine.cause, take, what = self._waiting.popleft()
            take(*what)
