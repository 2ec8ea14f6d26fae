"""Time travel: the page at a moment of the past, and the moments one can go to from there."""

from __future__ import annotations

import pytest

from dashboard.presenters.moments import Stop
from dashboard.presenters.page import PodPage
from simulator.history import Entry
from tests.dashboard.presenters.conftest import page_of
from tests.dashboard.presenters.test_templates import render

NOW = 222_000


def stops(page: PodPage) -> dict[str, Stop]:
    return {stop.key: stop for stop in page.moments}


def test_at_a_moment_everything_but_the_timeline_is_as_it_was_then(entries: list[Entry]) -> None:
    past, then = page_of(entries, NOW, at_ms=60_000), page_of([e for e in entries if e.at_ms <= 60_000], 60_000)
    assert past.clock == "1:00.0"
    assert past.row == then.row
    assert past.sentence == then.sentence
    assert past.events == then.events
    assert past.describe == then.describe
    assert past.logs == then.logs
    assert past.inside == then.inside
    assert past.event_count == then.event_count


def test_at_a_moment_the_timeline_still_shows_all_that_is_known(entries: list[Entry]) -> None:
    window = (0, 240_000)
    past, live = page_of(entries, NOW, at_ms=60_000, window=window), page_of(entries, NOW, window=window)
    assert past.timeline.groups == live.timeline.groups
    assert past.overview == live.overview
    assert not past.live
    assert live.live


def test_a_moment_that_has_not_come_is_the_live_edge(entries: list[Entry]) -> None:
    page = page_of(entries, NOW, at_ms=NOW + 1)
    assert page.live
    assert page.edge_label == "Live edge"
    assert page.at == ""


def test_how_far_behind_the_live_edge_is_said(entries: list[Entry]) -> None:
    assert page_of(entries, NOW, at_ms=30_000).edge_label == "3m12s behind · go live"


def test_a_moment_is_in_the_window_that_opens(entries: list[Entry]) -> None:
    page = page_of(entries, 4_000_000, at_ms=60_000)
    assert page.window.shows(60_000, 60_000)


def test_what_is_selected_is_explained_at_any_moment(entries: list[Entry]) -> None:
    restart = stops(page_of(entries, NOW))["restart-before"]
    page = page_of(entries, NOW, at_ms=10_000, selected=restart.number)
    assert page.why == page_of(entries, NOW, selected=restart.number).why


@pytest.mark.parametrize("forward", [True, False])
def test_going_from_change_to_change_meets_every_change_once(entries: list[Entry], forward: bool) -> None:
    key, at, seen = ("change-after", -1, []) if forward else ("change-before", NOW, [])
    page = page_of(entries, NOW, at_ms=max(0, at))
    while stop := stops(page).get(key):
        seen.append(stop.at_ms)
        page = page_of(entries, NOW, at_ms=stop.at_ms)
    assert seen == sorted(set(seen), reverse=not forward)
    story = page.whole_story
    app = story.containers["app"]
    changes = {
        piece.at_ms for piece in [*app.bars.pieces, *app.marks, *story.status.status.pieces, *story.events.pieces]
    }
    assert changes - {0, NOW} <= set(seen)


def test_a_passing_probe_is_no_change(entries: list[Entry]) -> None:
    story = page_of(entries, NOW).whole_story
    steady = [p for p in story.containers["app"].probes["liveness"].attempts if p.kind == "success" and not p.changed]
    page = page_of(entries, NOW, at_ms=steady[0].at_ms - 1)
    assert stops(page)["change-after"].number != steady[0].number


def test_restarts_and_problems_are_found_on_either_side(entries: list[Entry]) -> None:
    found = stops(page_of(entries, NOW, at_ms=100_000))
    story = page_of(entries, NOW).whole_story
    restarts = [mark.at_ms for mark in story.containers["app"].marks if mark.kind == "restart"]
    assert found["restart-before"].at_ms == max(at for at in restarts if at < 100_000)
    assert found["restart-after"].at_ms == min(at for at in restarts if at > 100_000)
    assert found["problem-before"].at_ms < 100_000 < found["problem-after"].at_ms
    assert f"selected={found['restart-after'].number}" in found["restart-after"].query


def test_at_the_live_edge_nothing_comes_after(page: PodPage) -> None:
    assert not [key for key in stops(page) if key.endswith("after")]


def test_the_page_of_a_moment_keeps_its_links_there(entries: list[Entry]) -> None:
    html = render("pod.html", page_of(entries, NOW, at_ms=60_000), acts=True)
    assert 'data-at="60000"' in html
    assert "?tab=logs&at=60000" in html.replace("&amp;", "&")
    assert "behind · go live" in html


def test_what_differs_from_moment_to_moment_is_one_answer(entries: list[Entry]) -> None:
    html = render("_moment.html", page_of(entries, NOW, at_ms=60_000), acts=True)
    for ident in ("moments", "cells", "sentence", "notes", "panel", "why"):
        assert f'id="{ident}"' in html
    assert 'id="timeline"' not in html


def test_a_selection_stays_in_its_panel_while_the_moment_changes(entries: list[Entry]) -> None:
    assert 'id="why"' not in render("_moment.html", page_of(entries, NOW, at_ms=60_000, selected=5), acts=True)
