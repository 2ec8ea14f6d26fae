"""Fan-out: one rendering for all, and a slow client that slows nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from dashboard.hub import QUEUE, Company, Frame, Hub, Topic

TOPIC = Topic(1, "default", "p", "en")


class Pages:
    """Renders numbers, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.number = 0
        self.asked: list[tuple[Topic, int | None, bool, Company]] = []
        self.broken = False

    def render(self, topic: Topic, since: int | None, whole: bool, company: Company) -> Frame:
        if self.broken:
            raise RuntimeError("a template is wrong")
        self.asked.append((topic, since, whole, company))
        update = "" if since is None else f"{since}->{self.number}"
        return Frame(self.number, update, f"all {self.number}" if whole else "")


class Stage:
    def __init__(self) -> None:
        self.pages = Pages()
        self.watched: list[frozenset[int]] = []
        self.hub = Hub(self.pages.render, lambda: asyncio.sleep(0), self.watched.append)

    async def change(self) -> None:
        self.pages.number += 1
        self.hub.announce({1})
        await self.settle()

    async def settle(self) -> None:
        """Until nothing is left to do: the tasks have had their turns, and the thread that renders is idle."""
        for _ in range(4):
            for _ in range(10):
                await asyncio.sleep(0)
            await asyncio.get_running_loop().run_in_executor(self.hub._thread, int)
        for _ in range(10):
            await asyncio.sleep(0)


def reader(into: list[str]) -> Callable[[str], Awaitable[None]]:
    async def send(message: str) -> None:
        into.append(message)

    return send


@pytest.fixture
async def stage() -> Stage:
    return Stage()


async def test_a_client_gets_the_whole_first_and_then_what_changed(stage: Stage) -> None:
    got: list[str] = []
    client = stage.hub.join(TOPIC, reader(got))
    await stage.settle()
    await stage.change()
    assert got == ["all 0", "0->1"]
    stage.hub.leave(client)
    await stage.change()
    assert got == ["all 0", "0->1"]
    await stage.hub.close()


async def test_the_tabs_of_a_browser_are_one_person(stage: Stage) -> None:
    first, second = (stage.hub.join(TOPIC, reader([]), "teacher") for _tab in range(2))
    other = stage.hub.join(Topic(1, "", "", "en"), reader([]), "pupil")
    nobody = [stage.hub.join(TOPIC, reader([])) for _without_cookies in range(2)]
    elsewhere = stage.hub.join(Topic(2, "", "", "en"), reader([]), "pupil")
    for client in (first, second, other):
        stage.hub.follow(client, True)
    assert stage.hub.company(1) == Company(4, 2)
    stage.hub.leave(first)
    assert stage.hub.company(1) == Company(4, 2)
    stage.hub.leave(second)
    assert stage.hub.company(1) == Company(3, 1)
    for client in (other, elsewhere, *nobody):
        stage.hub.leave(client)
    assert stage.hub.company(1) == Company(0, 0)
    await stage.hub.close()


async def test_a_change_is_rendered_once_for_all_who_watch(stage: Stage) -> None:
    got: list[list[str]] = [[] for _ in range(50)]
    for into in got:
        stage.hub.join(TOPIC, reader(into))
    await stage.settle()
    stage.pages.asked.clear()
    await stage.change()
    assert len(stage.pages.asked) == 1
    assert {tuple(into[-1:]) for into in got} == {("0->1",)}
    assert stage.hub.company(1).watchers == 50
    await stage.hub.close()


async def test_languages_and_pods_are_topics_of_their_own(stage: Stage) -> None:
    got: list[str] = []
    other = Topic(2, "default", "p", "zh-hans")
    stage.hub.join(other, reader(got))
    await stage.settle()
    await stage.change()
    assert got == ["all 0"]
    assert stage.watched[-1] == frozenset({2})
    await stage.hub.close()
    assert stage.watched[-1] == frozenset()


async def test_a_client_that_does_not_read_slows_nobody_and_gets_the_whole_once_it_does(stage: Stage) -> None:
    fast: list[str] = []
    slow: list[str] = []
    gate = asyncio.Event()

    async def stuck(message: str) -> None:
        await gate.wait()
        slow.append(message)

    stage.hub.join(TOPIC, reader(fast))
    stage.hub.join(TOPIC, stuck)
    await stage.settle()
    for _ in range(QUEUE + 5):
        await stage.change()
    last = stage.pages.number
    assert fast[-1] == f"{last - 1}->{last}"
    assert slow == []
    gate.set()
    await stage.settle()
    assert slow == ["all 0", f"all {last}"]
    await stage.change()
    assert slow[-1] == f"{last}->{last + 1}"
    await stage.hub.close()


async def test_who_joins_during_a_rendering_waits_for_the_next(stage: Stage) -> None:
    early: list[str] = []
    late: list[str] = []
    stage.hub.join(TOPIC, reader(early))
    await stage.settle()
    stage.pages.number += 1
    stage.hub.announce({1})
    stage.hub.join(TOPIC, reader(late))
    await stage.settle()
    assert late[0] == "all 1"
    assert early == ["all 0", "0->1", *early[2:]]
    await stage.hub.close()


async def test_a_rendering_that_breaks_loses_nobody(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    got: list[str] = []
    stage.pages.broken = True
    stage.hub.join(TOPIC, reader(got))
    await stage.settle()
    assert "cannot show" in caplog.text
    stage.pages.broken = False
    await stage.change()
    assert got == ["all 1"]
    await stage.hub.close()


async def test_a_client_that_is_gone_ends_its_writer_only(stage: Stage) -> None:
    got: list[str] = []

    async def gone(message: str) -> None:
        raise ConnectionError

    stage.hub.join(TOPIC, gone)
    stage.hub.join(TOPIC, reader(got))
    await stage.settle()
    await stage.change()
    assert got == ["all 0", "0->1"]
    await stage.hub.close()
