"""One simulated cluster in memory: rebuilt from what is stored, moved through time, written back.

Two rules make a rebuilt history equal to the stored one. An action happens only when nothing more is due at its
moment, and whatever it makes due at that same moment runs before anything is written. So a clock that is stored says
exactly which entries are.

Nothing here waits: `turn` does a bounded piece of work, `due` says when the next is wanted.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import transaction

from dashboard import history_store
from dashboard.models import HORIZON_MS, ActionRecord, Cluster, Request
from dashboard.runner.lease import LostLeaseError
from dashboard.runner.wall import Wall
from dashboard.state import SPEEDS, Stopped
from simulator import Simulation, UnknownAction
from simulator.history import Action, Entry, Fact, Revision

logger = logging.getLogger(__name__)

MAX_ENTRIES = 20_000
MAX_BYTES = 16_000_000
STEP_MS = 3600 * 1000  # a step that finds no change by then ends
FRAME_S = 0.04  # a playing cluster is not looked at more often: what is due in between comes together
ACTIONS = frozenset({"apply", "delete", "exec", "join", "node", "kill"})

Spent = Callable[[], bool]


class RebuildError(Exception):
    """Running the actions again gave another history than the stored one: the simulator was changed in between."""

    def __str__(self) -> str:
        return f"the same actions no longer give the same history ({self.args[0]}): was podviz updated since?"


class Drive:
    """Moves one cluster. Lives in the runner's thread; `owner` must hold the cluster's lease."""

    def __init__(self, cluster: Cluster, owner: str, wall: Wall, make: Callable[[Cluster], Simulation]) -> None:
        self.pk: int = cluster.pk
        self._owner = owner
        self._wall = wall
        self.sim = make(cluster)
        self._planned: deque[ActionRecord] = deque()
        self._performed: list[ActionRecord] = []
        self._stepping = self._changed = False
        self._step_end = 0
        self._looked_at = 0.0
        self.stored = cluster.last_number
        self._bytes = 0
        self._take_over(cluster)
        self._rebuild: Iterator[None] | None = self._replay(cluster)

    def _take_over(self, cluster: Cluster) -> None:
        self.playing = cluster.playing
        self.speed = cluster.speed
        self.target_ms = cluster.target_ms
        self.stopped: str = cluster.stopped
        self._lead = cluster.lead
        self._rights = cluster.open, cluster.roam
        self._saved = self._settings()
        self._anchor(cluster.clock_ms)

    def _settings(self) -> tuple[Any, ...]:
        return self.playing, self.speed, self.target_ms, self.stopped

    def _anchor(self, clock_ms: int) -> None:
        """From now on the clock runs at the current speed from `clock_ms`."""
        self._anchor_ms = clock_ms
        self._anchor_at = self._wall.monotonic()

    # ---- what the runner asks

    @property
    def at_rest(self) -> bool:
        return not self.playing and not self._stepping and self._rebuild is None

    def shown(self) -> tuple[object, ...]:
        """What people see of it besides its history, as stored in room.SHOWN."""
        return self.pk, self.stored, self.sim.now, self.playing, self.speed, self.stopped, self._lead, *self._rights

    def matches(self, cluster: Cluster) -> bool:
        """Nobody else moved the cluster since we did."""
        return self._rebuild is None and cluster.last_number == self.stored and cluster.clock_ms == self.sim.now

    def resume(self, cluster: Cluster) -> None:
        """Go on with a cluster that was put away and has not changed."""
        self._take_over(cluster)
        self._saved = ()

    def due(self) -> float | None:
        """When (monotonic) the next turn is wanted: None while time stands still."""
        if self._rebuild is not None or self._stepping:
            return 0.0
        if not self.playing:
            return None
        soonest = self._looked_at + FRAME_S
        if self.speed == 0:
            return self._looked_at
        upcoming = [self.target_ms, *(at for at in (self.sim.next_at(), self._planned_at()) if at is not None)]
        wait_ms = max(0, min(upcoming) - self._anchor_ms) / self.speed
        return max(soonest, self._anchor_at + wait_ms / 1000)

    def turn(self, requests: Sequence[Request], spent: Spent) -> tuple[bool, list[int]]:
        """Work until `spent`: whether something changed that can be seen, and which requests were served."""
        self._looked_at = self._wall.monotonic()
        if self._rebuild is not None:
            for _ in self._rebuild:
                if spent():
                    return False, []
            self._rebuild, self._saved = None, ()
            self._anchor(self.sim.now)
        self._move(spent)
        served: list[int] = []
        for request in requests:
            if self._stepping:
                break
            self._serve(request, spent)
            served.append(request.pk)
        fresh = len(self.sim.history) - self.stored
        if fresh or served or self._settings() != self._saved or self.at_rest:  # the first time always
            self.save(served)
            return True, served
        return False, served

    # ---- through time

    def _goal(self) -> int:
        if self._stepping:
            return self._step_end
        if not self.playing:
            return self.sim.now
        if self.speed == 0:
            return self.target_ms
        passed_ms = (self._wall.monotonic() - self._anchor_at) * 1000 * self.speed
        return min(self.target_ms, self._anchor_ms + int(passed_ms + 0.5))

    def _move(self, spent: Spent) -> None:
        if self.at_rest:
            return
        if not self._run_to(self._goal(), spent):
            return
        if self._stepping:
            self._stepping = False
            self.stopped = "" if self._changed else "nothing-due"
        elif self.sim.now >= self.target_ms:
            self._stop("horizon")
        elif self.speed == 0:
            self._stop("nothing-due")

    def _run_to(self, goal: int, spent: Spent) -> bool:
        """Run what is due up to `goal`; False if there is more to do. A step ends at the first change."""
        while (due := self._next()) is not None and due <= goal:
            before = len(self.sim.history)
            self._run_at(due)
            if self._full():
                return False
            if self._stepping and any(map(_is_change, self.sim.history.since(before))):
                self._changed = True
                return True
            if spent():
                return False
        if due is not None or (self.speed != 0 and not self._stepping):
            self.sim.advance(goal)  # with nothing due, as fast as one can is: at once, and nowhere
        return True

    def _next(self) -> int | None:
        ahead = [at for at in (self.sim.next_at(), self._planned_at()) if at is not None]
        return min(ahead) if ahead else None

    def _planned_at(self) -> int | None:
        return max(self._planned[0].at_ms, self.sim.now) if self._planned else None

    def _run_at(self, due: int) -> None:
        self.sim.advance(due)
        while self._planned and self._planned[0].at_ms <= due:
            self._act(self._planned.popleft())

    def _act(self, record: ActionRecord) -> None:
        self.sim.advance(self.sim.now)
        record.at_ms = self.sim.now
        try:
            record.number = self.sim.act(record.verb, record.data).number
        except UnknownAction:
            logger.warning("cluster %s: no such action: %s", self.pk, record.verb)
            return
        self.sim.advance(self.sim.now)
        self._performed.append(record)

    def _full(self) -> bool:
        if len(self.sim.history) < MAX_ENTRIES and self._bytes < MAX_BYTES:
            return False
        self._stop("history-full")
        return True

    def _stop(self, why: Stopped) -> None:
        self.playing = self._stepping = False
        self.stopped = why

    # ---- what people ask

    def _serve(self, request: Request, spent: Spent) -> None:
        match request.verb:
            case "play":
                self._play()
            case "pause":
                self.playing = False
            case "speed" if request.data.get("speed") in SPEEDS:
                self.speed = request.data["speed"]
                self._anchor(self.sim.now)
            case "step" if not self._full():
                self._step(spent)
            case verb if verb in ACTIONS and not self._full():
                self._act(ActionRecord(cluster_id=self.pk, at_ms=self.sim.now, verb=verb, data=request.data))

    def _step(self, spent: Spent) -> None:
        self.playing, self._stepping, self._changed, self.stopped = False, True, False, ""
        self._step_end = self.sim.now + STEP_MS
        self._move(spent)

    def _play(self) -> None:
        if self._full():
            return
        if self.sim.now >= self.target_ms:
            self.target_ms = self.sim.now + HORIZON_MS
        self.playing, self.stopped = True, ""
        self._anchor(self.sim.now)

    # ---- what is stored

    def fail(self, failure: str) -> None:
        """The simulator broke: keep what it wrote until then, unless that was only a rebuilding."""
        self._stop("failed")
        if self._rebuild is None:
            self.save(failure=failure)
            return
        columns = {"playing": False, "stopped": "failed", "failure": failure, "lease_owner": "", "lease_until": 0.0}
        Cluster.objects.filter(pk=self.pk, lease_owner=self._owner).update(**columns)

    def save(self, served: Sequence[int] = (), failure: str = "") -> None:
        """Write all that is new, if we still hold the lease; a cluster at rest is given back."""
        entries = self.sim.history.since(self.stored)
        with transaction.atomic():
            self._save_cluster(failure)
            self._bytes += history_store.append(self.pk, entries)
            for record in self._performed:
                record.save()
            Request.objects.filter(pk__in=served).delete()
        self.stored += len(entries)
        self._performed.clear()
        self._saved = self._settings()

    def _save_cluster(self, failure: str) -> None:
        columns: dict[str, Any] = {"playing": self.playing, "speed": self.speed, "target_ms": self.target_ms}
        columns |= {"clock_ms": self.sim.now, "clock_at": self._wall.time(), "last_number": len(self.sim.history)}
        columns |= {"stopped": self.stopped, "failure": failure}
        if self.at_rest:
            columns |= {"lease_owner": "", "lease_until": 0.0}
        if not Cluster.objects.filter(pk=self.pk, lease_owner=self._owner).update(**columns):
            raise LostLeaseError

    def _replay(self, cluster: Cluster) -> Iterator[None]:
        """Do again what was done, up to the stored clock. Stops between pieces, so that others have their turn."""
        records = list(ActionRecord.objects.filter(cluster_id=self.pk).order_by("at_ms", "id"))
        self._planned.extend(record for record in records if record.number is None)
        done = sorted((record for record in records if record.number is not None), key=lambda r: r.number or 0)
        for record in done:
            yield from self._replay_to(record.at_ms)
            number = self.sim.act(record.verb, record.data).number
            self.sim.advance(record.at_ms)
            if number != record.number:
                raise RebuildError(f"entry {record.number} became {number}")
        yield from self._replay_to(cluster.clock_ms)
        self._compare(cluster)

    def _replay_to(self, until: int) -> Iterator[None]:
        while (due := self.sim.next_at()) is not None and due <= until:
            self.sim.advance(due)
            yield
        self.sim.advance(until)

    def _compare(self, cluster: Cluster) -> None:
        count, self._bytes = history_store.size(self.pk)
        ours: Sequence[Entry] = self.sim.history.entries
        if not count == cluster.last_number == len(ours):
            raise RebuildError(f"{len(ours)} entries instead of {count}")
        if ours and [history_store.encode(ours[-1])] != history_store.rows(self.pk, count - 1):
            raise RebuildError(f"entry {count} differs")


def _is_change(entry: Entry) -> bool:
    """Not what merely confirms: a passing probe, a line of output."""
    match entry:
        case Revision() | Action():
            return True
        case Fact(kind="probe", data=data):
            return data.get("result") != "success" or bool(data.get("changed"))
        case Fact(kind=kind):
            return kind != "log"
