"""Answers that come late: after something else was asked for, or when what they are for was drawn anew."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.looking import history, lane, mark, number, open_pod, open_restarted, open_tab, speed
from tests.browser.manifests import INVALID, Unhealthy

BROKEN = Unhealthy("late", "app", healthy_s=10, period_s=3, failures=2, grace_s=2)


class Held:
    """Requests of a page whose address matches wait here until they are let go."""

    def __init__(self, page: Page, address: str) -> None:
        self._page = page
        self._routes: list[Route] = []
        self._open = False
        page.route(re.compile(address), self._hold)

    def _hold(self, route: Route) -> None:
        if self._open:
            route.continue_()
        else:
            self._routes.append(route)

    def wait(self) -> None:
        for _ in range(500):
            if self._routes:
                return
            self._page.wait_for_timeout(20)
        raise AssertionError("nothing was asked")

    def let_go(self) -> None:
        self._open = True
        for route in self._routes:
            route.continue_()


@pytest.fixture
def restarted(page: Page) -> Page:
    """A Pod that was restarted once, paused."""
    open_restarted(page, BROKEN.text, BROKEN.pod)
    return page


Hold = Callable[[str], Held]


@pytest.fixture
def hold(page: Page) -> Hold:
    return lambda address: Held(page, address)


COUNT = """() => {
  const seen = (window.seen_ = { held: 0, told: 0, first: null });
  document.addEventListener("htmx:wsBeforeMessage", ({ defaultPrevented }) => (seen[defaultPrevented ? "held" : "told"] += 1));
  document.addEventListener("htmx:wsAfterMessage", () => (seen.first ??= { held: seen.held, told: seen.told }));
}"""


def test_what_comes_while_somebody_pans_comes_once_the_hand_rests(page: Page) -> None:
    """The clock hears of the last of it only: it would go back for each of the others."""
    open_pod(page, BROKEN.text, BROKEN.pod)
    speed(page, "10×")
    place = lane(page, "app").bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 200, place["y"] + 10)
    page.mouse.down()
    page.mouse.move(place["x"] + 230, place["y"] + 10, steps=3)
    page.wait_for_function("() => document.querySelector('.panning')")
    before = number(page)
    page.evaluate(COUNT)
    page.wait_for_function("() => window.seen_.held >= 20")
    assert (number(page), page.evaluate("() => window.seen_.told")) == (before, 0)
    known = len(history(page))
    page.mouse.up()
    page.wait_for_function("known => Number(document.querySelector('#clock-state').dataset.number) >= known", arg=known)
    page.wait_for_function("() => window.seen_.first")
    first = page.evaluate("() => window.seen_.first")
    assert first["told"] >= first["held"] >= 20
    expect(mark(page, "app", "restart 1$")).to_be_visible()


def _settled(page: Page, text: str) -> None:
    """The panel holds this, and does so after whatever else was on its way."""
    expect(page.locator("#panel")).to_contain_text(text)
    page.wait_for_timeout(300)
    expect(page.locator("#panel")).to_contain_text(text)


def test_what_was_typed_before_the_scripts_came_is_checked(page: Page, hold: Hold) -> None:
    scripts = hold(r"htmx-2.*\.js")
    page.goto("/", wait_until="commit")
    page.locator("textarea[name=manifest]").fill(INVALID)
    scripts.wait()
    scripts.let_go()
    expect(page.locator("#problems")).to_contain_text("spec.restartPolicy")


@pytest.mark.parametrize("renewed_first", [True, False])
def test_a_tab_that_is_opened_while_the_former_is_renewed_staysopen_tab(
    restarted: Page, hold: Hold, renewed_first: bool
) -> None:
    renewal, answer = hold(r"\?tab=events"), hold(r"\?tab=describe")
    restarted.get_by_role("button", name="Play").click()
    renewal.wait()
    open_tab(restarted, "describe")
    answer.wait()
    for held in (renewal, answer) if renewed_first else (answer, renewal):
        held.let_go()
        restarted.wait_for_timeout(300)
    _settled(restarted, "Restart Count:")


def test_a_tab_opens_though_time_travel_drew_the_former_anew_meanwhile(restarted: Page, hold: Hold) -> None:
    answer = hold(r"\?tab=describe$")
    open_tab(restarted, "describe")
    answer.wait()
    restarted.locator("#overview").focus()
    restarted.keyboard.press("Home")
    expect(restarted).to_have_url(re.compile("at="))
    answer.let_go()
    _settled(restarted, "Containers:")


def test_a_tab_that_is_pressed_while_its_panel_is_asked_for_again_opens(restarted: Page, hold: Hold) -> None:
    again = hold(r"\?tab=events$")
    restarted.get_by_role("button", name="Play").click()
    again.wait()
    tab = restarted.locator("#panel .tabs").get_by_role("link", name="describe")
    tab.hover()
    restarted.mouse.down()
    again.let_go()
    restarted.wait_for_timeout(500)
    restarted.mouse.up()
    _settled(restarted, "Restart Count:")


def test_choices_of_a_tab_that_was_left_are_dropped(restarted: Page, hold: Hold) -> None:
    open_tab(restarted, "Run")
    expect(restarted.locator("#run-in")).to_be_visible()
    choices = hold(r"\?tab=run")
    restarted.get_by_role("button", name="Play").click()
    choices.wait()
    open_tab(restarted, "describe")
    expect(restarted.locator("#run-in")).to_have_count(0)
    choices.let_go()
    _settled(restarted, "Restart Count:")


def test_of_two_marks_the_one_that_was_selected_last_is_explained(restarted: Page, hold: Hold) -> None:
    first, second = mark(restarted, "app", "restart 1$"), mark(restarted, "app", "running")
    answer = hold(f"/why/{first.get_attribute('data-n')}/")
    first.click()
    answer.wait()
    second.click()
    answer.let_go()
    expect(restarted.locator("#why")).to_have_attribute("data-selected", second.get_attribute("data-n") or "")
