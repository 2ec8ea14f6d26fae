"""What holds for any Job, whatever its Pods, its limits and a person do."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import Revision
from tests.simulator.controllers.jobs import job
from tests.simulator.stories import Json, Story

SCRIPTS = (
    "exit 0",
    "exit 3",
    "sleep 4",
    "sleep 2; exit 42",
    "sleep 100",
    "[ ${JOB_COMPLETION_INDEX:-1} = 1 ] && exit 1; exit 0",
)
LINES = (
    "kubectl delete pod -l job-name=work --wait=false",
    "kubectl delete pod -l job-name=work --force",
    "kubectl drain node1 --timeout=5s; kubectl uncordon node1",
    "kubectl delete job work --wait=false",
    "kubectl delete job work --wait=false --cascade=foreground",
    "kubectl delete job work --wait=false --cascade=orphan",
    """kubectl patch job work -p '{"spec":{"suspend":true}}'""",
    """kubectl patch job work -p '{"spec":{"suspend":false}}'""",
    """kubectl patch job work -p '{"spec":{"parallelism":1}}'""",
    """kubectl patch job work -p '{"spec":{"parallelism":4}}'""",
    """kubectl patch job work -p '{"spec":{"activeDeadlineSeconds":5}}'""",
)
rule = st.fixed_dictionaries(
    {
        "action": st.sampled_from(("Ignore", "Count", "FailJob")),
        "onExitCodes": st.just({"operator": "In", "values": [42]}),
    }
)
policy = st.lists(rule, min_size=1, max_size=2).map(lambda rules: {"rules": rules})
plain = st.fixed_dictionaries(
    {"parallelism": st.integers(0, 3), "backoffLimit": st.integers(0, 2)},
    optional={
        "completions": st.integers(0, 4),
        "activeDeadlineSeconds": st.integers(1, 40),
        "suspend": st.booleans(),
        "podFailurePolicy": policy,
        "ttlSecondsAfterFinished": st.integers(0, 20),
    },
)
indexed = st.fixed_dictionaries(
    {"completionMode": st.just("Indexed"), "completions": st.integers(1, 4), "parallelism": st.integers(0, 3)},
    optional={
        "backoffLimitPerIndex": st.integers(0, 1),
        "podReplacementPolicy": st.just("Failed"),
        "successPolicy": st.just({"rules": [{"succeededCount": 1}]}),
        "suspend": st.booleans(),
    },
)
actions = st.lists(st.tuples(st.integers(1, 60), st.sampled_from(LINES)), max_size=3).map(sorted)


def finished(status: Json) -> list[str]:
    return [
        c["type"] for c in status.get("conditions", ()) if c["type"] in ("Complete", "Failed") and c["status"] == "True"
    ]


def last(revisions: list[Revision]) -> dict[str, Revision]:
    return {r.object["metadata"]["uid"]: r for r in revisions}


def check_counters(versions: list[Json]) -> None:
    for before, after in pairwise(versions):
        assert all(after.get(f, 0) >= before.get(f, 0) for f in ("succeeded", "failed"))
        assert after.get("ready", 0) <= after.get("active", 0)
        if finished(before):
            assert after == before
    assert all(len(finished(status)) <= 1 for status in versions)
    end = versions[-1]
    if finished(end):
        assert not any(end.get(field) for field in ("active", "ready", "terminating", "uncountedTerminatedPods"))
        assert bool(end.get("completionTime")) == (finished(end) == ["Complete"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(plain, indexed), st.sampled_from(SCRIPTS), st.sampled_from(("Never", "OnFailure")), actions)
def test_counters_add_up_and_an_end_is_an_end(
    spec: dict[str, Any], script: str, restarts: str, lines: list[tuple[int, str]]
) -> None:
    story = Story(job(script, "Never" if "podFailurePolicy" in spec else restarts, **spec))
    for at, line in lines:
        story.until(max(at, story.simulation.now / 1000))
        story.simulation.act("node", {"command": line})
    story.until(200)
    versions = [r.object["status"] for r in story.revisions("jobs")]
    check_counters(versions)
    pods = last(story.revisions())
    phases = [r.object["status"]["phase"] for r in pods.values()]
    end = versions[-1]
    # A Pod is counted once at most, and as what it was, unless it was given up while it ran.
    assert end.get("succeeded", 0) <= phases.count("Succeeded")
    assert end.get("succeeded", 0) + end.get("failed", 0) <= len(pods)
    if finished(end) or story.revisions("jobs")[-1].verb == "DELETED":
        assert not any("finalizers" in r.object["metadata"] for r in pods.values() if r.verb != "DELETED")
