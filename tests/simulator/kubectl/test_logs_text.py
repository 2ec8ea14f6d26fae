"""Which logs there are none of (kubelet_pods.go validateContainerLogStatus)."""

from typing import Any

import pytest

from simulator.kubectl.logs_text import last_lines, refusal
from tests.simulator.kubectl.recordings import pod

ID = "containerd://1"


def with_status(**status: Any) -> dict[str, Any]:
    return {
        "metadata": {"name": "p"},
        "spec": {"nodeName": "n"},
        "status": {"containerStatuses": [{"name": "c", **status}]},
    }


def test_the_recordings_refusals() -> None:
    assert refusal(pod("image-missing"), "app", previous=False) == (
        'container "app" in pod "p" is waiting to start: trying and failing to pull image'
    )
    failed = pod("init-fails-never")
    assert refusal(failed, "app", previous=False) == 'container "app" in pod "p" is waiting to start: PodInitializing'
    assert refusal(failed, "two", previous=False) == 'container "two" in pod "p" is waiting to start: PodInitializing'
    assert refusal(failed, "one", previous=False) == ""
    assert refusal(pod("unschedulable-cpu"), "app", previous=False) == ""


@pytest.mark.parametrize(
    ("status", "text"),
    [
        ({"state": {"running": {}}}, ""),
        ({"state": {"terminated": {"containerID": ID}}}, ""),
        ({"state": {"terminated": {}}}, 'container "c" in pod "p" is terminated'),
        ({"state": {"terminated": {}}, "lastState": {"terminated": {"containerID": ID}}}, ""),
        ({"state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": {"containerID": ID}}}, ""),
        (
            {"state": {"waiting": {"reason": "ErrImagePull"}}},
            'container "c" in pod "p" is waiting to start: image can\'t be pulled',
        ),
        ({"state": {}}, 'container "c" in pod "p" is waiting to start - no logs yet'),
    ],
)
def test_what_the_state_says_about_the_log(status: dict[str, Any], text: str) -> None:
    assert refusal(with_status(**status), "c", previous=False) == text


def test_the_previous_log_needs_a_previous_container() -> None:
    gone = 'previous terminated container "c" in pod "p" not found'
    assert refusal(with_status(state={"running": {}}), "c", previous=True) == gone
    assert refusal(with_status(state={}, lastState={"terminated": {"containerID": ID}}), "c", previous=True) == ""


def test_a_container_without_a_status_is_not_available() -> None:
    assert refusal(with_status(state={}), "other", previous=False) == 'container "other" in pod "p" is not available'


def test_the_tail_of_a_log() -> None:
    assert last_lines("a\nb\nc", 2) == "b\nc"
    assert last_lines("a\n", 0) == ""
    assert last_lines("a\nb\n", -1) == "a\nb\n"
