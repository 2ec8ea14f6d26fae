"""The one sentence: what matters now, in plain words."""

from __future__ import annotations

import pytest
from django.utils import translation

from dashboard.presenters.page import PodPage
from dashboard.presenters.sentences import ordinal
from simulator.history import Entry, Fact, Revision
from tests.dashboard.presenters.conftest import page_of
from tests.dashboard.presenters.tales import Tale, checkout, pod_object


def test_a_container_that_is_being_stopped_says_why_and_until_when(page: PodPage) -> None:
    sentence = page.sentence
    assert sentence.plain == (
        "app is being stopped for the 3rd time: its liveness probe failed 3 times in a row. "
        "sh ignored SIGTERM. SIGKILL in 15.7 s."
    )
    assert (sentence.tone, sentence.alarming) == ("stop", True)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (2.0, "fetch-config runs, init container 1 of 1"),
        (10.5, "app runs and is starting up"),
        (30.0, "checkout runs and is ready since 0:11.7."),
        (46.0, "app runs, but its liveness probe failed 1 of 3. At 3 it is restarted."),
        (58.0, "app is being stopped: its liveness probe failed 3 times in a row."),
        (100.0, ". app: 1 restart so far."),
    ],
)
def test_the_sentence_follows_the_life_of_the_pod(seconds: float, words: str) -> None:
    page = page_of(checkout(seconds).entries, round(seconds * 1000))
    assert words in page.sentence.plain


def test_a_back_off_says_how_long() -> None:
    page = page_of(checkout(480.0, lives=7).entries, 480_000)
    assert "it ended 6 times, and its back-off is 1m20s. Next start in" in page.sentence.plain
    assert page.sentence.tone == "back"


def test_a_deleted_pod_is_said_to_be_gone() -> None:
    tale = Tale(pod_object())
    tale.pod("ADDED")
    tale.at(9.2).pod("DELETED")
    page = page_of(tale.history.entries, 12_000)
    assert page.sentence.plain == "checkout was deleted at 0:09.2. Its history is kept."


def test_a_pod_that_is_not_there_yet_has_a_page(entries: list[Entry]) -> None:
    page = page_of([], 0)
    assert not page.exists
    assert page.sentence.plain == "This Pod has not been made yet."


def test_revisions_alone_are_enough(entries: list[Entry]) -> None:
    page = page_of([entry for entry in entries if isinstance(entry, Revision)], 222_000)
    assert page.sentence.plain.startswith("app is being stopped")


def test_it_speaks_the_reader_s_language(page: PodPage) -> None:
    with translation.override("zh-hans"):
        assert page.sentence.plain.startswith("app 正在第 3 次被停止：它的 liveness 探针连续失败 3 次。")


@pytest.mark.parametrize(
    ("count", "word"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd")]
)
def test_ordinals_end_as_in_english(count: int, word: str) -> None:
    assert ordinal(count) == word


def test_failures_of_an_instance_that_is_gone_are_not_told_of_the_next() -> None:
    tale = checkout(300.0)
    restarts = [
        e for e in tale.entries if isinstance(e, Fact) and e.data.get("phase") == "started" and e.data["restart"]
    ]
    for fact in restarts:
        page = page_of([entry for entry in tale.entries if entry.number <= fact.number], fact.at_ms)
        assert "probe failed" not in page.sentence.plain
    assert restarts


def test_a_pod_of_which_some_containers_have_ended_is_not_being_set_up() -> None:
    pod = pod_object()
    pod["spec"] = {"containers": [{"name": "app"}, {"name": "other"}]}
    tale = Tale(pod)
    tale.pod("ADDED")
    for name in ("app", "other"):
        tale.at(2).fact("container", name, phase="started", restart=0)
    tale.at(9).fact("exit", "app", code=42, reason="Error")
    sentence = page_of(tale.history.entries, 12_000).sentence
    assert sentence.plain == "app ended with exit code 42. 1 of 2 containers run."
    assert sentence.tone == "err"
