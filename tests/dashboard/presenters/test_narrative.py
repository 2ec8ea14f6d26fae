"""The history as text: what the timeline shows, a sentence a line."""

from __future__ import annotations

from itertools import pairwise

from dashboard.presenters.narrative import MOST
from dashboard.presenters.page import PodPage
from dashboard.presenters.rich import plain
from simulator import Simulation
from tests.dashboard.presenters.conftest import page_of
from tests.dashboard.presenters.tales import checkout

MANIFEST = """\
apiVersion: v1
kind: Pod
metadata: {name: checkout}
spec:
  containers:
  - name: app
    image: busybox:1.36
    command: [sh, -c, "exit 3"]
---
apiVersion: v1
kind: Pod
metadata: {name: other}
spec:
  containers: [{name: other, image: nginx}]
"""


def simulated(seconds: int) -> PodPage:
    simulation = Simulation()
    simulation.act("apply", {"manifest": MANIFEST})
    simulation.advance(seconds * 1000)
    return page_of(simulation.history.entries, seconds * 1000)


def test_the_newest_comes_first_and_every_line_says_where_and_when(page: PodPage) -> None:
    lines = page.narrative.lines
    assert [line.number for line in lines] == sorted((line.number for line in lines), reverse=True)
    assert all(line.at and line.where and plain(line.text) for line in lines)
    failed = next(line for line in lines if "failed: 1, 2, 3 of 3" in plain(line.text))
    assert (failed.where, failed.warning) == ("app", True)


def test_only_the_pods_own_history_is_told() -> None:
    told = [f"{line.where}: {plain(line.text)}" for line in simulated(3).narrative.lines]
    assert not any("other" in text for text in told)
    assert "app: Its main process ended by itself: exit code 3, Error." in told
    assert told[-1] == "checkout: You applied the manifest."


def test_a_status_that_looks_the_same_is_not_told_again() -> None:
    told = [plain(line.text) for line in simulated(200).narrative.lines]
    written = [text for text in told if text.startswith("The kubelet wrote the status")]
    assert all(one != two for one, two in pairwise(written))


def test_what_is_too_much_at_once_is_a_link_away() -> None:
    narrative = simulated(3600).narrative
    assert len(narrative.lines) == MOST
    assert narrative.earlier_ms is not None
    assert narrative.earlier_ms <= 3_600_000
    before = page_of(checkout().entries, 222_000, at_ms=1_000).narrative
    assert before.earlier_ms is None
