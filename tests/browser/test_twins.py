"""The geometry is written twice, for the server and for the browser: both say the same."""

from __future__ import annotations

from random import Random

import pytest
from playwright.sync_api import Page

from dashboard.presenters import timescale
from dashboard.presenters.timescale import SPANS, Window

CASES = 300
ROUND = [0, 250, 999, 1500, 9999, 10_000, 10_500, 12_500, 59_999, 3_600_000]  # ms, where rounding matters

TWIN = """async ([name, cases]) => {
  const twin = await import("/static/js/timescale.js");
  return cases.map((args) => twin[name](...args));
}"""


@pytest.fixture
def cases(request: pytest.FixtureRequest) -> list[tuple[Window, int, float]]:
    """A window, a moment and a factor; another set with each seed."""
    random = Random(request.config.getoption("randomly_seed", 1))

    def case() -> tuple[Window, int, float]:
        longest = random.choice(SPANS)
        start, span = random.randrange(longest), random.randrange(1000, longest)
        return Window(start, start + span), random.randrange(2 * longest), random.choice([0.5, 2, 0.9, 1.3])

    return [case() for _ in range(CASES)]


def _ask(page: Page, name: str, arguments: list[list[object]]) -> list[object]:
    page.goto("/")
    answers: list[object] = page.evaluate(TWIN, [name, arguments])
    return answers


def _told(window: Window) -> dict[str, int]:
    return {"from": window.from_ms, "span": window.span_ms}


@pytest.mark.parametrize("name", ["fit", "live"])
def test_windows_of_a_moment(page: Page, cases: list[tuple[Window, int, float]], name: str) -> None:
    moments = [at for _window, at, _factor in cases]
    assert _ask(page, name, [[at] for at in moments]) == [_told(getattr(timescale, name)(at)) for at in moments]


def test_zoomed_windows(page: Page, cases: list[tuple[Window, int, float]]) -> None:
    ours = [_told(timescale.zoomed(window, factor, at)) for window, at, factor in cases]
    assert _ask(page, "zoomed", [[_told(window), factor, at] for window, at, factor in cases]) == ours


def test_windows_that_hold_a_moment(page: Page, cases: list[tuple[Window, int, float]]) -> None:
    ours = [_told(timescale.holding(window, at)) for window, at, _factor in cases]
    assert _ask(page, "holding", [[_told(window), at] for window, at, _factor in cases]) == ours


def test_ticks(page: Page, cases: list[tuple[Window, int, float]]) -> None:
    ours = [[{"at": tick.at_ms, "label": tick.label} for tick in timescale.ticks(window)] for window, _at, _f in cases]
    assert _ask(page, "ticks", [[_told(window)] for window, _at, _factor in cases]) == ours


@pytest.mark.parametrize("name", ["clock", "duration"])
def test_words_for_times(page: Page, cases: list[tuple[Window, int, float]], name: str) -> None:
    times = [at for _window, at, _factor in cases] + ROUND
    assert _ask(page, name, [[at] for at in times]) == [getattr(timescale, name)(at) for at in times]
