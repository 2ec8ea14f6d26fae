"""Marks know which mark made them happen."""

from __future__ import annotations

from dashboard.presenters.page import PodPage
from dashboard.presenters.pieces import Item
from simulator.history import Entry, Fact
from tests.dashboard.presenters.conftest import Find, page_of


def marks(page: PodPage) -> list[Item]:
    return [item for lane in page.timeline.lanes for item in lane.shown]


def test_a_cause_is_a_mark_that_is_drawn_and_came_before(page: PodPage) -> None:
    drawn = {item.number for item in marks(page)}
    caused = [item for item in marks(page) if item.cause]
    assert caused
    assert all(item.cause in drawn and item.cause < item.number for item in caused)


def test_what_is_not_drawn_between_two_marks_is_passed_over(page: PodPage) -> None:
    entries = page.story.entries
    far = [item for item in marks(page) if item.cause and entries[item.number].cause != item.cause]
    assert far
    for item in far:
        number = entries[item.number].cause
        while number != item.cause:
            assert number not in {mark.number for mark in marks(page)}
            number = entries[number].cause


def test_the_stop_comes_from_the_probe_that_reached_its_threshold(page: PodPage, find: Find) -> None:
    stop = find("stop")
    (bar,) = [item for item in marks(page) if item.number == stop.number and item.shape == "bar stop"]
    cause = page.story.entries[bar.cause]
    assert isinstance(cause, Fact)
    assert (cause.kind, cause.data["probe"], cause.data["result"]) == ("probe", "liveness", "failure")


def test_a_window_in_which_no_cause_is_drawn_has_none(entries: list[Entry]) -> None:
    page = page_of(entries, 222_000, window=(100_000, 1_000))
    drawn = {item.number for item in marks(page)}
    assert all(not item.cause or item.cause in drawn for item in marks(page))
