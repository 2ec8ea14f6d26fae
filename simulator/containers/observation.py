"""What a probe's attempt depended on, so that it need not be repeated until one of those things changes.

While an attempt is observed, all that it looks at is a `Subject`: a name in a directory, a port, a table of
processes, the life of a container. If it only looked, its result holds until a subject changes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.containers.kernel import Kernel


class Subject:
    """A thing that may change. `number` is the log entry that last changed it."""

    __slots__ = ("number", "stamp", "watches")

    def __init__(self) -> None:
        self.number = 0
        self.stamp = 0
        self.watches: list[Watch] | None = None

    def changed(self, kernel: Kernel, number: int) -> None:
        kernel.changes += 1
        self.stamp = kernel.changes
        if number:
            self.number = number
        watches = self.watches
        if watches:
            self.watches = None
            for watch in watches:
                watch.fire(number)

    @property
    def watched(self) -> bool:
        return bool(self.watches) and any(watch.active for watch in self.watches or ())


class Watch:
    """Calls back once, at the same moment but not inside the change itself."""

    __slots__ = ("_callback", "_kernel")

    def __init__(self, kernel: Kernel, callback: Callable[[], None]) -> None:
        self._kernel = kernel
        self._callback: Callable[[], None] | None = callback

    @property
    def active(self) -> bool:
        return self._callback is not None

    def cancel(self) -> None:
        self._callback = None

    def fire(self, number: int) -> None:
        callback, self._callback = self._callback, None
        if callback is None:
            return
        engine = self._kernel.engine
        before = engine.cause
        engine.cause = number or before
        engine.at(engine.now, callback)
        engine.cause = before


class Dependencies:
    """What an attempt looked at."""

    __slots__ = ("_kernel", "_since", "_subjects")

    def __init__(self, kernel: Kernel, subjects: dict[Subject, None], since: int) -> None:
        self._kernel = kernel
        self._subjects = subjects
        self._since = since

    @property
    def cause(self) -> int:
        """The newest log entry that changed any of it; 0 if nothing did since the start."""
        return max((subject.number for subject in self._subjects), default=0)

    def watch(self, callback: Callable[[], None]) -> Watch:
        """Call back once when any of it changes, or has changed since the attempt began."""
        watch = Watch(self._kernel, callback)
        for subject in self._subjects:
            if subject.stamp > self._since:
                watch.fire(subject.number)
                return watch
        for subject in self._subjects:
            if subject.watches is None:
                subject.watches = []
            elif len(subject.watches) > 8:
                subject.watches = [other for other in subject.watches if other.active]
            subject.watches.append(watch)
        return watch


class Observation:
    """Collects, while an attempt runs, what it looks at."""

    __slots__ = ("_kernel", "_since", "repeatable", "subjects")

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._since = kernel.changes
        self.repeatable = True
        # A dict is an ordered set.
        self.subjects: dict[Subject, None] = {}

    def saw(self, subject: Subject) -> None:
        self.subjects[subject] = None

    def result(self) -> Dependencies | None:
        return Dependencies(self._kernel, self.subjects, self._since) if self.repeatable else None
