"""Models pkg/kubelet/kubelet_pods.go getPhase."""

from typing import Any

import pytest

from simulator.kubelet.phase import get_phase

RUNNING: dict[str, Any] = {"running": {}}
CREATING = {"waiting": {"reason": "ContainerCreating"}}


def ended(code: int) -> dict[str, Any]:
    return {"terminated": {"exitCode": code}}


def status(state: dict[str, Any], last: dict[str, Any] | None = None, *, started: bool = True) -> dict[str, Any]:
    return {"state": state, "lastState": last or {}, "started": started}


def phase(policy: str, regular: list[Any], init: list[Any] | None = None, **options: Any) -> str:
    """`init`: (status, whether it is a sidecar)."""
    init = init or []
    spec = {
        "restartPolicy": policy,
        "containers": [{"name": f"c{i}"} for i in range(len(regular))],
        "initContainers": [
            {"name": f"i{i}"} | ({"restartPolicy": "Always"} if sidecar else {}) for i, (_, sidecar) in enumerate(init)
        ],
    }
    statuses = {f"c{i}": s for i, s in enumerate(regular)} | {f"i{i}": s for i, (s, _) in enumerate(init)}
    flags = {"terminal": False, "initialized": False} | options
    return get_phase({"metadata": {}, "spec": spec}, statuses, **flags)


@pytest.mark.parametrize(
    ("policy", "regular", "expected"),
    [
        ("Always", [status(CREATING)], "Pending"),
        ("Always", [status(RUNNING)], "Running"),
        ("Always", [status(RUNNING), status(CREATING)], "Pending"),
        ("Always", [status(ended(1))], "Running"),
        ("Always", [status(ended(0))], "Running"),
        ("Always", [status({"waiting": {"reason": "CrashLoopBackOff"}}, ended(1))], "Running"),
        ("OnFailure", [status(ended(1))], "Running"),
        ("OnFailure", [status(ended(0))], "Succeeded"),
        ("Never", [status(ended(0)), status(ended(0))], "Succeeded"),
        ("Never", [status(ended(0)), status(ended(3))], "Failed"),
        ("Never", [status(ended(3)), status(RUNNING)], "Running"),
    ],
)
def test_regular_containers_decide(policy: str, regular: list[Any], expected: str) -> None:
    assert phase(policy, regular) == expected


def test_a_pod_that_is_being_terminated_ends_whatever_its_policy() -> None:
    assert phase("Always", [status(ended(137))], terminal=True) == "Failed"
    assert phase("Always", [status(ended(0))], terminal=True) == "Succeeded"


def test_an_init_container_keeps_the_pod_pending_and_fails_it_when_it_may_not_be_restarted() -> None:
    assert phase("Never", [status(CREATING)], [(status(RUNNING), False)]) == "Pending"
    assert phase("Always", [status(CREATING)], [(status(ended(1)), False)]) == "Pending"
    assert phase("Never", [status(CREATING)], [(status(ended(1)), False)]) == "Failed"


def test_a_sidecar_holds_the_pod_pending_until_it_has_started_and_never_decides_its_end() -> None:
    assert phase("Always", [status(RUNNING)], [(status(RUNNING, started=False), True)]) == "Pending"
    assert phase("Always", [status(RUNNING)], [(status(RUNNING, started=False), True)], initialized=True) == "Running"
    assert phase("Never", [status(ended(0))], [(status(ended(7)), True)]) == "Succeeded"


def test_a_rule_of_the_container_comes_before_the_policy_of_the_pod() -> None:
    rules = [{"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}]
    container = {"name": "c", "restartPolicy": "Never", "restartPolicyRules": rules}
    pod = {"metadata": {}, "spec": {"restartPolicy": "Never", "containers": [container]}}
    flags = {"terminal": False, "initialized": False}
    assert get_phase(pod, {"c": status(ended(42))}, **flags) == "Running"
    assert get_phase(pod, {"c": status(ended(1))}, **flags) == "Failed"
