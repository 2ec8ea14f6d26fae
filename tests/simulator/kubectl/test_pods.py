"""STATUS and its neighbours, state by state (printers.go printPod)."""

from typing import Any

import pytest

from simulator.kubectl.pods import pod_cells, pod_row

NOW = 1_000_000  # 1970-01-01T00:16:40Z
RUNNING = {"running": {"startedAt": "1970-01-01T00:00:01Z"}}


def waiting(reason: str) -> dict[str, Any]:
    return {"waiting": {"reason": reason}}


def ended(code: int, reason: str = "", signal: int = 0) -> dict[str, Any]:
    return {"terminated": {"exitCode": code, "reason": reason, "signal": signal}}


def container(name: str, state: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "state": state, "ready": "running" in state, "restartCount": 0, **more}


def make_pod(
    *main: dict[str, Any],
    init: tuple[dict[str, Any], ...] = (),
    sidecars: tuple[str, ...] = (),
    phase: str = "Running",
    conditions: dict[str, str] | None = None,
    **status: Any,
) -> dict[str, Any]:
    given = {"Initialized": "False" if init else "True"} | (conditions or {})
    inits = [{"name": c["name"], **({"restartPolicy": "Always"} if c["name"] in sidecars else {})} for c in init]
    return {
        "metadata": {"name": "p", "creationTimestamp": "1970-01-01T00:00:00Z"},
        "spec": {"containers": [{"name": c["name"]} for c in main] or [{"name": "a"}], "initContainers": inits},
        "status": {
            "phase": phase,
            "conditions": [{"type": kind, "status": value} for kind, value in given.items()],
            "initContainerStatuses": list(init),
            "containerStatuses": list(main),
            **status,
        },
    }


def status_of(pod: dict[str, Any]) -> tuple[str, str]:
    row = pod_row(pod, NOW)
    return row.ready, row.status


def test_a_new_pod_shows_its_phase() -> None:
    row = pod_row(make_pod(phase="Pending"), NOW)
    assert row == ("0/1", "Pending", "0", "16m")


def test_a_waiting_reason_replaces_the_phase() -> None:
    assert status_of(make_pod(container("a", waiting("ImagePullBackOff")))) == ("0/1", "ImagePullBackOff")


def test_of_several_containers_the_first_has_the_last_word() -> None:
    pod = make_pod(container("a", ended(1, "Error")), container("b", waiting("CrashLoopBackOff")))
    assert status_of(pod) == ("0/2", "Error")


def test_a_running_container_has_no_word() -> None:
    pod = make_pod(container("a", RUNNING), container("b", waiting("CrashLoopBackOff")))
    assert status_of(pod) == ("1/2", "CrashLoopBackOff")


def test_running_but_not_ready_does_not_change_the_status() -> None:
    assert status_of(make_pod(container("a", RUNNING, ready=False))) == ("0/1", "Running")


@pytest.mark.parametrize(
    ("state", "word"),
    [(ended(3), "ExitCode:3"), (ended(137, signal=9), "Signal:9"), (ended(137, "OOMKilled"), "OOMKilled")],
)
def test_an_end_without_a_reason_is_named_by_signal_or_code(state: dict[str, Any], word: str) -> None:
    assert status_of(make_pod(container("a", state)))[1] == word


def test_completed_beside_a_ready_container_is_running_only_if_the_pod_is_ready() -> None:
    done = container("a", ended(0, "Completed"))
    pod = make_pod(done, container("b", RUNNING), conditions={"Ready": "True"})
    assert status_of(pod) == ("1/2", "Running")
    pod = make_pod(done, container("b", RUNNING), conditions={"Ready": "False"})
    assert status_of(pod) == ("1/2", "NotReady")


def test_completed_hides_no_error_since_1_35() -> None:
    pod = make_pod(container("a", ended(0, "Completed")), container("b", ended(1, "Error")))
    assert status_of(pod)[1] == "Error"


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (RUNNING, "Init:0/2"),
        (waiting("PodInitializing"), "Init:0/2"),
        (waiting("CrashLoopBackOff"), "Init:CrashLoopBackOff"),
        (ended(1, "Error"), "Init:Error"),
        (ended(2), "Init:ExitCode:2"),
        (ended(137, signal=9), "Init:Signal:9"),
    ],
)
def test_the_first_init_container_that_is_not_done_speaks(state: dict[str, Any], word: str) -> None:
    first, second = container("i", state, ready=False), container("j", waiting("PodInitializing"))
    pod = make_pod(container("a", waiting("PodInitializing")), init=(first, second), phase="Pending")
    assert status_of(pod) == ("0/1", word)


def test_init_containers_that_are_done_are_counted_and_skipped() -> None:
    first, second = container("i", ended(0, "Completed")), container("j", RUNNING, ready=False)
    pod = make_pod(container("a", waiting("PodInitializing")), init=(first, second), phase="Pending")
    assert status_of(pod) == ("0/1", "Init:1/2")


def test_a_started_sidecar_counts_as_ready_and_a_looping_one_hides_the_running_main_container() -> None:
    sidecar = container("s", RUNNING, started=True)
    pod = make_pod(container("a", RUNNING), init=(sidecar,), sidecars=("s",), conditions={"Initialized": "True"})
    assert status_of(pod) == ("2/2", "Running")
    looping = container("s", waiting("CrashLoopBackOff"), started=False)
    pod = make_pod(container("a", RUNNING), init=(looping,), sidecars=("s",), conditions={"Initialized": "True"})
    assert status_of(pod) == ("1/2", "Init:CrashLoopBackOff")


def test_restarts_count_init_containers_only_while_initializing() -> None:
    looping = container("i", waiting("CrashLoopBackOff"), restartCount=4)
    assert pod_row(make_pod(container("a", {}), init=(looping,)), NOW).restarts == "4"
    done = container("i", ended(0, "Completed"), restartCount=4)
    pod = make_pod(container("a", RUNNING, restartCount=1), init=(done,), conditions={"Initialized": "True"})
    assert pod_row(pod, NOW).restarts == "1"


def test_the_newest_termination_dates_the_restarts() -> None:
    old = {"terminated": {"finishedAt": "1970-01-01T00:01:00Z"}}
    new = {"terminated": {"finishedAt": "1970-01-01T00:16:30Z"}}
    pod = make_pod(
        container("a", RUNNING, restartCount=2, lastState=new), container("b", RUNNING, restartCount=1, lastState=old)
    )
    assert pod_row(pod, NOW).restarts == "3 (10s ago)"


def test_terminating_and_node_lost_win_over_everything_but_a_terminal_phase() -> None:
    pod = make_pod(container("a", RUNNING))
    pod["metadata"]["deletionTimestamp"] = "1970-01-01T00:16:40Z"
    assert status_of(pod) == ("1/1", "Terminating")
    pod["status"]["reason"] = "NodeLost"
    assert status_of(pod)[1] == "Unknown"
    done = make_pod(container("a", ended(0, "Completed")), phase="Succeeded")
    done["metadata"]["deletionTimestamp"] = "1970-01-01T00:16:40Z"
    assert status_of(done) == ("0/1", "Completed")


def test_a_pod_reason_and_scheduling_gates_replace_the_phase() -> None:
    assert status_of(make_pod(phase="Failed", reason="Evicted"))[1] == "Evicted"
    gated = make_pod(phase="Pending")
    gated["status"]["conditions"] = [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]
    assert status_of(gated)[1] == "SchedulingGated"


def test_wide_cells_say_none_where_nothing_is_known() -> None:
    assert pod_cells(make_pod(), NOW)[5:] == ("<none>",) * 4
    pod = make_pod(podIPs=[{"ip": "10.0.0.1"}], nominatedNodeName="n2", conditions={"gate/a": "True"})
    pod["spec"] |= {
        "nodeName": "n1",
        "readinessGates": [{"conditionType": "gate/a"}, {"conditionType": "gate/b"}],
    }
    assert pod_cells(pod, NOW)[5:] == ("10.0.0.1", "n1", "n2", "1/2")
