"""axe-core looks at every page, in both themes and both widths, and finds nothing (WCAG 2.2 A and AA, best practices)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Watch
from tests.browser.looking import mark, open_pod, pause, speed
from tests.browser.manifests import Unhealthy
from tests.browser.server import Server

SUBJECT = Unhealthy("axe-looks-at-this", "app", healthy_s=8, period_s=2, failures=2, grace_s=2)
BROKEN = (
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: Wrong_Name\nspec:\n  containers:\n  - image: nginx\n    nane: x\n"
)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 390)
Look = Callable[[Page], None]
TABS = ("events", "describe", "logs", "yaml", "inside", "run")


def faults(page: Page, rules: list[str]) -> list[str]:
    """What axe-core finds on the page as it stands, a line each."""
    results: dict[str, Any] = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]}).response
    return [
        f"{violation['id']}: {node['target']}: {' '.join(node['failureSummary'].split())}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]


@pytest.fixture(params=["light", "dark"])
def themed(request: pytest.FixtureRequest, server: Server, new_page: NewPage) -> Page:
    return new_page(server, color_scheme=request.param, reduced_motion="reduce")


@pytest.fixture
def look(request: pytest.FixtureRequest) -> Iterator[Look]:
    """Looks at a page in both widths, as it is now; all that was found is told at the end.

    Between the themes nothing but colours differs.
    """
    found: list[str] = []
    rules = ["color-contrast"] if "dark" in request.node.name else TAGS

    def look(page: Page) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            path = page.url.partition("//")[2].partition("/")[2]
            found.extend(f"/{path} at {width} px: {fault}" for fault in faults(page, rules))

    yield look
    assert not found, "\n".join(found)


@pytest.mark.parametrize("address", ["/", "/lessons/", "/clusters/", "/nowhere"])
def test_pages_without_a_cluster(themed: Page, address: str, look: Look, watch: Watch) -> None:
    watch.forgive("404")
    themed.goto(address)
    look(themed)


def test_a_lesson(themed: Page, look: Look) -> None:
    themed.goto("/lessons/")
    themed.locator("main a[href^='/lessons/']").first.click()
    look(themed)


def test_the_editor_with_mistakes(themed: Page, look: Look) -> None:
    themed.goto("/")
    themed.locator("textarea[name=manifest]").fill(BROKEN)
    expect(themed.locator("[data-problem]").first).to_be_visible()
    look(themed)


def test_the_pod_and_its_cluster(themed: Page, look: Look) -> None:
    open_pod(themed, SUBJECT.text, SUBJECT.pod)
    speed(themed, "60×")
    expect(mark(themed, "app", "restart 1$")).to_be_visible()
    pause(themed)
    look(themed)
    themed.set_viewport_size({"width": 1280, "height": 900})
    mark(themed, "app", "restart 1$").click()
    expect(themed.locator("#why ol.steps")).to_be_visible()
    look(themed)
    for tab in TABS:
        themed.goto(f"{themed.url.partition('?')[0]}?tab={tab}")
        look(themed)
    themed.goto(themed.url.partition("/pods/")[0] + "/?list")
    look(themed)
