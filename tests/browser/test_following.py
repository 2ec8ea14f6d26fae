"""Where the presenter is, is a state: nothing that is lost on the way keeps a follower elsewhere."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.browser.conftest import NewPage, Watch
from tests.browser.looking import open_restarted, pause, speed, upload, wait_until_connected
from tests.browser.manifests import Unhealthy
from tests.browser.server import Server
from tests.browser.test_sharing import clock, follows, look_on

BROKEN = Unhealthy("asker", "app", healthy_s=10, period_s=3, failures=2, grace_s=2)
SEVERAL = f"""\
apiVersion: v1
kind: Pod
metadata: {{name: second}}
spec: {{containers: [{{name: app, image: nginx}}]}}
---
{BROKEN.text}"""


def broken(page: Page) -> Page:
    """On the page of a Pod that restarted, paused."""
    open_restarted(page, BROKEN.text, BROKEN.pod)
    return page


def counts(page: Page, words: str) -> None:
    expect(page.locator("#watchers")).to_have_text(re.compile(words))


def same_moment(viewer: Page, presenter: Page, *, past: bool) -> None:
    expect(presenter.locator("[data-edge]")).to_have_attribute("aria-current", str(not past).lower())
    expect(viewer.locator("#playback [data-clock]")).to_have_text(
        str(presenter.locator("#playback [data-clock]").text_content())
    )


def slowly(route: Route) -> None:
    time.sleep(0.35)
    route.continue_()


def test_what_is_lost_on_the_way_is_told_again(server: Server, new_page: NewPage) -> None:
    presenter = new_page(server)
    lost: list[str] = []

    def leaky(socket: WebSocketRoute) -> None:
        there = socket.connect_to_server()
        socket.on_message(lambda text: lost.append(str(text)) if len(lost) < 3 else there.send(text))

    broken(presenter)
    viewer = look_on(presenter, server, new_page)
    presenter.route_web_socket("**/ws/**", leaky)
    presenter.reload()
    wait_until_connected(presenter)
    presenter.keyboard.press("[")
    same_moment(viewer, presenter, past=True)
    assert len(lost) == 3


def test_an_answer_that_comes_late_leads_nobody_astray(server: Server, new_page: NewPage) -> None:
    presenter = broken(new_page(server))
    viewer = look_on(presenter, server, new_page)
    follows(viewer)
    viewer.route(re.compile("[?](?!.*language)"), slowly)
    for key in ("[", "End", "Home", "End", "Home"):
        presenter.keyboard.press(key)
        presenter.wait_for_timeout(150)
    same_moment(viewer, presenter, past=True)
    expect(viewer.locator("[data-why-panel] h2").first).to_have_text("Why did app restart?")
    follows(viewer)


def test_followers_are_where_the_presenter_is_after_the_server_was_killed(
    mortal_server: Server, new_page: NewPage, watch: Watch
) -> None:
    watch.forgive("WebSocket connection to|ERR_CONNECTION_REFUSED|object Event|htmx:|status of 50")
    presenter = broken(new_page(mortal_server))
    viewer = look_on(presenter, mortal_server, new_page)
    follows(viewer)
    mortal_server.kill()
    expect(viewer.locator("[data-lost]")).to_be_visible()
    presenter.keyboard.press("Home")
    mortal_server.start()
    for page in (presenter, viewer):
        expect(page.locator("[data-lost]")).to_be_hidden(timeout=60_000)
    same_moment(viewer, presenter, past=True)
    counts(presenter, "2 watching · 1 following")
    late = look_on(presenter, mortal_server, new_page)
    same_moment(late, presenter, past=True)


def test_people_are_counted_and_not_their_tabs(server: Server, new_page: NewPage) -> None:
    presenter = broken(new_page(server))
    counts(presenter, "^ ?1 watching$")
    viewer = look_on(presenter, server, new_page)
    for page in (presenter, viewer):
        counts(page, "2 watching · 1 following")
    second = viewer.context.new_page()
    second.goto(viewer.url)
    wait_until_connected(second)
    viewer.reload()
    wait_until_connected(viewer)
    presenter.wait_for_timeout(300)
    counts(presenter, "2 watching · 1 following")
    viewer.locator("[data-follow]").click()
    second.locator("[data-follow]").click()
    counts(presenter, "^ ?2 watching$")
    second.close()
    counts(presenter, "^ ?2 watching$")
    viewer.close()
    counts(presenter, "^ ?1 watching$")


def test_followers_go_to_the_clusters_page_and_its_past_too(server: Server, new_page: NewPage) -> None:
    presenter = new_page(server)
    upload(presenter, SEVERAL)
    wait_until_connected(presenter)
    speed(presenter, "60×")
    expect(presenter.locator("#pods tr", has_text="asker").locator(".c-restarts")).to_have_text(re.compile("[1-9]"))
    pause(presenter)
    viewer = look_on(presenter, server, new_page)
    presenter.keyboard.press("Home")
    same_moment(viewer, presenter, past=True)
    expect(viewer.locator("#pods tr", has_text="asker").locator(".c-status")).to_have_text("Pending")
    presenter.get_by_role("link", name="second").first.click()
    viewer.wait_for_url("**/pods/default/second/")
    wait_until_connected(viewer)
    viewer.keyboard.press("Home")
    expect(viewer.locator("[data-follow]")).to_have_attribute("aria-pressed", "false")
    assert clock(viewer) == "0:00.0"
