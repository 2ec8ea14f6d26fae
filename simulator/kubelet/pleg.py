"""The Pod lifecycle event generator: once a second the kubelet lists what the runtime holds and compares.

A relist is scheduled only when it can find something or somebody waits for it, so a node at rest costs
nothing; its moments lie on the same one-second beat all the same.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.engine import Beat, Engine, Future, Timer
from simulator.kubelet.runtime import LONG_AGO, PodStatus, RuntimePod, State

# Between listing the runtime's containers and having inspected those of a changed Pod.
INSPECT_MS = 3
# Pod ID -> the cause of the newest change
Seen = dict[str, str]


class PodCache:
    """The newest runtime status of one Pod that the kubelet knows, and who waits for a newer one.

    Models pkg/kubelet/container/cache.go.
    """

    __slots__ = ("_waiting", "modified", "number", "status")

    def __init__(self, number: int = 0) -> None:
        self.number = number  # in the order in which the kubelet took the Pods
        self.status = PodStatus()
        self.modified = -1
        self._waiting: list[tuple[int, Future[PodStatus]]] = []

    def newer_than(self, when: int, relisted_at: int) -> Future[PodStatus]:
        """The status, once it is known to be newer than `when` (ms). `relisted_at` is the last full relist."""
        future: Future[PodStatus] = Future()
        if self.modified > when or relisted_at > when:
            future.resolve(self.status)
        else:
            self._waiting.append((when, future))
        return future

    def set(self, status: PodStatus, now: int) -> None:
        self.status = status
        self.modified = now
        self.wake(now)

    def wake(self, timestamp: int) -> None:
        due = [future for when, future in self._waiting if when < timestamp]
        self._waiting = [(when, future) for when, future in self._waiting if when >= timestamp]
        for future in due:
            future.resolve(self.status)

    @property
    def waiting(self) -> bool:
        return bool(self._waiting)


class Pleg:
    """Models pkg/kubelet/pleg/generic.go Relist for all Pods of a node."""

    def __init__(
        self, engine: Engine, beat: Beat, on_event: Callable[[str, bool], object], since: int = LONG_AGO
    ) -> None:
        self._engine = engine
        self._beat = beat
        self._since = since  # no relist was done before
        self._on_event = on_event  # (Pod UID, whether a container died)
        self._pods: dict[str, RuntimePod] = {}
        self._caches: dict[str, PodCache] = {}
        self._records: dict[str, Seen] = {}
        self._changed: dict[str, int] = {}  # Pod UID -> cause
        self._watched: set[str] = set()
        self._waiting: set[PodCache] = set()  # somebody waits for a newer status of these
        self._taken = 0
        self._timer: Timer | None = None
        self._expected = self.expect  # one bound method for all Pods
        self._away: tuple[int, int | None] | None = None  # when the runtime last ceased to answer, and did again

    def suspend(self) -> None:
        """The runtime does not answer: nothing is found any more."""
        self._away = (self._engine.now, None)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def resume(self) -> None:
        """The next relist finds all that has changed meanwhile."""
        if self._away is not None:
            self._away = (self._away[0], self._engine.now)
            if self._changed or self._waiting:
                self._schedule()

    def add(self, pod: RuntimePod) -> PodCache:
        self._pods[pod.uid] = pod
        self._records[pod.uid] = {}
        self._taken += 1
        cache = self._caches[pod.uid] = PodCache(self._taken)
        pod.on_change = self._expected
        if pod.containers or pod.sandboxes:  # left by a kubelet before this one
            cache.status = pod.status()
            self.expect(pod.uid)
        if self.relisted_at() == LONG_AGO:
            cache.modified = LONG_AGO  # not before the first relist has told of it
        return cache

    def remove(self, uid: str) -> None:
        if uid in self._caches:
            self._waiting.discard(self._caches[uid])
        for table in (self._pods, self._caches, self._records, self._changed):
            table.pop(uid, None)

    def expect(self, uid: str) -> None:
        """Something of this Pod changed in the runtime: the next relist will see it."""
        self._changed[uid] = self._engine.cause
        self._schedule()

    def reinspect(self, uid: str) -> None:
        """Look at this Pod in the next relist and sync it, whether anything changed or not."""
        self._watched.add(uid)
        self.expect(uid)

    def newer_than(self, uid: str, when: int) -> Future[PodStatus]:
        cache = self._caches[uid]
        future = cache.newer_than(when, self.relisted_at())
        if not future.done:
            self._waiting.add(cache)
            self._schedule()
        return future

    def relisted_at(self) -> int:
        """When the newest relist began. Those that had nothing to find were not run, but count as done."""
        newest = self._beat.last(self._engine.now - INSPECT_MS)
        if self._away is not None and (self._away[1] is None or newest <= self._away[1]):
            newest = min(newest, self._beat.last(self._away[0]))
        return newest if newest > self._since else LONG_AGO

    def _schedule(self) -> None:
        if self._timer is None and (self._away is None or self._away[1] is not None):
            self._timer = self._engine.at(self._beat.after(self._engine.now), self._list)

    def _list(self) -> None:
        self._timer = None
        changed, self._changed = self._changed, {}
        listed = {uid: _states(self._pods[uid]) for uid in changed if uid in self._pods}
        self._engine.after(INSPECT_MS, self._inspect, self._engine.now, listed, changed)

    def _inspect(self, timestamp: int, listed: dict[str, Seen], causes: dict[str, int]) -> None:
        for uid, states in listed.items():
            pod = self._pods.get(uid)
            if pod is None:
                continue
            before = self._records[uid]
            self._records[uid] = states
            started, died = _events(before, states)
            if uid in self._watched:
                self._watched.discard(uid)
                started = True
            if not started and not died and before.keys() == states.keys():
                continue
            self._engine.cause = causes[uid]
            self._caches[uid].set(pod.status(), self._engine.now)
            if started or died:
                self._on_event(uid, died)
        self._engine.cause = 0
        for cache in sorted(self._waiting, key=lambda waiting: waiting.number):
            cache.wake(timestamp)
        self._waiting = {cache for cache in self._waiting if cache.waiting}
        if self._waiting:
            self._schedule()


def _states(pod: RuntimePod) -> Seen:
    states = {c.id: str(c.state) for c in pod.containers}
    states.update({s.id: State.RUNNING if s.ready else State.EXITED for s in pod.sandboxes})
    return states


def _events(before: Seen, after: Seen) -> tuple[bool, bool]:
    """Whether something started, whether something died; a created container makes no event."""
    started = any(state == State.RUNNING and before.get(key) != state for key, state in after.items())
    died = any(state == State.EXITED and before.get(key) != state for key, state in after.items())
    vanished = any(key not in after and state != State.EXITED for key, state in before.items())
    return started, died or vanished
