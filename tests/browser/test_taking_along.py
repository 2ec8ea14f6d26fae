"""What is taken along opens elsewhere: without a server, in a picture, here again."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NewPage, Watch
from tests.browser.looking import history, mark, open_restarted, take, wait_until_connected
from tests.browser.manifests import CHECKOUT
from tests.browser.server import Server


@pytest.fixture
def page(server: Server, new_page: NewPage) -> Page:
    """A Pod that restarted, paused."""
    page = new_page(server)
    open_restarted(page, CHECKOUT, "checkout")
    return page


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light"), (1920, "light")])
def test_the_page_opens_without_a_network(
    page: Page, browser: Browser, tmp_path: Path, width: int, scheme: str
) -> None:
    file = take(page, "Page, HTML", tmp_path)
    context = browser.new_context(offline=True, viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    complaints: list[str] = []
    asked: list[str] = []
    context.on("console", lambda message: complaints.append(message.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("request", lambda request: asked.append(request.url))
    alone = context.new_page()
    alone.goto(file.as_uri())
    expect(alone.locator("h1").first).to_have_text("checkout")
    restart = mark(alone, "app", "restart 1$")
    restart.dispatch_event("click")
    expect(alone.locator("#why ol.steps > li").first).to_be_visible()
    span = int(alone.locator("[data-timeline]").get_attribute("data-span") or 0)
    alone.locator('[data-zoom="0.5"]').click()
    expect(alone.locator("[data-timeline]")).not_to_have_attribute("data-span", str(span))
    expect(alone.locator("#why")).to_contain_text("app")
    alone.get_by_text("describe", exact=True).click()
    expect(alone.locator("pre.describe")).to_contain_text("QoS Class")
    assert alone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert complaints == []
    assert [url for url in asked if not url.startswith(("data:", file.as_uri()))] == []
    context.close()


def test_the_picture_is_a_png_of_the_drawing(page: Page, tmp_path: Path) -> None:
    file = take(page, "Timeline, PNG", tmp_path)
    content = file.read_bytes()
    assert file.suffix == ".png"
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content[16:24])
    assert width > 2000
    assert height > 800
    assert len(content) > 30_000  # not an empty sheet


def test_the_history_opens_here_again_and_plays_to_its_end_and_no_further(
    page: Page, server: Server, new_page: NewPage, tmp_path: Path
) -> None:
    file = take(page, "History, JSON", tmp_path)
    entries = history(page)
    other = new_page(server)
    other.goto("/")
    other.locator("input[type=file]").set_input_files(file)
    other.wait_for_url("**/pods/default/checkout/")
    wait_until_connected(other)
    expect(other.locator(".chip.kind-recorded")).to_be_visible()
    assert history(other) == entries
    assert other.request.get(other.url.split("/pods/")[0] + "/history.json").body() == file.read_bytes()
    expect(other.locator("form[action*='/actions/']")).to_have_count(0)
    other.get_by_role("button", name="Play", exact=True).click()
    expect(other.locator("[data-edge]")).to_contain_text("before the end")
    other.locator('[data-replay-speed][value="600"]').click()
    expect(other.locator("[data-edge]")).to_have_text("The end")
    end = other.locator(".nowchip").text_content()
    other.wait_for_timeout(700)
    assert other.locator(".nowchip").text_content() == end
    other.keyboard.press("0")
    mark(other, "app", "restart 1$").click()
    expect(other.locator("#why ol.steps > li").first).to_be_visible()


def test_a_broken_history_is_refused_with_the_place(
    page: Page, server: Server, new_page: NewPage, tmp_path: Path, watch: Watch
) -> None:
    watch.forgive("status of 422")
    file = take(page, "History, JSON", tmp_path)
    whole = json.loads(file.read_bytes())
    whole["entries"][7]["at_ms"] = -1
    file.write_text(json.dumps(whole))
    other = new_page(server)
    other.goto("/")
    with other.expect_response("**/clusters/") as answer:
        other.locator("input[type=file]").set_input_files(file)
    assert answer.value.status == 422
    expect(other.locator("#problems .notice")).to_contain_text("entries[7].at_ms")
