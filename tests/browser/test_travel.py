"""Time travel: scrubbing, keys, the address of a moment, and the live edge that goes on meanwhile."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.looking import cell, look_at, make_restarted, number, open_pod, pause
from tests.browser.manifests import Unhealthy
from tests.browser.server import Server

BROKEN = Unhealthy("traveller", "app", healthy_s=10, period_s=3, failures=2, grace_s=2)
BEHIND = re.compile(r"behind · go live$")


@pytest.fixture(scope="module")
def address() -> dict[str, str]:
    """Where the Pod of these tests is: they only look at it."""
    return {}


@pytest.fixture
def restarted(page: Page, new_page: NewPage, server: Server, address: dict[str, str]) -> Page:
    """A Pod that was restarted twice and more, paused; the page is that of somebody who looks on."""
    if not address:
        address["pod"] = make_restarted(new_page(server), BROKEN, 2)
    return look_at(page, address["pod"])


def edge(page: Page) -> Locator:
    return page.locator("[data-edge]")


def clock(page: Page) -> str:
    return page.locator(".clock time").inner_text()


def seconds(page: Page) -> float:
    minutes, _, rest = clock(page).partition(":")
    return int(minutes) * 60 + float(rest)


def asked(page: Page) -> int:
    """The moment in the page's address, ms."""
    return int(parse_qs(urlsplit(page.url).query)["at"][0])


def drawn(page: Page) -> None:
    """The server has drawn what is shown."""
    page.wait_for_timeout(300)
    page.wait_for_function("() => !document.querySelector('.htmx-request, [data-timeline][aria-busy]')")


def step(page: Page, key: str) -> None:
    """Go to another moment, and wait until all of the page is there."""
    place = "() => document.querySelector('.playhead').style.getPropertyValue('--now')"
    before = page.evaluate(place)
    page.keyboard.press(key)
    page.wait_for_function(f"before => ({place})() !== before", arg=before)
    drawn(page)


def drag(page: Page, box: Locator, start: float, end: float) -> None:
    """From one share of the box's width to another."""
    drawn(page)
    place = box.bounding_box()
    assert place is not None
    y = place["y"] + place["height"] / 2
    page.mouse.move(place["x"] + start * place["width"], y)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(place["x"] + (start + (end - start) * step / 8) * place["width"], y)
    page.mouse.up()


def shown_as_of(page: Page) -> None:
    """Everything on the page speaks of the clock's moment."""
    expect(page.locator("#panel .asof time")).to_have_text(clock(page))


def test_dragging_along_the_ruler_takes_the_whole_page_to_that_moment(restarted: Page) -> None:
    live = restarted.locator("#sentence p").inner_text()
    drag(restarted, restarted.locator("[data-ruler]"), 0.4, 0.03)
    expect(edge(restarted)).to_have_text(BEHIND)
    shown_as_of(restarted)
    expect(restarted.locator("#sentence p")).not_to_have_text(live)
    expect(cell(restarted, "restarts")).to_have_text("0")
    expect(restarted.locator(".veil")).to_be_visible()
    expect(restarted).to_have_url(re.compile(r"[?&]at=\d+"))


def test_dragging_along_the_overview_does_too(restarted: Page) -> None:
    drag(restarted, restarted.locator("[data-strip]"), 0.5, 0.02)
    expect(edge(restarted)).to_have_text(BEHIND)
    shown_as_of(restarted)
    expect(restarted.get_by_role("slider")).to_have_attribute("aria-valuetext", re.compile(r"^0:0\d$"))


def test_the_playhead_itself_can_be_dragged(restarted: Page) -> None:
    drag(restarted, restarted.locator(".nowchip"), 0.5, -2)
    expect(edge(restarted)).to_have_text(BEHIND)


def test_a_key_and_a_button_lead_back_to_the_live_edge(restarted: Page) -> None:
    at = clock(restarted)
    restarted.keyboard.press("Home")
    expect(edge(restarted)).to_have_text(BEHIND)
    assert clock(restarted) == "0:00.0"
    restarted.keyboard.press("End")
    expect(edge(restarted)).to_have_text("Live edge")
    restarted.keyboard.press("Home")
    expect(edge(restarted)).to_have_text(BEHIND)
    edge(restarted).click()
    expect(edge(restarted)).to_have_text("Live edge")
    assert clock(restarted) == at
    shown_as_of(restarted)
    expect(cell(restarted, "restarts")).to_have_text(re.compile(r"^\d+ \("))
    expect(restarted).not_to_have_url(re.compile("at="))


def test_buttons_that_come_and_go_move_no_others(restarted: Page) -> None:
    places = []
    for key, others in (("Home", ["change-after"]), ("F8", ["change-before", "change-after"])):
        restarted.keyboard.press(key)
        drawn(restarted)
        shown = restarted.locator("#moments a[data-go^=change]:visible")
        assert [stop.get_attribute("data-go") for stop in shown.all()] == others
        places.append(restarted.locator(".clock").bounding_box())
    assert places[0] == places[1]


def test_the_address_leads_to_the_moment_again(restarted: Page, new_page: NewPage, server: Server) -> None:
    restarted.keyboard.press("Shift+F8")
    expect(restarted).to_have_url(re.compile(r"at=\d+"))
    at = clock(restarted)
    restarted.reload()
    assert clock(restarted) == at
    shown_as_of(restarted)
    plain = new_page(server, java_script_enabled=False)
    plain.goto(restarted.url)
    assert clock(plain) == at
    expect(edge(plain)).to_have_text(BEHIND)
    plain.get_by_role("link", name="To the change before").click()
    assert asked(plain) < asked(restarted)
    edge(plain).click()
    expect(edge(plain)).to_have_text("Live edge")


def test_back_and_forward_go_through_the_moments(restarted: Page) -> None:
    restarted.keyboard.press("Home")
    expect(restarted).to_have_url(re.compile(r"at=\d+"))
    restarted.go_back()
    expect(edge(restarted)).to_have_text("Live edge")
    restarted.go_forward()
    expect(edge(restarted)).to_have_text(BEHIND)
    assert clock(restarted) == "0:00.0"
    shown_as_of(restarted)


def test_a_button_copies_the_address_of_the_moment(restarted: Page) -> None:
    restarted.context.grant_permissions(["clipboard-read", "clipboard-write"])
    restarted.keyboard.press("Home")
    restarted.locator("[data-copy-moment]").click()
    assert re.search(r"/pods/default/traveller/\?at=\d+$", restarted.evaluate("navigator.clipboard.readText()"))


def test_what_happens_now_does_not_reach_the_past_that_is_shown(page: Page) -> None:
    open_pod(page, BROKEN.text, BROKEN.pod)
    restarted = page
    expect(cell(restarted, "status")).to_have_text("Running")
    pause(restarted)
    step(restarted, "Home")
    before, known = restarted.locator("#cells").inner_text(), number(restarted)
    text = restarted.locator("#sentence p").inner_text()
    other = restarted.context.new_page()
    other.goto(restarted.url.partition("?")[0])
    other.get_by_role("button", name="Play", exact=True).click()
    restarted.wait_for_function(
        "known => Number(document.querySelector('#clock-state').dataset.number) > known", arg=known
    )
    assert restarted.locator("#cells").inner_text() == before
    assert restarted.locator("#sentence p").inner_text() == text
    assert clock(restarted) == "0:00.0"
    restarted.keyboard.press("End")
    expect(cell(restarted, "age")).not_to_have_text("0s")


def test_arrows_go_from_change_to_change_and_by_seconds(restarted: Page) -> None:
    live = seconds(restarted)
    step(restarted, "ArrowLeft")
    expect(edge(restarted)).to_have_text(BEHIND)
    first = seconds(restarted)
    assert first < live
    for _ in range(4):
        step(restarted, "ArrowLeft")
    assert seconds(restarted) < first
    for _ in range(4):
        step(restarted, "ArrowRight")
    assert seconds(restarted) == first
    step(restarted, "Shift+ArrowLeft")
    assert seconds(restarted) == pytest.approx(first - 1)
    drawn(restarted)
    restarted.get_by_role("link", name="To the next change").click()
    shown_as_of(restarted)
    assert first - 1 <= seconds(restarted) <= first


def test_brackets_go_to_restarts_and_explain_them(restarted: Page) -> None:
    restarted.keyboard.press("[")
    expect(restarted.locator("#why h2").last).to_have_text("Why did app restart?")
    which = restarted.locator("#why .neighbours")
    expect(which).to_have_text(re.compile(r"restart (\d+) of \1"))
    last = re.findall(r"\d+", which.inner_text())[0]
    shown_as_of(restarted)
    restarted.keyboard.press("[")
    expect(which).to_contain_text(f"restart {int(last) - 1} of {last}")


def test_f8_goes_to_the_next_problem(restarted: Page) -> None:
    step(restarted, "Home")
    step(restarted, "F8")
    shown_as_of(restarted)
    assert seconds(restarted) > 10
    expect(restarted).to_have_url(re.compile(r"selected=\d+"))


def test_the_past_plays_on_from_where_one_is(restarted: Page) -> None:
    restarted.keyboard.press("Home")
    shown_as_of(restarted)
    restarted.keyboard.press(" ")
    expect(edge(restarted)).to_have_text("Live edge")
    assert restarted.locator("#clock-state").get_attribute("data-playing") == "false"


def test_keys_say_nothing_where_one_types(page: Page) -> None:
    open_pod(page, BROKEN.text, BROKEN.pod)
    page.get_by_role("link", name="Run a command").click()
    field = page.locator("#run [name=command]").first
    field.fill("ab")
    for key in ("Home", "ArrowLeft", "[", "+", "?"):
        field.press(key)
    expect(edge(page)).to_have_text("Live edge")
    assert field.input_value() == "[+?ab"


def test_a_question_mark_opens_the_table_of_keys(restarted: Page) -> None:
    restarted.keyboard.press("?")
    dialog = restarted.get_by_role("dialog")
    expect(dialog).to_contain_text("the live edge")
    restarted.keyboard.press("Home")
    restarted.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(edge(restarted)).to_have_text("Live edge")
