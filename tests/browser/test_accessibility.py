"""axe-core looks at every page, in both themes and both widths, and finds nothing (WCAG 2.2 A and AA, best practices)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Watch
from tests.browser.looking import mark, open_pod, pause, speed, take, upload, wait_until_connected
from tests.browser.manifests import CHECKOUT, INVALID, SHOP, Unhealthy
from tests.browser.prepared import Prepared, put
from tests.browser.server import Server

SUBJECT = Unhealthy("axe-looks-at-this", "app", healthy_s=8, period_s=2, failures=2, grace_s=2)
BROKEN = (
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: Wrong_Name\nspec:\n  containers:\n  - image: nginx\n    nane: x\n"
)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 390)
Look = Callable[[Page], None]
POD, SHORTER = Prepared("axe-pod", CHECKOUT, 222), Prepared("axe-shorter", CHECKOUT.replace(": 20", ": 5"), 222)
STUCK = Prepared("axe-shop", SHOP, 60, ((20, "kubectl set image deployment/web nginx=busybox:1.36"),))
PLACE = f"/clusters/{POD.slug}/pods/default/checkout"
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


@pytest.fixture(scope="module")
def stage(server: Server) -> Server:
    """The server with clusters that stand still."""
    put(server, (POD, SHORTER, STUCK))
    return server


@pytest.mark.parametrize("address", ["/", "/lessons/", "/lessons/?q=nothing", "/clusters/", "/compare/", "/nowhere"])
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


def test_error_pages(themed: Page, stage: Server, look: Look, watch: Watch) -> None:
    watch.forgive("status of (403|500)")
    themed.goto(f"/clusters/{POD.slug}/presenter/another-key/")
    expect(themed.locator("h1")).to_have_text("Not for viewers")
    look(themed)
    broken = render_to_string("500.html", request=RequestFactory().get("/"))
    themed.route("**/broken", lambda route: route.fulfill(status=500, content_type="text/html", body=broken))
    themed.goto("/broken")
    expect(themed.locator("h1")).to_have_text("Something went wrong on our side")
    look(themed)


def test_what_if_and_two_runs_beside_each_other(themed: Page, stage: Server, look: Look) -> None:
    themed.goto(POD.presenter)
    themed.goto(f"{PLACE}/what-if/")
    look(themed)
    themed.goto(f"/compare/{POD.slug}/{SHORTER.slug}/?pod=default/checkout&until=222000")
    expect(themed.locator(".numbers")).to_be_visible()
    look(themed)


@pytest.mark.parametrize("address", [f"{PLACE}/present/", f"/clusters/{STUCK.slug}/present/"])
def test_presenters_pages(themed: Page, stage: Server, look: Look, address: str) -> None:
    for cluster in (POD, STUCK):
        themed.goto(cluster.presenter)
    themed.goto(address)
    wait_until_connected(themed)
    look(themed)


def test_a_workload_that_is_stuck_and_a_person_who_looks_on(themed: Page, stage: Server, look: Look) -> None:
    themed.goto(f"/clusters/{STUCK.slug}/")
    wait_until_connected(themed)
    look(themed)
    themed.goto(STUCK.presenter)
    wait_until_connected(themed)
    look(themed)
    for address in ("/", "/clusters/"):  # which list it now
        themed.goto(address)
        look(themed)


@pytest.mark.parametrize("menu", ["share", "take"])
def test_menus(themed: Page, stage: Server, look: Look, menu: str) -> None:
    themed.goto(POD.presenter)
    wait_until_connected(themed)
    themed.locator(f".menu.{menu} summary").first.click()
    expect(themed.locator(f".menu.{menu} .pop")).to_be_visible()
    look(themed)


def test_a_lesson_with_mistakes(themed: Page, look: Look, watch: Watch) -> None:
    watch.forgive("status of 422")
    themed.goto("/lessons/first-pod/")
    themed.locator("textarea[name=manifest]").fill(INVALID)
    themed.locator("[data-run]").click()
    expect(themed.locator("[data-problem]").first).to_be_visible()
    look(themed)


def test_what_was_taken_along(themed: Page, stage: Server, look: Look, tmp_path: Path, watch: Watch) -> None:
    """The page as a file, and the history opened here again."""
    watch.forgive("another host: file:")
    themed.goto(f"{PLACE}/")
    wait_until_connected(themed)
    page, history = (take(themed, title, tmp_path) for title in ("Page, HTML", "History, JSON"))
    themed.goto(page.as_uri())
    look(themed)
    themed.goto("/")
    themed.locator("input[type=file]").set_input_files(history)
    themed.wait_for_url("**/pods/default/checkout/")
    expect(themed.locator(".chip.kind-recorded")).to_be_attached()
    look(themed)


def test_a_manifest_that_was_sent_with_mistakes(themed: Page, look: Look, watch: Watch) -> None:
    watch.forgive("status of 422")
    upload(themed, INVALID)
    expect(themed.locator("[data-problem]").first).to_be_visible()
    look(themed)
