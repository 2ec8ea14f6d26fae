"""The timeline as an SVG."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from dashboard.exports.drawing import svg
from dashboard.exports.palette import palette
from dashboard.presenters.page import PodPage
from dashboard.presenters.timescale import Window
from tests.dashboard.presenters.conftest import page_of
from tests.dashboard.presenters.tales import Tale, checkout, pod_object

SVG = "{http://www.w3.org/2000/svg}"


def drawn(page: PodPage, theme: str = "light") -> ElementTree.Element:
    whole = replace(page, window=Window(0, int(page.edge_ms * 1.02), 1.45))
    return ElementTree.fromstring(svg(whole, palette(theme)).partition("?>")[2])


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def test_every_lane_and_every_mark_is_drawn(page: PodPage) -> None:
    root = drawn(page)
    whole = replace(page, window=Window(0, int(page.edge_ms * 1.02), 1.45))
    lanes = whole.timeline.lanes
    assert {lane.name for lane in lanes} <= set(texts(root))
    titles = [title.text for title in root.iter(f"{SVG}title")]
    shown = [item.text for lane in lanes for item in lane.shown if item.text and item.at_ms <= whole.window.to_ms]
    assert sorted(text for text in shown if text not in titles) == []


def test_it_says_what_the_page_says(page: PodPage) -> None:
    found = texts(drawn(page))
    assert "checkout" in found
    assert page.sentence.plain.split()[0] in " ".join(found)
    assert "137" in found
    assert "↻2" in found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_themes_have_all_roles(page: PodPage, theme: str) -> None:
    """No role is left that is no colour."""
    for element in drawn(page, theme).iter():
        for attribute in ("fill", "stroke"):
            value = element.get(attribute, "none")
            assert value == "none" or value.startswith(("#", "url(#"))


def test_nothing_in_it_leads_anywhere(page: PodPage) -> None:
    for element in drawn(page).iter():
        assert element.tag.removeprefix(SVG) not in {"script", "foreignObject", "image", "use", "a", "style"}
        assert not [name for name in element.attrib if name.endswith("href") or name.startswith("on")]


def test_a_hostile_name_stays_text() -> None:
    tale = Tale(pod_object())
    tale.at(0).pod("ADDED")
    hostile = '</text><script>alert("1")</script>\x00\ud800'
    tale.at(1).fact("container", "app", phase="started", restart=0, role="main", image="busybox")
    tale.at(2).fact("process", "app", phase="start", pid=1, argv=[hostile])
    page = page_of(tale.history.entries, 10_000)
    assert b"<script" not in svg(page, palette("light")).encode()


def test_a_long_history_is_bounded() -> None:
    page = page_of(checkout(222.0).entries, 20 * 3_600_000)
    assert len(svg(page, palette("light"))) < 1_000_000
