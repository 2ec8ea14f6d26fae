"""A whole cluster along time."""

from __future__ import annotations

import pytest

from dashboard.presenters.cluster import ClusterPage, cluster_page
from simulator import Simulation
from tests.dashboard.presenters.conftest import state_at
from tests.dashboard.presenters.tales import START

PODS = """\
apiVersion: v1
kind: Pod
metadata: {name: short}
spec: {restartPolicy: Never, containers: [{name: app, image: busybox, command: [sh, -c, "sleep 5"]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: fails}
spec: {containers: [{name: app, image: busybox, command: [sh, -c, "sleep 10; exit 1"]}]}
"""


@pytest.fixture(scope="module")
def simulation() -> Simulation:
    simulation = Simulation(start=START)
    simulation.act("apply", {"manifest": PODS})
    simulation.advance(120_000)
    return simulation


def page_at(simulation: Simulation, at_ms: int | None) -> ClusterPage:
    entries = simulation.history.entries
    return cluster_page(state_at(120_000, len(entries)), entries, at_ms=at_ms)


def statuses(page: ClusterPage) -> dict[str, str]:
    return {pod.name: pod.row.value("status") for pod in page.pods}


def test_the_page_is_as_of_its_moment(simulation: Simulation) -> None:
    early, late = page_at(simulation, 4000), page_at(simulation, 119_000)
    assert statuses(early) == {"short": "Running", "fails": "Running"}
    assert statuses(late)["short"] == "Completed"
    assert statuses(late)["fails"] in {"Error", "CrashLoopBackOff"}
    assert (early.clock, early.edge_seconds, early.at) == ("0:04.0", "120", "&at=4000")
    assert early.number == late.number
    assert "before" not in str(early.edge_label)
    assert "1m56s" in early.edge_label


def test_the_live_edge_is_no_moment(simulation: Simulation) -> None:
    for at_ms in (None, 120_000, 10**9):
        page = page_at(simulation, at_ms)
        assert (page.at, page.live, page.clock) == ("", True, "2:00.0")


def test_one_goes_from_change_to_change_of_any_pod(simulation: Simulation) -> None:
    at, seen = 0, []
    while stop := next((stop for stop in page_at(simulation, at).moments if stop.key == "change-after"), None):
        assert stop.at_ms > at
        assert stop.query == f"list&at={stop.at_ms}"
        seen.append(stop.at_ms)
        at = stop.at_ms
    problems = [stop for stop in page_at(simulation, 119_999).moments if stop.key == "problem-before"]
    assert len(seen) > 20
    assert problems[0].at_ms in seen


def test_the_strip_shows_the_worst_that_any_pod_is(simulation: Simulation) -> None:
    kinds = [bar.kind for bar in page_at(simulation, None).overview]
    assert kinds[0] == "wait"
    assert "ready" in kinds
    assert kinds[-1] == "back"
    assert [bar.lasts for bar in page_at(simulation, None).overview][-1]
    assert len(kinds) <= 400


def test_the_sentence_counts_the_pods_and_says_what_is_stuck(simulation: Simulation) -> None:
    assert page_at(simulation, 4000).tally == "2 of 2 Pods are ready."
    assert page_at(simulation, None).tally.startswith("0 of 1 Pod is ready. fails ")


def test_pods_that_did_their_work_are_not_missed() -> None:
    simulation = Simulation(start=START)
    assert cluster_page(state_at(0, 0), []).tally == "There is no Pod."
    simulation.act("apply", {"manifest": PODS.partition("---")[0]})
    simulation.advance(60_000)
    entries = simulation.history.entries
    assert cluster_page(state_at(60_000, len(entries)), entries).tally == "All Pods have done their work."
