"""How smoothly a real browser draws the timeline of a Pod with 10,000 marks and more, live and while it is panned."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.measure import row
from tests.browser import chromium
from tests.browser.server import Server

MARKS = 10_000
SECONDS = 5
PATIENCE_S = 300

# Three containers, each with a file that comes and goes and two probes that look for it every second.
FLAPPING = "apiVersion: v1\nkind: Pod\nmetadata: {name: flapping}\nspec:\n  containers:\n" + "".join(
    f"""\
  - name: app-{number}
    image: busybox:1.36
    command: [sh, -c, "while true; do touch /tmp/ok; sleep 7; rm /tmp/ok; sleep 5; done"]
    readinessProbe: {{exec: {{command: [cat, /tmp/ok]}}, periodSeconds: 1}}
    livenessProbe: {{exec: {{command: [cat, /tmp/ok]}}, periodSeconds: 1, failureThreshold: 30}}
"""
    for number in range(3)
)

BEGIN = """() => {
  window.frames_ = [];
  let last = 0;
  const next = (time) => {
    if (last) window.frames_.push(time - last);
    last = time;
    window.asked_ = requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}"""
END = "() => { cancelAnimationFrame(window.asked_); return window.frames_; }"
# An empty page on which one box moves, frame after frame: what this machine's browser can do at all.
EMPTY = "<div id=box style='width:90px;height:90px;background:teal;will-change:transform'></div>"
MOVE = """() => {
  let moved = 0;
  const next = () => {
    box.style.transform = `translateX(${++moved % 300}px)`;
    requestAnimationFrame(next);
  };
  next();
}"""
COUNT = "() => Number(document.querySelector('#clock-state').dataset.number)"


def frames() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        server.start()
        browser = chromium.launch(playwright)
        try:
            page = browser.new_page(base_url=server.url, locale="en-GB", viewport={"width": 1280, "height": 900})
            _grow(page)
            print(f"Timeline of a Pod with {page.evaluate(COUNT):,} entries, in Chromium without a GPU")
            _ceiling(browser)
            _live(page, "1")
            _live(page, "10")
            _widen(page)
            _panned(page)
            _widen(page)
            _live(page, "10")
        finally:
            browser.close()
            server.stop()


def _grow(page: Page) -> None:
    """Run it fast until there is enough to draw, but not until its history is full."""
    page.goto("/")
    page.locator("textarea[name=manifest]").fill(FLAPPING)
    page.locator("#editor [data-run]").click()
    page.wait_for_url("**/pods/default/flapping/")
    _speed(page, "60")
    until = time.monotonic() + PATIENCE_S
    while page.evaluate(COUNT) < MARKS and time.monotonic() < until:
        page.wait_for_timeout(100)
    _speed(page, "1")


def _speed(page: Page, value: str) -> None:
    page.evaluate("value => document.querySelector(`.speeds button[value='${value}']`).click()", value)
    page.wait_for_timeout(1000)


def _ceiling(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_content(EMPTY)
    page.evaluate(MOVE)
    page.wait_for_timeout(500)
    page.evaluate(BEGIN)
    page.wait_for_timeout(SECONDS * 1000)
    _tell("an empty page", page.evaluate(END))
    page.close()


def _live(page: Page, times: str) -> None:
    _speed(page, times)
    page.wait_for_timeout(1000)
    page.evaluate(BEGIN)
    page.wait_for_timeout(SECONDS * 1000)
    _tell(f"live, at {times}×, {_drawn(page)}", page.evaluate(END))


def _widen(page: Page) -> None:
    """To a quarter of what is shown when it all has room: many more marks than the page opens with."""
    _speed(page, "1")
    page.keyboard.press("0")
    for _ in range(2):
        page.keyboard.press("+")
    page.wait_for_timeout(4000)


def _drawn(page: Page) -> str:
    span = page.evaluate("() => document.querySelector('[data-timeline]').dataset.span / 60000")
    marks = page.evaluate("() => document.querySelectorAll('.track > li').length")
    return f"{span:g} min with {marks:,} marks"


def _panned(page: Page) -> None:
    """To and fro by the mouse."""
    lane = page.locator("#t-app-0").bounding_box()
    assert lane is not None
    x, y = lane["x"] + 100, lane["y"] + 10
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y)
    page.wait_for_timeout(1500)
    page.evaluate(BEGIN)
    began = time.monotonic()
    while (passed := time.monotonic() - began) < SECONDS:
        page.mouse.move(x + 20 + 150 * abs(passed % 2 - 1), y)
        page.wait_for_timeout(8)
    _tell(f"panned, {_drawn(page)}", page.evaluate(END))
    page.mouse.up()


def _tell(title: str, times: list[float]) -> None:
    ordered = sorted(times)
    late = ordered[int(0.95 * len(ordered))]
    row(f"{title}: frames a second", f"{1000 * len(times) / sum(times):.1f}", "(goal: 60)")
    row(f"{title}: 95th percentile, longest", f"{late:.1f}, {ordered[-1]:.1f} ms")
