"""Many Pods at once: how fast they get Ready, what they weigh, and what it costs to let them rest."""

from __future__ import annotations

import gc
import json
import tracemalloc

import msgspec

from bench import manifests
from bench.measure import best, row, timed
from bench.simulating import HOUR_MS, START, is_ready
from simulator import Simulation
from simulator.engine import Engine, Randoms
from simulator.history import Fact, History, Json, Revision
from simulator.objects import NodeSpec
from simulator.store import Change, Store

COUNTS, LARGE = (100, 1_000), 10_000
WEIGHED = 300
RESTING, ROUNDS = 500, 3
ROLLOUTS, LARGE_ROLLOUTS = (10, 100), (100, 1_000)
GOAL_PER_SECOND, GOAL_KB, GOAL_RATIO, GOAL_GROWTH, GOAL_RECORDS = 5_000, 20, 1.2, 1.3, 10


def roomy(files: list[str]) -> Simulation:
    """A cluster to which the files are applied, and whose node takes any number of Pods."""
    made = Simulation(seed=1, start=START, nodes=[NodeSpec(capacity={"pods": "1000000"})])
    for text in files:
        result = made.act("apply", {"manifest": text})
        assert not result.code, result.output
    return made


def ready(made: Simulation) -> int:
    return sum(map(is_ready, made.store.list("pods")))


def until_ready(count: int, template: str = "") -> Simulation:
    made = roomy(manifests.many(count, template))
    seen: set[str] = set()

    def note(change: Change) -> None:
        if is_ready(change.object):
            seen.add(change.object["metadata"]["uid"])

    made.store.watch("pods", note)  # to look through all of them again and again would cost more than they do
    while len(seen) < count:
        made.advance(made.now + 1000)
        assert made.now < HOUR_MS, f"only {ready(made)} of {count} Pods became Ready within an hour"
    return made


def speed(*, large: bool) -> None:
    """From the text of the manifests to the last Ready condition."""
    print("Many: Pods until all are Ready")
    for count in (*COUNTS, LARGE) if large else COUNTS:
        seconds, made = timed(lambda count=count: until_ready(count))  # type: ignore[misc]
        goal = f"goal: {GOAL_PER_SECOND:,}" if count > COUNTS[0] else ""
        row(f"{count:,} Pods: Ready per second", f"{count / seconds:,.0f}", goal)
        row(f"{count:,} Pods: history entries per second", f"{len(made.history) / seconds:,.0f}")
        if count == COUNTS[-1]:
            record = recorded(made)
            row(f"{count:,} Pods: their record alone, per second", f"{count / record:,.0f}")
            row(
                f"{count:,} Pods: time : that of their record",
                f"{seconds / record:.1f}",
                f"goal: {GOAL_RECORDS} or less",
            )
        del made


def recorded(made: Simulation) -> float:
    """Seconds to write the same history once more with nothing behind it: no simulation of these Pods can take less."""
    texts = [
        (entry, msgspec.json.encode(entry.object if isinstance(entry, Revision) else entry.data))
        for entry in made.history.entries
    ]

    def write() -> None:
        engine = Engine()
        history = History(engine)
        store = Store(engine, history, Randoms(1))
        for entry, text in texts:
            data = msgspec.json.decode(text)
            if isinstance(entry, Revision):
                (store.create if entry.verb == "ADDED" else store.update)(entry.kind, data)
            else:
                history.fact(entry.kind if isinstance(entry, Fact) else entry.verb, data=data)

    seconds, _ = best(write)
    return seconds


def rollouts(*, large: bool) -> None:
    """Deployments of ten Pods that are made, and then get a new image one after the other."""
    print("Rollouts: Deployments of 10 Pods until each has all its Pods anew")
    each: list[float] = []
    for count in LARGE_ROLLOUTS if large else ROLLOUTS:
        seconds, made = timed(lambda count=count: rolled_out(count))  # type: ignore[misc]
        each.append(seconds / count)
        row(
            f"{count:,} Deployments",
            f"{seconds:,.1f} s",
            f"{len(made.history):,} entries, {made.now // 1000} s simulated",
        )
        del made
    row("time of one among many : among few", f"{each[1] / each[0]:.2f}", f"goal: {GOAL_GROWTH} or less")


def rolled_out(count: int) -> Simulation:
    made = roomy(manifests.many(count, manifests.DEPLOYMENT))
    until_complete(made, count)
    for deployment in list(made.store.list("deployments")):
        made.api.replace(json.loads(json.dumps(deployment).replace("nginx:1.26", "nginx:1.27")))
    until_complete(made, count)
    return made


def until_complete(made: Simulation, count: int) -> None:
    while sum(map(is_complete, made.store.list("deployments"))) < count:
        made.advance(made.now + 1000)
        assert made.now < HOUR_MS, "a rollout is not over within an hour"


def is_complete(deployment: Json) -> bool:
    status, wanted = deployment["status"], deployment["spec"]["replicas"]
    counts = {status.get(field) for field in ("replicas", "updatedReplicas", "availableReplicas")}
    return counts == {wanted} and bool(status["observedGeneration"] == deployment["metadata"]["generation"])


def memory() -> None:
    """What is held once the Pods are at rest, in Python objects."""
    until_ready(1)  # what the first Pod makes is kept for all
    gc.collect()
    tracemalloc.start()
    made = until_ready(WEIGHED)
    gc.collect()
    whole, _ = tracemalloc.get_traced_memory()
    made.history.entries.clear()
    gc.collect()
    bare, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert ready(made) == WEIGHED
    print(f"Memory of a plain Pod at rest, one of {WEIGHED}")
    row("with its history", f"{whole / WEIGHED / 1000:,.1f} kB", f"goal: {GOAL_KB} kB or less")
    row("without its history", f"{bare / WEIGHED / 1000:,.1f} kB")


def resting(*, large: bool) -> None:
    """Healthy Pods with three probes each: a long rest must cost no more than a short one."""
    _resting(RESTING, ROUNDS)
    if large:
        _resting(LARGE, 1)


def _resting(count: int, rounds: int) -> None:
    hours: dict[int, list[float]] = {1: [], 24: []}
    transitions, entries = {}, {}
    for _ in range(rounds):  # in turns, so that what else the machine does hits both
        for length, times in hours.items():
            seconds, made = timed(lambda length=length: rested(count, length * HOUR_MS))  # type: ignore[misc]
            times.append(seconds)
            transitions[length], entries[length] = made.engine.transitions, len(made.history)
            del made
    print(f"Resting: {count:,} healthy Pods with three probes each")
    for length, times in hours.items():
        counts = f"{transitions[length]:,} transitions, {entries[length]:,} entries"
        row(f"{length} hour{'s' * (length > 1)}, from the manifest on", f"{min(times):.2f} s", counts)
    goal = f"goal: {GOAL_RATIO} or less"
    row("24 hours : 1 hour, time", f"{min(hours[24]) / min(hours[1]):.2f}", goal)
    row("24 hours : 1 hour, entries", f"{entries[24] / entries[1]:.2f}", goal)


def rested(count: int, until_ms: int) -> Simulation:
    made = roomy(manifests.many(count, manifests.HEALTHY))
    made.advance(until_ms)
    assert ready(made) == count
    return made
