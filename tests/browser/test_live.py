"""The promise: a manifest nobody prepared lives on the page, in front of everybody, and survives a crash."""

from __future__ import annotations

import re
from random import Random

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Watch
from tests.browser.looking import (
    cell,
    history,
    lane,
    mark,
    open_pod,
    pause,
    speed,
    wait_until_connected,
    was_not_reloaded,
)
from tests.browser.looking import remember_this_load as remember
from tests.browser.manifests import Unhealthy, unhealthy
from tests.browser.server import Server


@pytest.fixture
def manifest(request: pytest.FixtureRequest) -> Unhealthy:
    """Another one with each seed; pytest prints the seed at the start of a run."""
    return unhealthy(Random(request.config.getoption("randomly_seed", 1)))


def _both(server: Server, new_page: NewPage, manifest: Unhealthy) -> tuple[Page, Page]:
    """Two people on the page of the same Pod."""
    first, second = new_page(server), new_page(server)
    open_pod(first, manifest.text, manifest.pod)
    second.goto(first.url)
    wait_until_connected(second)
    remember(second)
    return first, second


def _restart(page: Page, manifest: Unhealthy, number: int) -> None:
    """Patient: after a crash, who takes over waits until the lease of who crashed is over."""
    seen = mark(page, manifest.container, rf"started again at [\d:.]+, restart {number}$")
    expect(seen).to_be_visible(timeout=30_000)


def _texts(page: Page, ident: str) -> list[str]:
    """What a lane says. How often a streak passed is as of when the page got it: the browser lets it grow."""
    links = lane(page, ident).get_by_role("link")
    texts: list[str] = links.evaluate_all("links => links.map(link => link.ariaLabel)")
    return [re.sub(r"\d+ times", "times", text) for text in texts]


def test_failure_kill_and_restart_arrive_for_two_people_without_a_reload(
    server: Server, new_page: NewPage, manifest: Unhealthy
) -> None:
    first, second = _both(server, new_page, manifest)
    expect(first.locator("#watchers")).to_contain_text("2")
    speed(first, "10×")
    for page in (first, second):
        failed = mark(page, f"{manifest.container}-liveness", rf"failed, 1 of {manifest.failures}$")
        expect(failed).to_be_visible()
    for page in (first, second):
        _restart(page, manifest, 1)
    pause(first)
    for page in (first, second):
        expect(mark(page, manifest.container, r"exit code 137")).to_be_visible()
        expect(mark(page, f"{manifest.container}-signals", "SIGTERM")).to_be_visible()
        expect(cell(page, "restarts")).to_have_text(re.compile(r"^\d+ \("))
        assert was_not_reloaded(page)


def test_the_history_survives_a_kill_and_goes_on(
    mortal_server: Server, new_page: NewPage, watch: Watch, manifest: Unhealthy
) -> None:
    watch.forgive(r"WebSocket|/ws/clusters/|\[object Event\]|ERR_CONNECTION_REFUSED|Failed to load resource")
    watch.forgive(r"htmx:(afterRequest|sendError|wsError)|uncaught: undefined")  # what was asked while it was down
    first, second = _both(mortal_server, new_page, manifest)
    speed(first, "10×")
    for page in (first, second):
        _restart(page, manifest, 1)
    before = history(first)
    mortal_server.kill()
    for page in (first, second):
        expect(page.locator("#lost")).to_be_visible()
    mortal_server.start()
    for page in (first, second):
        _restart(page, manifest, 2)
        expect(page.locator("#lost")).to_be_hidden()
        assert was_not_reloaded(page)
    after = history(first)
    assert after[: len(before)] == before
    assert len(after) > len(before)
    second.reload()
    _restart(second, manifest, 1)
    _restart(second, manifest, 2)


def test_nothing_is_missing_from_a_page_that_was_there_all_the_time(
    server: Server, new_page: NewPage, manifest: Unhealthy
) -> None:
    """What a page collected message by message is what a new page shows."""
    page, late = new_page(server), new_page(server)
    open_pod(page, manifest.text, manifest.pod)
    speed(page, "10×")  # slow enough that its beginning is still in the window of a new page
    _restart(page, manifest, 1)
    pause(page)
    late.goto(page.url)
    wait_until_connected(late)
    for ident in ("status", f"{manifest.container}", f"{manifest.container}-liveness", "events"):
        assert _texts(page, ident) == _texts(late, ident)
