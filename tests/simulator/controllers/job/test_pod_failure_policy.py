"""What a failure means. Models pkg/controller/job/pod_failure_policy_test.go."""

from __future__ import annotations

from typing import Any

from simulator.controllers.job.pod_failure_policy import Match, match_pod_failure_policy
from tests.simulator.stories import Json


def failed(code: int, name: str = "app", **status: Any) -> Json:
    statuses = [{"name": name, "state": {"terminated": {"exitCode": code}}}]
    return {"metadata": {"namespace": "ns", "name": "p"}, "status": {"containerStatuses": statuses, **status}}


def rule(action: str, operator: str, *values: int, **more: str) -> Json:
    return {"action": action, "onExitCodes": {"operator": operator, "values": list(values), **more}}


def judge(pod: Json, *rules: Json) -> Match:
    return match_pod_failure_policy({"rules": list(rules)}, pod)


def test_without_a_policy_every_failure_counts() -> None:
    assert match_pod_failure_policy(None, failed(1)) == Match()


def test_the_first_rule_that_fits_decides() -> None:
    match = judge(failed(3), rule("Ignore", "In", 1, 2), rule("FailJob", "In", 3), rule("Ignore", "In", 3))
    words = "Container app for pod ns/p failed with exit code 3 matching FailJob rule at index 1"
    assert match == Match(words, counts=True, action="FailJob")


def test_what_is_ignored_does_not_count() -> None:
    assert judge(failed(3), rule("Ignore", "NotIn", 1)) == Match(None, counts=False, action="Ignore")
    assert judge(failed(1), rule("Ignore", "NotIn", 1)) == Match()


def test_success_never_matches() -> None:
    assert judge(failed(0), rule("FailJob", "NotIn", 1)) == Match()


def test_a_rule_may_mean_one_container() -> None:
    assert judge(failed(3), rule("Ignore", "In", 3, containerName="other")) == Match()
    assert judge(failed(3), rule("Ignore", "In", 3, containerName="app")).action == "Ignore"


def test_init_containers_are_looked_at_after_the_others() -> None:
    pod = failed(0)
    pod["status"]["initContainerStatuses"] = [{"name": "init", "state": {"terminated": {"exitCode": 9}}}]
    assert (judge(pod, rule("FailJob", "In", 9)).failure or "").startswith("Container init for pod ns/p")


def test_a_condition_matches_by_type_and_status() -> None:
    condition = {"action": "FailJob", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}
    disrupted = failed(143, conditions=[{"type": "DisruptionTarget", "status": "True"}])
    assert (
        judge(disrupted, condition).failure
        == "Pod ns/p has condition DisruptionTarget matching FailJob rule at index 0"
    )
    assert judge(failed(143, conditions=[{"type": "DisruptionTarget", "status": "False"}]), condition) == Match()
