"""The page of a Pod that has restarted a thousand times: how heavy, how long to render."""

from __future__ import annotations

import gzip

import django
from django.template.loader import render_to_string

from bench import manifests
from bench.measure import best, row
from bench.simulating import START, newest_pods, simulation
from dashboard.presenters.live import page_context
from dashboard.state import ClusterState
from simulator import RELEASE, Simulation

RESTARTS = 1_000
STEP_MS = 3_600_000


def restarts(made: Simulation) -> int:
    (pod,) = newest_pods(made).values()
    return sum(status["restartCount"] for status in pod.get("status", {}).get("containerStatuses", []))


def restarted() -> Simulation:
    made = simulation(manifests.RESTARTING)
    while restarts(made) < RESTARTS:
        made.advance(made.now + STEP_MS)
    return made


def weight() -> None:
    django.setup()
    made = restarted()
    state = ClusterState(
        slug="bench", title="bench", kind="simulated", namespace="default", release=RELEASE, lesson="",
        manifest=manifests.RESTARTING, start=START, now_ms=made.now, number=len(made.history), playing=True, speed=1,
        horizon_ms=made.now,
    )  # fmt: skip

    def render(window: tuple[int, int] | None) -> str:
        context = page_context(state, made.history.entries, "default", "restarting", window=window)
        return render_to_string("pod.html", {"state": state} | context)

    print(f"Page of a Pod with {restarts(made):,} restarts, {len(made.history):,} entries")
    for title, window in (("live edge", None), ("whole history", (0, made.now))):
        seconds, page = best(lambda window=window: render(window))  # type: ignore[misc]
        body = page.encode()
        row(f"{title}: size", f"{len(body) / 1000:,.0f} kB")
        row(f"{title}: size, compressed", f"{len(gzip.compress(body, 6)) / 1000:,.0f} kB")
        row(f"{title}: time to render, from the bare history", f"{seconds * 1000:,.0f} ms")
