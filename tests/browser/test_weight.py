"""What a first visit loads: every byte that comes over the wire, headers too, and all of it from here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.looking import mark, open_pod, pause, speed, wait_for_htmx
from tests.browser.manifests import Unhealthy
from tests.browser.server import Server

MOST_BYTES = 120_000
QUIET_MS = 2500  # after so long a page has asked for all that it wants by itself
SUBJECT = Unhealthy("weighed", "app", healthy_s=10, period_s=2, failures=3, grace_s=20)
PAGES = ("home", "lesson", "pod", "cluster", "compare")


@dataclass
class Made:
    """The pages' addresses, and the cookies of the presenter, who follows nobody to another page."""

    addresses: dict[str, str]
    state: Any = None


@pytest.fixture(scope="module")
def made() -> Made:
    return Made({"home": "/", "lesson": "/lessons/liveness-exec/"})


@pytest.fixture
def address(request: pytest.FixtureRequest, server: Server, new_page: NewPage, made: Made) -> str:
    """Of one of the pages, with a Pod that has been restarted."""
    if made.state is None:
        page = new_page(server)
        _make(page, made.addresses)
        made.state = page.context.storage_state()
    return made.addresses[request.param]


def _make(page: Page, addresses: dict[str, str]) -> None:
    open_pod(page, SUBJECT.text, SUBJECT.pod)
    speed(page, "60×")
    expect(mark(page, "app", "restart 3$")).to_be_visible()
    pause(page)
    addresses["pod"] = page.url
    addresses["cluster"] = page.url.partition("/pods/")[0] + "/?list"
    page.get_by_role("link", name="What if").click()
    text = page.locator("textarea[name=manifest]")
    text.fill(text.input_value().replace("failureThreshold: 3", "failureThreshold: 2"))
    page.locator("[data-run]").click()
    page.wait_for_url(re.compile("/compare/"))
    addresses["compare"] = page.url


@pytest.mark.parametrize("address", PAGES, indirect=True)
def test_a_first_visit_is_light_and_asks_nobody_else(
    server: Server, new_page: NewPage, address: str, made: Made
) -> None:
    page = new_page(server, storage_state=made.state)
    weights: list[int] = []
    answers: list[dict[str, Any]] = []
    session = page.context.new_cdp_session(page)
    session.on("Network.loadingFinished", lambda event: weights.append(int(event["encodedDataLength"])))
    session.on("Network.responseReceived", lambda event: answers.append(event["response"]))
    session.send("Network.enable")
    page.goto(address)
    page.wait_for_timeout(QUIET_MS)
    wait_for_htmx(page)
    assert len(weights) > 10
    assert sum(weights) <= MOST_BYTES, f"{sum(weights):,} bytes in {len(weights)} answers"
    assert [answer["url"] for answer in answers if not answer["url"].startswith(f"{server.url}/")] == []
    plain = [answer["url"] for answer in answers if "content-encoding" not in _names(answer) and _is_text(answer)]
    assert plain == []


def _names(answer: dict[str, Any]) -> set[str]:
    return {name.lower() for name in answer["headers"]}


def _is_text(answer: dict[str, Any]) -> bool:
    return str(answer["mimeType"]).startswith(("text/", "application/javascript"))
