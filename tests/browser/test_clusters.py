"""The page of a whole cluster: its past, its file, its stage, and what is compared from it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage, Watch
from tests.browser.looking import pause, speed, upload, wait_until_connected
from tests.browser.server import Server
from tests.browser.test_following import SEVERAL


@pytest.fixture
def cluster(server: Server, new_page: NewPage) -> Page:
    """On the page of a cluster with two Pods, one of which restarted, paused."""
    page = new_page(server)
    upload(page, SEVERAL)
    page.wait_for_url(re.compile(r"/clusters/\w+/$"))
    wait_until_connected(page)
    speed(page, "60×")
    expect(restarts(page)).to_have_text(re.compile("[1-9]"))
    pause(page)
    return page


def restarts(page: Page) -> Locator:
    return page.locator("#pods tr", has_text="asker").locator(".c-restarts")


def now(page: Page) -> str:
    return str(page.locator("#playback [data-clock]").text_content())


def test_a_cluster_that_was_taken_along_plays_again(cluster: Page, server: Server, new_page: NewPage) -> None:
    history = cluster.request.get(f"{cluster.url}history.json").body()
    end = now(cluster)
    page = new_page(server)
    page.goto("/")
    page.locator("#editor input[type=file]").set_input_files(
        {"name": "h.json", "mimeType": "application/json", "buffer": history}
    )
    page.wait_for_url(re.compile(r"/clusters/\w+/$"))
    wait_until_connected(page)
    assert now(page) == end
    page.locator(".speeds").get_by_role("button", name="10×", exact=True).click()
    page.get_by_role("button", name="Play", exact=True).click()
    expect(restarts(page)).to_have_text("0")
    expect(page.locator("[data-edge]")).to_contain_text("before the end")
    expect(restarts(page)).to_have_text(re.compile("^1"))
    page.get_by_role("button", name="Pause", exact=True).click()
    page.locator("[data-edge]").click()
    expect(page.locator("[data-edge]")).to_have_attribute("aria-current", "true")
    assert now(page) == end


def test_the_past_of_a_cluster_has_an_address(cluster: Page, server: Server, new_page: NewPage) -> None:
    cluster.keyboard.press("Home")
    expect(restarts(cluster)).to_have_text("0")
    cluster.keyboard.press("ArrowRight")
    expect(cluster).to_have_url(re.compile(r"[?&]at=\d+"))
    address, shown = cluster.url, now(cluster)
    other = new_page(server, java_script_enabled=False)
    other.goto(address)
    assert now(other) == shown
    expect(restarts(other)).to_have_text("0")
    box = cluster.locator("[data-overview]").bounding_box()
    assert box is not None
    cluster.mouse.move(box["x"] + 2, box["y"] + 20)
    cluster.mouse.down()
    cluster.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 20, steps=4)
    cluster.mouse.up()
    expect(cluster).not_to_have_url(address)
    cluster.go_back()
    expect(cluster).to_have_url(address)
    assert now(cluster) == shown


def test_a_cluster_is_taken_along_as_a_picture(cluster: Page) -> None:
    cluster.locator(".take summary").click()
    for link, start in (("Timeline, SVG", b"<?xml"), ("Timeline, PNG", b"\x89PNG")):
        with cluster.expect_download() as download:
            cluster.get_by_role("link", name=link).click()
        assert download.value.path().read_bytes().startswith(start)


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720), (390, 844)])
def test_a_cluster_is_presented(cluster: Page, width: int, height: int) -> None:
    cluster.set_viewport_size({"width": width, "height": height})
    cluster.keyboard.press("p")
    cluster.wait_for_url("**/present/")
    wait_until_connected(cluster)
    expect(cluster.locator("#tally")).to_contain_text("Pods are ready")
    overflow = cluster.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    cluster.keyboard.press(" ")
    expect(cluster.locator("#clock-state")).to_have_attribute("data-playing", "true")
    cluster.keyboard.press("Home")
    expect(cluster.locator("[data-edge]")).to_have_attribute("aria-current", "false")
    cluster.keyboard.press("Escape")
    cluster.wait_for_url(re.compile(r"/clusters/\w+/\?list"))


@pytest.mark.parametrize("scripts", [True, False])
def test_two_pods_of_a_cluster_are_picked_and_compared(
    cluster: Page, server: Server, new_page: NewPage, scripts: bool
) -> None:
    page = new_page(server, java_script_enabled=scripts)
    page.goto(cluster.url)
    page.get_by_role("link", name="Compare with").click()
    page.locator("#pick-a").select_option(label=_option(page, "a", "second"))
    page.locator("#pick-b").select_option(label=_option(page, "b", "asker"))
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Compared with A, B .*restart"))
    page.get_by_role("link", name="Swap A and B").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("does not restart")
    page.get_by_role("link", name="Compare others").click()
    expect(page.locator("#pick-a option:checked")).to_have_text(re.compile("^asker"))


def _option(page: Page, side: str, name: str) -> str:
    texts = page.locator(f"#pick-{side} option").all_text_contents()
    return next(text for text in texts if text.startswith(name))


MORE = "apiVersion: v1\nkind: Pod\nmetadata: {name: more}\nspec: {containers: [{name: app, image: nginx}]}\n"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_manifest_is_added_to_a_cluster_that_runs(
    cluster: Page, server: Server, new_page: NewPage, watch: Watch, scripts: bool
) -> None:
    watch.forgive("status of 422")
    state = cluster.context.storage_state()
    page = new_page(server, java_script_enabled=scripts, storage_state=state)
    page.goto(f"{cluster.url}?list")
    page.get_by_role("link", name="Add manifest").click()
    page.locator("textarea[name=manifest]").fill(MORE.replace("name: app", "name: App"))
    if scripts:
        expect(page.locator("#problems")).to_contain_text('Invalid value: "App"')
        expect(page.locator("[data-run]")).to_be_disabled()
        page.locator("[data-fix-all]").click()
        expect(page.locator("[data-run]")).to_be_enabled()
    else:
        page.locator("[data-run]").click()
        expect(page.locator("#problems")).to_contain_text('Invalid value: "App"')
        page.locator("textarea[name=manifest]").fill(MORE)
    page.locator("[data-run]").click()
    page.wait_for_url(re.compile(r"/clusters/\w+/\?list"))
    expect(page.locator("#terminal")).to_contain_text("pod/more created")
    expect(cluster.locator("#pods")).to_contain_text("more")


def test_files_dropped_on_a_cluster_are_shown_before_they_are_applied(cluster: Page) -> None:
    files = cluster.evaluate_handle(
        """text => { const all = new DataTransfer();
        all.items.add(new File([text], "m.yaml", {type: "text/yaml"})); return all; }""",
        MORE,
    )
    cluster.dispatch_event("#pods", "drop", {"dataTransfer": files})
    cluster.wait_for_url("**/add/")
    expect(cluster.locator("textarea[name=manifest]")).to_have_value(f"# m.yaml\n{MORE}")
    cluster.locator("[data-run]").click()
    expect(cluster.locator("#terminal")).to_contain_text("pod/more created")


def test_on_a_phone_one_chooses_what_is_listed(cluster: Page, server: Server, new_page: NewPage) -> None:
    page = new_page(server, viewport={"width": 390, "height": 844})
    page.goto(f"{cluster.url}?list")
    page.get_by_role("link", name="All kinds").click()
    expect(page.locator("main")).to_have_attribute("data-show", "all")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
