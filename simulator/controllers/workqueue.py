"""A queue of objects that a controller has to look at.

Models staging/src/k8s.io/client-go/util/workqueue: a key that waits is not added twice, one that is being worked on
comes again afterwards, and one whose sync failed comes again after a while that doubles.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator

from simulator.engine import Engine, Timer
from simulator.objects.errors import ApiError

WORKERS = 5  # --concurrent-*-syncs of kube-controller-manager; most are 5
REACT_MS = 2  # from a write to a controller's sync: the watch brings it
RETRY_MS = 5  # DefaultTypedControllerRateLimiter
MAX_RETRY_MS = 1_000_000

Key = tuple[str, str]
# A sync that asks something of the API server yields how long (ms) each of its calls takes.
Sync = Callable[[str, str], Iterator[int] | None]


class WorkQueue:
    """Calls `sync(namespace, name)` a little after `add`, for several objects at a time but never twice for one."""

    def __init__(
        self,
        engine: Engine,
        sync: Sync,
        wait_ms: int = REACT_MS,
        workers: int = WORKERS,
        *,
        retry_ms: int = RETRY_MS,
        max_retry_ms: int = MAX_RETRY_MS,
    ) -> None:
        self._retry_ms, self._max_retry_ms = retry_ms, max_retry_ms
        self._engine = engine
        self._sync = sync
        self._wait_ms = wait_ms
        self._idle = workers
        self._coming: set[Key] = set()  # added, and the watch has not brought it yet
        self._ready: OrderedDict[Key, int] = OrderedDict()  # waits for a worker; the entry that is the cause
        self._working: set[Key] = set()
        self._again: dict[Key, int] = {}  # added while it is worked on, with the cause
        self._later: dict[Key, Timer] = {}
        self._failures: dict[Key, int] = {}

    def add(self, namespace: str, name: str) -> None:
        """Sync the object soon."""
        key = (namespace, name)
        if key not in self._coming:
            self._coming.add(key)
            self._engine.after(self._wait_ms, self._arrive, key)

    def add_after(self, namespace: str, name: str, ms: int) -> None:
        """Sync the object in a while; of several whiles the one that ends first counts."""
        key, due = (namespace, name), self._engine.now + ms
        waiting = self._later.get(key)
        if waiting is not None:
            if waiting.when <= due:
                return
            waiting.cancel()
        self._later[key] = self._engine.at(due, self._due, key)

    def _due(self, key: Key) -> None:
        del self._later[key]
        self._arrive(key)

    def _arrive(self, key: Key) -> None:
        self._coming.discard(key)
        if key in self._working:
            self._again.setdefault(key, self._engine.cause)
        else:
            self._ready.setdefault(key, self._engine.cause)
            self._hand_out()

    def _hand_out(self) -> None:
        while self._idle and self._ready:
            key, self._engine.cause = self._ready.popitem(last=False)
            self._idle -= 1
            self._working.add(key)
            self._work(key, None)

    def _go_on(self, key: Key, steps: Iterator[int]) -> None:
        self._work(key, steps)
        self._hand_out()

    def _work(self, key: Key, steps: Iterator[int] | None) -> None:
        """Begin a sync or go on with it, up to its next call of the API server or its end."""
        try:
            steps = steps or self._sync(*key)
            wait = next(steps, None) if steps is not None else None
        except ApiError:
            self._failures[key] = failures = self._failures.get(key, -1) + 1
            self._done(key)
            self.add_after(*key, min(self._retry_ms << min(failures, 30), self._max_retry_ms))
            return
        if steps is not None and wait is not None:
            self._engine.after(wait, self._go_on, key, steps)
        else:
            self._failures.pop(key, None)
            self._done(key)

    def _done(self, key: Key) -> None:
        self._idle += 1
        self._working.discard(key)
        if key in self._again:
            self._ready.setdefault(key, self._again.pop(key))
