"""YAML as the API tool reads it: its words for plain scalars, its limits, and the place of every field."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.objects import Lines, read_manifest
from simulator.objects.scalars import float_text
from simulator.objects.yaml_reader import MAX_BYTES, MAX_DEPTH, YamlFault, read_yaml

SCALARS: list[tuple[str, Any]] = [
    ("y", True), ("Yes", True), ("on", True), ("TRUE", True), ("n", False), ("No", False), ("OFF", False),
    ("yEs", "yEs"), ("~", None), ("null", None), ("NULL", None), ("", None), ("nUll", "nUll"), ("'y'", "y"),
    ("012", 10), ("0o17", 15), ("0x1F", 31), ("0b101", 5), ("1_000", 1000), ("-5", -5), ("+5", 5), ("08", 8.0),
    ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), ("1.", 1.0), ("1:30", "1:30"), ("2026-11-23", "2026-11-23"),
    ("18446744073709551615", 2**64 - 1), ("99999999999999999999", 1e20), ("1.2.3", "1.2.3"),
    ("!!str 5", "5"), ("!!int '5'", 5), ("!!float 5", 5.0), ("!!binary YWI=", "ab"), ("! 5", "5"), ("<<", "<<"),
    ("!mine 5", "5"), ("x: y", {"x": True}), ("{1: a, true: b, 1.5: c}", {"1": "a", "true": "b", "1.5": "c"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), SCALARS)
def test_a_plain_value_means_what_it_means_to_kubectl(text: str, value: Any) -> None:
    assert read_yaml(f"a: {text}" if ":" not in text or text[0] in "{12" else f"a: {{{text}}}")[0] == {"a": value}


def test_a_key_may_turn_out_to_be_a_boolean() -> None:
    assert read_yaml("y: 1\nno: 2")[0] == {"true": 1, "false": 2}


def test_a_one_is_a_number_and_not_true() -> None:
    assert read_yaml("[1, true, 1.0]")[0] == [1, True, 1.0]
    assert [type(item) for item in read_yaml("[1, true, 1.0]")[0]] == [int, bool, float]


FAULTS = {
    "a: *b": "unknown anchor 'b' referenced",
    "a: &b [*b]": "anchor 'b' value contains itself",
    "{[1]: a}": "invalid map key: []interface {}{1}",
    "~: a": "unsupported map key of type: %!s(<nil>), key: <nil>",
    "a: !!int x": "cannot decode !!str `x` as a !!int",
    "a: !!binary '#'": "!!binary value contains invalid base64 data",
    "a: .inf": "json: unsupported value: +Inf",
    "a: .nan": "json: unsupported value: NaN",
    "<<: 5": "map merge requires map or sequence of maps as the value",
    "a: 1\nb": "line 3: could not find expected ':'",
    "a: b: c": "mapping values are not allowed in this context",
    "a: [1": "line 1: did not find expected ',' or ']'",
    "a: 'b": "found unexpected end of stream",
    "a:\n- b\n  c: d": "line 3: mapping values are not allowed in this context",
    "a: \x00": "control characters are not allowed",
}


@pytest.mark.parametrize("text", FAULTS)
def test_bad_yaml_is_refused_in_the_tools_words(text: str) -> None:
    with pytest.raises(YamlFault) as fault:
        read_yaml(text)
    assert fault.value.words == FAULTS[text]


def test_the_last_of_two_equal_keys_wins() -> None:
    value, mark, _ = read_yaml("a: 1\nb: 2\na: 3\n")
    assert value == {"a": 3, "b": 2}
    assert Lines(mark).line("a") == 3


def test_merged_keys_give_way_to_those_that_follow() -> None:
    assert read_yaml("x: &x {a: 1, b: 2}\nz: {<<: *x, b: 3}")[0]["z"] == {"a": 1, "b": 3}
    assert read_yaml("x: &x {a: 1}\nv: &v {a: 2, c: 3}\nz: {<<: [*x, *v]}")[0]["z"] == {"a": 1, "c": 3}


def test_an_alias_points_at_its_own_line_and_its_anchors_fields() -> None:
    value, mark, _ = read_yaml("x: &x\n  a: 1\nz: *x\n")
    lines = Lines(mark)
    assert value["z"] == {"a": 1}
    assert (lines.line("z"), lines.line("z.a")) == (3, 2)


def test_ten_thousand_aliases_of_each_other_are_refused() -> None:
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    text += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
    with pytest.raises(YamlFault, match="excessive aliasing"):
        read_yaml(text)


@pytest.mark.parametrize("text", ["[" * 200_000, "- " * 200_000, "{a: " * 100_000, "? " * 100_000])
def test_a_deep_document_is_refused_at_once(text: str) -> None:
    with pytest.raises(YamlFault):
        read_yaml(text)


def test_a_document_may_be_nested_as_deep_as_the_limit() -> None:
    read_yaml("[" * MAX_DEPTH + "]" * MAX_DEPTH)


def test_a_huge_manifest_is_refused_unread() -> None:
    manifest = read_manifest("a" * (MAX_BYTES + 1))
    assert [problem.stage for problem in manifest.problems] == ["yaml"]


def test_every_field_has_its_line_and_column() -> None:
    _, mark, _ = read_yaml("metadata:\n  labels: {app.kubernetes.io/name: x}\nlist:\n- a: 1\n  b: [2, 3]\n")
    lines = Lines(mark)
    assert lines.position("metadata.labels") == (2, 3)
    assert lines.value("metadata.labels") == (2, 11)
    assert lines.position("metadata.labels.app.kubernetes.io/name") == (2, 12)
    assert lines.position("metadata.labels[app.kubernetes.io/name]") == (2, 12)
    assert lines.position("list[0].b[1]") == (5, 10)
    assert lines.position("list[0].c.d[9].e") == (4, 3)
    assert lines.line("nothing[0]") == 1
    assert lines.has("list[0].b")
    assert not lines.has("list[0].c")
    assert lines.within("list[0]").line("b") == 5


def test_lines_point_into_the_whole_file() -> None:
    text = "# a comment\nkind: Pod\n---\n\napiVersion: v1\nkind: Pood\n"
    assert [problem.line for problem in read_manifest(text, first_line=11).problems] == [12, 16]


@pytest.mark.parametrize(
    ("number", "text"),
    [(1.0, "1"), (0.1, "0.1"), (1e20, "100000000000000000000"), (1e21, "1e+21"), (1e-6, "0.000001"), (1e-7, "1e-7"),
     (123456789.5, "123456789.5"), (-0.0, "-0"), (5e-324, "5e-324")],
)  # fmt: skip
def test_a_float_is_written_as_go_writes_it(number: float, text: str) -> None:
    assert float_text(number) == text
