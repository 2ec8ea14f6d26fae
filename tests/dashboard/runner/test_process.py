"""The runner starts and stops with the server."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from dashboard.hub import Frame, Hub
from dashboard.runner import process
from dashboard.runner.room import Room
from dashboard.runner.service import Runner
from dashboard.runner.wall import SystemWall
from dashboard.runner.world import make_simulation


@pytest.mark.django_db(transaction=True)
async def test_the_server_starts_and_stops_the_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    wall = SystemWall()
    runner = Runner(Room(wall, make_simulation), wall)
    hub = Hub(lambda *_: Frame(0, "", ""), lambda: wall.sleep(0), runner.watch)
    monkeypatch.setattr(process, "runner", runner)
    monkeypatch.setattr(process, "hub", hub)
    told: asyncio.Queue[Any] = asyncio.Queue()
    answers: asyncio.Queue[Any] = asyncio.Queue()
    life = asyncio.create_task(process.lifespan({"type": "lifespan"}, told.get, answers.put))
    await told.put({"type": "lifespan.startup"})
    assert await answers.get() == {"type": "lifespan.startup.complete"}
    assert runner._task is not None
    await told.put({"type": "lifespan.shutdown"})
    assert await answers.get() == {"type": "lifespan.shutdown.complete"}
    await life
    assert runner._task is None


async def test_waiting_ends_when_woken_or_when_time_is_up() -> None:
    wall, wake = SystemWall(), asyncio.Event()
    before = wall.monotonic()
    await wall.wait(wake, 0.01)
    assert wall.monotonic() > before
    asyncio.get_running_loop().call_later(0.01, wake.set)
    await wall.wait(wake, None)
    assert wall.time() > 1_700_000_000
