"""Reading the page: why, with mouse, keyboard, address and history of the browser, and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.looking import mark, open_restarted, open_tab
from tests.browser.manifests import Unhealthy
from tests.browser.server import Server

BROKEN = Unhealthy("reader", "app", healthy_s=10, period_s=3, failures=2, grace_s=2)


@pytest.fixture
def restarted(page: Page) -> Page:
    """A Pod that was restarted once, paused."""
    open_restarted(page, BROKEN.text, BROKEN.pod)
    return page


def _chain(page: Page) -> None:
    """The panel tells why the container was restarted, down to the lines."""
    why = page.locator("#why")
    expect(why.get_by_role("heading").first).to_have_text("Why did app restart?")
    steps = why.locator("ol.steps > li")
    expect(steps.filter(has_text="rm -f /tmp/fine").first).to_be_visible()
    expect(steps.filter(has_text=re.compile("Liveness.*failed")).first).to_be_visible()
    expect(steps.filter(has_text="137").first).to_be_visible()
    expect(why.locator("a.lineref").first).to_be_visible()


def test_selecting_a_restart_shows_the_chain_of_its_causes(restarted: Page) -> None:
    mark(restarted, "app", "restart 1$").click()
    _chain(restarted)


def test_the_keyboard_selects_a_mark_and_escape_clears_it(restarted: Page) -> None:
    mark(restarted, "app", "restart 1$").focus()
    restarted.keyboard.press("ArrowLeft")
    restarted.keyboard.press("ArrowRight")
    focused = restarted.evaluate("document.activeElement.ariaLabel")
    assert re.search("restart 1$", focused)
    restarted.keyboard.press("Enter")
    _chain(restarted)
    restarted.keyboard.press("Escape")
    expect(restarted.locator("#why ol.steps")).to_have_count(0)


def test_the_address_holds_the_selection(restarted: Page, new_page: NewPage, server: Server) -> None:
    mark(restarted, "app", "restart 1$").click()
    expect(restarted).to_have_url(re.compile(r"selected=\d+"))
    _chain(restarted)
    restarted.reload()
    _chain(restarted)
    other = new_page(server)
    other.goto(restarted.url)
    _chain(other)


def test_back_clears_the_selection_and_forward_brings_it_again(restarted: Page) -> None:
    mark(restarted, "app", "restart 1$").click()
    _chain(restarted)
    restarted.go_back()
    expect(restarted).not_to_have_url(re.compile("selected="))
    expect(restarted.locator("#why ol.steps")).to_have_count(0)
    restarted.go_forward()
    _chain(restarted)


@pytest.mark.parametrize(
    ("tab", "text"),
    [
        ("Events", "Liveness probe failed"),
        ("describe", "Restart Count:"),
        ("Logs", "kubectl logs reader -c app"),
        ("YAML", "failureThreshold: 2"),
        ("Inside", "busybox:1.36"),
    ],
)
def test_every_tab_opens(restarted: Page, tab: str, text: str) -> None:
    open_tab(restarted, tab)
    expect(restarted.locator("#panel")).to_contain_text(text)


def test_the_page_reads_without_scripts(restarted: Page, new_page: NewPage, server: Server) -> None:
    plain = new_page(server, java_script_enabled=False)
    plain.goto(restarted.url)
    expect(plain.locator("h1")).to_have_text("reader")
    expect(plain.locator("#sentence p")).not_to_be_empty()
    mark(plain, "app", "restart 1$").click(force=True)
    _chain(plain)


def test_chinese_speaks_chinese_and_leaves_kubernetes_its_words(
    new_page: NewPage, server: Server, restarted: Page
) -> None:
    page = new_page(server, locale="zh-CN")
    page.goto(restarted.url)
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page.locator("#why h2").first).to_have_text(re.compile(r"[\u4e00-\u9fff]"))
    expect(page.locator("#cells")).to_contain_text("STATUS")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
