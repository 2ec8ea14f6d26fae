"""What holds for any Pod, whatever its scripts, probes and policies do, and whatever a person does to it."""

from __future__ import annotations

import itertools
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import Fact, Revision, Simulation
from simulator.kubelet.backoff import CAP_MS, FIRST_MS

HORIZON_MS = 240_000
SCRIPTS = (
    "sleep 1000",
    "exit 0",
    "exit 3",
    "sleep 7; exit 1",
    "touch /tmp/ok; sleep 20; rm /tmp/ok; sleep 600",
    "trap 'exit 0' TERM; touch /tmp/ok; while true; do sleep 1; done",
    "trap '' TERM; sleep 1000",
    "while true; do touch /tmp/ok; sleep 15; rm /tmp/ok; sleep 15; done",
    "no-such-command",
)
OK: dict[str, Any] = {"exec": {"command": ["cat", "/tmp/ok"]}}

probes = st.fixed_dictionaries(
    {"periodSeconds": st.integers(1, 10), "failureThreshold": st.integers(1, 3)},
    optional={"initialDelaySeconds": st.integers(0, 12)},
).map(lambda probe: {**OK, **probe})

containers = st.fixed_dictionaries(
    {"image": st.just("busybox:1.36"), "command": st.sampled_from(SCRIPTS).map(lambda s: ["sh", "-c", s])},
    optional={
        "livenessProbe": probes,
        "readinessProbe": probes,
        "startupProbe": probes,
        "lifecycle": st.just({"preStop": {"exec": {"command": ["sleep", "2"]}}}),
    },
)
init_containers = st.fixed_dictionaries(
    {"image": st.just("busybox:1.36"), "command": st.sampled_from(SCRIPTS[1:4]).map(lambda s: ["sh", "-c", s])}
)
sidecar_containers = containers.map(lambda c: {**c, "restartPolicy": "Always"})


def _named(prefix: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": f"{prefix}{index}", **item} for index, item in enumerate(items)]


pods = st.builds(
    lambda policy, grace, inits, regular: {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {
            "restartPolicy": policy,
            "terminationGracePeriodSeconds": grace,
            "initContainers": _named("i", inits),
            "containers": _named("c", regular),
        },
    },
    st.sampled_from(("Always", "OnFailure", "Never")),
    st.integers(0, 10),
    st.lists(st.one_of(init_containers, sidecar_containers), max_size=2),
    st.lists(containers, min_size=1, max_size=2),
)
actions = st.lists(
    st.tuples(
        st.integers(1000, HORIZON_MS),
        st.sampled_from(
            (
                ("kill", {"pod": "p", "container": "c0"}),
                ("exec", {"pod": "p", "container": "c0", "command": "rm -f /tmp/ok"}),
                ("exec", {"pod": "p", "container": "c0", "command": "touch /tmp/ok"}),
                ("delete", {"kind": "pods", "name": "p"}),
            )
        ),
    ),
    max_size=3,
).map(lambda made: sorted(made, key=lambda action: action[0]))
thorough = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def run(pod: dict[str, Any], acts: list[Any], seed: int, pieces: tuple[int, ...] = ()) -> Simulation:
    simulation = Simulation(seed=seed)
    simulation.act("apply", {"manifest": json.dumps(pod)})
    stops = sorted(
        [(at, (verb, data)) for at, (verb, data) in acts] + [(at, None) for at in pieces], key=lambda s: s[0]
    )
    for at, action in stops:
        simulation.advance(at)
        if action is not None:
            simulation.act(action[0], dict(action[1]))
    simulation.advance(HORIZON_MS)
    return simulation


def log_of(simulation: Simulation) -> str:
    return "\n".join(repr(entry) for entry in simulation.history.entries)


def revisions(simulation: Simulation) -> list[Revision]:
    return [e for e in simulation.history.entries if isinstance(e, Revision) and e.kind == "pods"]


def facts(simulation: Simulation, kind: str) -> list[Fact]:
    return [e for e in simulation.history.entries if isinstance(e, Fact) and e.kind == kind]


def statuses(obj: dict[str, Any]) -> list[dict[str, Any]]:
    status = obj["status"]
    return [*status.get("initContainerStatuses", ()), *status.get("containerStatuses", ())]


@thorough
@given(pods, actions, st.integers(0, 3))
def test_the_same_manifest_actions_and_seed_give_the_same_history(pod: Any, acts: Any, seed: int) -> None:
    assert log_of(run(pod, acts, seed)) == log_of(run(pod, acts, seed))


@thorough
@given(pods, actions, st.lists(st.integers(0, HORIZON_MS), max_size=6))
def test_looking_in_between_changes_nothing(pod: Any, acts: Any, pieces: list[int]) -> None:
    assert log_of(run(pod, acts, 1)) == log_of(run(pod, acts, 1, tuple(pieces)))


@thorough
@given(pods, actions)
def test_time_and_numbers_only_grow_and_every_cause_comes_before_its_effect(pod: Any, acts: Any) -> None:
    entries = run(pod, acts, 2).history.entries
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert all(a.at_ms <= b.at_ms for a, b in itertools.pairwise(entries))
    assert all(entry.cause < entry.number for entry in entries)


@thorough
@given(pods, actions)
def test_restart_counts_never_fall_and_terminal_phases_stay(pod: Any, acts: Any) -> None:
    counts: dict[str, int] = {}
    ended = ""
    for revision in revisions(run(pod, acts, 3)):
        phase = revision.object["status"]["phase"]
        assert ended in ("", phase)
        ended = phase if phase in ("Succeeded", "Failed") else ""
        for status in statuses(revision.object):
            assert status["restartCount"] >= counts.get(status["name"], 0)
            counts[status["name"]] = status["restartCount"]


@thorough
@given(pods, actions)
def test_ready_means_that_every_container_is_ready(pod: Any, acts: Any) -> None:
    for revision in revisions(run(pod, acts, 4)):
        conditions = {c["type"]: c["status"] for c in revision.object["status"].get("conditions", ())}
        if conditions.get("Ready") != "True":
            continue
        sidecars = {c["name"] for c in revision.object["spec"].get("initContainers", ()) if c.get("restartPolicy")}
        for status in statuses(revision.object):
            if status["name"].startswith("c") or status["name"] in sidecars:
                assert status["ready"], revision


@thorough
@given(pods, actions)
def test_events_name_only_containers_that_are_there(pod: Any, acts: Any) -> None:
    names = {c["name"] for c in (*pod["spec"]["containers"], *pod["spec"]["initContainers"])}
    for entry in run(pod, acts, 5).history.entries:
        if isinstance(entry, Revision) and entry.kind == "events":
            path = entry.object["involvedObject"].get("fieldPath", "")
            assert not path or path.partition("{")[2].rstrip("}") in names


@thorough
@given(pods, actions)
def test_back_offs_stay_between_ten_seconds_and_five_minutes(pod: Any, acts: Any) -> None:
    for fact in facts(run(pod, acts, 6), "backoff"):
        assert FIRST_MS <= fact.data["wait_ms"] <= CAP_MS


@thorough
@given(pods, actions)
def test_an_instance_starts_once_and_ends_at_most_once_and_never_overlaps_the_next(pod: Any, acts: Any) -> None:
    running: set[str] = set()
    for entry in run(pod, acts, 7).history.entries:
        if not isinstance(entry, Fact):
            continue
        if entry.kind == "container" and entry.data["phase"] == "started":
            assert entry.container not in running
            running.add(entry.container)
        elif entry.kind == "exit" and entry.data["reason"] != "StartError":
            assert entry.container in running
            running.discard(entry.container)


@thorough
@given(pods, actions)
def test_a_failure_counts_up_to_its_threshold_before_it_changes_anything(pod: Any, acts: Any) -> None:
    for fact in facts(run(pod, acts, 8), "probe"):
        if fact.data["changed"]:
            assert fact.data["count"] >= fact.data["threshold"]
