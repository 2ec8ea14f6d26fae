"""What the dashboard's tests share: a wall clock that stands still, and a few small manifests."""

from __future__ import annotations

import asyncio

from dashboard.creation import create, read_draft
from dashboard.history_store import Row, rows
from dashboard.models import Cluster
from dashboard.runner.room import Room, Turn
from dashboard.runner.world import make_simulation

TICKER = """\
name: ticker
start: "2026-11-23T04:34:08.555Z"
---
apiVersion: v1
kind: Pod
metadata:
  name: ticker
spec:
  containers:
  - name: app
    image: busybox
    args: [sh, -c, "echo begin; sleep 20; exit 1"]
    livenessProbe:
      exec: {command: ["true"]}
      periodSeconds: 5
"""

PLANNED = TICKER.replace("---\n", 'actions:\n- {at: 7, run: "echo hello, $NODE"}\n---\n', 1)

TWO_PODS = """\
apiVersion: v1
kind: Pod
metadata: {name: one}
spec: {containers: [{name: app, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: two}
spec: {containers: [{name: app, image: nginx}]}
"""

INVALID = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: app\n"


class FakeWall:
    """A clock that moves only when told to; who waits is woken, or time jumps to when the waiting ends."""

    def __init__(self, seconds: float = 1000.0) -> None:
        self.seconds = seconds
        self.waits: list[float | None] = []

    def time(self) -> float:
        return 2_000_000_000 + self.seconds

    def monotonic(self) -> float:
        return self.seconds

    async def wait(self, wake: asyncio.Event, seconds: float | None) -> None:
        self.waits.append(seconds)
        if seconds is None:
            await wake.wait()
            return
        for _ in range(3):  # let others ask for something first
            await asyncio.sleep(0)
            if wake.is_set():
                return
        self.seconds += seconds

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


class Bench:
    """A room that is called by hand, its clock, and how the database sees a cluster."""

    def __init__(self, wall: FakeWall | None = None) -> None:
        self.wall = wall or FakeWall()
        self.room = Room(self.wall, make_simulation)

    def turns(self, count: int = 3) -> Turn:
        """Some rounds at the same moment: the last says what is due next."""
        for _ in range(count):
            turn = self.room.turn()
        return turn

    def finish(self, most: int = 20_000) -> None:
        """Rounds until nothing is due any more."""
        for _ in range(most):
            if self.room.turn().rest_s is None:
                return
        raise AssertionError("it never comes to rest")

    def play(self, seconds: float, frame: float = 0.5) -> Turn:
        """Let our time pass, with a round in each frame of it."""
        end = self.wall.seconds + seconds
        turn = self.turns()
        while self.wall.seconds < end:
            self.wall.seconds = min(end, self.wall.seconds + frame)
            turn = self.room.turn()
        return turn


def new_cluster(text: str = TICKER, token: str = "token", **columns: object) -> Cluster:
    """A cluster that stands still at 0 s and in which everybody may act, unless told otherwise."""
    cluster = create(read_draft(text), token)
    Cluster.objects.filter(pk=cluster.pk).update(**{"playing": False, "open": True, **columns})
    cluster.refresh_from_db()
    return cluster


def stored(cluster: Cluster) -> list[Row]:
    return rows(cluster.pk)
