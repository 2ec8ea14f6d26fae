"""Windows, ticks and clock texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.presenters.timescale import (
    SPANS,
    Window,
    clock,
    duration,
    fit,
    holding,
    live,
    opening,
    seconds,
    ticks,
    zoomed,
)

TIMES = st.integers(min_value=0, max_value=10 * SPANS[-1])


@pytest.mark.parametrize(
    ("ms", "text"),
    [(0, "0:00.0"), (222_040, "3:42.0"), (3_725_000, "1:02:05.0"), (-1500, "-0:01.5"), (59_999, "0:59.9")],
)
def test_the_clock_reads_minutes_and_tenths(ms: int, text: str) -> None:
    assert clock(ms) == text


@pytest.mark.parametrize(
    ("ms", "text"), [(80_000, "1m20s"), (5000, "5s"), (0, "0s"), (2500, "2.5s"), (3_600_000, "1h"), (10_000, "10s")]
)
def test_durations_are_written_as_kubernetes_writes_them(ms: int, text: str) -> None:
    assert duration(ms) == text


def test_seconds_for_css_have_no_needless_digits() -> None:
    assert [seconds(ms) for ms in (0, 1500, 12_000, 1)] == ["0", "1.5", "12", "0.001"]


@given(TIMES)
def test_the_fitting_window_holds_everything_and_room_on_the_right(now: int) -> None:
    window = fit(now)
    assert window.from_ms == 0
    assert window.to_ms >= now * 1.07


@given(TIMES)
def test_the_live_window_shows_the_live_edge(now: int) -> None:
    window = live(now)
    assert window.from_ms <= now <= window.to_ms


@given(TIMES, st.integers(min_value=1, max_value=SPANS[-1]))
def test_ticks_lie_in_the_window_and_are_few(start: int, span: int) -> None:
    window = Window(start, start + span)
    found = ticks(window)
    assert len(found) <= 11
    assert all(start <= tick.at_ms <= start + span for tick in found)


@given(TIMES, TIMES, st.sampled_from([0.5, 2.0]))
def test_zooming_keeps_the_live_edge_in_view(now: int, start: int, factor: float) -> None:
    window = Window(start, start + 60_000)
    after = zoomed(window, factor, now)
    if window.shows(now, now):
        assert after.shows(now - 1, now + 1)


@given(TIMES, st.integers(min_value=1000, max_value=SPANS[-1]), TIMES)
def test_a_window_that_holds_a_moment_is_as_long_as_before(start: int, span: int, at: int) -> None:
    window = Window(start, start + span)
    after = holding(window, at)
    assert after.shows(at, at)
    assert after.span_ms == span
    assert after == window or not window.shows(at, at)


@given(TIMES, st.integers(min_value=1000, max_value=SPANS[-1]))
def test_a_widened_window_has_the_same_scale(start: int, span: int) -> None:
    window = Window(start, start + span)
    wide = window.widened()
    assert wide.from_ms <= window.from_ms
    assert wide.to_ms > window.to_ms
    assert wide.width_of == pytest.approx(window.width_of)


@given(TIMES, st.integers(min_value=0, max_value=SPANS[-1]))
def test_a_band_opens_in_a_window_that_holds_all_of_it(start: int, length: int) -> None:
    assert opening(start, start + length).from_ms <= start
    assert opening(start, start + length).to_ms >= start + length
