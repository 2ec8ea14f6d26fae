"""Answers before the run, in words, and what this run took beside them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashboard.presenters.answers import Shown, amount, between, exact
from dashboard.presenters.before import Before, of_document, of_entry, of_story
from dashboard.presenters.page import PodPage
from dashboard.presenters.source import source_for
from dashboard.presenters.story import Story
from simulator import Fact, Simulation
from simulator.answers import Span
from simulator.objects import read_manifest
from tests.dashboard.presenters.conftest import Find

EXEC = """\
apiVersion: v1
kind: Pod
metadata:
  name: p
spec:
  containers:
  - name: app
    image: busybox:1.36
    command: [sh, -c, touch /tmp/ok; sleep 30; rm /tmp/ok; sleep 600]
    livenessProbe:
      exec:
        command: [cat, /tmp/ok]
      periodSeconds: 5
"""


def run(text: str, seconds: int, seed: int = 0) -> Story:
    simulation = Simulation(seed=seed)
    assert simulation.act("apply", {"manifest": text}).code == 0
    simulation.advance(seconds * 1000)
    return Story("default", "p").read(simulation.history.entries)


def said(text: str, seconds: int) -> Before:
    story = run(text, seconds)
    before = of_story(story, source_for(text, story.pod), seconds * 1000)
    assert before is not None
    return before


def test_the_first_answer_is_about_a_broken_container_with_its_parts_and_lines() -> None:
    main = said(EXEC, 5).panel.cards[0].main
    assert main.title == "Once broken, app runs again after 40 to 48 s"
    assert [bar.caption for bar in main.bars] == ["3 attempts", "kubelet", "SIGTERM ignored", "kubelet"]
    assert main.bars[0].range == "10 to 17 s"
    rows = {row.name: row for row in main.rows}
    assert rows["2 more attempts"].sum == "2 × 5 s"
    assert rows["2 more attempts"].range == "10 s"
    assert [(field.name, field.line) for field in rows["2 more attempts"].fields] == [
        ("failureThreshold", 0),
        ("periodSeconds", 13),
    ]
    assert main.case == ""


def test_what_a_run_took_stands_beside_the_answer_and_lies_within_it() -> None:
    story = run(EXEC, 90)
    before = of_story(story, source_for(EXEC, story.pod), 90_000)
    assert before is not None
    starts = [e for e in story.entries.values() if isinstance(e, Fact) and e.data.get("phase") == "started"]
    removed = next(e for e in story.entries.values() if isinstance(e, Fact) and e.data.get("change") == "removed")
    took = starts[1].at_ms - removed.at_ms
    assert 40_000 <= took <= 48_000
    assert before.panel.cards[0].main.case == f"This time {exact(took)}"
    assert before.title == "app restarted 1 time"


def test_while_nothing_broke_the_panel_says_how_long_it_has_been_well() -> None:
    before = said(EXEC, 22)
    assert before.title == "app has not restarted"
    assert before.text.startswith("Running and ready since 0:0")
    assert before.text.endswith("Its liveness probe passed 4 of 4 times.")


def test_a_start_that_never_succeeded_is_timed_from_the_start_to_the_kill() -> None:
    text = EXEC.replace("touch /tmp/ok; sleep 30; rm /tmp/ok; sleep 600", "sleep 3600")
    cases = {answer.key: answer.case for answer in said(text, 120).panel.cards[0].more}
    assert cases["budget"].startswith("This time 1")
    assert said(text, 120).panel.cards[0].main.case == ""


def test_a_readiness_probe_that_fails_is_timed_to_the_moment_kubectl_sees_it() -> None:
    text = EXEC.replace("livenessProbe", "readinessProbe")
    card = said(text, 60).panel.cards[0]
    traffic = next(answer for answer in (card.main, *card.more) if answer.key == "traffic")
    assert traffic.title == "Once broken, app gets no more traffic after 10 to 17 s"
    assert traffic.case.startswith("This time 1")


def test_a_crash_is_timed_once_and_the_ladder_shows_where_one_is() -> None:
    text = EXEC.replace("touch /tmp/ok; sleep 30; rm /tmp/ok; sleep 600", "sleep 3; exit 1").partition(
        "    livenessProbe"
    )[0]
    panel = said(text, 6).panel
    assert panel.cards[0].main.title == "If its process ends, app runs again after 0 to 2.1 s"
    assert panel.cards[0].main.case.startswith("This time ")
    ladder = said(text, 12).panel.cards[0].ladder
    assert ladder is not None
    assert [rung.wait for rung in ladder.rungs] == ["at once", "10s", "20s", "40s", "1m20s", "2m40s", "5m"]
    assert [rung.name for rung in ladder.rungs if rung.now] == ["exit 2"]


def test_what_never_happens_is_a_sentence_without_parts_and_comes_last() -> None:
    card = said(EXEC, 5).panel.cards[0]
    assert card.more[-1].title == "A broken app still gets traffic: it has no readiness probe"
    assert card.more[-1].bars == ()


def test_a_selected_restart_gets_the_answer_that_belongs_to_it(page: PodPage, find: Find) -> None:
    restart = find("container", restart=2, phase="started")
    related = of_entry(page.story, page.source, restart.number)
    assert related is not None
    assert related.key == "hang"
    assert related.case == "This time 46.0 s"


def related(text: str, seconds: int, kind: str, **data: object) -> Shown | None:
    story = run(text, seconds)
    facts = [e for e in story.entries.values() if isinstance(e, Fact) and e.kind == kind and e.container == "app"]
    entry = next(fact for fact in facts if data.items() <= fact.data.items())
    return of_entry(story, source_for(text, story.pod), entry.number)


def test_each_start_end_and_kill_gets_its_own_question() -> None:
    started = related(EXEC, 5, "container", phase="started")
    never = EXEC.replace("livenessProbe", "startupProbe").replace(
        "touch /tmp/ok; sleep 30; rm /tmp/ok; sleep 600", "sleep 900"
    )
    given_up = related(never, 120, "container", phase="started", restart=1)
    crash = EXEC.replace("sleep 30; rm /tmp/ok; sleep 600", "sleep 5; exit 1")
    crashed = related(crash, 20, "container", phase="started", restart=1)
    assert [found.key if found else "" for found in (started, given_up, crashed)] == ["ready", "budget", "crash"]
    assert all(found.case for found in (started, given_up, crashed) if found)


def test_a_kill_by_a_person_is_no_question_to_the_manifest() -> None:
    simulation = Simulation()
    simulation.act("apply", {"manifest": EXEC})
    simulation.advance(10_000)
    simulation.act("delete", {"kind": "pods", "name": "p"})
    simulation.advance(20_000)
    story = Story("default", "p").read(simulation.history.entries)
    stop = next(e for e in story.entries.values() if isinstance(e, Fact) and e.kind == "stop")
    assert of_entry(story, source_for(EXEC, story.pod), stop.number) is None


def test_a_manifest_is_answered_before_there_is_a_run() -> None:
    panel = of_document(read_manifest(EXEC, first_line=11).documents[0])
    assert panel.cards[0].main.title.endswith("40 to 48 s")
    fields = [field for row in panel.cards[0].main.rows for field in row.fields]
    assert {field.line for field in fields if field.name == "periodSeconds"} == {23}


def test_a_pod_whose_containers_wait_for_each_other_has_a_budget_of_its_own() -> None:
    pod: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {
            "initContainers": [{"name": "setup", "image": "busybox"}],
            "containers": [{"name": "app", "image": "busybox", "startupProbe": {"exec": {"command": ["true"]}}}],
        },
    }
    panel = of_document(read_manifest(json.dumps(pod)).documents[0])
    assert panel.start is not None
    assert [bar.kind for bar in panel.start.bars] == ["run open", "run"]
    assert "and more" in panel.start.title


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (Span(40_105, 47_132), "40 to 48 s"),
        (Span(4, 2030), "0 to 2.1 s"),
        (Span(30_000, 30_000), "30 s"),
        (Span(101, 101), "0.1 s"),
        (Span(9_950, 12_001), "9.9 to 13 s"),
        (Span(160_061, 192_077), "2m40s to 3m13s"),
        (Span(90_900, 132_077), "1m30s to 2m13s"),
        (Span(0, None), "0 s and more"),
    ],
)
def test_a_range_is_rounded_away_from_its_middle(span: Span, words: str) -> None:
    assert between(span) == words


def test_an_amount_is_rounded_to_what_is_worth_saying() -> None:
    assert (amount(47_132), amount(47_132, up=True), amount(47_132, up=True, tenths=True)) == ("47 s", "48 s", "47.2 s")
