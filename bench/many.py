"""Many Pods at once: how fast they get Ready, what they weigh, and what it costs to let them rest."""

from __future__ import annotations

import gc
import tracemalloc

from bench import manifests
from bench.measure import row, timed
from bench.simulating import HOUR_MS, START, is_ready
from simulator import Simulation

COUNTS, LARGE = (100, 1_000), 10_000
WEIGHED = 300
RESTING, ROUNDS = 500, 3
GOAL_PER_SECOND, GOAL_KB, GOAL_RATIO = 5_000, 20, 1.2


def roomy(files: list[str]) -> Simulation:
    """A cluster to which the files are applied, and whose node takes any number of Pods."""
    made = Simulation(seed=1, start=START)
    (node,) = made.store.list("nodes")
    allocatable = {**node["status"]["allocatable"], "pods": "1000000"}
    made.store.update("nodes", {**node, "status": {**node["status"], "allocatable": allocatable}})
    for text in files:
        result = made.act("apply", {"manifest": text})
        assert not result.code, result.output
    return made


def ready(made: Simulation) -> int:
    return sum(map(is_ready, made.store.list("pods")))


def until_ready(count: int, template: str = "") -> Simulation:
    made = roomy(manifests.many(count, template))
    while ready(made) < count:
        made.advance(made.now + 1000)
        assert made.now < HOUR_MS, f"only {ready(made)} of {count} Pods became Ready within an hour"
    return made


def speed(*, large: bool = False) -> None:
    """From the text of the manifests to the last Ready condition."""
    print("Many: Pods until all are Ready")
    for count in (*COUNTS, LARGE) if large else COUNTS:
        seconds, made = timed(lambda count=count: until_ready(count))  # type: ignore[misc]
        goal = f"goal: {GOAL_PER_SECOND:,}" if count > COUNTS[0] else ""
        row(f"{count:,} Pods: Ready per second", f"{count / seconds:,.0f}", goal)
        row(f"{count:,} Pods: history entries per second", f"{len(made.history) / seconds:,.0f}")
        del made


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


def resting() -> None:
    """Healthy Pods with three probes each: a long rest must cost no more than a short one."""

    def run(until_ms: int) -> Simulation:
        made = roomy(manifests.many(RESTING, manifests.HEALTHY))
        made.advance(until_ms)
        assert ready(made) == RESTING
        return made

    hours: dict[int, list[float]] = {1: [], 24: []}
    transitions, entries = {}, {}
    for _ in range(ROUNDS):  # in turns, so that what else the machine does hits both
        for length, times in hours.items():
            seconds, made = timed(lambda length=length: run(length * HOUR_MS))  # type: ignore[misc]
            times.append(seconds)
            transitions[length], entries[length] = made.engine.transitions, len(made.history)
            del made
    print(f"Resting: {RESTING} healthy Pods with three probes each")
    for length, times in hours.items():
        counts = f"{transitions[length]:,} transitions, {entries[length]:,} entries"
        row(f"{length} hour{'s' * (length > 1)}, from the manifest on", f"{min(times):.2f} s", counts)
    row("24 hours : 1 hour, time", f"{min(hours[24]) / min(hours[1]):.2f}", f"goal: {GOAL_RATIO} or less")
