"""A moment of the past is told from a copy that was kept, and says what a story that is read from its start says."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from random import Random

import pytest
from django.template.loader import render_to_string

from dashboard.presenters import retelling
from dashboard.presenters.page import PodPage
from dashboard.presenters.retelling import Retelling, fork
from dashboard.presenters.story import Story
from simulator.history import Entry
from tests.dashboard.presenters.conftest import page_of


@pytest.fixture(autouse=True)
def close(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies of so short a history, and more than are kept."""
    monkeypatch.setattr(retelling, "STRIDE", 10)
    monkeypatch.setattr(retelling, "MOST_COPIES", 4)


def html(page: PodPage) -> str:
    return render_to_string("_moment.html", {"page": page, "state": page.state})


def test_every_moment_reads_as_if_the_story_began_anew(entries: list[Entry]) -> None:
    told = Retelling("default", "checkout")
    end = entries[-1].at_ms
    moments = list(range(0, end, end // 20))
    Random(1).shuffle(moments)
    for at in moments:
        kept = page_of(entries, end, at_ms=at, told=told)
        anew = page_of(entries, end, at_ms=at)
        assert html(kept) == html(anew)
        assert render_to_string("_timeline.html", {"page": kept, "state": kept.state}) == render_to_string(
            "_timeline.html", {"page": anew, "state": anew.state}
        )


def test_what_is_given_away_does_not_change_with_what_is_read_later(entries: list[Entry]) -> None:
    told = Retelling("default", "checkout")
    middle = len(entries) // 2
    page = page_of(entries[:middle], entries[middle].at_ms, told=told)
    before = html(page)
    told.whole(entries)
    told.past(entries)
    assert html(page) == before


def test_a_copy_of_a_story_keeps_to_itself(entries: list[Entry]) -> None:
    middle = len(entries) // 2
    first = Story("default", "checkout").read(entries[:middle])
    second = fork(first)
    lines = sum(map(len, first.logs.values()))
    second.read(entries)
    assert (first.number, second.number) == (middle, len(entries))
    assert sum(map(len, first.logs.values())) == lines
    assert sum(map(len, second.logs.values())) == sum(
        map(len, Story("default", "checkout").read(entries).logs.values())
    )


def test_only_what_is_new_is_read_for_a_page(entries: list[Entry], monkeypatch: pytest.MonkeyPatch) -> None:
    told = Retelling("default", "checkout")
    told.whole(entries[:-3])
    told.past(entries)
    read: list[int] = []
    original = Story.read

    def count(story: Story, news: Iterable[Entry]) -> Story:
        known = list(news)
        read.append(len(known))
        return original(story, known)

    monkeypatch.setattr(Story, "read", count)
    told.whole(entries)
    assert read == [3]
    for at in range(0, entries[-1].at_ms, 20_000):
        read.clear()
        told.past(entries[: bisect_right(entries, at, key=lambda entry: entry.at_ms)])
        assert sum(read) < len(entries) / 2
