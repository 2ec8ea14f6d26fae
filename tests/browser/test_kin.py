"""Pointing at a mark, or going to it by keyboard, outlines what made it happen and what it made happen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.looking import lane, look_at, make_restarted
from tests.browser.manifests import Unhealthy
from tests.browser.server import Server
from tests.browser.test_travel import drawn

BROKEN = Unhealthy("related", "app", healthy_s=10, period_s=3, failures=2, grace_s=8)
CAUSE, EFFECT = ".track > [data-kin=cause] > a", ".track > [data-kin=effect] > a"


@pytest.fixture(scope="module")
def address() -> dict[str, str]:
    return {}


@pytest.fixture
def old(page: Page, new_page: NewPage, server: Server, address: dict[str, str]) -> Page:
    if not address:
        address["pod"] = make_restarted(new_page(server), BROKEN, 2)
    look_at(page, address["pod"])
    drawn(page)
    return page


def stop(page: Page) -> Locator:
    """The bar of a stop that is over."""
    return lane(page, "app").locator(".bar.stop > a").first


def styles(page: Page, marks: str) -> set[str]:
    found = page.locator(marks).evaluate_all("all => all.map(one => getComputedStyle(one).outlineStyle)")
    return set(found)


def test_pointing_outlines_the_cause_and_the_effects_and_names_them(old: Page) -> None:
    stop(old).hover(force=True)
    card = old.locator("#card")
    expect(card).to_contain_text(re.compile(r"Because: app, liveness.*failed, 2 of 2"))
    expect(card).to_contain_text("Then:")
    expect(old.locator(CAUSE)).to_have_attribute("aria-label", re.compile("failed, 2 of 2"))
    assert old.locator(EFFECT).count() >= 1
    assert (styles(old, CAUSE), styles(old, EFFECT)) == ({"dashed"}, {"solid"})
    old.mouse.move(2, 2)
    expect(card).to_be_hidden()
    expect(old.locator(CAUSE)).to_have_count(0)


def test_the_keyboard_shows_them_too_and_a_screen_reader_hears_them(old: Page) -> None:
    old.keyboard.press("ArrowDown")
    for _ in range(200):
        if old.evaluate("() => document.activeElement.dataset.because && document.activeElement.closest('#t-app')"):
            break
        inside = old.evaluate("() => Boolean(document.activeElement.closest('#t-app'))")
        old.keyboard.press("ArrowRight" if inside else "ArrowDown")
    focused = old.locator(":focus")
    expect(focused).to_have_attribute("aria-describedby", "card")
    expect(old.locator("#card")).to_contain_text("Because:")
    expect(old.locator(CAUSE)).not_to_have_count(0)
    old.keyboard.press("ArrowUp")
    expect(old.locator("#t-app [aria-describedby]")).to_have_count(0)
