"""Fixtures: a server, a browser, and people who look at pages and complain about what should not be there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect, sync_playwright

from tests.browser import chromium
from tests.browser.server import Server

TIMEOUT_MS = 15_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of this run; each test makes its own cluster in it."""
    yield from running(Server(tmp_path_factory.mktemp("server")))


@pytest.fixture
def mortal_server(tmp_path: Path) -> Iterator[Server]:
    """A server that the test may kill."""
    yield from running(Server(tmp_path))


def running(server: Server) -> Iterator[Server]:
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium a module. Not one a session: while Playwright runs, no other test can start an event loop."""
    yield from launched()


def launched(*arguments: str, **environment: str) -> Iterator[Browser]:
    expect.set_options(timeout=TIMEOUT_MS)
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright, *arguments, **environment)
        yield browser
        browser.close()


class Watch:
    """Everything that no page of ours may do: errors in the console, requests to other hosts."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.forgiven: list[re.Pattern[str]] = []

    def forgive(self, pattern: str) -> None:
        """The test provokes this one itself."""
        self.forgiven.append(re.compile(pattern))

    def over(self, context: BrowserContext, server: Server) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))
        context.on("request", lambda request: self._request(request, server))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request, server: Server) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(server.url).netloc:
            self.complaints.append(f"request to another host: {request.url}")

    def unforgiven(self) -> list[str]:
        return [text for text in self.complaints if not any(pattern.search(text) for pattern in self.forgiven)]


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    assert watch.unforgiven() == []


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser, watch: Watch) -> Iterator[NewPage]:
    """Makes a page of a new person: `new_page()`, or with options of a browser context, such as `locale`."""
    contexts: list[BrowserContext] = []

    def make(server: Server, **options: object) -> Page:
        settings = {"base_url": server.url, "locale": "en-GB", "viewport": {"width": 1280, "height": 900}} | options
        context = browser.new_context(**settings)  # type: ignore[arg-type]
        context.set_default_timeout(TIMEOUT_MS)
        contexts.append(context)
        watch.over(context, server)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(server: Server, new_page: NewPage) -> Page:
    return new_page(server)
