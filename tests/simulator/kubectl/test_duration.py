"""Ages: apimachinery pkg/util/duration."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.kubectl.duration import human_duration, parse_time, rfc1123z, since

S, M, H, D = 1000, 60_000, 3_600_000, 86_400_000


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (-2 * S, "<invalid>"),
        (-1999, "0s"),
        (-1, "0s"),
        (0, "0s"),
        (999, "0s"),
        (119 * S, "119s"),
        (120 * S, "2m"),
        (125 * S, "2m5s"),
        (10 * M, "10m"),
        (179 * M + 59 * S, "179m"),
        (3 * H, "3h"),
        (3 * H + 5 * M, "3h5m"),
        (8 * H + 5 * M, "8h"),
        (47 * H, "47h"),
        (48 * H, "2d"),
        (3 * D + 4 * H, "3d4h"),
        (8 * D + 4 * H, "8d"),
        (729 * D, "729d"),
        (730 * D, "2y"),
        (733 * D, "2y3d"),
        (9 * 365 * D, "9y"),
    ],
)
def test_a_duration_has_two_or_three_figures(ms: int, text: str) -> None:
    assert human_duration(ms) == text


@given(st.integers(min_value=0, max_value=10**13))
def test_no_duration_that_has_begun_is_invalid_or_long(ms: int) -> None:
    text = human_duration(ms)
    assert text[0].isdigit()
    assert len(text) <= 8


def test_timestamps_are_read_with_and_without_a_fraction() -> None:
    assert parse_time("2026-11-23T04:49:11Z") == 1795409351000
    assert parse_time("2026-11-23T04:49:11.250999Z") == 1795409351250
    assert parse_time("2026-11-23T05:49:11+01:00") == 1795409351000
    assert parse_time("2026-11-23T04:49:11") == 1795409351000
    assert parse_time("") is None
    assert parse_time(None) is None


def test_a_missing_timestamp_has_an_unknown_age() -> None:
    assert since(None, 5) == "<unknown>"
    assert since("1970-01-01T00:00:00Z", 5 * S) == "5s"


def test_describe_writes_moments_as_mail_does() -> None:
    assert rfc1123z("2026-11-03T04:49:11.9Z") == "Tue, 03 Nov 2026 04:49:11 +0000"
    assert rfc1123z(None) == "Mon, 01 Jan 0001 00:00:00 +0000"
