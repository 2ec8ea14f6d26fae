"""What a person can do to a running Pod."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import cell, mark, open_pod, run, speed, was_not_reloaded
from tests.browser.manifests import healthy


@pytest.fixture
def pod(page: Page) -> Page:
    """A healthy Pod, ready, with the tab open in which commands are run."""
    open_pod(page, healthy("acted-upon"), "acted-upon")
    speed(page, "10×")
    expect(cell(page, "ready")).to_have_text("1/1")
    page.get_by_role("link", name="Run a command").click()
    expect(page.locator("#run")).to_be_visible()
    return page


def test_a_command_in_the_container_answers(pod: Page) -> None:
    run(pod, "Run in the container", container="web", command="echo made-by-hand > /tmp/x; cat /tmp/x")
    expect(pod.locator("#console .outcome pre")).to_have_text("made-by-hand\n")
    assert was_not_reloaded(pod)


def test_a_command_that_breaks_the_pod_shows_on_the_timeline(pod: Page) -> None:
    run(pod, "Run in the container", container="web", command="rm /usr/share/nginx/html/index.html")
    expect(mark(pod, "web-readiness", "failed, 1 of 3$")).to_be_visible()
    expect(cell(pod, "ready")).to_have_text("0/1")


def test_a_command_on_the_node_has_kubectl(pod: Page) -> None:
    run(pod, "Run on the node", command="kubectl get pods")
    expect(pod.locator("#console .outcome pre")).to_contain_text("acted-upon")
    expect(pod.locator("#console .outcome pre")).to_contain_text("NAME")


def test_a_killed_process_is_restarted(pod: Page) -> None:
    run(pod, "Send the signal", container="web", signal="SIGKILL")
    expect(mark(pod, "web", "exit code 137")).to_be_visible()
    expect(mark(pod, "web", "restart 1$")).to_be_visible()
    expect(cell(pod, "restarts")).to_contain_text(re.compile(r"^1 \("))


def test_a_deleted_pod_goes_and_its_history_stays(pod: Page) -> None:
    pod.locator("summary", has_text="Delete Pod").click()
    pod.locator("form").get_by_role("button", name="Delete Pod").click()
    expect(pod.locator("#sentence")).to_contain_text("was deleted at")
    expect(mark(pod, "status", "Terminating")).to_be_attached()
    pod.reload()
    expect(pod.locator("#sentence")).to_contain_text("was deleted at")


def test_pause_holds_the_clock_and_a_step_goes_to_the_next_change(pod: Page) -> None:
    pod.get_by_role("button", name="Pause").click()
    state = pod.locator("#clock-state")
    expect(state).to_have_attribute("data-playing", "false")
    held = state.get_attribute("data-now")
    pod.wait_for_timeout(500)
    assert state.get_attribute("data-now") == held
    run(pod, "Send the signal", container="web", signal="SIGTERM")
    pod.get_by_role("button", name="To the next change").click()
    expect(state).not_to_have_attribute("data-now", held or "")
