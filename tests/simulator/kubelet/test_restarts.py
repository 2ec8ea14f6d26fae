"""Restarts and crash back-off. Models kuberuntime_manager.go doBackOff and pod_workers.go completeWork."""

import itertools

import pytest

from simulator import Fact
from tests.simulator.stories import Story, container, exec_probe, pod


def test_the_first_restart_is_immediate_then_the_waits_double() -> None:
    story = Story(pod(container("exit 1")), seconds=400)
    starts = story.starts()
    assert starts[1] - starts[0] < 3
    gaps = [later - earlier for earlier, later in itertools.pairwise(starts[1:])]
    for gap, wait in zip(gaps, (10, 20, 40, 80), strict=False):
        assert wait <= gap <= wait * 1.5 + 4


@pytest.mark.parametrize(("policy", "code", "starts"), [("Never", 1, 1), ("OnFailure", 0, 1), ("OnFailure", 1, 2)])
def test_the_policy_decides_who_is_started_again(policy: str, code: int, starts: int) -> None:
    assert len(Story(pod(container(f"exit {code}"), restartPolicy=policy), seconds=8).starts()) == starts


def test_exit_code_0_crash_loops_too_under_always() -> None:
    story = Story(pod(container("exit 0")), seconds=30)
    assert "waiting CrashLoopBackOff" in story.states()
    assert story.status["phase"] == "Running"


def test_the_waiting_reason_is_published_one_sync_after_it_arose() -> None:
    story = Story(pod(container("sleep 3; exit 1")), seconds=12)
    backoff = story.facts("backoff")[0]
    at_once = next(r for r in story.revisions() if r.at_ms >= backoff.at_ms)
    assert "terminated" in at_once.object["status"]["containerStatuses"][0]["state"]


def test_a_start_that_fails_counts_as_a_restart_and_backs_off() -> None:
    story = Story(pod(container(command=["/no/such/bin"])), seconds=6)
    assert story.container()["restartCount"] == 1
    ended = story.container()["lastState"].get("terminated") or story.container()["state"].get("terminated")
    assert (ended["reason"], ended["exitCode"], ended["startedAt"]) == ("StartError", 128, "1970-01-01T00:00:00Z")
    assert any('exec: "/no/such/bin": stat /no/such/bin: no such file' in m for m in story.messages("Failed"))


def test_a_container_whose_rule_says_restart_runs_again_though_its_policy_is_never() -> None:
    rule = {"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}
    app = container("exit 42", restartPolicy="Never", restartPolicyRules=[rule])
    story = Story(pod(app, container("sleep 100", "other"), restartPolicy="Never"), seconds=5)
    assert len(story.starts()) == 2


def test_the_kubelet_removes_all_dead_instances_but_the_newest() -> None:
    story = Story(pod(container("sleep 1; exit 1"), container(name="other")), seconds=6)
    first = story.container()
    assert ("terminated" in first["state"], "terminated" in first["lastState"]) == (True, True)
    story.node("kubectl delete pod p --wait=false")
    ended = next(r.object for r in story.revisions() if r.object["status"].get("phase") == "Failed")
    (app, _) = ended["status"]["containerStatuses"]
    assert (app["restartCount"], app["lastState"]) == (1, {})


def test_a_new_image_restarts_the_container_in_place() -> None:
    story = Story(pod(container()), seconds=5)
    story.node("kubectl set image pod/p app=busybox:1.28")
    assert story.messages("Killing") == ["Container app definition changed, will be restarted"]
    assert story.container()["restartCount"] == 1
    assert story.container()["image"] == "docker.io/library/busybox:1.28"


def test_the_chain_of_a_restart_leads_back_to_the_file_that_was_removed() -> None:
    app = container("touch /tmp/ok; sleep 20; rm /tmp/ok; sleep 1000", livenessProbe=exec_probe("cat", "/tmp/ok"))
    story = Story(pod(app), seconds=60)
    second = [f for f in story.facts("container") if f.data["phase"] == "started"][1]
    chain = [entry for entry in story.why(second.number) if isinstance(entry, Fact)]
    assert [fact.kind for fact in chain[-7:]] == ["file", "probe", "stop", "signal", "signal", "exit", "container"]
    assert [fact.data["signal"] for fact in chain if fact.kind == "signal"] == ["SIGTERM", "SIGKILL"]
    assert chain[-7].data["by"] == "rm /tmp/ok"
    assert "spec.containers[0].livenessProbe.failureThreshold" in chain[-6].fields
