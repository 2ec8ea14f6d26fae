"""The lessons: all of them run, and do what their prose says."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from dashboard.creation import read_draft
from dashboard.lessons import _files, find_lesson, lessons


def test_every_lesson_is_written_in_every_language() -> None:
    for file in _files():
        assert set(file.by_language) == {"en", "zh-hans"}
        english, chinese = file.by_language["en"], file.by_language["zh-hans"]
        assert len(english.learns) == len(chinese.learns) >= 3
        assert len(english.try_) == len(chinese.try_) >= 3
        assert len(english.wrong) == len(chinese.wrong) >= 1
        assert english.title != chinese.title


def test_what_one_types_is_marked_as_code() -> None:
    lesson = find_lesson("liveness-exec")
    assert lesson is not None
    assert '<code translate="no">trap &#x27;exit 0&#x27; TERM;</code>' in lesson.try_[1]
    said = [text for mistake in lesson.wrong for text in (mistake.claim, mistake.truth)]
    assert "`" not in "".join((*lesson.learns, *lesson.try_, *said))


def test_a_lessons_page_says_what_people_get_wrong(client: Client) -> None:
    page = client.get("/lessons/liveness-http/").content.decode()
    assert "What people get wrong" in page
    assert "<b>The liveness probe waits until readiness has passed.</b> They do not know of each other" in page


def test_no_two_lessons_have_the_same_place_in_the_course() -> None:
    orders = [file.order for file in _files()]
    assert len(set(orders)) == len(orders)


def test_lessons_come_in_the_language_that_is_active() -> None:
    with translation.override("zh-hans"):
        lesson = find_lesson("init-blocks")
    assert lesson is not None
    assert lesson.title == "永远不结束的 init 容器"
    with translation.override("fr"):
        assert lessons()[0].title == "Two containers, one Pod"


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)
def test_a_lessons_scenario_has_no_problem(lesson: object) -> None:
    from dashboard.lessons import Lesson

    assert isinstance(lesson, Lesson)
    draft = read_draft(lesson.scenario)
    assert draft.good, draft.problems
    assert draft.scenario.name == lesson.slug
    assert draft.scenario.duration == lesson.duration
