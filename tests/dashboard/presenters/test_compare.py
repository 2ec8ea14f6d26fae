"""Two runs beside each other: the sentence, the numbers, the arrows, the changed lines."""

from __future__ import annotations

import pytest

from dashboard.presenters.asking import asking
from dashboard.presenters.compare import Comparison, Run, compare
from dashboard.presenters.manifest_diff import Changed, manifest_diff
from tests.dashboard.presenters.test_answers import EXEC, run

GRACE = EXEC.replace("spec:\n", "spec:\n  terminationGracePeriodSeconds: 5\n")


def compared(before: str, after: str, seconds: int = 600, *, aligned: bool = False) -> Comparison:
    runs = [
        Run(run(text, seconds), text, f"/{letter}/", seconds * 1000)
        for letter, text in zip("ab", (before, after), strict=True)
    ]
    return compare(*runs, aligned=aligned)


def test_the_title_names_the_changed_line_and_its_effect() -> None:
    found = compared(GRACE.replace(": 5\n", ": 30\n", 1), GRACE)
    words = "With terminationGracePeriodSeconds 5 instead of 30, app restarts 25s sooner and backs off 2m"
    assert found.title.startswith(words)
    assert (found.a.label, found.b.label) == ("terminationGracePeriodSeconds: 30", "terminationGracePeriodSeconds: 5")


@pytest.mark.parametrize(
    ("life", "seconds", "words"),
    [("sleep 20", 58, "app restarts 10s sooner, and 1 more time"), ("sleep 45", 58, "app restarts 15s later")],
)
def test_that_it_restarts_is_said_once(life: str, seconds: int, words: str) -> None:
    manifest = COUNTING.replace(COUNTING[COUNTING.index("echo x") : COUNTING.index("exit 1")], "sleep 30; ")
    assert compared(manifest, manifest.replace("sleep 30", life), seconds).title.endswith(words)


def test_the_table_has_the_few_numbers_that_matter() -> None:
    rows = {number.label: number for number in compared(EXEC, GRACE).numbers}
    assert (rows["From broken to running again"].a, rows["From broken to running again"].b) == (
        "40 to 48 s",
        "15 to 23 s",
    )
    assert rows["From broken to running again"].difference == "25s sooner"
    assert rows["First restart"].difference == "25s sooner"
    assert rows["Ready for the first time"].difference == "the same"
    assert int(rows["RESTARTS"].b) > int(rows["RESTARTS"].a)
    assert rows["Time down"].difference.endswith("more")


def test_a_range_is_compared_at_both_ends() -> None:
    rows = {number.label: number for number in compared(EXEC, EXEC.replace("Seconds: 5", "Seconds: 10"), 30).numbers}
    assert rows["From broken to running again"].difference == "10 to 15 s later"


def test_arrows_lead_from_one_run_to_the_other() -> None:
    arrows = compared(EXEC, GRACE).arrows
    assert [arrow.label.partition(":")[0] for arrow in arrows] == ["Restart 1", "CrashLoopBackOff"]
    assert all(arrow.kind.startswith("back") for arrow in arrows)


def test_what_happens_in_one_run_only_is_a_point_with_its_letter() -> None:
    well = EXEC.replace("sleep 30; rm /tmp/ok", "sleep 30; true")
    found = compared(EXEC, well, 120)
    assert [arrow.label for arrow in found.arrows] == ["Restart 1 only in A"]
    assert "does not restart any more" in found.title
    assert next(n for n in found.numbers if n.label == "First restart").b == "never"


COUNTING = """\
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  volumes: [{name: data, emptyDir: {}}]
  containers:
  - name: app
    image: busybox:1.36
    volumeMounts: [{name: data, mountPath: /data}]
    command: [sh, -c, "echo x >> /data/x; [ $(grep -c x /data/x) = 2 ] && sleep 5; sleep 5; exit 1"]
"""


def test_the_first_restart_that_differs_is_the_one_with_an_arrow() -> None:
    """Only the second life is longer in one of them, so the second end, and the restart after it, come later."""
    found = compared(COUNTING, COUNTING.replace("&& sleep 5", "&& sleep 9"), 90)
    assert found.arrows[0].label.startswith("Restart 2: ")
    assert found.arrows[0].label.endswith(" later")


def test_aligned_on_the_first_restart_both_have_it_at_the_same_place() -> None:
    found = compared(EXEC, GRACE, aligned=True)
    assert found.aligned
    assert found.b.style.startswith("--from:-2")
    assert all("Restart 1" not in arrow.label or "--t" in arrow.style for arrow in found.arrows)


def test_lanes_of_both_runs_have_identifiers_of_their_own() -> None:
    found = compared(EXEC, GRACE)
    idents = [lane.id for side in (found.a, found.b) for lane in side.lanes]
    idents += [item.id for side in (found.a, found.b) for lane in side.lanes for item in lane.items]
    assert len(idents) == len(set(idents))
    assert [lane.kind for lane in found.a.lanes] == ["status", "container", "probe-liveness", "signals"]


def test_a_changed_script_is_not_read_out() -> None:
    found = compared(EXEC, EXEC.replace("sleep 30", "sleep 50"), 120)
    assert found.title.startswith("With another command, app restarts ")
    assert (found.a.label, found.b.label) == ("as it is", "changed")


def test_the_same_manifest_twice_differs_in_nothing() -> None:
    found = compared(EXEC, EXEC, 90)
    assert found.title == "With the same manifest, nothing differs in the first 1m30s"
    assert found.arrows == ()
    assert found.diff.count == 0


@pytest.mark.parametrize(
    ("before", "after", "only"),
    [
        ("a: 1\nb: 2\n", "a: 1\nb: 3\n", Changed("b", "2", "3")),
        ("a: 1\n", "a: 1\nb: x y\n", Changed("b", "", "x y")),
        ("a: 1\nb: 2 # why\n", "a: 1\n", Changed("b", "2", "")),
        ("- name: x\n", "- name: y\n", Changed("name", "x", "y")),
        ("a: 1\n", "b: 1\n", None),
        ("a: 1\nb: 2\n", "a: 2\nb: 3\n", None),
        ("echo one\n", "echo two\n", None),
    ],
)
def test_a_single_changed_value_is_told_with_what_it_was(before: str, after: str, only: Changed | None) -> None:
    assert manifest_diff(before, after).only == only


def test_lines_far_from_a_change_are_left_out() -> None:
    lines = [f"k{n}: {n}" for n in range(40)]
    changed = [*lines]
    changed[2], changed[30] = "k2: x", "k30: y"
    diff = manifest_diff("\n".join(lines), "\n".join(changed))
    assert diff.count == 2
    assert [line.sign for line in diff.lines].count("…") == 1
    assert {line.text for line in diff.lines if line.sign == "+"} == {"k2: x", "k30: y"}
    assert len(diff.lines) < 25


def test_a_young_run_is_asked_about_for_five_minutes_and_an_old_one_as_far_as_it_got() -> None:
    assert asking(3_000, None, None, later=False).until_ms == 300_000
    assert asking(777_000, None, None, later=False).until_ms == 777_000
    assert next(choice.label for choice in asking(777_000, None, None, later=False).choices if choice.chosen) == (
        "12m57s, as far as it has run"
    )
    assert asking(777_000, 900_000, 60, later=True).at_ms == 60_000
