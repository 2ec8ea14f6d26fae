"""A person who has never been here, from the first click to the files they take along."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from xml.etree import ElementTree

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.looking import cell, mark, pause, speed, take, wait_until_connected
from tests.browser.server import Server

LESSON = "Liveness restarts what hangs"
AGAIN = "restart 1$"


def _run_the_lesson(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name=LESSON).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(LESSON)
    expect(page.get_by_role("heading", name="What people get wrong")).to_be_visible()
    page.get_by_role("button", name="Run").click()
    page.wait_for_url("**/pods/default/liveness-exec/")
    wait_until_connected(page)
    speed(page, "60×")
    expect(mark(page, "liveness", AGAIN)).to_be_visible()
    pause(page)


def _read_why(page: Page) -> None:
    mark(page, "liveness", AGAIN).click()
    why = page.locator("#why")
    expect(why.get_by_role("heading").first).to_have_text("Why did liveness restart?")
    expect(why.locator("ol.steps > li").filter(has_text="rm -f /tmp/healthy").first).to_be_visible()
    why.locator("a.lineref").first.click()
    expect(page.locator("#yaml")).to_be_visible()


def _scrub(page: Page) -> str:
    """To half of the history with the mouse; the address of that moment."""
    strip = page.locator("[data-strip]").bounding_box()
    knob = page.locator(".knob").bounding_box()
    assert strip
    assert knob
    middle = knob["y"] + knob["height"] / 2
    page.mouse.move(knob["x"] + knob["width"] / 2, middle)
    page.mouse.down()
    page.mouse.move(strip["x"] + 20, middle, steps=5)
    page.mouse.up()
    expect(page.locator("[data-edge]")).to_contain_text("behind · go live")
    expect(page).to_have_url(re.compile(r"[?&]at=\d+"))
    return page.url


def _what_if(page: Page) -> None:
    page.get_by_role("link", name="What if").click()
    text = page.locator("textarea[name=manifest]")
    changed = text.input_value().replace("periodSeconds: 5", "periodSeconds: 20")
    assert changed != text.input_value()
    text.fill(changed)
    page.locator("[name=until]").select_option("600")
    page.locator("[data-run]").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("With periodSeconds 20 instead of 5")
    expect(page.locator(".numbers")).to_contain_text("later")


def _share(page: Page, server: Server, new_page: NewPage) -> None:
    """With somebody who follows on a phone what the presenter shows."""
    page.locator(".share summary").first.click()
    expect(page.locator(".share svg.qr").first).to_be_visible()
    address = page.locator(".share .address a").first
    expect(address).to_contain_text(re.compile(r"/[a-z0-9]{7}$"))
    viewer = new_page(server, viewport={"width": 390, "height": 844}, has_touch=True)
    viewer.goto(str(address.get_attribute("href")))
    wait_until_connected(viewer)
    page.keyboard.press("Escape")
    expect(viewer.locator("[data-follow]")).to_have_attribute("aria-pressed", "true")
    expect(viewer.get_by_role("button", name="Play")).to_have_count(0)
    mark(page, "liveness", AGAIN).click()
    expect(viewer.locator("[data-why-panel] h2").first).to_have_text("Why did liveness restart?")
    page.keyboard.press("p")
    page.wait_for_url("**/present/**")
    expect(page.locator(".present-share svg.qr")).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"/liveness-exec/(\?.*)?$"))


def _take_along(page: Page, browser: Browser, folder: Path) -> Path:
    """Everything the menu has; each file is what it says. The history's path."""
    wait_until_connected(page)
    alone = browser.new_context(offline=True).new_page()
    alone.goto(take(page, "Page, HTML", folder).as_uri())
    expect(mark(alone, "liveness", AGAIN)).to_be_attached()
    alone.context.close()
    picture = ElementTree.fromstring(take(page, "Timeline, SVG", folder).read_text(encoding="utf-8"))
    assert picture.tag.endswith("svg")
    assert take(page, "Timeline, PNG", folder).read_bytes().startswith(b"\x89PNG")
    assert json.loads(take(page, "Trace, JSON", folder).read_bytes())["traceEvents"]
    rows = list(csv.DictReader(take(page, "Events, CSV", folder).read_text(encoding="utf-8-sig").splitlines()))
    assert any("Killing" in row.values() for row in rows)
    return take(page, "History, JSON", folder)


def _open_again(page: Page, history: Path) -> None:
    page.goto("/")
    page.locator("input[type=file]").set_input_files(history)
    page.wait_for_url("**/pods/default/liveness-exec/")
    expect(page.locator(".chip.kind-recorded")).to_be_visible()
    expect(mark(page, "liveness", AGAIN)).to_be_attached()


def test_a_new_person_runs_a_lesson_asks_shares_and_takes_it_along(
    page: Page, browser: Browser, server: Server, new_page: NewPage, tmp_path: Path
) -> None:
    _run_the_lesson(page)
    place = page.url
    _read_why(page)
    page.goto(place)
    wait_until_connected(page)
    moment = _scrub(page)
    other = new_page(server)
    other.goto(moment)
    wait_until_connected(other)
    expect(other.locator(".clock time")).to_have_text(page.locator(".clock time").inner_text())
    expect(cell(other, "status")).to_have_text(cell(page, "status").inner_text())
    page.goto(place)
    _what_if(page)
    page.goto(place)
    wait_until_connected(page)
    _share(page, server, new_page)
    _open_again(page, _take_along(page, browser, tmp_path))


def test_the_language_is_switched_on_every_page_and_stays(page: Page) -> None:
    page.goto("/lessons/?q=probe")
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page).to_have_url(re.compile(r"/lessons/\?q=probe$"))
    page.goto("/lessons/")
    page.get_by_role("link", name="存活探针重启卡住的容器").click()
    page.get_by_role("button", name="运行").click()
    page.wait_for_url("**/pods/default/liveness-exec/")
    wait_until_connected(page)
    expect(page.locator("#lane-liveness .role")).to_have_text("主")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#lane-liveness .role")).to_have_text("main")


def test_a_lesson_is_found_run_and_read_without_scripts(server: Server, new_page: NewPage) -> None:
    page = new_page(server, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name=re.compile(r"^All \d+ lessons$")).click()
    page.get_by_role("searchbox").fill("ends at once")
    page.get_by_role("button", name="Find").click()
    expect(page.locator(".lesson-card")).to_have_count(1)
    page.get_by_role("link", name="A container that ends at once").click()
    page.get_by_role("button", name="Run").click()
    page.wait_for_url("**/pods/default/pod-lifecycle/")
    page.get_by_role("button", name="60×").click()
    page.wait_for_timeout(1000)  # a minute of the Pod's life
    page.get_by_role("button", name="Pause").click()
    mark(page, "alpine-container", AGAIN).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#why ol.steps > li").first).to_be_visible()
    page.get_by_role("link", name="YAML").click()
    expect(page.locator("#yaml")).to_contain_text("alpine-container")
    page.get_by_role("button", name="To the next change").click()
    expect(page.locator("#lane-alpine-container")).to_be_visible()
