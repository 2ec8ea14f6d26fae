"""A history drawn small: what it shows, what it leaves out, and what it says to those who do not see it."""

from __future__ import annotations

import re

import pytest

from dashboard.presenters.story import Story
from dashboard.presenters.thumbnail import ROWS, WIDTH, Thumbnail, thumbnail
from simulator.history import Entry
from tests.dashboard.presenters.tales import Tale, pod_object

LENGTH = 240_000


def drawn(entries: list[Entry], length_ms: int = LENGTH) -> Thumbnail:
    return thumbnail([Story("default", "checkout").read(entries)], length_ms)


def starts(picture: Thumbnail, kind: str) -> list[float]:
    """Where each mark of a kind begins, from left to right."""
    paths = "".join(stroke.path for stroke in picture.strokes if stroke.kind == kind)
    return sorted(float(x) for x in re.findall(r"M(\S+) ", paths))


@pytest.fixture
def picture(entries: list[Entry]) -> Thumbnail:
    return drawn(entries)


def test_a_restart_is_where_it_happened(picture: Thumbnail, entries: list[Entry]) -> None:
    story = Story("default", "checkout").read(entries)
    marks = [mark for mark in story.containers["app"].marks if mark.kind == "restart"]
    assert len(marks) == 2
    assert starts(picture, "again") == pytest.approx([WIDTH * mark.at_ms / LENGTH for mark in marks], abs=0.1)


def test_attempts_that_failed_climb_and_those_that_passed_are_dots(picture: Thumbnail) -> None:
    (fail,) = [stroke.path for stroke in picture.strokes if stroke.kind == "fail"]
    heights = [float(tall) for tall in re.findall(r"v-([\d.]+)", fail)][:3]
    assert heights == sorted(set(heights))
    assert starts(picture, "pass")


def test_all_bars_of_a_kind_are_one_path_within_the_picture(picture: Thumbnail) -> None:
    kinds = [stroke.kind for stroke in picture.strokes]
    assert len(kinds) == len(set(kinds))
    assert {"ready", "stop", "ended", "again", "fail"} <= set(kinds)
    assert all(0 <= x <= WIDTH for kind in kinds for x in starts(picture, kind))


def test_a_day_of_attempts_is_no_longer_than_a_few_minutes_of_them() -> None:
    pod = pod_object()
    pod["spec"]["initContainers"] = []
    tale = Tale(pod)
    tale.pod("ADDED")
    tale.at(1).fact("container", "app", phase="started", restart=0, role="main")
    tale.at(5).fact(
        "probe", "app", probe="liveness", result="success", count=1, threshold=1, changed=False, every_ms=5000
    )
    day = drawn(list(tale.history.entries), 24 * 3600 * 1000)
    assert 40 < len(starts(day, "pass")) <= WIDTH / 3 + 1
    assert sum(len(stroke.path) for stroke in day.strokes) < 3000


def test_it_says_in_words_what_it_shows(picture: Thumbnail) -> None:
    assert picture.text.startswith("Timeline of 4 min. ")
    assert "app: waiting; running, not ready; running, ready; stopping; ended; 2 restarts." in picture.text


def test_of_many_pods_one_of_each_life_is_shown_by_its_name() -> None:
    stories = []
    for index, ends in enumerate((False, False, False, True)):
        pod = pod_object()
        pod["metadata"]["name"] = f"pod-{index}"
        tale = Tale(pod)
        tale.pod("ADDED")
        tale.at(1).fact("container", "app", phase="started", restart=0, role="main")
        if ends:
            tale.at(9).fact("exit", "app", code=1, reason="Error")
        stories.append(Story("default", f"pod-{index}").read(tale.history.entries))
    text = thumbnail(stories, 60_000).text
    assert "pod-3 app: " in text
    assert text.count(" app: ") <= ROWS


def test_a_history_in_which_nothing_has_happened_is_an_empty_picture() -> None:
    assert thumbnail([], 60_000) == Thumbnail("Timeline of 1 min.", ())
