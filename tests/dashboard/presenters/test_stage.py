"""The presenter's page: five lanes, a sentence, steps done and to come."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from dashboard.presenters.page import PodPage
from dashboard.presenters.stage import MOST_LANES, StagePage, stage
from simulator.history import Entry
from tests.dashboard.presenters.conftest import page_of
from tests.dashboard.presenters.tales import checkout


def on_stage(seconds: float) -> StagePage:
    return stage(page_of(checkout(seconds).entries, round(seconds * 1000)))


@pytest.mark.parametrize("seconds", [0.0, 2.0, 10.5, 30.0, 46.0, 58.0, 100.0, 222.0])
def test_there_are_never_more_than_five_lanes(seconds: float) -> None:
    lanes = on_stage(seconds).lanes.split()
    assert 0 < len(lanes) <= MOST_LANES
    assert lanes[0] == "status"


def test_lanes_in_trouble_come_first(page: PodPage) -> None:
    assert set(stage(page).lanes.split()) == {"status", "app", "app-liveness", "app-readiness", "app-signals"}


def test_while_a_container_is_stopped_the_steps_lead_to_its_signal(page: PodPage) -> None:
    shown = stage(page)
    assert [beat.text for beat in shown.done][-2:] == ["3 of 3 failed", "SIGTERM, ignored"]
    assert [beat.text for beat in shown.coming] == ["SIGKILL, exit 137", "restart"]
    assert [beat.index for beat in (*shown.done, *shown.coming)] == list(range(1, len(shown.done) + 3))


def test_a_probe_that_began_to_fail_tells_what_follows() -> None:
    assert [beat.text for beat in on_stage(46.0).coming] == ["3 of 3 failed", "restart"]


def test_nothing_is_to_come_while_all_is_well() -> None:
    assert on_stage(30.0).coming == ()


def test_lanes_that_are_not_shown_are_there_for_what_comes(entries: list[Entry]) -> None:
    """The page is kept up to date mark by mark: a lane must not be missing when its trouble begins."""
    page = page_of(entries, 222_000)
    assert [lane.id for lane in stage(page).timeline.lanes] == [lane.id for lane in page.timeline.lanes]


def test_every_step_that_was_done_has_a_place_on_the_timeline(page: PodPage) -> None:
    shown = stage(page)
    lanes = {lane.id for lane in shown.timeline.lanes}
    for beat in shown.done:
        assert beat.lane in lanes
        assert beat.number


def test_the_steps_are_an_ordered_list(page: PodPage) -> None:
    html = render_to_string("_stage.html", {"page": stage(page)})
    assert html.count("<li") == 5
    assert html.count('class="coming"') == 2
