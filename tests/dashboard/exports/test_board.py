"""A whole cluster as an SVG."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from dashboard.exports import board
from dashboard.exports.board import cluster_svg
from dashboard.exports.palette import palette
from dashboard.presenters.cluster import ClusterPage
from tests.dashboard.presenters.test_cluster import DEPLOYMENT, World

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def page() -> ClusterPage:
    world = World(DEPLOYMENT)
    world.at(20)
    world.node("kubectl delete pod single")
    return world.at(2000)


def drawn(page: ClusterPage, theme: str = "light") -> ElementTree.Element:
    return ElementTree.fromstring(cluster_svg(page, palette(theme)).partition("?>")[2])


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def test_every_pod_stands_under_its_workload(page: ClusterPage) -> None:
    found = texts(drawn(page))
    assert found.index("Deployment web") < min(place for place, text in enumerate(found) if text.startswith("web-"))
    assert page.tally in found
    pods = [title.text or "" for title in drawn(page).iter(f"{SVG}title")]
    assert sum("running, ready" in text for text in pods) >= 2


def test_pods_that_are_long_gone_are_drawn_too(page: ClusterPage) -> None:
    assert "single" not in {pod.name for pod in page.pods}
    found = texts(drawn(page))
    assert found.index("Earlier Pods") < found.index("single")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_in_it_leads_anywhere_and_every_role_has_its_colour(page: ClusterPage, theme: str) -> None:
    for element in drawn(page, theme).iter():
        assert element.tag.removeprefix(SVG) not in {"script", "foreignObject", "image", "use", "a", "style"}
        for attribute in ("fill", "stroke"):
            value = element.get(attribute, "none")
            assert value == "none" or value.startswith(("#", "url(#"))


def test_hostile_names_stay_text(page: ClusterPage) -> None:
    state = replace(page.state, title='</text><script>alert("1")</script>\x00\ud800')
    assert b"<script" not in cluster_svg(replace(page, state=state), palette("light")).encode()


def test_beyond_so_many_rows_it_says_how_many_are_left_out(page: ClusterPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "MOST_ROWS", 2)
    assert "more rows are not drawn" in texts(drawn(page))[-1]
