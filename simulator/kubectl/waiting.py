"""Waiting for something that comes through a callback: a change of an object, the end of a command."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from simulator.containers.syscalls import Await, Routine

T = TypeVar("T")


class Inbox(Generic[T]):
    """Keeps what callbacks bring until the program takes it, so that nothing is missed between two waits."""

    def __init__(self) -> None:
        self._items: deque[T] = deque()
        self._wake: Callable[[object], None] | None = None

    def put(self, item: T) -> None:
        """The callback's side."""
        self._items.append(item)
        if self._wake is not None:
            wake, self._wake = self._wake, None
            wake(None)

    def take(self, timeout_ms: int | None = None) -> Routine[T | None]:
        """The next item; None if none came in time, or a signal came."""
        if not self._items:
            yield Await(self._register, timeout_ms)
        return self._items.popleft() if self._items else None

    def _register(self, resume: Callable[[object], None]) -> Callable[[], None]:
        self._wake = resume
        return self._forget

    def _forget(self) -> None:
        self._wake = None
