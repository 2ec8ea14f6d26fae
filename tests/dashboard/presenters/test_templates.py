"""The templates, rendered from real view-models."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from dashboard.presenters.page import TABS, PodPage
from dashboard.presenters.patterns import patterns_context
from simulator.history import Entry
from tests.dashboard.presenters.conftest import page_of
from tests.dashboard.presenters.tales import Tale, pod_object


def render(template: str, page: PodPage, **more: object) -> str:
    request = RequestFactory().get("/clusters/abc/pods/default/checkout/")
    return render_to_string(template, {"page": page, "state": page.state, **more}, request)


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_renders_with_unique_ids(entries: list[Entry], tab: str) -> None:
    html = render("pod.html", page_of(entries, 222_000, tab=tab, selected=entries[-5].number))
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert f'data-tab="{tab}"' in html


def test_a_pod_that_is_not_there_yet_renders(entries: list[Entry]) -> None:
    assert "has not been made yet" in render("pod.html", page_of([], 0))


def test_a_message_brings_only_the_marks_that_are_new(entries: list[Entry]) -> None:
    page = page_of(entries, 222_000)
    html = render("_live_pod.html", page, since=entries[-3].number)
    sent = set(re.findall(r'data-n="(\d+)"', html.partition("hx-swap-oob")[2]))
    assert sent
    assert {int(number) for number in sent} & {entry.number for entry in entries[-2:]}
    assert len(html) < len(render("_live_pod.html", page, since=0)) / 2


def test_a_message_for_who_knows_nothing_brings_the_whole_timeline(page: PodPage) -> None:
    assert 'id="timeline"' in render("_live_pod.html", page, since=0)


def test_a_message_holds_no_form(page: PodPage) -> None:
    assert "csrfmiddlewaretoken" not in render("_live_pod.html", page, since=0)


def test_what_a_program_wrote_is_no_markup() -> None:
    evil = "<script>alert(1)</script>"
    tale = Tale(pod_object())
    tale.pod("ADDED")
    started = tale.at(1).fact("container", "app", phase="started", restart=0, role="main")
    tale.because(started).fact("process", "app", pid=1, command=evil, phase="start")
    tale.fact("log", "app", stream="stdout", text=evil)
    tale.fact("probe", "app", probe="liveness", result="failure", output=evil, count=1, threshold=3, changed=False)
    tale.history.action("node", {"command": evil})
    for tab in TABS:
        html = render("pod.html", page_of(tale.history.entries, 9000, tab=tab, selected=5))
        assert "alert(1)" in html
        assert evil not in html


def test_the_patterns_page_renders() -> None:
    html = render_to_string("patterns.html", patterns_context(), RequestFactory().get("/patterns/"))
    for shape in ("bar back", "attempt streak fail past", "due-kill", "warning dropped", "bar many"):
        assert re.search(f'class="{shape}[ "]', html)
