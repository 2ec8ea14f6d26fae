"""POSIX regular expressions, and that no pattern takes for ever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.containers.utilities.regex import RegexFault, compile_regex


@pytest.mark.parametrize(
    ("pattern", "extended", "text", "found"),
    [
        ("abc", False, "xabcx", "abc"),
        ("a*", False, "baa", ""),
        ("a+", False, "a+", "a+"),
        ("a+", True, "baaa", "aaa"),
        ("a\\+", False, "baaa", "aaa"),
        ("(a|b)+c", True, "xabac", "abac"),
        ("\\(ab\\)\\1", False, "ababab", "abab"),
        ("a{2,3}", True, "aaaa", "aaa"),
        ("a\\{2\\}", False, "aaaa", "aa"),
        ("^a.*z$", False, "abz", "abz"),
        ("^b", False, "ab", None),
        ("[[:digit:]]+", True, "ab12c", "12"),
        ("[^a-c]", False, "abcd", "d"),
        ("[]x]", False, "a]", "]"),
        ("[\\n]", False, "\\", "\\"),
        ("a\\.b", False, "axb", None),
        ("*a", False, "*a", "*a"),
        ("\\<b", False, "ab b", "b"),
        ("\\bfoo\\b", True, "a foo b", "foo"),
        ("\\w+@\\w+", True, "x me@host y", "me@host"),
        ("a|", True, "b", ""),
        ("x{a}", True, "x{a}", "x{a}"),
        ("^*a", False, "*a", "*a"),
        ("a)", True, "a)", "a)"),
        ("+a", True, "+a", "+a"),
    ],
)
def test_patterns(pattern: str, extended: bool, text: str, found: str | None) -> None:
    match = compile_regex(pattern, extended=extended).search(text)
    assert (None if match is None else match.group()) == found


def test_case_can_be_ignored() -> None:
    match = compile_regex("aB[c-d]", ignore_case=True).search("xAbD")
    assert match is not None
    assert match.group() == "AbD"


def test_groups_are_numbered_by_their_opening() -> None:
    match = compile_regex("((a)(b)?)c", extended=True).search("ac")
    assert match is not None
    assert [match.group(number) for number in range(4)] == ["ac", "a", "a", None]


@pytest.mark.parametrize("pattern", ["(a", "[a", "a{2,1}", "(*)a{300}", "\\", "(" * 100, "\\1", "((a{200}){200}){200}"])
def test_wrong_patterns_are_faults(pattern: str) -> None:
    with pytest.raises(RegexFault):
        compile_regex(pattern, extended=True)


@pytest.mark.parametrize("pattern", ["(a*)*b", "(a|a)*b", "(a+)+(a+)+b", "(.*)(.*)(.*)(.*)x", "(a|aa)*\\1b"])
def test_a_hostile_pattern_costs_steps_not_time(pattern: str) -> None:
    spent: list[int] = []
    assert compile_regex(pattern, extended=True).search("a" * 2000, spend=spent.append) is None
    assert sum(spent) < 10_000


@given(st.text("ab()[]{}*+?|^$.\\1,-:", max_size=12), st.booleans(), st.text("ab", max_size=8))
def test_any_pattern_matches_or_is_refused(pattern: str, extended: bool, text: str) -> None:
    try:
        match = compile_regex(pattern, extended=extended).search(text)
    except RegexFault:
        return
    assert match is None or 0 <= match.start <= match.end <= len(text)
