"""The lessons as a course: chapters, what is found by words, and a picture of each lesson's run."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import translation

from dashboard.course import PICKED, chapters, picked, picture
from dashboard.lessons import find_lesson, lessons


def test_every_lesson_is_in_one_chapter_in_the_order_of_the_course() -> None:
    slugs = [card.lesson.slug for chapter in chapters() for card in chapter.cards]
    assert slugs == [lesson.slug for lesson in lessons()]


def test_the_home_page_shows_the_chosen_lessons_and_leads_to_all(client: Client) -> None:
    assert [card.lesson.slug for card in picked()] == list(PICKED)
    page = client.get("/").content.decode()
    assert page.count('class="card lesson-card"') == len(PICKED) == 8
    assert f"All {len(lessons())} lessons" in page


def test_every_lessons_picture_is_drawn_from_its_run_and_is_small() -> None:
    for lesson in lessons():
        drawn = picture(lesson)
        assert {"ready", "unready", "plain"} & {stroke.kind for stroke in drawn.strokes}, lesson.slug
        assert sum(len(stroke.path) for stroke in drawn.strokes) < 2500, lesson.slug


def test_a_picture_shows_what_its_lesson_is_about() -> None:
    def kinds(slug: str) -> set[str]:
        lesson = find_lesson(slug)
        assert lesson is not None
        return {stroke.kind for stroke in picture(lesson).strokes}

    assert {"stop", "again", "fail", "pass"} <= kinds("liveness-exec")
    assert {"back", "again"} <= kinds("container-exits")
    assert {"unready", "fail"} <= kinds("readiness-404") - {"again"}
    assert {"stop", "term", "kill"} <= kinds("preemption")


def test_a_picture_speaks_the_language_of_the_page() -> None:
    lesson = find_lesson("liveness-exec")
    assert lesson is not None
    assert picture(lesson).text.startswith("Timeline of 12 min.")
    with translation.override("zh-hans"):
        assert picture(lesson).text.startswith("时间线，共 12 分钟。")


@pytest.mark.parametrize(
    ("words", "found"),
    [("liveness httpget", {"liveness-http"}), ("CronJob", {"cronjob"}), ("no such thing", set())],
)
def test_lessons_are_found_by_all_words_at_once(client: Client, words: str, found: set[str]) -> None:
    page = client.get("/lessons/", {"q": words}).content.decode()
    assert set(re.findall(r'href="/lessons/([\w-]+)/"', page)) == found
    assert ("No lesson has all these words" in page) == (not found)
    assert f'value="{words}"' in page


def test_what_is_looked_for_is_no_markup(client: Client) -> None:
    assert "<script>alert" not in client.get("/lessons/", {"q": "<script>alert(1)</script>"}).content.decode()
