"""A presenter, and people who look on: each with a browser of their own."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Watch
from tests.browser.looking import mark, open_restarted, pause, speed, wait_until_connected
from tests.browser.manifests import CHECKOUT
from tests.browser.server import Server

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def presenter(server: Server, new_page: NewPage) -> Page:
    """On the page of a Pod that restarted, paused."""
    page = new_page(server, viewport=WIDE)
    open_restarted(page, CHECKOUT, "checkout")
    return page


def short_address(page: Page) -> str:
    return str(page.locator(".share .address a").get_attribute("href"))


def look_on(page: Page, server: Server, new_page: NewPage, **options: object) -> Page:
    viewer = new_page(server, **options)
    viewer.goto(short_address(page))
    wait_until_connected(viewer)
    return viewer


def clock(page: Page) -> str:
    return str(page.locator(".nowchip").text_content())


def follows(viewer: Page) -> None:
    expect(viewer.locator("[data-follow]")).to_have_attribute("aria-pressed", "true")


def test_a_viewer_sees_the_same_pod_and_cannot_act(
    presenter: Page, server: Server, new_page: NewPage, watch: Watch
) -> None:
    watch.forgive("status of 403")
    viewer = look_on(presenter, server, new_page)
    assert viewer.url == presenter.url
    expect(presenter.locator("#watchers")).to_contain_text("2")
    expect(viewer.get_by_role("button", name="Play")).to_have_count(0)
    expect(viewer.locator(".speeds button, form[action*='/actions/']")).to_have_count(0)
    expect(viewer.locator("[data-speed-shown]")).to_have_text("60×")
    token = viewer.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
    address = re.sub(r"/pods/.*", "/play", viewer.url)
    answer = viewer.request.post(
        address, form={"csrfmiddlewaretoken": str(token)}, headers={"Referer": viewer.url, "Origin": server.url}
    )
    assert answer.status == 403
    assert "presenter" in answer.text()


def test_a_viewer_is_told_the_speed_in_their_own_language(presenter: Page, server: Server, new_page: NewPage) -> None:
    viewer = look_on(presenter, server, new_page, locale="zh-CN")
    speed(presenter, "max")
    expect(viewer.locator("[data-speed-shown]")).to_have_text("最快")


def test_viewers_get_the_buttons_when_the_presenter_lets_them_act(
    presenter: Page, server: Server, new_page: NewPage
) -> None:
    viewer = look_on(presenter, server, new_page)
    presenter.locator(".share summary").first.click()
    allowed = presenter.get_by_label("Viewers may run commands and move the clock")
    allowed.check()
    viewer.locator("form[action*='/play'] button").click()
    expect(presenter.locator("#clock-state")).to_have_attribute("data-playing", "true")
    allowed.uncheck()
    expect(viewer.locator("form[action*='/pause']")).to_have_count(0)


def test_a_follower_goes_where_the_presenter_goes(presenter: Page, server: Server, new_page: NewPage) -> None:
    viewer = look_on(presenter, server, new_page, viewport=NARROW)
    follows(viewer)
    mark(presenter, "app", "restart 1$").click()
    for person in (presenter, viewer):
        expect(person.locator("[data-why-panel] h2").first).to_have_text("Why did app restart?")
    presenter.keyboard.press("Shift+F8")
    expect(viewer.locator(".nowchip")).to_have_text(clock(presenter))
    expect(viewer.locator("#cells .cell-status dd")).to_have_text(
        presenter.locator("#cells .cell-status dd").inner_text()
    )
    presenter.locator('[data-zoom="0.5"]').click()
    expect(viewer.locator("[data-timeline]")).to_have_attribute(
        "data-span", str(presenter.locator("[data-timeline]").get_attribute("data-span"))
    )
    presenter.keyboard.press("End")
    expect(viewer.locator(".nowchip")).to_have_text(clock(presenter))
    follows(viewer)


def test_touching_the_timeline_leaves_and_one_switch_returns(
    presenter: Page, server: Server, new_page: NewPage
) -> None:
    viewer = look_on(presenter, server, new_page)
    presenter.keyboard.press("[")
    expect(viewer.locator(".nowchip")).to_have_text(clock(presenter))
    viewer.keyboard.press("Home")
    expect(viewer.locator("[data-follow]")).to_have_attribute("aria-pressed", "false")
    presenter.keyboard.press("Shift+F8")
    expect(presenter.locator(".nowchip")).not_to_have_text("0:00.0")
    viewer.wait_for_timeout(600)
    assert clock(viewer) == "0:00.0"
    viewer.locator("[data-follow]").click()
    expect(viewer.locator(".nowchip")).to_have_text(clock(presenter))
    follows(viewer)


def test_a_follower_who_comes_late_is_taken_to_where_the_presenter_is(
    presenter: Page, server: Server, new_page: NewPage
) -> None:
    presenter.keyboard.press("[")
    expect(presenter.locator("[data-edge]")).to_contain_text("behind")
    presenter.wait_for_timeout(600)
    viewer = look_on(presenter, server, new_page)
    expect(viewer.locator(".nowchip")).to_have_text(clock(presenter))


def test_another_device_becomes_the_presenters_by_its_link(presenter: Page, server: Server, new_page: NewPage) -> None:
    link = presenter.locator(".share input[readonly]").get_attribute("value")
    second = new_page(server)
    second.goto(str(link))
    wait_until_connected(second)
    assert second.url.rstrip("/") == re.sub(r"\?.*", "", presenter.url).rstrip("/")
    expect(second.get_by_role("button", name="Play", exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [(1920, 1080, "light"), (1920, 1080, "dark"), (1280, 720, "light"), (1280, 800, "dark"), (390, 844, "light")],
)
def test_the_presenters_page_is_read_from_the_last_row(
    presenter: Page, server: Server, new_page: NewPage, width: int, height: int, scheme: str
) -> None:
    state = presenter.context.storage_state()
    page = new_page(server, viewport={"width": width, "height": height}, color_scheme=scheme, storage_state=state)
    page.goto(f"{re.sub('[?].*', '', presenter.url)}present/")
    wait_until_connected(page)
    assert 0 < page.locator(".lane:visible").count() <= 5
    expect(page.locator(".stage-steps li").first).to_be_visible()
    expect(page.locator(".present-share .address")).to_be_visible()
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    if width > 390:
        below = page.evaluate("document.documentElement.scrollHeight - innerHeight")
        assert below <= 0
        # In one go: a message may put another sentence in its place.
        sentence = page.evaluate("parseFloat(getComputedStyle(document.querySelector('[data-sentence]')).fontSize)")
        assert sentence >= 46 * width / 1920 * 0.9
    assert page.screenshot(animations="disabled")


def test_the_keys_lead_to_the_presenters_page_and_back(presenter: Page) -> None:
    place = re.sub("[?].*", "", presenter.url)
    presenter.keyboard.press("p")
    presenter.wait_for_url(f"{place}present/")
    wait_until_connected(presenter)
    presenter.keyboard.press("4")
    expect(presenter.locator("[data-speed-shown]")).to_have_text("600×")
    presenter.keyboard.press(" ")
    expect(presenter.locator("#clock-state")).to_have_attribute("data-playing", "true")
    presenter.keyboard.press(" ")
    expect(presenter.locator("#clock-state")).to_have_attribute("data-playing", "false")
    presenter.keyboard.press("Escape")
    presenter.wait_for_url(place)


def test_a_viewer_pauses_for_themselves_until_the_presenter_keeps_them(
    presenter: Page, server: Server, new_page: NewPage
) -> None:
    viewer = look_on(presenter, server, new_page)
    presenter.get_by_role("button", name="Play", exact=True).click()
    viewer.get_by_role("button", name="Pause", exact=True).click()
    expect(viewer.locator("[data-edge]")).to_have_attribute("aria-current", "false")
    expect(viewer.locator("[data-follow]")).to_have_attribute("aria-pressed", "false")
    expect(presenter.locator("#clock-state")).to_have_attribute("data-playing", "true")
    pause(presenter)
    presenter.locator(".share summary").first.click()
    presenter.get_by_label("Viewers may pause for themselves").uncheck()
    expect(viewer.locator("#lead")).to_have_attribute("data-held", "")
    expect(viewer.locator("[data-edge]")).to_have_attribute("aria-current", "true")
    viewer.keyboard.press("Home")
    viewer.wait_for_timeout(300)
    expect(viewer.locator("[data-edge]")).to_have_attribute("aria-current", "true")
    follows(viewer)
    presenter.keyboard.press("Escape")
    presenter.keyboard.press("[")
    expect(viewer.locator("[data-edge]")).to_have_attribute("aria-current", "false")
