"""Work that takes virtual time, written as generators.

A task yields how long to wait (ms), or a `Future` to wait for; it is resumed with the future's value.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any, Generic, TypeVar, cast

from simulator.engine.clock import Engine

T = TypeVar("T")
Steps = Generator["int | Future[Any]", Any, T]


class Future(Generic[T]):
    """A value that comes later. Resolving it twice does nothing."""

    __slots__ = ("_waiting", "done", "value")

    def __init__(self) -> None:
        self.done = False
        self.value: T | None = None
        self._waiting: list[Callable[[T], object]] | None = None  # most are never waited for

    def resolve(self, value: T) -> None:
        if self.done:
            return
        self.done = True
        self.value = value
        waiting, self._waiting = self._waiting, None
        for callback in waiting or ():
            callback(value)

    def then(self, callback: Callable[[T], object]) -> None:
        if self.done:
            callback(cast(T, self.value))
        elif self._waiting is None:
            self._waiting = [callback]
        else:
            self._waiting.append(callback)

    def forget(self, callback: Callable[[T], object]) -> None:
        """Do not call it after all."""
        if self._waiting is not None:
            self._waiting.remove(callback)


class Task(Future[T]):
    """Runs a generator on the engine, as long as that is alive; resolves to what it returns."""

    __slots__ = ("_engine", "_steps")

    def __init__(self, engine: Engine, steps: Steps[T]) -> None:
        super().__init__()
        self._engine = engine
        self._steps = steps
        self._resume(None)

    def _resume(self, value: Any) -> None:
        send = self._steps.send
        while True:
            try:
                wanted = send(value)
            except StopIteration as stop:
                self.resolve(stop.value)
                return
            if isinstance(wanted, int):
                self._engine.after(wanted, self._resume, None)
                return
            if not wanted.done:
                self._wait_for(wanted)
                return
            value = wanted.value

    def _wait_for(self, future: Future[Any]) -> None:
        cause = self._engine.cause
        future.then(lambda result: self._go_on(result, cause))

    def _go_on(self, value: Any, cause: int) -> None:
        if not self._engine.alive:
            return
        # The work goes on for its own reason, unless whoever resolved the future gave a newer one.
        self._engine.cause = max(self._engine.cause, cause)
        self._resume(value)


def within(engine: Engine, future: Future[Any], limit_ms: int) -> Future[bool]:
    """Resolves when `future` does (True), or when the time is up (False)."""
    first: Future[bool] = Future()

    def done(_: Any) -> None:
        timer.cancel()
        first.resolve(True)

    def late() -> None:
        future.forget(done)  # it may live long, and be waited for again and again
        first.resolve(False)

    timer = engine.after(limit_ms, late)
    future.then(done)
    return first


def all_of(futures: Sequence[Future[T]]) -> Future[list[T]]:
    """Resolves when every one has, to their values in the given order."""
    together: Future[list[T]] = Future()
    left = len(futures)
    if not left:
        together.resolve([])

    def one_done(_: T) -> None:
        nonlocal left
        left -= 1
        if not left:
            together.resolve([cast(T, future.value) for future in futures])

    for future in futures:
        future.then(one_done)
    return together
