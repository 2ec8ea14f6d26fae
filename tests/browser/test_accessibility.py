"""axe-core looks at every page, in both themes and both widths, and finds nothing (WCAG 2.2 A and AA, best practices)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Watch
from tests.browser.looking import mark, open_restarted, take, upload, wait_until_connected
from tests.browser.manifests import CHECKOUT, INVALID, SHOP, Unhealthy
from tests.browser.prepared import Prepared, put
from tests.browser.server import Server

SUBJECT = Unhealthy("axe-looks-at-this", "app", healthy_s=8, period_s=2, failures=2, grace_s=2)
BROKEN = (
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: Wrong_Name\nspec:\n  containers:\n  - image: nginx\n    nane: x\n"
)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 390)
THEMES: dict[Literal["dark", "light"], list[str]] = {"dark": ["color-contrast"], "light": TAGS}  # only colours differ
Look = Callable[..., None]
POD, SHORTER = Prepared("axe-pod", CHECKOUT, 222), Prepared("axe-shorter", CHECKOUT.replace(": 20", ": 5"), 222)
STUCK = Prepared("axe-shop", SHOP, 60, ((20, "kubectl set image deployment/web nginx=busybox:1.36"),))
PLACE = f"/clusters/{POD.slug}/pods/default/checkout"
TABS = ("events", "describe", "logs", "yaml", "inside", "run")


def faults(page: Page, part: str, rules: list[str]) -> list[str]:
    """What axe-core finds on that part of the page as it stands, a line each."""
    results: dict[str, Any] = Axe().run(page, part, {"runOnly": rules, "resultTypes": ["violations"]}).response
    return [
        f"{violation['id']}: {node['target']}: {' '.join(node['failureSummary'].split())}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]


@pytest.fixture
def calm(server: Server, new_page: NewPage) -> Page:
    return new_page(server, reduced_motion="reduce")


@pytest.fixture
def look() -> Iterator[Look]:
    """Looks at a page in both widths and themes, as it is now; all that was found is told at the end."""
    found: list[str] = []

    def look(page: Page, part: str = "html") -> None:
        path = page.url.partition("//")[2].partition("/")[2]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for theme, rules in THEMES.items():
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                found.extend(f"/{path} at {width} px, {theme}: {fault}" for fault in faults(page, part, rules))

    yield look
    assert not found, "\n".join(found)


@pytest.fixture(scope="module")
def stage(server: Server) -> Server:
    """The server with clusters that stand still."""
    put(server, (POD, SHORTER, STUCK))
    return server


@pytest.mark.parametrize("address", ["/", "/lessons/", "/lessons/?q=nothing", "/clusters/", "/compare/", "/nowhere"])
def test_pages_without_a_cluster(calm: Page, address: str, look: Look, watch: Watch) -> None:
    watch.forgive("404")
    calm.goto(address)
    look(calm)


def test_a_lesson(calm: Page, look: Look) -> None:
    calm.goto("/lessons/")
    calm.locator("main a[href^='/lessons/']").first.click()
    look(calm)


def test_the_editor_with_mistakes(calm: Page, look: Look) -> None:
    calm.goto("/")
    calm.locator("textarea[name=manifest]").fill(BROKEN)
    expect(calm.locator("[data-problem]").first).to_be_visible()
    look(calm)


def test_the_pod_and_its_cluster(calm: Page, look: Look) -> None:
    open_restarted(calm, SUBJECT.text, SUBJECT.pod)
    look(calm)
    calm.set_viewport_size({"width": 1280, "height": 900})
    mark(calm, "app", "restart 1$").click()
    expect(calm.locator("#why ol.steps")).to_be_visible()
    look(calm)
    for tab in TABS:
        calm.goto(f"{calm.url.partition('?')[0]}?tab={tab}")
        look(calm, "#panel")  # the rest was looked at
    calm.goto(calm.url.partition("/pods/")[0] + "/?list")
    look(calm)


def test_error_pages(calm: Page, stage: Server, look: Look, watch: Watch) -> None:
    watch.forgive("status of (403|500)")
    calm.goto(f"/clusters/{POD.slug}/presenter/another-key/")
    expect(calm.locator("h1")).to_have_text("Not for viewers")
    look(calm)
    broken = render_to_string("500.html", request=RequestFactory().get("/"))
    calm.route("**/broken", lambda route: route.fulfill(status=500, content_type="text/html", body=broken))
    calm.goto("/broken")
    expect(calm.locator("h1")).to_have_text("Something went wrong on our side")
    look(calm)


def test_what_if_and_two_runs_beside_each_other(calm: Page, stage: Server, look: Look) -> None:
    calm.goto(POD.presenter)
    calm.goto(f"{PLACE}/what-if/")
    look(calm)
    calm.goto(f"/compare/{POD.slug}/{SHORTER.slug}/?pod=default/checkout&until=222000")
    expect(calm.locator(".numbers")).to_be_visible()
    look(calm)


@pytest.mark.parametrize("address", [f"{PLACE}/present/", f"/clusters/{STUCK.slug}/present/"])
def test_presenters_pages(calm: Page, stage: Server, look: Look, address: str) -> None:
    for cluster in (POD, STUCK):
        calm.goto(cluster.presenter)
    calm.goto(address)
    wait_until_connected(calm)
    look(calm)


def test_a_workload_that_is_stuck_and_a_person_who_looks_on(calm: Page, stage: Server, look: Look) -> None:
    calm.goto(f"/clusters/{STUCK.slug}/")
    wait_until_connected(calm)
    look(calm)
    calm.goto(STUCK.presenter)
    wait_until_connected(calm)
    look(calm)
    for address in ("/", "/clusters/"):  # which list it now
        calm.goto(address)
        look(calm)


@pytest.mark.parametrize("menu", ["share", "take"])
def test_menus(calm: Page, stage: Server, look: Look, menu: str) -> None:
    calm.goto(POD.presenter)
    wait_until_connected(calm)
    calm.locator(f".menu.{menu} summary").first.click()
    expect(calm.locator(f".menu.{menu} .pop")).to_be_visible()
    look(calm)


def test_a_lesson_with_mistakes(calm: Page, look: Look, watch: Watch) -> None:
    watch.forgive("status of 422")
    calm.goto("/lessons/first-pod/")
    calm.locator("textarea[name=manifest]").fill(INVALID)
    calm.locator("[data-run]").click()
    expect(calm.locator("[data-problem]").first).to_be_visible()
    look(calm)


def test_what_was_taken_along(calm: Page, stage: Server, look: Look, tmp_path: Path, watch: Watch) -> None:
    """The page as a file, and the history opened here again."""
    watch.forgive("another host: file:")
    calm.goto(f"{PLACE}/")
    wait_until_connected(calm)
    page, history = (take(calm, title, tmp_path) for title in ("Page, HTML", "History, JSON"))
    calm.goto(page.as_uri())
    look(calm)
    calm.goto("/")
    calm.locator("input[type=file]").set_input_files(history)
    calm.wait_for_url("**/pods/default/checkout/")
    expect(calm.locator(".chip.kind-recorded")).to_be_attached()
    look(calm)


def test_a_manifest_that_was_sent_with_mistakes(calm: Page, look: Look, watch: Watch) -> None:
    watch.forgive("status of 422")
    upload(calm, INVALID)
    expect(calm.locator("[data-problem]").first).to_be_visible()
    look(calm)
