"""For those who want less motion, and for those who listen: the page is calm, however fast time goes."""

from __future__ import annotations

from random import Random

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.looking import mark, open_pod, speed
from tests.browser.manifests import unhealthy
from tests.browser.server import Server

WATCHED_MS = 6000
LISTEN = """() => {
  window.said = [];
  const seen = new MutationObserver((all) => window.said.push(...all.map(({ target }) => target.textContent)));
  for (const region of document.querySelectorAll("[aria-live], [role=status], [role=alert], [role=log]"))
    seen.observe(region, { childList: true, characterData: true, subtree: true });
}"""
STEPS = """() => {
  [window.steps, window.since] = [[], performance.now()];
  const head = document.querySelector(".playhead");
  new MutationObserver(() => {
    const now = head.style.getPropertyValue("--now");
    if (window.steps.at(-1) !== now) window.steps.push(now);
  }).observe(head, { attributes: true, attributeFilter: ["style"] });
}"""


def fast(page: Page, seed: int) -> None:
    """A Pod that breaks again and again, at ten times its pace."""
    subject = unhealthy(Random(seed))
    open_pod(page, subject.text, subject.pod)
    speed(page, "10×")
    expect(mark(page, subject.container, "restart 1$")).to_be_visible()


def test_with_less_motion_time_steps_once_a_second(server: Server, new_page: NewPage) -> None:
    page = new_page(server, reduced_motion="reduce")
    fast(page, 1)
    page.evaluate(STEPS)
    page.wait_for_timeout(WATCHED_MS)
    steps, watched_ms = page.evaluate("() => [window.steps.length, performance.now() - window.since]")
    assert 3 <= steps <= watched_ms / 1000 + 1
    assert page.evaluate("() => document.getAnimations().length") == 0


def test_without_that_wish_time_goes_smoothly(page: Page) -> None:
    fast(page, 2)
    page.evaluate(STEPS)
    page.wait_for_timeout(WATCHED_MS)
    assert page.evaluate("() => window.steps.length") > 2 * WATCHED_MS / 1000


def test_a_screen_reader_is_not_flooded(page: Page) -> None:
    fast(page, 3)
    speed(page, "60×")
    page.evaluate(LISTEN)
    page.wait_for_timeout(2 * WATCHED_MS)
    said = page.evaluate("() => window.said")
    assert 1 <= len(said) <= 1 + 2 * WATCHED_MS / 5000
    assert len(set(said)) == len(said)
