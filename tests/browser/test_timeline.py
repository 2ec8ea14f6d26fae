"""The timeline under the hand: zoom, pan, bands that open, the overview's frame, touch."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.looking import lane, look_at, make_restarted, wait_until_connected
from tests.browser.manifests import Unhealthy
from tests.browser.server import Server
from tests.browser.test_travel import clock, drag, drawn, edge

BROKEN = Unhealthy("zoomed", "app", healthy_s=10, period_s=1, failures=3, grace_s=2)


@pytest.fixture(scope="module")
def address() -> dict[str, str]:
    """Where the Pod of these tests is: they only look at it."""
    return {}


@pytest.fixture
def old(page: Page, new_page: NewPage, server: Server, address: dict[str, str]) -> Page:
    """A Pod that has lived for some minutes, paused; the page is that of somebody who looks on."""
    if not address:
        address["pod"] = make_restarted(new_page(server), BROKEN, 5, "60×")
    return look_at(page, address["pod"])


def window(page: Page) -> tuple[int, int]:
    """From and length, in ms."""
    data = page.locator("#timeline").evaluate("element => ({...element.dataset})")
    return int(data["from"]), int(data["span"])


def at(page: Page, x: float) -> float:
    """The moment below a point of the ruler."""
    start, span = window(page)
    place = page.locator("[data-ruler]").bounding_box()
    assert place is not None
    return start + (x - place["x"]) / place["width"] * span


def middle(box: Locator) -> tuple[float, float]:
    place = box.bounding_box()
    assert place is not None
    return place["x"] + place["width"] / 2, place["y"] + place["height"] / 2


def test_control_and_the_wheel_zoom_at_the_pointer(old: Page) -> None:
    old.keyboard.press("0")
    x, y = map(round, middle(lane(old, "app")))  # a pointer knows whole pixels only
    before, (_start, span) = at(old, x), window(old)
    old.mouse.move(x, y)
    old.keyboard.down("Control")
    for _ in range(4):
        old.mouse.wheel(0, -100)
    old.wait_for_function("most => Number(document.querySelector('#timeline').dataset.span) < most", arg=span / 4)
    old.keyboard.up("Control")
    drawn(old)
    assert at(old, x) == pytest.approx(before, abs=300)
    assert old.evaluate("devicePixelRatio") == 1


def test_dragging_pans_and_selects_nothing(old: Page) -> None:
    old.keyboard.press("0")
    old.keyboard.press("+")
    old.keyboard.press("+")
    start, span = window(old)
    drag(old, lane(old, "app"), 0.3, 0.8)
    moved, length = window(old)
    assert length == span
    assert moved == pytest.approx(max(0, start - span / 2), rel=0.05, abs=500)
    expect(old).not_to_have_url(re.compile("selected="))
    assert clock(old) == old.locator("#panel .asof time").inner_text()
    drawn(old)


def test_shift_and_the_wheel_pan(old: Page) -> None:
    old.keyboard.press("+")
    old.keyboard.press("+")
    drawn(old)
    start, span = window(old)
    old.mouse.move(*middle(lane(old, "app")))
    old.keyboard.down("Shift")
    old.mouse.wheel(0, -300)
    old.wait_for_function("() => document.querySelector('.panning')")
    old.keyboard.up("Shift")
    drawn(old)
    assert window(old)[0] < start
    assert window(old)[1] == span


def test_a_mark_is_where_its_time_is_after_zoom_and_pan(old: Page) -> None:
    for key in ("+", "", "-"):
        if key:
            old.keyboard.press(key)
        else:
            drag(old, lane(old, "status"), 0.3, 0.6)
        drawn(old)
        for flag in lane(old, "app").locator("li.flag.restart").all()[:3]:
            place = flag.bounding_box()
            assert place is not None
            told = float(flag.evaluate("li => li.style.getPropertyValue('--t')"))
            assert at(old, place["x"]) / 1000 == pytest.approx(told, abs=window(old)[1] / 1000 / 300)


def test_leaving_the_live_edge_by_panning_shows_the_way_back(old: Page) -> None:
    old.keyboard.press("+")
    old.keyboard.press("+")
    old.keyboard.press("+")
    drag(old, lane(old, "app"), 0.1, 0.9)
    drag(old, lane(old, "app"), 0.1, 0.9)
    expect(edge(old)).to_have_text("Go live")
    edge(old).click()
    expect(edge(old)).to_have_text("Live edge")


def test_the_frame_of_the_overview_moves_the_window(old: Page) -> None:
    old.keyboard.press("0")
    old.keyboard.press("+")
    old.keyboard.press("+")
    start, span = window(old)
    x, y = middle(old.locator("[data-grip='']"))
    place = old.locator("[data-grip='']").bounding_box()
    assert place is not None
    y = place["y"] + place["height"] - 6
    old.mouse.move(x, y)
    old.mouse.down()
    old.mouse.move(x - 60, y, steps=4)
    old.mouse.up()
    assert window(old)[0] < start
    assert window(old)[1] == span
    assert "behind" not in edge(old).inner_text()


def test_a_band_of_attempts_opens_where_it_comes_apart(old: Page) -> None:
    old.keyboard.press("0")
    for _ in range(3):
        old.keyboard.press("-")
    drawn(old)
    band = old.locator("#t-app-liveness a[data-open]").first
    expect(band).to_be_visible()
    _start, span = window(old)
    band.click()
    drawn(old)
    assert window(old)[1] < span
    for _ in range(8):
        old.keyboard.press("+")
    drawn(old)


def test_each_attempt_is_a_mark_of_its_own_once_there_is_room(old: Page) -> None:
    old.keyboard.press("Home")
    for _ in range(8):
        old.keyboard.press("+")
    drawn(old)
    expect(old.locator("#t-app-liveness a[data-open]")).to_have_count(0)
    expect(old.locator("#t-app-liveness .attempt")).not_to_have_count(0)


def test_the_legend_explains_what_is_on_screen(old: Page) -> None:
    legend = old.locator("#legend")
    old.keyboard.press("0")
    expect(legend.get_by_text("exit code")).to_be_visible()
    old.keyboard.press("Home")
    for _ in range(9):
        old.keyboard.press("+")
    expect(legend.get_by_text("exit code")).to_be_hidden()


def test_the_lanes_are_lists_in_the_order_of_time_after_panning(old: Page) -> None:
    old.keyboard.press("+")
    drag(old, lane(old, "app"), 0.2, 0.9)
    drawn(old)
    drag(old, lane(old, "app"), 0.2, 0.5)
    drawn(old)
    times = (
        lane(old, "app-liveness")
        .locator("li")
        .evaluate_all("all => all.map(li => Number(li.style.getPropertyValue('--t')))")
    )
    assert times == sorted(times)


@pytest.fixture
def phone(old: Page, new_page: NewPage, server: Server) -> Page:
    page = new_page(server, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(old.url)
    wait_until_connected(page)
    return page


def center(page: Page, box: Locator) -> Locator:
    """Scrolled away from the bar at the bottom."""
    drawn(page)
    box.evaluate("element => element.scrollIntoView({block: 'center'})")
    return box


class Fingers:
    """Two fingers at most on the screen of a phone."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)

    def __call__(self, kind: str, *points: tuple[float, float]) -> None:
        fingers = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})


def test_two_fingers_zoom(phone: Page) -> None:
    x, y = middle(center(phone, lane(phone, "app")))
    _start, span = window(phone)
    touch = Fingers(phone)
    touch("touchStart", (x - 30, y), (x + 30, y))
    for apart in range(40, 120, 10):
        touch("touchMove", (x - apart, y), (x + apart, y))
    touch("touchEnd")
    assert window(phone)[1] < span


def test_one_finger_pans(phone: Page) -> None:
    phone.locator("[data-zoom='0.5']").click()
    phone.locator("[data-zoom='0.5']").click()
    drawn(phone)
    x, y = middle(center(phone, lane(phone, "app")))
    start, _span = window(phone)
    touch = Fingers(phone)
    touch("touchStart", (x, y))
    for by in range(10, 150, 10):
        touch("touchMove", (x + by, y))
    touch("touchEnd")
    drawn(phone)
    assert window(phone)[0] < start
    expect(phone).not_to_have_url(re.compile("selected="))


def test_a_tap_beside_a_small_mark_selects_it(phone: Page) -> None:
    target = center(phone, phone.locator("#t-app-signals .term a").first)
    place = target.bounding_box()
    assert place is not None
    phone.touchscreen.tap(place["x"] + place["width"] + 5, place["y"] + place["height"] / 2)
    expect(phone).to_have_url(re.compile(r"selected=\d+"))


def test_targets_are_large_enough(old: Page, phone: Page) -> None:
    for page, least in ((old, 24), (phone, 44)):
        for target in page.locator(".playback :is(a, button):visible, .zoom :is(a, button):visible").all():
            place = target.bounding_box()
            assert place is not None
            assert min(place["width"], place["height"]) >= least, target.evaluate("element => element.outerHTML")


def test_flags_side_by_side_can_both_be_clicked(old: Page) -> None:
    old.keyboard.press("0")
    drawn(old)
    flags = old.locator("#t-app > .flag > a")
    assert flags.count() >= 4
    for index in range(flags.count()):
        flags.nth(index).click(trial=True, timeout=3000)


def test_conditions_fold_to_the_one_that_sums_them_up_and_stay_so(old: Page) -> None:
    fold = old.get_by_role("button", name="Conditions")
    expect(lane(old, "c-Initialized")).to_be_visible()
    fold.click()
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(lane(old, "c-Initialized")).to_be_hidden()
    expect(lane(old, "c-Ready")).to_be_visible()
    old.keyboard.press("+")
    drawn(old)
    expect(lane(old, "c-Initialized")).to_be_hidden()
    fold.click()
    expect(lane(old, "c-Initialized")).to_be_visible()
