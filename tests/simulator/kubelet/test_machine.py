"""Restarts of the container runtime and of the machine.

Models pkg/kubelet/kuberuntime/kuberuntime_manager.go computePodActions (SandboxChanged), kuberuntime_container.go
purgeInitContainers, pkg/kubelet/nodestatus/setters.go (Rebooted, NodeNotReady), pkg/kubelet/runtime.go and containerd's
internal/cri/server/restart.go.
"""

import re

import pytest

from simulator.history import Json
from tests.simulator.stories import Story, container, exec_probe, pod


def node_of(story: Story) -> Json:
    return dict(story.revisions("nodes")[-1].object)


def ready_of(story: Story) -> Json:
    return next(dict(c) for c in node_of(story)["status"]["conditions"] if c["type"] == "Ready")


def rebooted(*pods: Json, seconds: float = 60) -> Story:
    story = Story(*pods, seconds=10)
    story.node("reboot")
    return story.until(seconds)


def test_a_reboot_ends_containers_that_nobody_saw_end() -> None:
    app = rebooted(pod(container("sleep 1000"))).container()
    assert app["restartCount"] == 1
    ended = app["lastState"]["terminated"]
    assert (ended["exitCode"], ended["reason"]) == (255, "Unknown")
    assert ended["finishedAt"] == "2026-01-01T00:00:35Z"  # when the runtime found it, not when it died


def test_after_a_reboot_the_sandbox_is_made_anew_with_another_address() -> None:
    story = Story(pod(container("sleep 1000")), seconds=10)
    before = story.status["podIP"]
    story.node("reboot")
    assert story.until(60).messages("SandboxChanged") == ["Pod sandbox changed, it will be killed and re-created."]
    assert story.status["podIP"] != before


def test_after_a_reboot_init_containers_run_again() -> None:
    story = rebooted(pod(container("sleep 1000"), init=[container("true", "setup")]))
    assert [story.container(name)["restartCount"] for name in ("setup", "app")] == [1, 1]


def test_with_a_new_sandbox_each_init_container_waits_for_the_one_before_again() -> None:
    story = rebooted(pod(container("sleep 1000"), init=[container("sleep 2", "first"), container("sleep 2", "second")]))
    first, second, app = (story.starts(name)[-1] for name in ("first", "second", "app"))
    assert first + 2 <= second <= app - 2
    # The record of the first time is gone, and with it the count.
    assert [story.container(name)["restartCount"] for name in ("first", "second", "app")] == [1, 0, 1]


@pytest.mark.parametrize(("policy", "phase"), [("Always", "Running"), ("OnFailure", "Running"), ("Never", "Failed")])
def test_what_becomes_of_a_pod_depends_on_its_restart_policy(policy: str, phase: str) -> None:
    assert rebooted(pod(container("sleep 1000"), restartPolicy=policy)).status["phase"] == phase


def test_the_node_tells_that_it_was_rebooted_and_has_another_boot_id() -> None:
    story = Story(pod(container()), seconds=10)
    before = node_of(story)["status"]["nodeInfo"]["bootID"]
    story.node("systemctl reboot")
    after = node_of(story.until(60))["status"]["nodeInfo"]["bootID"]
    assert after != before
    assert story.messages("Rebooted") == [f"Node node1 has been rebooted, boot id: {after}"]
    story.node("systemctl restart kubelet")
    assert len(story.until(90).events("Rebooted")) == 1


def test_while_the_machine_is_down_nothing_answers_there() -> None:
    story = Story(pod(container()), seconds=10)
    story.node("reboot")
    assert story.node("kubectl get pods") == "ssh: connect to host node1 port 22: No route to host\n"
    assert story.until(60).node("pgrep -c -f '[b]in/kubelet --config'") == "1\n"


def test_files_stay_on_the_disk_and_go_from_memory() -> None:
    script = "ls /disk /memory | tr '\\n' ' '; touch /disk/a /memory/b; sleep 1000"
    mounts = [{"name": name, "mountPath": f"/{name}"} for name in ("disk", "memory")]
    volumes = [{"name": "disk", "emptyDir": {}}, {"name": "memory", "emptyDir": {"medium": "Memory"}}]
    story = rebooted(pod(container(script, volumeMounts=mounts), volumes=volumes))
    assert [str(fact.data["text"]) for fact in story.facts("log")] == ["/disk:  /memory: ", "/disk: a  /memory: "]


def test_a_restart_of_the_runtime_ends_no_container_and_leaves_the_node_ready() -> None:
    story = Story(pod(container("sleep 1000", livenessProbe=exec_probe("true"))), seconds=10)
    seen = len(story.revisions())
    story.node("systemctl restart containerd")
    story.until(120)
    assert len(story.revisions()) == seen
    assert ready_of(story)["status"] == "True"
    assert story.node("systemctl is-active containerd") == "active\n"


def test_without_the_runtime_for_half_a_minute_the_node_is_not_ready() -> None:
    story = Story(pod(container("sleep 1000")), seconds=10)
    story.node("systemctl stop containerd")
    assert ready_of(story.until(34))["status"] == "True"
    ready = ready_of(story.until(56))
    assert (ready["reason"], ready["message"]) == ("KubeletNotReady", "container runtime is down")
    assert story.messages("NodeNotReady")[0] == "Node node1 status is now: NodeNotReady"
    silent = (
        r"\[container runtime is down, PLEG is not healthy: pleg was last seen active 3m%s ago; threshold is 3m0s\]"
    )
    assert re.fullmatch(silent % r"\d(\.\d+)?s", ready_of(story.until(200))["message"])
    assert re.fullmatch(silent % r"1\d(\.\d+)?s", ready_of(story.until(210))["message"])
    assert len(story.events("NodeNotReady")) == 1
    story.node("systemctl start containerd")
    assert ready_of(story.until(230))["status"] == "True"
    assert story.container()["restartCount"] == 0


def test_what_dies_without_the_runtime_is_found_when_it_is_back() -> None:
    story = Story(pod(container("sleep 20; exit 3")), seconds=10)
    story.node("systemctl stop containerd")
    assert "running" in story.until(30).container()["state"]
    story.node("systemctl start containerd")
    assert story.container()["restartCount"] == 1
    assert story.container()["lastState"]["terminated"]["exitCode"] == 3


def test_without_the_runtime_a_new_pod_gets_no_sandbox_and_exec_probes_cannot_be_tried() -> None:
    story = Story(pod(container("sleep 1000", livenessProbe=exec_probe("true"))), seconds=10)
    story.node("systemctl stop containerd")
    story.simulation.act("apply", {"manifest": str(pod(container(), name="late"))})
    story.until(30)
    (message,) = story.messages("FailedCreatePodSandBox")
    assert message.startswith("Failed to create pod sandbox: rpc error: code = Unavailable desc = connection error:")
    (message,) = story.messages("Unhealthy")
    assert message.startswith("Liveness probe errored and resulted in unknown state: rpc error: code = Unavailable")
    story.node("systemctl start containerd")
    assert story.until(60).status["phase"] == "Running"
    assert story.container()["restartCount"] == 0


def test_a_kubelet_does_not_come_up_without_the_runtime() -> None:
    story = Story(pod(container()), seconds=10)
    story.node("systemctl stop containerd; systemctl restart kubelet")
    assert story.node("systemctl is-active kubelet") == "activating\n"
    story.node("systemctl start containerd")
    assert story.until(60).node("systemctl is-active kubelet") == "active\n"


def test_what_went_with_the_machine_has_that_as_its_cause() -> None:
    story = rebooted(pod(container("sleep 1000")))
    (ended,) = story.facts("exit")
    kinds = [getattr(entry, "kind", "action") for entry in story.why(ended.number)]
    assert kinds[-2:] == ["machine", "exit"]
    assert kinds[0] == "action"
