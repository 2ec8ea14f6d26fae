"""The arithmetic of the answers, by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.answers import Span, What, pod_answers
from simulator.objects import read_manifest
from tests.simulator.answers.runs import DEAF, OK, POLITE, answers, pod, script

FIVE_BY_THREE = OK | {"periodSeconds": 5, "failureThreshold": 3}
HOOK = {"lifecycle": {"preStop": {"sleep": {"seconds": 5}}}}


def spans(whole: dict[str, Any], question: str) -> dict[str, tuple[int, int | None]]:
    return {part.what: (part.span.least, part.span.greatest) for part in getattr(answers(whole), question).parts}


def test_a_hang_takes_the_threshold_the_grace_and_what_the_kubelet_adds() -> None:
    whole = pod(script(DEAF) | {"livenessProbe": FIVE_BY_THREE}, terminationGracePeriodSeconds=30)
    assert spans(whole, "hang") == {
        What.NEXT_ATTEMPT: (0, 5000),
        What.MORE_ATTEMPTS: (10_000, 10_000),
        What.ANSWER: (0, 1015),
        What.SYNC: (4, 1016),
        What.GRACE: (30_000, 30_000),
        What.START: (101, 101),
    }
    hang = answers(whole).hang
    assert hang.span == Span(40_105, 47_132)
    assert "spec.containers[0].livenessProbe.failureThreshold" in hang.fields
    assert "spec.terminationGracePeriodSeconds" in hang.fields


def test_who_may_handle_sigterm_ends_between_at_once_and_the_whole_grace() -> None:
    whole = pod(script(POLITE) | {"livenessProbe": FIVE_BY_THREE}, terminationGracePeriodSeconds=30)
    assert spans(whole, "hang")[What.GRACE] == (0, 30_000)


def test_pre_stop_lies_within_the_grace_and_two_seconds_are_always_left() -> None:
    whole = pod(script(DEAF) | {"livenessProbe": FIVE_BY_THREE} | HOOK, terminationGracePeriodSeconds=30)
    assert spans(whole, "hang")[What.PRE_STOP] == (5000, 5000)
    assert spans(whole, "hang")[What.GRACE] == (25_000, 25_000)
    whole = pod(script(DEAF) | {"livenessProbe": FIVE_BY_THREE} | HOOK, terminationGracePeriodSeconds=6)
    assert spans(whole, "hang")[What.GRACE] == (2000, 2000)


def test_a_grace_of_the_probe_goes_before_that_of_the_pod() -> None:
    probe = FIVE_BY_THREE | {"terminationGracePeriodSeconds": 7}
    hang = answers(pod(script(DEAF) | {"livenessProbe": probe})).hang
    assert hang.parts[-2].span == Span(7000, 7000)
    assert hang.parts[-2].fields == ("spec.containers[0].livenessProbe.terminationGracePeriodSeconds",)


def test_an_attempt_longer_than_the_period_puts_the_next_one_off() -> None:
    probe = OK | {"periodSeconds": 2, "failureThreshold": 3, "timeoutSeconds": 5}
    found = spans(pod(script(DEAF) | {"livenessProbe": probe}), "hang")
    assert found[What.MORE_ATTEMPTS] == (2000, 2 * 5015)
    assert found[What.NEXT_ATTEMPT] == (0, 5015)


def test_no_attempt_of_a_new_container_waits_for_an_earlier_one() -> None:
    probe = OK | {"periodSeconds": 2, "failureThreshold": 3, "timeoutSeconds": 5}
    assert spans(pod(script(DEAF) | {"startupProbe": probe}), "budget")[What.MORE_ATTEMPTS] == (4000, 2 * 5015)


def test_what_never_happens_names_the_field_for_it() -> None:
    found = answers(pod(script(DEAF)))
    assert found.hang.never == "spec.containers[0].livenessProbe"
    assert found.traffic.never == "spec.containers[0].readinessProbe"
    assert found.budget.never == "spec.containers[0].startupProbe"
    found = answers(pod(script(DEAF) | {"livenessProbe": OK}, restartPolicy="Never"))
    assert (found.crash.never, found.hang.never) == ("spec.restartPolicy", "spec.restartPolicy")


def test_without_a_probe_a_container_is_ready_when_the_kubelet_has_seen_it() -> None:
    assert answers(pod(script(DEAF))).ready.span == Span(7, 1008 + 1012 + 16)


def test_a_post_start_command_has_no_limit() -> None:
    hook = {"lifecycle": {"postStart": {"exec": {"command": ["true"]}}}}
    assert answers(pod(script(DEAF) | hook | {"readinessProbe": OK})).ready.span.greatest is None


def test_the_startup_probe_guards_the_start_before_the_liveness_probe_does() -> None:
    probes = {"startupProbe": OK | {"periodSeconds": 2, "failureThreshold": 30}, "livenessProbe": FIVE_BY_THREE}
    budget = answers(pod(script(DEAF) | probes)).budget
    assert budget.span.least == 29 * 2000 + 4
    assert all("livenessProbe" not in field for field in budget.fields)


def test_back_offs_double_up_to_five_minutes_after_a_first_restart_at_once() -> None:
    waits = answers(pod(script(DEAF))).waits
    assert [wait.delay_ms // 1000 for wait in waits] == [0, 10, 20, 40, 80, 160, 300]
    assert waits[1].restart.least == 10_061
    assert waits[-1].restart.greatest == 300_000 + 30_000 + 1000 + 1016 + 61


def test_the_budget_of_a_pod_adds_up_what_waits_for_each_other() -> None:
    main = script(DEAF) | {"name": "app", "image": "busybox:1.36", "startupProbe": FIVE_BY_THREE}
    side: dict[str, Any] = {
        "name": "side",
        "image": "busybox:1.36",
        "restartPolicy": "Always",
        "startupProbe": FIVE_BY_THREE,
    }
    setup: dict[str, Any] = {"name": "setup", "image": "busybox:1.36", "command": ["true"]}
    for inits, limited in (([side], True), ([setup, side], False)):
        manifest = read_manifest(json.dumps(pod(main, initContainers=inits)))
        found = pod_answers(manifest.documents[0].object)
        assert [part.name for part in found.budget.parts] == [*(c["name"] for c in inits), "app"]
        assert (found.budget.span.greatest is not None) is limited
        assert [container.name for container in found.containers] == ["app", "side"]


def test_a_container_beside_others_that_keep_running_may_be_held_up() -> None:
    setup = {"name": "setup", "image": "busybox:1.36", "command": ["true"]}
    side = {"name": "side", "image": "busybox:1.36", "restartPolicy": "Always"}
    for inits, alone in (([], True), ([setup], True), ([side], False)):
        assert answers(pod(script(DEAF), initContainers=inits)).alone is alone


@pytest.mark.parametrize(
    ("fields", "deaf"),
    [
        ({"command": ["sleep", "3600"]}, True),
        ({"command": ["/bin/sh", "-c", "touch /tmp/a; sleep 600"]}, True),
        ({"command": ["sh", "-c", "while true; do date; sleep 1; done"]}, True),
        ({"args": ["sh", "-c", "sleep 600"]}, True),  # this image has no entrypoint
        ({"args": ["sh", "-c", "sleep 600"], "image": "example.com/app:1"}, False),  # of this one nobody knows
        ({"command": ["sh", "-c", "trap 'exit 0' TERM; sleep 600"]}, False),
        ({"command": ["sh", "-c", "echo begin; exec nginx"]}, False),
        ({"command": ["sh", "-c", "echo begin; nginx -g 'daemon off;'"]}, False),
        ({"command": ["sh", "-c"]}, False),
        ({"command": ["sh"]}, False),
        ({"image": "nginx:1.27"}, False),
        ({}, False),
    ],
)
def test_a_process_1_that_is_sure_to_ignore_sigterm(fields: dict[str, Any], deaf: bool) -> None:
    assert answers(pod(fields)).deaf is deaf


def test_who_is_not_process_1_may_end_at_sigterm() -> None:
    assert not answers(pod(script(DEAF), shareProcessNamespace=True)).deaf
