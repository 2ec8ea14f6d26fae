"""Every time that a simulated run takes lies between the least and the greatest that the answers give, and some runs
come close to either end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import pytest

from simulator.answers import Answer
from tests.simulator.answers.runs import DEAF, NEVER, OK, POLITE, SLOW, STUCK, Life, answers, pod, probe, script, within

RUNS = 200  # of each kind; the seeds are fixed
UNUSED_MS = 1015  # of the timeout, where a probe answers at once
CLOSE_MS = 1150  # how near the extremes come: a relist and what the kubelet does after it

Json = dict[str, Any]
Taken = tuple[int, Answer, Json]


def hooks(random: Random) -> Json:
    """No preStop, one that sleeps, or one that runs a command."""
    return random.choice(
        (
            {},
            {},
            {"lifecycle": {"preStop": {"sleep": {"seconds": random.randint(1, 3)}}}},
            {"lifecycle": {"preStop": {"exec": {"command": ["sleep", str(random.randint(0, 5))]}}}},
        )
    )


def hang(random: Random, seed: int) -> Taken:
    """The file that the probe looks at goes away."""
    made = probe(random, random.choice((OK, SLOW, STUCK)))
    if random.random() < 0.3:
        made["terminationGracePeriodSeconds"] = random.randint(1, 6)
    whole = pod(
        script(random.choice((DEAF, POLITE))) | {"livenessProbe": made} | hooks(random),
        terminationGracePeriodSeconds=random.randint(3, 8),
    )
    life = Life.of(whole, seed).at(random.randint(20_000, 40_000), "exec", command="rm /tmp/ok")
    broken = life.at(200_000).first("file", path="/tmp/ok", change="removed")
    return life.took(broken, partial(life.first, "container", phase="started")), answers(whole).hang, whole


def traffic(random: Random, seed: int) -> Taken:
    whole = pod(script(DEAF) | {"readinessProbe": probe(random, random.choice((OK, SLOW, STUCK)))})
    life = Life.of(whole, seed).at(random.randint(40_000, 60_000), "exec", command="rm /tmp/ok")
    broken = life.at(200_000).first("file", path="/tmp/ok", change="removed")
    return life.took(broken, partial(life.shown, False)), answers(whole).traffic, whole


def crash(random: Random, seed: int) -> Taken:
    container: Json = script(DEAF) if random.random() < 0.5 else {"image": "nginx:1.27"}
    if "image" in container:
        for kind in random.sample(("livenessProbe", "readinessProbe"), random.randint(0, 2)):
            container[kind] = probe(random, {"httpGet": {"port": 80}})
        if random.random() < 0.4:
            container["lifecycle"] = {"preStop": {"sleep": {"seconds": random.randint(1, 3)}}}
    container["imagePullPolicy"] = random.choice(("Always", "IfNotPresent"))
    whole = pod(container)
    at = random.randint(5_000, 40_000)
    life = Life.of(whole, seed).at(at, "kill", signal="SIGKILL").at(100_000)
    return life.took(at, partial(life.first, "container", phase="started")), answers(whole).crash, whole


def ready(random: Random, seed: int) -> Taken:
    """The second instance: the probe workers' ticks have nothing to do with its start."""
    container = script(DEAF)
    for kind in random.sample(("startupProbe", "readinessProbe"), random.randint(0, 2)):
        container[kind] = probe(random, random.choice((OK, SLOW, STUCK)), 9) | {"failureThreshold": 30}
    if "readinessProbe" in container and random.random() < 0.3:
        container["readinessProbe"]["successThreshold"] = random.randint(2, 3)
    if random.random() < 0.2:
        container["lifecycle"] = {"postStart": {"sleep": {"seconds": random.randint(1, 3)}}}
    whole = pod(container)
    at = random.randint(60_000, 80_000)
    life = Life.of(whole, seed).at(at, "kill", signal="SIGKILL").at(300_000)
    started = life.first("container", at, phase="started")
    return life.took(started, partial(life.shown, True)), answers(whole).ready, whole


def budget(random: Random, seed: int) -> Taken:
    kind = random.choice(("startupProbe", "livenessProbe"))
    slow = {"exec": {"command": ["sleep", "100"]}}
    whole = pod(script(DEAF) | {kind: probe(random, random.choice((NEVER, slow)), 12)})
    life = Life.of(whole, seed).at(250_000)
    second = life.first("container", phase="started", restart=random.randint(0, 1))
    return life.took(second, partial(life.first, "stop")), answers(whole).budget, whole


@pytest.mark.parametrize("kind", [hang, traffic, crash, ready, budget])
def test_every_run_lies_within_the_answer(kind: Callable[[Random, int], Taken]) -> None:
    random = Random(kind.__name__)
    for seed in range(RUNS):
        took, answer, whole = kind(random, seed)
        assert within(took, answer.span), (seed, took, answer.span, answer.parts, whole)


def stopped_at(whole: Json, at: int, seed: int, question: str) -> int:
    """What one run of a fixed Pod takes to answer the question, after something happens to it at `at`."""
    if question == "crash":
        life = Life.of(whole, seed).at(at, "kill", signal="SIGKILL").at(at + 10_000)
        return life.took(at, partial(life.first, "container", phase="started"))
    life = Life.of(whole, seed).at(at, "exec", command="rm /tmp/ok").at(at + 60_000)
    broken = life.first("file", path="/tmp/ok", change="removed")
    if question == "traffic":
        return life.took(broken, partial(life.shown, False))
    return life.took(broken, partial(life.first, "container", phase="started"))


TIMES = {"periodSeconds": 4, "failureThreshold": 2}
FIXED = {
    "hang": pod(script(DEAF) | {"livenessProbe": OK | TIMES}),
    "traffic": pod(script(DEAF) | {"readinessProbe": OK | TIMES}),
    "crash": pod(script(DEAF)),
}


@pytest.mark.parametrize("question", FIXED)
def test_some_runs_come_close_to_either_end(question: str) -> None:
    random, whole = Random(question), FIXED[question]
    answer = getattr(answers(whole), question)
    taken = [stopped_at(whole, random.randint(20_000, 40_000), seed, question) for seed in range(RUNS)]
    unused = UNUSED_MS if question != "crash" else 0
    assert min(taken) - answer.span.least < 150
    assert answer.span.greatest - max(taken) < CLOSE_MS + unused


def test_a_probe_that_answers_at_its_timeout_comes_close_to_the_greatest() -> None:
    whole = pod(script(DEAF) | {"livenessProbe": STUCK | TIMES | {"timeoutSeconds": 3}})
    random = Random("late")
    taken = [stopped_at(whole, random.randint(20_000, 40_000), seed, "hang") for seed in range(RUNS)]
    greatest = answers(whole).hang.span.greatest
    assert greatest is not None
    assert 0 <= greatest - max(taken) < CLOSE_MS


DELAYED = TIMES | {"initialDelaySeconds": 6}


def test_a_delay_and_a_tick_come_close_to_either_end_of_the_budget() -> None:
    """The second instance starts at any moment between two ticks, as the first takes its time to stop."""
    random, taken = Random("budget"), []
    for seed in range(RUNS):
        leave = f"trap 'sleep {random.randint(0, 4000) / 1000}; exit 0' TERM; sleep 1000 & wait"
        whole = pod(script(leave) | {"startupProbe": NEVER | DELAYED}, terminationGracePeriodSeconds=8)
        life = Life.of(whole, seed).at(120_000)
        taken.append(life.took(life.first("container", phase="started", restart=1), partial(life.first, "stop")))
    span = answers(whole).budget.span
    assert span.greatest is not None
    assert 0 <= min(taken) - span.least < CLOSE_MS
    assert 0 <= span.greatest - max(taken) < CLOSE_MS + UNUSED_MS


def test_a_delay_and_a_tick_come_close_to_either_end_of_ready() -> None:
    whole, random, taken = pod(script(DEAF) | {"readinessProbe": OK | DELAYED}), Random("ready"), []
    for seed in range(RUNS):
        at = random.randint(20_000, 40_000)
        life = Life.of(whole, seed).at(at, "kill", signal="SIGKILL").at(at + 60_000)
        taken.append(life.took(life.first("container", at, phase="started"), partial(life.shown, True)))
    span = answers(whole).ready.span
    assert span.greatest is not None
    assert 0 <= min(taken) - span.least < CLOSE_MS
    assert 0 <= span.greatest - max(taken) < CLOSE_MS + UNUSED_MS


def test_each_wait_of_the_ladder_holds_for_a_container_that_keeps_ending() -> None:
    ends: dict[int, list[int]] = {}
    for seed in range(RUNS // 5):
        whole = pod(script("sleep 2; exit 1"))
        life = Life.of(whole, seed).at(1_600_000)
        waits = answers(whole).waits
        end = life.first("exit", restart=0)
        for wait in (*waits, waits[-1]):
            assert end is not None
            started = life.first("container", end, phase="started")
            if started is None:
                break
            assert within(started - end, wait.restart), (seed, wait, started - end)
            ends.setdefault(wait.number, []).append(started - end)
            end = life.first("exit", started)
    assert sorted(ends) == [1, 2, 3, 4, 5, 6, 7]
    for wait in answers(pod(script("exit 1"))).waits[1:4]:
        late = (wait.restart.greatest or 0) - wait.restart.least
        assert max(ends[wait.number]) - min(ends[wait.number]) > late / 2


def test_ten_minutes_without_an_end_start_the_ladder_anew() -> None:
    """The third life is the long one: its end is counted as the first of a new row."""
    for seconds, wait in ((590, 20_000), (610, 0)):
        counted = (
            "n=$(cat /n/n || echo 0); echo $((n+1)) > /n/n; "
            f"if [ $n = 2 ]; then sleep {seconds}; else sleep 1; fi; exit 1"
        )
        mounted = {"volumeMounts": [{"name": "n", "mountPath": "/n"}]}
        life = Life.of(pod(script(counted) | mounted, volumes=[{"name": "n", "emptyDir": {}}]), 1).at(660_000)
        end = life.first("exit", restart=2)
        took = life.took(end, partial(life.first, "container", phase="started"))
        assert within(took, next(w.restart for w in answers(pod(script("exit 1"))).waits if w.delay_ms == wait))
