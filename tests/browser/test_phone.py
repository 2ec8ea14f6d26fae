"""The Pod page on a phone: the explanation first, and lanes in which nothing happens in one line."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.looking import lane, look_at, make_restarted, mark
from tests.browser.manifests import Unhealthy
from tests.browser.server import Server
from tests.browser.test_travel import drawn

BROKEN = Unhealthy("pocket", "app", healthy_s=10, period_s=3, failures=2, grace_s=2)


@pytest.fixture(scope="module")
def address() -> dict[str, str]:
    return {}


@pytest.fixture
def phone(new_page: NewPage, server: Server, address: dict[str, str]) -> Page:
    if not address:
        address["pod"] = make_restarted(new_page(server), BROKEN, 2)
    page = new_page(server, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(address["pod"])
    drawn(page)
    return page


def fold(page: Page) -> Locator:
    return page.locator("[data-fold]")


def tab(page: Page, name: str) -> Locator:
    return page.locator(".tabs").get_by_role("link", name=re.compile(f"^{name}"))


def test_the_explanation_is_the_first_tab_and_alone(phone: Page) -> None:
    expect(phone.locator(".tabs a").first).to_have_text("Why")
    expect(tab(phone, "Why")).to_have_attribute("aria-current", "true")
    expect(phone.locator("#why")).to_be_visible()
    expect(phone.locator(".tab")).to_be_hidden()
    tab(phone, "Events").click()
    expect(phone.locator(".tab .events")).to_be_visible()
    expect(phone.locator("#why")).to_be_hidden()
    expect(tab(phone, "Why")).not_to_have_attribute("aria-current", "true")
    tab(phone, "Why").click()
    expect(phone.locator("#why")).to_be_visible()


def test_a_tab_in_the_address_is_the_one_that_is_shown(phone: Page) -> None:
    phone.goto(f"{phone.url.partition('?')[0]}?tab=yaml#panel")
    expect(phone.locator("#yaml")).to_be_visible()
    expect(phone.locator("#why")).to_be_hidden()


def test_selecting_a_mark_leads_to_its_explanation(phone: Page) -> None:
    tab(phone, "Events").click()
    expect(phone.locator("#why")).to_be_hidden()
    mark(phone, "app", "restart 2$").evaluate("link => link.click()")
    expect(phone.locator("#why h2").first).to_have_text("Why did app restart?")
    expect(phone.locator("#why")).to_be_visible()


def test_quiet_lanes_are_one_line_that_opens(phone: Page) -> None:
    expect(fold(phone)).to_have_text(re.compile(r"^\d+ quiet lanes$"))
    expect(fold(phone)).to_have_attribute("aria-expanded", "false")
    for quiet in ("c-Ready", "c-Initialized", "ready"):
        expect(lane(phone, quiet)).to_be_hidden()
    for loud in ("status", "app", "app-liveness"):
        expect(lane(phone, loud)).to_be_visible()
    fold(phone).click()
    expect(lane(phone, "c-Ready")).to_be_visible()
    expect(fold(phone)).to_have_attribute("aria-expanded", "true")
    fold(phone).click()
    expect(lane(phone, "c-Ready")).to_be_hidden()


def test_a_lane_opens_for_a_chain_that_touches_it(phone: Page) -> None:
    restart = mark(phone, "app", "restart 2$").get_attribute("data-n")
    phone.locator("[data-zoom='0.5']").click()
    drawn(phone)
    expect(lane(phone, "app-process")).to_be_hidden()
    phone.goto(f"{phone.url.partition('?')[0]}?selected={restart}")
    expect(lane(phone, "app-process")).to_be_visible()


def test_nothing_is_wider_than_the_screen(phone: Page) -> None:
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_on_a_large_screen_every_lane_is_there(phone: Page, page: Page) -> None:
    look_at(page, phone.url)
    expect(lane(page, "c-Initialized")).to_be_visible()
    expect(fold(page)).to_be_hidden()
    expect(page.locator("[data-why-tab]")).to_be_hidden()
    expect(page.locator("#why")).to_be_visible()
    expect(page.locator(".tab .events")).to_be_visible()
