"""A part of the work that can be ended as a whole, as a process is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.engine.clock import Engine, Timer


class Scope(Engine):
    """Schedules on another engine, which does the running. Once it is ended nothing that it scheduled is run."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.alive = True

    @property
    def now(self) -> int:  # type: ignore[override]
        return self._engine.now

    @property
    def cause(self) -> int:
        return self._engine.cause

    @cause.setter
    def cause(self, number: int) -> None:
        self._engine.cause = number

    def after(self, delay: int, callback: Callable[..., object], *args: Any) -> Timer:
        timer = self._engine.after(delay, callback, *args)
        timer.owner = self
        if not self.alive:
            timer.cancel()
        return timer

    def end(self) -> None:
        self.alive = False
        self._engine.cancel_all(self)
