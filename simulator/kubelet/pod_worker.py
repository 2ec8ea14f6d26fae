"""One worker a Pod: what makes it sync, in which order, and through which states it goes.

Models pkg/kubelet/pod_workers.go: one sync at a time; requests that arrive meanwhile collapse into one;
each sync waits for a runtime status newer than the end of the one before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Protocol

from simulator.engine import Beat, Engine, Steps, Task, Timer
from simulator.kubelet.pleg import Pleg
from simulator.kubelet.runtime import PodStatus

RESYNC_MS = 60_000
RETRY_MS = 10_000
JITTER = 0.5


class Work(StrEnum):
    SYNC = "sync"
    TERMINATING = "terminating"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a sync ended. `retry_at` is the end of a back-off (ms), where the error carries one."""

    terminal: bool = False
    failed: bool = False
    retry_at: int | None = None
    quiet: bool = False  # nothing to do, nothing changed: doing it again would change nothing either


class Syncer(Protocol):
    """What the worker runs; see simulator.kubelet.sync."""

    def sync_pod(self, status: PodStatus) -> Steps[Outcome]: ...

    def sync_terminating_pod(self, status: PodStatus) -> Steps[Outcome]: ...

    def sync_terminated_pod(self, status: PodStatus) -> Steps[Outcome]: ...


def _unheard(uid: str) -> None:
    """Nobody listens."""


def _always() -> bool:
    return True


def _at_once(due: Callable[[], object]) -> None:
    due()


class PodWorker:
    """Drives one Pod through syncing, terminating and terminated."""

    def __init__(self, engine: Engine, uid: str, syncer: Syncer, pleg: Pleg, sync_beat: Beat, random: Random) -> None:
        self._engine = engine
        self._uid = uid
        self._syncer = syncer
        self._pleg = pleg
        self._sync_beat = sync_beat
        self._random = random
        self.work = Work.SYNC
        self._pending: int | None = None  # the cause of the newest request
        self._working = False
        self._last_sync = -1_000_000  # before any relist: the first sync does not wait
        self._due: Timer | None = None
        self.finished = False
        self.terminated_at: int | None = None
        # Both are told the Pod's uid.
        self.on_terminated: Callable[[str], object] = _unheard  # no container runs any more
        self.on_finished: Callable[[str], object] = _unheard
        self.may_start: Callable[[], bool] = _always
        self._started = False
        # A sync that is due again goes through the kubelet's loop.
        self.take_up: Callable[[Callable[[], object]], object] = _at_once

    @property
    def could_have_running_containers(self) -> bool:
        """Models pod_workers.go CouldHaveRunningContainers: the terminal phase is withheld while true."""
        return self.work is not Work.TERMINATED

    def request(self) -> None:
        """Ask for a sync, for the engine's current cause."""
        if self.finished:
            return
        self._pending = self._engine.cause
        if not self._working:
            self._working = True
            self._engine.after(0, self._next)

    def terminate(self) -> None:
        """From now on the Pod is to be stopped; harmless if it is already."""
        if self.work is Work.SYNC:
            self.work = Work.TERMINATING
        self.request()

    def finish(self) -> None:
        """All was over before this worker was made."""
        self.work, self.finished = Work.TERMINATED, True

    def _start(self) -> bool:
        """Whether syncs may begin; asked again later if not. Models allowPodStart."""
        if not self._started and not self.may_start():
            self._working = False
            if self.work is Work.SYNC:
                self._enqueue(RETRY_MS)
            else:
                self.finish()  # it was ended before it could begin
                self.on_finished(self._uid)
            return False
        self._started = True
        return True

    def _next(self) -> None:
        if not self._start():
            return
        cause, self._pending = self._pending, None
        self._engine.cause = cause or 0
        Task(self._engine, self._run(self.work)).then(self._complete)

    def _run(self, work: Work) -> Steps[tuple[Work, Outcome]]:
        status: PodStatus = yield self._pleg.newer_than(self._uid, self._last_sync)
        if work is Work.SYNC:
            return work, (yield from self._syncer.sync_pod(status))
        if work is Work.TERMINATING:
            return work, (yield from self._syncer.sync_terminating_pod(status))
        return work, (yield from self._syncer.sync_terminated_pod(status))

    def _complete(self, ran: tuple[Work, Outcome]) -> None:
        work, outcome = ran
        self._last_sync = self._engine.now
        if work is Work.TERMINATED and not outcome.failed:
            self.finished = True
            self.on_finished(self._uid)
            return
        self._advance(work, outcome)
        if self._pending is not None:
            self._next()
        else:
            self._working = False

    def _advance(self, work: Work, outcome: Outcome) -> None:
        """Models completeSync, completeTerminating and completeWork."""
        if work is Work.TERMINATING and not outcome.failed:
            self.work = Work.TERMINATED
            self.terminated_at = self._engine.now
            self.on_terminated(self._uid)
            self._pending = self._pending or self._engine.cause
        elif work is Work.SYNC and outcome.terminal:
            if self.work is Work.SYNC:
                self.work = Work.TERMINATING
            self._pending = self._pending or self._engine.cause
        elif outcome.failed:
            wait = RETRY_MS if outcome.retry_at is None else outcome.retry_at - self._engine.now
            self._enqueue(min(max(wait, 0), RESYNC_MS))
        elif not outcome.quiet:
            self._enqueue(RESYNC_MS)
        elif self._due is not None:
            self._due.cancel()

    def _enqueue(self, wait: int) -> None:
        due = self._engine.now + round(wait * (1 + self._random.random() * JITTER))
        if self._due is not None:
            self._due.cancel()
        self._due = self._engine.at(self._sync_beat.after(due), self.take_up, self.request)

    def resync_soon(self) -> None:
        """Something changed that only a periodic sync would notice: bring that one."""
        if self._due is not None and self._due.pending:
            return
        at = self._last_sync
        while at <= self._engine.now:  # the periodic syncs that had nothing to do were not run
            at += round(RESYNC_MS * (1 + self._random.random() * JITTER))
        self._due = self._engine.at(self._sync_beat.after(at), self.take_up, self.request)
