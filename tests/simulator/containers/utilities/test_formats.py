"""printf, echo, and dates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.containers.utilities.dates import parse_date, strftime
from simulator.containers.utilities.echo import render
from simulator.containers.utilities.formats import format_all

# 2026-11-23T04:34:06.150Z, a Monday
NOW = 1_795_408_446_150


@pytest.mark.parametrize(
    ("template", "values", "text"),
    [
        ("%s\n", ["a", "b"], "a\nb\n"),
        ("%s-%s\n", ["a", "b", "c"], "a-b\nc-\n"),
        ("%5d|%-5d|%05d|%+d", ["42", "42", "42", "42"], "   42|42   |00042|+42"),
        ("%x %X %o %#x", ["255", "255", "8", "255"], "ff FF 10 0xff"),
        ("%.2f %5.1f %e", ["3.14159", "2.55", "1000"], "3.14   2.5 1.000000e+03"),
        ("%c%c", ["hello", ""], "h"),
        ("%b", ["a\\tb\\n"], "a\tb\n"),
        ("%%", [], "%"),
        ("\\101\\x42", [], "AB"),
        ("%3s|%-3s|%.1s", ["a", "b", "cd"], "  a|b  |c"),
        ("%*d", ["4", "7"], "   7"),
        ("%d %d", ["0x10", "010"], "16 8"),
        ("%d", ["'A"], "65"),
        ("no directives", ["a", "b"], "no directives"),
        ("%q", ["a b"], "a\\ b"),
    ],
)
def test_printf(template: str, values: list[str], text: str) -> None:
    assert format_all(template, values) == (text, [])


def test_printf_tells_what_is_no_number() -> None:
    assert format_all("%d %d", ["abc", "3x"]) == ("0 3", ["abc", "3x"])


@given(st.text("%dsxcbf.*-+ 0#9\\n17", max_size=20), st.lists(st.text("a1-.%\\", max_size=5), max_size=4))
def test_printf_takes_any_format(template: str, values: list[str]) -> None:
    format_all(template, values)


@pytest.mark.parametrize(
    ("arguments", "dash", "text"),
    [
        (["a", "b"], False, "a b\n"),
        (["-n", "a"], False, "a"),
        (["-e", "a\\tb"], False, "a\tb\n"),
        (["-ne", "a\\n"], False, "a\n"),
        (["-E", "a\\n"], False, "a\\n\n"),
        (["-x", "a"], False, "-x a\n"),
        (["a\\tb"], True, "a\tb\n"),
        (["-e", "a"], True, "-e a\n"),
        (["-n", "a\\cb"], True, "a"),
        (["-e", "a\\0101\\c", "b"], False, "aA"),
    ],
)
def test_echo(arguments: list[str], dash: bool, text: str) -> None:
    assert render(arguments, dash=dash) == text


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("%a %b %e %H:%M:%S %Z %Y", "Mon Nov 23 04:34:06 UTC 2026"),
        ("%F %T", "2026-11-23 04:34:06"),
        ("%s", "1795408446"),
        ("%s.%N", "1795408446.150000000"),
        ("%s%3N", "1795408446150"),
        ("%Y-%m-%dT%H:%M:%SZ", "2026-11-23T04:34:06Z"),
        ("%-m/%-d %I:%M %p %j %u %V", "11/23 04:34 AM 327 1 48"),
        ("%A %B %y %C %D %R", "Monday November 26 20 11/23/26 04:34"),
        ("%^a %%", "MON %"),
        ("%?", "%?"),
    ],
)
def test_dates_are_written_in_utc(template: str, text: str) -> None:
    assert strftime(template, NOW) == text


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("@0", 0),
        ("@1795408446", 1_795_408_446_000),
        ("1970-01-02", 86_400_000),
        ("1970-01-01 00:01:00", 60_000),
        ("1970-01-01T00:00:01Z", 1000),
        ("2 hours ago", NOW - 7_200_000),
        ("+1 day", NOW + 86_400_000),
        ("tomorrow", NOW + 86_400_000),
        ("now", NOW),
        ("gibberish", None),
    ],
)
def test_dates_are_read(text: str, ms: int | None) -> None:
    assert parse_date(text, NOW) == ms


@given(st.integers(-(1 << 60), 1 << 60))
def test_any_time_can_be_written(ms: int) -> None:
    assert strftime("%F", ms)
