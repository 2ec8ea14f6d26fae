"""Scenario files: a header, then manifests whose lines stay those of the file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simulator.objects import read_manifest, read_scenario, substitute

HEADER = """# a comment
name: two-steps
start: "2026-11-23T04:34:14.529Z"
duration: 420
missingImages: [nope/missing:1]
actions:
- {at: 170.5, run: "echo b > $HOSTDIR/b"}
- {at: 20, run: "echo a > $HOSTDIR/a"}
"""
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - {name: a, image: 1}\n"


def test_a_header_says_when_and_what() -> None:
    scenario = read_scenario(f"{HEADER}---\n{POD}")
    assert scenario.name == "two-steps"
    assert scenario.start == datetime(2026, 11, 23, 4, 34, 14, 529_000, tzinfo=UTC)
    assert scenario.duration == 420
    assert scenario.missing_images == ("nope/missing:1",)
    assert scenario.actions == ((20.0, "echo a > $HOSTDIR/a"), (170.5, "echo b > $HOSTDIR/b"))
    assert scenario.host_directory == "/node/host/two-steps"
    assert scenario.problems == ()


def test_lines_of_the_manifests_are_those_of_the_file() -> None:
    text = f"{HEADER}---\n{POD}"
    scenario = read_scenario(text)
    assert scenario.manifests == POD
    (problem,) = read_manifest(scenario.manifests, first_line=scenario.first_line).problems
    assert text.splitlines()[problem.line - 1] == "  - {name: a, image: 1}"
    assert text.splitlines()[problem.line - 1][problem.column - 1] == "1"


def test_a_manifest_without_a_header_is_a_scenario() -> None:
    scenario = read_scenario(POD, name="mine")
    assert (scenario.name, scenario.manifests, scenario.first_line, scenario.actions) == ("mine", POD, 1, ())


def test_a_header_alone_has_no_manifests() -> None:
    assert read_scenario(HEADER).manifests == ""


@pytest.mark.parametrize("text", ["", "a: [", "- a", "x: 1", "---\n---\n"])
def test_what_is_no_header_is_left_to_the_manifest(text: str) -> None:
    scenario = read_scenario(text)
    assert (scenario.manifests, scenario.problems) == (text, ())


WRONG = {
    "name: My Name": ("name", 1),
    "name: a\nstart: soon": ("start", 2),
    "name: a\nduration: -1": ("duration", 2),
    "name: a\nduration: true": ("duration", 2),
    "name: a\nduration: 99999999": ("duration", 2),
    "name: a\nmissingImages: nginx": ("missingImages", 2),
    "name: a\nactions: {}": ("actions", 2),
    "name: a\nactions:\n- {at: 1}": ("actions[0]", 3),
    "name: a\nactions:\n- {at: -1, run: x}": ("actions[0]", 3),
    "name: a\ncolour: red": ("colour", 2),
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_header_is_told_with_its_line(text: str) -> None:
    (problem,) = read_scenario(f"{text}\n---\n{POD}").problems
    assert (problem.path, problem.line) == WRONG[text]


def test_a_time_without_a_zone_is_utc() -> None:
    assert read_scenario('start: "2026-01-02T03:04:05+01:00"').start == datetime(2026, 1, 2, 2, 4, 5, tzinfo=UTC)
    assert read_scenario("start: 2026-01-02T03:04:05").start.hour == 3


def test_variables_are_put_in_without_moving_lines() -> None:
    text = "path: HOSTDIR/a\nrun: $NS on $NODE in $HOSTDIR, not $STATICDIR"
    given = {"NS": "n", "NODE": "node1", "HOSTDIR": "/node/host/x", "STATICDIR": "/static"}
    assert substitute(text, given) == "path: /node/host/x/a\nrun: n on node1 in /node/host/x, not /static"
