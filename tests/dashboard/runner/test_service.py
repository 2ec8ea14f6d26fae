"""The process's task: it wakes up when asked, waits when nothing is due, and outlives errors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async

from dashboard.models import Cluster, Request
from dashboard.runner.room import Room
from dashboard.runner.service import RETRY_S, Runner
from dashboard.runner.world import make_simulation
from tests.dashboard.world import FakeWall, new_cluster

pytestmark = pytest.mark.django_db(transaction=True)


class Process:
    def __init__(self) -> None:
        self.wall = FakeWall()
        self.room = Room(self.wall, make_simulation)
        self.runner = Runner(self.room, self.wall)
        self.announced: list[set[int]] = []
        self.runner.announce = self.announced.append

    async def ask(self, cluster: Cluster, verb: str, **data: object) -> bool:
        return await sync_to_async(self.runner.ask, thread_sensitive=False)(cluster, verb, data, 5.0)


@pytest.fixture
async def cluster() -> Cluster:
    return await sync_to_async(new_cluster)()


@pytest.fixture
async def process(cluster: Cluster) -> AsyncIterator[Process]:
    """It starts when the cluster already stands still: a new one plays."""
    process = Process()
    process.runner.start()
    yield process
    await process.runner.stop()


async def until_it_waits(process: Process) -> None:
    """Until the task found nothing to do and waits without end."""
    for _ in range(4000):
        await asyncio.sleep(0.005)
        if process.wall.waits and process.wall.waits[-1] is None:
            return
    raise AssertionError(process.wall.waits[-5:])


async def test_at_rest_it_waits_without_end(process: Process, cluster: Cluster) -> None:
    await until_it_waits(process)
    count = len(process.wall.waits)
    await asyncio.sleep(0.05)
    assert len(process.wall.waits) == count


async def test_what_is_asked_in_this_process_is_done_at_once(process: Process, cluster: Cluster) -> None:
    await until_it_waits(process)
    before = process.wall.seconds
    assert await process.ask(cluster, "node", command="echo hi")
    assert process.wall.seconds == before  # not found by polling
    assert not await Request.objects.aexists()
    assert process.announced == [{cluster.pk}]


async def test_a_playing_cluster_is_slept_for_until_something_is_due(process: Process, cluster: Cluster) -> None:
    await Cluster.objects.filter(pk=cluster.pk).aupdate(target_ms=120_000)
    await until_it_waits(process)
    process.wall.waits.clear()
    before = process.wall.seconds
    assert await process.ask(cluster, "play")
    await until_it_waits(process)
    await cluster.arefresh_from_db()
    assert (cluster.stopped, cluster.clock_ms) == ("horizon", 120_000)
    assert process.wall.seconds - before == pytest.approx(120, abs=2)
    assert len(process.wall.waits) < 1000  # of 24,000 frames


async def test_an_error_of_ours_is_logged_and_tried_again(
    process: Process, cluster: Cluster, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await until_it_waits(process)
    rounds = iter([True, False])

    def broken(turn: object) -> None:
        if next(rounds, False):
            raise OSError("the disk is full")

    monkeypatch.setattr(process.room, "_survey", broken)
    process.runner.wake()
    for _ in range(100):
        await asyncio.sleep(0.005)
        if RETRY_S in process.wall.waits:
            break
    assert "the runner's round broke off" in caplog.text
    assert RETRY_S in process.wall.waits


async def test_stopping_gives_the_leases_back(cluster: Cluster) -> None:
    process = Process()
    process.runner.start()
    await process.ask(cluster, "play")
    await process.runner.stop()
    await cluster.arefresh_from_db()
    assert (cluster.lease_owner, cluster.playing) == ("", True)


async def test_without_a_runner_a_request_waits_in_the_database(cluster: Cluster) -> None:
    process = Process()
    assert not await process.ask(cluster, "play")
    assert await Request.objects.acount() == 1
