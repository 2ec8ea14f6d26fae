"""Changing a line, and reading what it changes."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.looking import mark, open_pod, speed
from tests.browser.manifests import Unhealthy
from tests.browser.server import Server

BROKEN = Unhealthy("asker", "app", healthy_s=10, period_s=3, failures=2, grace_s=20)
LONGER, SHORTER = "terminationGracePeriodSeconds: 20", "terminationGracePeriodSeconds: 2"


def test_a_shorter_grace_is_compared_with_the_longer_one(server: Server, new_page: NewPage) -> None:
    page = new_page(server)
    open_pod(page, BROKEN.text, BROKEN.pod)
    page.get_by_role("link", name="What if").click()
    text = page.locator("textarea[name=manifest]")
    expect(text).to_have_value(re.compile(LONGER))
    text.fill(text.input_value().replace(LONGER, SHORTER))
    expect(page.locator("#problems summary").first).to_contain_text(re.compile(r"runs again after \d to \d+ s|5\.\d"))
    page.locator("[data-run]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile(r"With terminationGracePeriodSeconds 2 instead of 20, app restarts 18s sooner")
    )
    expect(page.locator(".differences li").first).to_contain_text("Restart 1: 18s sooner")
    expect(page.locator(".diff .new")).to_contain_text(SHORTER)
    page.get_by_role("link", name="Align on first restart").click()
    expect(page.get_by_role("link", name="Align on first restart")).to_have_attribute("aria-current", "true")
    page.locator("#t-B-app a[aria-label*='restart 1']").first.click()
    expect(page.locator("#why h2").first).to_have_text("Why did app restart?")


def test_two_runs_are_compared_without_scripts(server: Server, new_page: NewPage) -> None:
    page = new_page(server, java_script_enabled=False)
    page.goto("/")
    page.locator("textarea[name=manifest]").fill(BROKEN.text)
    page.locator("#editor [data-run]").click()
    page.get_by_role("link", name="What if").click()
    text = page.locator("textarea[name=manifest]")
    text.fill(text.input_value().replace(LONGER, SHORTER))
    page.locator("[data-run]").click()
    expect(page.locator(".numbers")).to_contain_text("18s sooner")


def test_the_panel_answers_before_the_run_and_times_what_happened(server: Server, new_page: NewPage) -> None:
    page = new_page(server)
    open_pod(page, BROKEN.text, BROKEN.pod)
    answer = page.locator(".answers .answer").first
    expect(answer).to_contain_text("Once broken, app runs again after 23 to 29 s")
    expect(answer).to_contain_text("1 × 3 s")
    speed(page, "60×")
    expect(mark(page, "app", "restart 1$")).to_be_visible()
    expect(page.locator("#so-far h2")).to_contain_text("restarted")
    expect(page.locator("#case-app-hang")).to_have_text(re.compile(r"This time 2\d(\.\d)? s"))


def test_both_runs_play_under_one_clock(server: Server, new_page: NewPage) -> None:
    page = new_page(server)
    open_pod(page, BROKEN.text, BROKEN.pod)
    page.get_by_role("link", name="What if").click()
    text = page.locator("textarea[name=manifest]")
    text.fill(text.input_value().replace(LONGER, SHORTER))
    page.locator("[data-run]").click()
    clock = page.locator("[data-twin] [data-twin-clock]")
    expect(clock).to_have_text("5:00.0")
    expect(page.locator("[data-axis] .veil")).to_be_hidden()
    page.get_by_role("button", name="To the change before").click()
    expect(clock).not_to_have_text("5:00.0")
    expect(page.locator("[data-axis] .veil")).to_be_visible()
    page.locator("[data-twin]").get_by_role("button", name="600×").click()
    page.get_by_role("button", name="Play").click()
    expect(clock).to_have_text("5:00.0")
    page.locator("[data-twin]").get_by_role("button", name="10×", exact=True).click()
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").click()
    expect(clock).not_to_have_text("5:00.0")
