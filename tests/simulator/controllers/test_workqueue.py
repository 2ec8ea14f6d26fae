"""The queue that controllers work from. Models staging/src/k8s.io/client-go/util/workqueue."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from simulator.controllers.workqueue import REACT_MS, WorkQueue
from simulator.engine import Engine
from simulator.objects.errors import ApiError

Runs = list[tuple[int, str]]


def queue_of(engine: Engine, runs: Runs, steps: tuple[int, ...] = (), workers: int = 5) -> WorkQueue:
    def sync(_namespace: str, name: str) -> Iterator[int]:
        runs.append((engine.now, name))
        yield from steps

    return WorkQueue(engine, sync, workers=workers)


def test_an_object_that_is_added_twice_is_synced_once() -> None:
    engine, runs = Engine(), Runs()
    queue = queue_of(engine, runs)
    for name in ("a", "b", "a"):
        queue.add("ns", name)
    engine.run_until(100)
    assert runs == [(REACT_MS, "a"), (REACT_MS, "b")]


def test_what_is_added_during_its_sync_comes_again_when_that_is_over() -> None:
    engine, runs = Engine(), Runs()
    queue = queue_of(engine, runs, steps=(30, 20))
    queue.add("ns", "a")
    engine.run_until(10)
    queue.add("ns", "a")
    queue.add("ns", "b")
    engine.run_until(200)
    assert runs == [(REACT_MS, "a"), (10 + REACT_MS, "b"), (REACT_MS + 50, "a")]


def test_no_more_objects_are_synced_at_once_than_there_are_workers() -> None:
    engine, runs = Engine(), Runs()
    queue = queue_of(engine, runs, steps=(10,), workers=2)
    for name in "abcde":
        queue.add("ns", name)
    engine.run_until(200)
    assert [at - REACT_MS for at, _name in runs] == [0, 0, 10, 10, 20]


def test_thousands_that_wait_for_one_worker_need_no_deep_stack() -> None:
    engine, runs = Engine(), Runs()
    queue = queue_of(engine, runs, workers=1)
    for number in range(5000):
        queue.add("ns", str(number))
    engine.run_until(REACT_MS)
    assert len(runs) == 5000


def test_of_two_waits_the_one_that_ends_first_counts() -> None:
    engine, runs = Engine(), Runs()
    queue = queue_of(engine, runs)
    queue.add_after("ns", "a", 500)
    queue.add_after("ns", "a", 200)
    queue.add_after("ns", "a", 300)
    engine.run_until(1000)
    assert runs == [(200, "a")]


def test_a_refused_sync_is_tried_again_after_waits_that_double_until_one_succeeds() -> None:
    engine, runs = Engine(), Runs()

    def sync(_namespace: str, name: str) -> Iterator[int]:
        runs.append((engine.now, name))
        yield 1
        if len(runs) < 5:
            raise ApiError(409, "Conflict", "no")

    queue = WorkQueue(engine, sync, wait_ms=0)
    queue.add("ns", "a")
    engine.run_until(10_000)
    starts = [at for at, _name in runs]
    assert [later - earlier - 1 for earlier, later in pairwise(starts)] == [5, 10, 20, 40]


def test_after_a_success_the_waits_begin_small_again() -> None:
    engine, runs = Engine(), Runs()

    def sync(_namespace: str, name: str) -> None:
        runs.append((engine.now, name))
        if len(runs) != 3:
            raise ApiError(409, "Conflict", "no")

    queue = WorkQueue(engine, sync, wait_ms=0)
    queue.add("ns", "a")
    engine.run_until(15)  # at 0, 5 and 15
    queue.add("ns", "a")
    engine.run_until(20)
    assert [at for at, _name in runs] == [0, 5, 15, 15, 20]


def test_a_sync_is_a_consequence_of_what_it_was_added_for() -> None:
    engine, causes = Engine(), []

    def sync(_namespace: str, _name: str) -> Iterator[int]:
        causes.append(engine.cause)
        yield 5
        causes.append(engine.cause)

    queue = WorkQueue(engine, sync, workers=1)
    for cause, name in ((7, "a"), (9, "b")):
        engine.cause = cause
        queue.add("ns", name)
    engine.run_until(100)
    assert causes == [7, 7, 9, 9]
