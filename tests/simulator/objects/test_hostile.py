"""Whatever a person uploads, reading it ends, raises nothing and says what is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator.objects import KINDS, kubectl_error, read_manifest, read_scenario, validate_update
from simulator.objects.go_types import GoType, go_type
from simulator.objects.manifest import MAX_DOCUMENTS, MAX_PROBLEMS
from simulator.objects.yaml_reader import MAX_NODES

YAML_BITS = st.lists(
    st.sampled_from(
        ["a", "kind", ": ", "\n", "  ", "- ", "[", "]", "{", "}", ",", "&a ", "*a", "<<", "!!int ", "|", ">", "'", '"', "#",
         "---\n", "\t", "~", "1", "y", "apiVersion: v1\n", "kind: Pod\n", "metadata: {name: p}\n", "spec:\n", "? ", "%", "\x00",
         "\x85", "\u2028", "\ud800", "🐳"]
    ),
    max_size=40,
).map("".join)  # fmt: skip
WORDS = ["", "a", "Always", "nginx", "-1", "100m", "1Gi", "http", "..", "/x", "a/b", "Exists", "In", "None", "x" * 300, "é",
         "RollingUpdate", "Indexed", "* * * * *", "@every 1h", "hugepages-2Mi", "cpu", "memory", "50%", "150%", "%"]  # fmt: skip
JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=2),
    max_leaves=4,
)


@given(st.text(max_size=200) | YAML_BITS)
@example("\ufeffkind: Pod")
@example("a: !!float 0x\n")
@example("? [a]\n: b\n")
@example("a: !<tag:yaml.org,2002:int> 9\n")
@example("--- \n...\n--- |\n x\n")
@settings(max_examples=300, deadline=None)
def test_any_text_gives_a_manifest(text: str) -> None:
    manifest = read_manifest(text)
    assert bool(kubectl_error(manifest)) == bool(manifest.problems)
    for problem in manifest.problems:
        assert 1 <= problem.line <= text.count("\n") + 1
        assert problem.column >= 1
        assert problem.message
        assert problem.remedy
    read_scenario(text)


def _value(draw: st.DrawFn, type_: GoType, depth: int) -> Any:
    """A value of a type, now and then of a wrong one."""
    if draw(st.integers(0, 19)) == 0:
        return draw(JUNK)
    if type_.kind == "struct":
        names = [name for name in type_.fields if depth < 8]
        chosen = draw(st.sets(st.sampled_from(names), max_size=4)) if names else set()
        chosen |= {"name", "spec", "template", "containers", "metadata", "jobTemplate"} & set(names)
        return {name: _value(draw, type_.fields[name].type, depth + 1) for name in sorted(chosen)}
    if type_.element is not None and type_.kind == "list":
        return [_value(draw, type_.element, depth + 1) for _ in range(draw(st.integers(0, 2)))]
    if type_.element is not None:
        return {
            draw(st.sampled_from(WORDS)): _value(draw, type_.element, depth + 1) for _ in range(draw(st.integers(0, 2)))
        }
    numbers = st.sampled_from([0, 1, -1, 2, 80, 70000, 2**31 - 1])
    by_kind = {"int": numbers, "bool": st.booleans(), "intstr": numbers | st.sampled_from(WORDS)}
    return draw(by_kind.get(type_.kind, st.sampled_from(WORDS)))


@st.composite
def objects(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(KINDS.values(), key=lambda item: item.name)))
    value = _value(draw, go_type(kind.name), 0)
    return (value if isinstance(value, dict) else {}) | {"apiVersion": kind.api_version, "kind": kind.name}


@given(objects())
@settings(max_examples=150, deadline=None)
def test_any_object_is_accepted_or_refused_with_words(obj: dict[str, Any]) -> None:
    manifest = read_manifest(json.dumps(obj))
    assert len(manifest.documents) + bool(manifest.problems) == 1
    assert bool(kubectl_error(manifest)) == bool(manifest.problems)
    for document in manifest.documents:
        assert validate_update(document.object, document.object) == []


@given(objects())
@settings(max_examples=60, deadline=None)
def test_what_is_stored_is_accepted_again_unchanged(obj: dict[str, Any]) -> None:
    for document in read_manifest(json.dumps(obj)).documents:
        again = read_manifest(json.dumps(document.object))
        assert again.problems == ()
        assert again.documents[0].object == document.object


HEAD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n"


def test_of_very_many_problems_the_first_are_told() -> None:
    assert len(read_manifest(HEAD + "  containers:\n" + "  - {}\n" * 5000).problems) == MAX_PROBLEMS
    unknown = HEAD + "".join(f"  f{number}: 1\n" for number in range(5000))
    assert sum(problem.code == "unknown-field" for problem in read_manifest(unknown).problems) == MAX_PROBLEMS


def test_of_very_many_documents_the_first_are_read() -> None:
    text = "---\n".join([HEAD + "  containers: [{name: a, image: x}]\n"] * (MAX_DOCUMENTS + 5))
    manifest = read_manifest(text)
    assert len(manifest.documents) == MAX_DOCUMENTS
    assert [problem.message[:21] for problem in manifest.problems] == ["manifest is too large"]


def test_documents_share_one_budget() -> None:
    part = "a: [" + "x, " * (MAX_NODES // 2) + "]\n"
    manifest = read_manifest(f"{part}---\n{part}")
    assert [problem.code for problem in manifest.problems] == ["no-kind", "syntax"]
    assert "document is too large" in manifest.problems[1].message


@pytest.mark.parametrize(
    ("text", "advice"), [("\tkind: Pod\n", "put spaces"), ("```yaml\nkind: Pod\n```\n", "no YAML")]
)
def test_the_character_that_stops_the_parser_decides_what_to_do(text: str, advice: str) -> None:
    (problem,) = read_manifest(text).problems
    assert advice in problem.remedy
