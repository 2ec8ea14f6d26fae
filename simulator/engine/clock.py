"""The virtual clock and its event queue."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any


class Timer:
    """A call that is due at `when` (ms). `cause` is the log entry that scheduled it.

    The engine fills it in: calling an `__init__` would cost as much as all else that making one does.
    """

    __slots__ = ("args", "callback", "cause", "owner", "when")
    args: tuple[Any, ...]
    callback: Callable[..., object] | None
    cause: int
    owner: object  # who may take it back with all its others; most have none
    when: int

    @property
    def pending(self) -> bool:
        return self.callback is not None

    def cancel(self) -> None:
        """Forget the call. Cancelling twice, or after it ran, does nothing."""
        self.callback = None
        self.args = ()


class Engine:
    """Runs calls in the order of their time; ties go to the one scheduled first.

    `cause` is the number of the log entry that the running call is a consequence of. A call inherits
    the cause that was current when it was scheduled, so causes follow work through time by themselves. `alive` is
    False where the work has been ended: see Scope.
    """

    __slots__ = ("_heap", "_serial", "alive", "cause", "now", "transitions")

    def __init__(self) -> None:
        self.now = 0
        self.cause = 0
        self.alive = True
        self.transitions = 0
        self._serial = 0
        # Tuples, not objects with an order: comparing them costs less than half.
        self._heap: list[tuple[int, int, Timer]] = []

    def at(self, when: int, callback: Callable[..., object], *args: Any) -> Timer:
        """Schedule `callback(*args)` for `when` (ms); a time already past means now."""
        return self.after(when - self.now, callback, *args)

    def after(self, delay: int, callback: Callable[..., object], *args: Any) -> Timer:
        """Schedule `callback(*args)` for `delay` ms from now."""
        timer = Timer()
        timer.when = when = self.now + delay if delay > 0 else self.now
        timer.callback = callback
        timer.args = args
        timer.cause = self.cause
        self._serial = serial = self._serial + 1
        heappush(self._heap, (when, serial, timer))
        return timer

    def cancel_all(self, owner: object) -> None:
        """Forget the calls that belong to `owner`."""
        for _, _, timer in self._heap:
            if getattr(timer, "owner", None) is owner:
                timer.cancel()

    def next_at(self) -> int | None:
        """When the next call is due (ms), or None if nothing is."""
        heap = self._heap
        while heap and heap[0][2].callback is None:
            heappop(heap)
        return heap[0][0] if heap else None

    def step(self) -> bool:
        """Run the next call; False if there is none."""
        heap = self._heap
        while heap:
            when, _, timer = heappop(heap)
            callback = timer.callback
            if callback is None:
                continue
            args = timer.args
            timer.callback, timer.args = None, ()
            self.now = when
            self.cause = timer.cause
            self.transitions += 1
            callback(*args)
            return True
        return False

    def run_until(self, until: int) -> None:
        """Run all that is due up to and including `until` (ms), and leave the clock there."""
        heap = self._heap
        while heap and heap[0][0] <= until:
            when, _, timer = heappop(heap)
            callback = timer.callback
            if callback is not None:
                args = timer.args
                timer.callback, timer.args = None, ()  # whoever keeps the timer does not keep what it called
                self.now = when
                self.cause = timer.cause
                self.transitions += 1
                callback(*args)
        self.now = max(self.now, until)
        self.cause = 0
