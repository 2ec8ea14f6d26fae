"""The parts of the shell that need no process: arithmetic, patterns, fields, braces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.containers.shell import patterns
from simulator.containers.shell.arithmetic import ArithmeticFault, evaluate
from simulator.containers.shell.braces import expand_braces
from simulator.containers.shell.fields import split, split_read


class Names(dict[str, int]):
    def get_number(self, name: str, depth: int) -> int:
        return self.get(name, 0)

    def set_number(self, name: str, value: int) -> None:
        self[name] = value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", 0),
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("-7 / 2", -3),
        ("-7 % 3", -1),
        ("2 ** 3 ** 2", 512),
        ("1 << 3 | 1", 9),
        ("5 > 3 && 2 > 1", 1),
        ("0 || 0", 0),
        ("1 ? 2 : 3 ? 4 : 5", 2),
        ("!0 + ~0", 0),
        ("0x1F + 010 + 2#101", 44),
        ("a = 3, a += 2, a * 2", 10),
        ("b++ + ++b", 2),
        ("0 && (c = 1)", 0),
        ("9223372036854775807 + 1", -(2**63)),
    ],
)
def test_arithmetic_is_that_of_c(text: str, value: int) -> None:
    assert evaluate(text, Names()) == value


def test_what_is_decided_already_is_not_assigned() -> None:
    names = Names()
    evaluate("0 && (c = 1), 1 || (d = 1)", names)
    assert names == {}


@pytest.mark.parametrize(
    ("text", "kind"),
    [("1 / 0", "zero"), ("1 +", "syntax"), ("1 2", "trailing"), ("09", "octal"), ("(" * 200, "recursion")],
)
def test_faults_of_arithmetic_have_a_kind(text: str, kind: str) -> None:
    with pytest.raises(ArithmeticFault) as caught:
        evaluate(text, Names())
    assert caught.value.kind == kind


@given(st.text("0123456789+-*/%()<>=!&|^~?:,ab \\#", max_size=40))
def test_any_expression_is_a_number_or_a_fault(text: str) -> None:
    try:
        value = evaluate(text, Names())
    except ArithmeticFault:
        return
    assert -(2**63) <= value < 2**63


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("*.txt", "a.txt", True),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("[a-c]x", "bx", True),
        ("[!a-c]x", "bx", False),
        ("[[:digit:]]*", "1a", True),
        ("\\*", "*", True),
        ("\\*", "a", False),
        ("[", "[", True),
        ("[]]", "]", True),
        ("*a*b*", "xxaxxbxx", True),
        ("", "", True),
    ],
)
def test_patterns(pattern: str, text: str, matches: bool) -> None:
    assert patterns.match(pattern, text) is matches


def test_a_hostile_pattern_is_quick() -> None:
    assert not patterns.match("*a" * 30 + "b", "a" * 5000)


def test_prefixes_and_suffixes_are_cut_short_or_long() -> None:
    path = "/a/b.tar.gz"
    assert patterns.strip_prefix("*/", path, False) == "a/b.tar.gz"
    assert patterns.strip_prefix("*/", path, True) == "b.tar.gz"
    assert patterns.strip_suffix(".*", path, False) == "/a/b.tar"
    assert patterns.strip_suffix(".*", path, True) == "/a/b"
    assert patterns.strip_suffix("x", path, True) == path


@given(st.text("ab*?[]!-\\", max_size=12))
def test_an_escaped_text_matches_itself_only(text: str) -> None:
    assert patterns.match(patterns.escape(text), text)
    assert not patterns.match(patterns.escape(text), text + "x")


def test_blanks_of_ifs_melt_and_others_separate() -> None:
    assert split(" a  b\n")[0] == ["a", "b"]
    assert split("a::b:", ":")[0] == ["a", "", "b"]
    assert split(" a : b ", ": ")[0] == ["a", "b"]
    assert split("ab", "")[0] == ["ab"]


def test_the_last_variable_of_read_takes_the_rest() -> None:
    assert split_read(" a b  c ", " \t\n", 2) == ["a", "b  c"]
    assert split_read("a", " \t\n", 3) == ["a", "", ""]
    assert split_read("a:b:c", ":", 2) == ["a", "b:c"]


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("a{b,c}d", ["abd", "acd"]),
        ("{1..3}", ["1", "2", "3"]),
        ("{3..1}", ["3", "2", "1"]),
        ("{01..03}", ["01", "02", "03"]),
        ("{a..c}", ["a", "b", "c"]),
        ("{a,b}{1,2}", ["a1", "a2", "b1", "b2"]),
        ("{a}", ["{a}"]),
        ("${x}", ["${x}"]),
        ("{x,{y,z}}", ["x", "y", "z"]),
        ("'{a,b}'", ["'{a,b}'"]),
    ],
)
def test_braces(word: str, words: list[str]) -> None:
    assert expand_braces(word) == words


def test_a_brace_range_without_end_stays_a_word() -> None:
    assert expand_braces("{1..999999999}") == ["{1..999999999}"]
