"""The simulator: how much a busy world costs, and how little a quiet one."""

from __future__ import annotations

from datetime import UTC, datetime

from bench import manifests
from bench.measure import bare_heap, best, row, timed
from simulator import Simulation
from simulator.engine import Engine
from simulator.history import Json, Revision

START = datetime(2026, 1, 1, tzinfo=UTC)
HOUR_MS = 3_600_000
BUSY_PODS, BUSY_MS = 30, 5 * 60_000


def simulation(manifest: str) -> Simulation:
    made = Simulation(seed=1, start=START)
    result = made.act("apply", {"manifest": manifest})
    assert not result.code, result.output
    return made


def run(manifest: str, until_ms: int) -> Simulation:
    made = simulation(manifest)
    made.advance(until_ms)
    return made


def engine_alone(calls: int, pending: int = 1000) -> float:
    """Calls per second of the engine when each call does nothing but schedule the next."""
    engine = Engine()

    def again() -> None:
        engine.after(pending, again)

    for delay in range(pending):
        engine.after(delay, again)
    seconds, _ = best(lambda: engine.run_until(engine.now + calls))
    return calls / seconds


def busy() -> None:
    """Transitions: calls that the engine took from its queue and ran."""
    print(f"Busy: {BUSY_PODS} Pods whose probes write, fail and restart them, {BUSY_MS // 60_000} minutes")
    seconds, made = timed(lambda: run(manifests.busy(BUSY_PODS), BUSY_MS))
    transitions = made.engine.transitions
    # In turns, so that what else the machine does hits both.
    heap, alone = map(max, zip(*((bare_heap(transitions), engine_alone(transitions)) for _ in range(5)), strict=True))
    row("transitions", f"{transitions:,}")
    row("a bare heap loop, events per second", f"{heap:,.0f}")
    row("the engine alone, transitions per second", f"{alone:,.0f}", f"ratio {alone / heap:.3f}, goal: 0.5 or more")
    row(
        "the busy world, transitions per second",
        f"{transitions / seconds:,.0f}",
        f"ratio {transitions / seconds / heap:.3f}",
    )
    row("history entries per second", f"{len(made.history) / seconds:,.0f}")
    row("simulated time : real time", f"{BUSY_MS / 1000 / seconds:,.0f} : 1")


def quiet() -> None:
    print("Quiet: a healthy Pod with three probes")
    (healthy,) = manifests.many(1, manifests.HEALTHY)
    hour, short = best(lambda: run(healthy, HOUR_MS))
    day, long = best(lambda: run(healthy, 24 * HOUR_MS))
    assert ready_pods(short) == ready_pods(long) == 1, "the healthy Pod is not Ready"
    row("1 hour", f"{hour * 1000:.1f} ms", f"{len(short.history)} entries")
    row("24 hours", f"{day * 1000:.1f} ms", f"{len(long.history)} entries")
    row("24 hours : 1 hour, time", f"{day / hour:.2f}", "goal: 2 or less")
    row("24 hours : 1 hour, entries", f"{len(long.history) / len(short.history):.2f}", "goal: 2 or less")


def newest_pods(made: Simulation) -> dict[str, Json]:
    """The Pods by name, as the newest revisions in the history show them."""
    revisions = (entry for entry in made.history.entries if isinstance(entry, Revision) and entry.kind == "pods")
    return {revision.object["metadata"]["name"]: revision.object for revision in revisions}


def is_ready(pod: Json) -> bool:
    conditions = pod.get("status", {}).get("conditions", [])
    return any(condition["type"] == "Ready" and condition["status"] == "True" for condition in conditions)


def ready_pods(made: Simulation) -> int:
    return sum(map(is_ready, newest_pods(made).values()))
