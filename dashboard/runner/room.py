"""All clusters that this process runs, and what it knows of the others it shows.

`turn` does one bounded round of work and says how long nothing will be due. It runs in one thread, always the same, so
that nothing in here or in a simulation needs a lock; only `wake`, `watch` and `expect` are called from others.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from dashboard.models import Cluster, Request
from dashboard.runner import lease
from dashboard.runner.drive import Drive, RebuildError
from dashboard.runner.lease import LostLeaseError
from dashboard.runner.wall import Wall
from simulator import Simulation

logger = logging.getLogger(__name__)

SLICE_S = 0.03  # what one round may cost all clusters together
LEAST_SLICE_S = 0.004
POLL_S = 1.0  # how often others' requests and histories are looked for, while somebody watches here
MOST_DRIVES = 200  # clusters that run at once; the others wait
KEPT_ASIDE = 20  # simulations at rest that are kept, so that going on need not rebuild them

SHOWN = ("pk", "last_number", "clock_ms", "playing", "speed", "stopped", "lead", "open", "roam")
Shown = tuple[object, ...]


@dataclass(slots=True)
class Turn:
    """What a round did: which clusters have something new to show, and for how long nothing is due."""

    changed: set[int] = field(default_factory=set)
    rest_s: float | None = None


class Room:
    def __init__(self, wall: Wall, make: Callable[[Cluster], Simulation]) -> None:
        self.owner = secrets.token_hex(8)
        self._wall = wall
        self._make = make
        self._drives: dict[int, Drive] = {}
        self._aside: OrderedDict[int, Drive] = OrderedDict()
        self._requests: dict[int, list[Request]] = {}
        self._asked = threading.Event()
        self._asked.set()
        self._surveyed_at = 0.0
        self._free_at: float | None = None  # when the lease of a cluster that another process runs would end
        self._renew_at = 0.0
        self._watched: frozenset[int] = frozenset()
        self._shown: dict[int, Shown] = {}
        self._expected: dict[int, threading.Event] = {}

    # ---- from other threads

    def wake(self) -> None:
        """Look for requests in the next turn."""
        self._asked.set()

    def watch(self, clusters: Iterable[int]) -> None:
        """Which clusters somebody looks at through this process."""
        self._watched = frozenset(clusters)
        self._asked.set()

    def expect(self, request: int) -> threading.Event:
        """An event that is set once the request was served here."""
        return self._expected.setdefault(request, threading.Event())

    def forget(self, request: int) -> None:
        self._expected.pop(request, None)

    # ---- one round

    def turn(self) -> Turn:
        turn = Turn()
        now = self._wall.monotonic()
        survey_at = self._survey_at()
        if self._asked.is_set() or (survey_at is not None and now >= survey_at):
            self._asked.clear()
            self._surveyed_at = now
            self._survey(turn)
        if self._drives and now >= self._renew_at:
            lease.renew(self.owner, self._wall.time())
            self._renew_at = now + lease.RENEW_S
        ready = [drive for drive in self._drives.values() if self._is_ready(drive, now)]
        for drive in ready:
            self._work(drive, max(LEAST_SLICE_S, SLICE_S / len(ready)), turn)
        turn.rest_s = self._rest()
        return turn

    def close(self) -> None:
        """Give all clusters back: another process, or the next start, goes on at once."""
        for drive in self._drives.values():
            with suppress(LostLeaseError):
                drive.save()
        self._drives.clear()
        lease.release(self.owner)

    def _is_ready(self, drive: Drive, now: float) -> bool:
        due = drive.due()
        return drive.pk in self._requests or drive.at_rest or (due is not None and due <= now)

    def _rest(self) -> float | None:
        now = self._wall.monotonic()
        moments = [due for drive in self._drives.values() if (due := drive.due()) is not None]
        if self._drives:
            moments.append(self._renew_at)
        if (survey_at := self._survey_at()) is not None:
            moments.append(survey_at)
        if self._requests:
            moments.append(now)
        return max(0.0, min(moments) - now) if moments else None

    def _work(self, drive: Drive, slice_s: float, turn: Turn) -> None:
        until = self._wall.monotonic() + slice_s
        requests = self._requests.pop(drive.pk, [])
        try:
            changed, served = drive.turn(requests, lambda: self._wall.monotonic() >= until)
        except LostLeaseError:
            self._drop(drive, requests)
            return
        except Exception as error:
            logger.exception("cluster %s failed", drive.pk)
            self._fail(drive, error)
            changed, served = True, [request.pk for request in requests]
        if left := [request for request in requests if request.pk not in served]:
            self._requests[drive.pk] = left
        self._answer(served)
        if changed:
            turn.changed.add(drive.pk)
        if drive.at_rest:
            self._put_aside(drive)

    def _answer(self, served: Iterable[int]) -> None:
        for request in served:
            if event := self._expected.pop(request, None):
                event.set()

    def _drop(self, drive: Drive, requests: Iterable[Request]) -> None:
        self._drives.pop(drive.pk, None)
        self._answer(request.pk for request in requests)

    def _fail(self, drive: Drive, error: Exception) -> None:
        self._drives.pop(drive.pk, None)
        with transaction.atomic():
            drive.fail(str(error) if isinstance(error, RebuildError) else f"{type(error).__name__}: {error}")
            Request.objects.filter(cluster_id=drive.pk).delete()

    def _put_aside(self, drive: Drive) -> None:
        if self._drives.pop(drive.pk, None) is None:
            return
        self._shown[drive.pk] = drive.shown()
        self._aside[drive.pk] = drive
        while len(self._aside) > KEPT_ASIDE:
            self._aside.popitem(last=False)

    # ---- what the database says

    def _survey(self, turn: Turn) -> None:
        """Take up requests, and clusters that should run and that nobody runs."""
        requests: dict[int, list[Request]] = defaultdict(list)
        for request in Request.objects.order_by("id")[:1000]:
            requests[request.cluster_id].append(request)
        wanted = Cluster.objects.filter(Q(playing=True) | Q(pk__in=list(requests)), kind=Cluster.Kind.SIMULATED)
        free = max(0, MOST_DRIVES - len(self._drives))
        waiting = dict(wanted.exclude(pk__in=list(self._drives)).values_list("pk", "lease_until")[:free])
        for pk in lease.take(list(waiting), self.owner, self._wall.time()):
            del waiting[pk]
            self._take_up(Cluster.objects.get(pk=pk))
        self._requests = {pk: asked for pk, asked in requests.items() if pk in self._drives}
        turn.changed |= self._news()
        self._free_at = min(waiting.values(), default=None)

    def _take_up(self, cluster: Cluster) -> None:
        drive = self._aside.pop(cluster.pk, None)
        if drive is not None and drive.matches(cluster):
            drive.resume(cluster)
        else:
            drive = Drive(cluster, self.owner, self._wall, self._make)
        self._drives[cluster.pk] = drive

    def _news(self) -> set[int]:
        """Watched clusters that another process moved."""
        elsewhere = Cluster.objects.filter(pk__in=self._watched).exclude(pk__in=list(self._drives))
        shown: dict[int, Shown] = {row[0]: row for row in elsewhere.values_list(*SHOWN)}
        news = {pk for pk, row in shown.items() if self._shown.get(pk) != row}
        self._shown = shown
        return news

    def _survey_at(self) -> float | None:
        """When the database is asked again, unless somebody here asks for something before."""
        moments = []
        if self._watched:
            moments.append(self._surveyed_at + POLL_S)
        elif self._drives:
            moments.append(self._surveyed_at + lease.RENEW_S)
        if self._free_at is not None:
            lasts = self._free_at - self._wall.time()
            moments.append(max(self._surveyed_at + POLL_S, self._wall.monotonic() + lasts))
        return min(moments) if moments else None
