"""The process's one asyncio task that lets clusters run, and the way requests reach it.

The task itself only waits. Work is done in rounds by `room.Room.turn` in a thread of its own, so that the event loop
answers while a simulation computes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections

from dashboard.models import Cluster, Request
from dashboard.runner.room import Room, Turn
from dashboard.runner.wall import Wall

logger = logging.getLogger(__name__)

RETRY_S = 1.0  # after an error of ours, a database that is away, say
PATIENCE_S = 1.0  # how long a form waits until what it asked for was done


class Runner:
    def __init__(self, room: Room, wall: Wall) -> None:
        self.room = room
        self.announce: Callable[[set[int]], None] = lambda changed: None
        self._wall = wall
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="runner")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    # ---- within the event loop

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._run(), name="runner")

    async def stop(self) -> None:
        """End the task, write what is new and give the leases back."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()
        self._task = self._loop = None

    def watch(self, clusters: frozenset[int]) -> None:
        self.room.watch(clusters)
        self._wake.set()

    async def _run(self) -> None:
        while True:
            try:
                await self._round()
            except Exception:
                logger.exception("the runner stumbled")
                await self._wall.sleep(RETRY_S)

    async def _round(self) -> None:
        self._wake.clear()
        turn = await asyncio.get_running_loop().run_in_executor(self._thread, self._turn)
        if turn.changed:
            self.announce(turn.changed)
        await self._wall.wait(self._wake, turn.rest_s)

    # ---- in the runner's thread

    def _turn(self) -> Turn:
        try:
            return self.room.turn()
        except Exception:
            logger.exception("the runner's round broke off")
            connections.close_all()
            self.room.wake()
            return Turn(rest_s=RETRY_S)

    def _close(self) -> None:
        try:
            self.room.close()
        finally:
            connections.close_all()

    # ---- from any thread

    def wake(self) -> None:
        self.room.wake()
        if (loop := self._loop) is not None:
            loop.call_soon_threadsafe(self._wake.set)

    def ask(self, cluster: Cluster, verb: str, data: dict[str, Any], wait_s: float = 0.0) -> bool:
        """Ask for something to be done; True if it was, within `wait_s`. Called from a request's thread."""
        request = Request.objects.create(cluster=cluster, verb=verb, data=data)
        self.wake()
        if self._loop is None or not wait_s:
            return False
        done = self.room.expect(request.pk)
        try:
            already = not Request.objects.filter(pk=request.pk).exists()  # before we expected it
            return already or done.wait(wait_s)
        finally:
            self.room.forget(request.pk)
