"""The page of a Pod that has restarted a thousand times: its weight and time, beside one that draws each mark."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace

import django
from django.template.loader import render_to_string

from bench import manifests
from bench.measure import best, row
from bench.simulating import START, newest_pods, simulation
from dashboard.presenters.page import Look, pod_page
from dashboard.state import ClusterState
from simulator import RELEASE, Simulation

RESTARTS = 1_000
STEP_MS = 3_600_000
ENDLESS = 1e9  # screens: on so many of them nothing is too close to tell apart


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

    def render(window: tuple[int, int] | None, whole: bool = False) -> str:
        page = pod_page(state, made.history.entries, "default", "restarting", Look(window=window))
        if whole:
            page = replace(page, window=replace(page.window, screens=ENDLESS))
        return render_to_string("pod.html", {"state": state, "page": page})

    print(f"Page of a Pod with {restarts(made):,} restarts, {len(made.history):,} entries")
    everything = (0, made.now)
    live = _told("live edge", lambda: render(None))
    _told("whole history, merged", lambda: render(everything))
    naive = _told("naive: whole history, each mark", lambda: render(everything, whole=True))
    for what, ours, theirs in zip(("time", "bytes", "bytes, compressed"), live, naive, strict=True):
        row(f"live edge against naive: {what}", f"{100 * ours / theirs:.1f} %", "(goal: under 50 %)")


def _told(title: str, render: Callable[[], str]) -> tuple[float, int, int]:
    seconds, page = best(render)
    body = page.encode()
    packed = len(gzip.compress(body, 6))
    row(f"{title}: size", f"{len(body) / 1000:,.0f} kB")
    row(f"{title}: size, compressed", f"{packed / 1000:,.0f} kB")
    row(f"{title}: time to render, from the bare history", f"{seconds * 1000:,.0f} ms")
    return seconds, len(body), packed
