"""The node runs short of memory. Models pkg/kubelet/eviction/{eviction_manager,helpers}.go and pkg/kubelet/qos."""

import json
from typing import Any

import pytest

from simulator.kubelet.oom import oom_score_adjust
from simulator.objects import NodeSpec
from tests.simulator.stories import Json, Story, container, pod

GIB = 1 << 30
FAT = (
    "The node was low on resource: memory. Threshold quantity: 100Mi, available: 12572Ki. Container app was using 20Gi, "
    "request is 0, has larger consumption of memory. "
)


def hog(name: str, amount: str, *, request: str = "", limit: str = "", **spec: Any) -> Json:
    """A Pod that takes so much memory and keeps it."""
    resources = {"requests": {"memory": request}} if request else {}
    resources |= {"limits": {"memory": limit}} if limit else {}
    command = ["stress", "--vm", "1", "--vm-bytes", amount, "--vm-hang", "1"]
    app = {"name": "app", "image": "polinux/stress", "command": command, "resources": resources}
    return pod(app, name=name, **spec)


def evicted(story: Story) -> list[str]:
    return [event["involvedObject"]["name"] for event in story.events("Evicted")]


def newest(story: Story, kind: str = "pods") -> dict[str, Json]:
    return {r.object["metadata"]["name"]: r.object for r in story.revisions(kind)}


def pressure(story: Story) -> str:
    node = newest(story, "nodes")["node1"]
    return next(str(c["status"]) for c in node["status"]["conditions"] if c["type"] == "MemoryPressure")


def test_the_pod_that_is_most_over_its_request_goes() -> None:
    story = Story(pod(container(), name="quiet"), hog("fat", "20G"), hog("big", "3300000K", request="4Gi"), seconds=30)
    assert evicted(story) == ["fat"]
    assert story.messages("Evicted") == [FAT]
    status = newest(story)["fat"]["status"]
    assert (status["phase"], status["reason"], status["message"]) == ("Failed", "Evicted", FAT)
    target = next(c for c in status["conditions"] if c["type"] == "DisruptionTarget")
    assert (target["reason"], target["message"]) == ("TerminationByKubelet", FAT)
    assert status["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 137
    assert story.messages("EvictionThresholdMet") == ["Attempting to reclaim memory"]


def test_of_those_over_their_request_the_least_important_goes_first() -> None:
    low = {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "low"}, "value": -1}
    fats = [hog("fat", "18G"), hog("slim", "5320000K", priorityClassName="low")]
    assert evicted(Story(low, *fats, seconds=30)) == ["slim"]


def test_pods_go_one_after_the_other_until_there_is_enough() -> None:
    hogs = [hog(f"h{n}", f"{amount}K") for n, amount in enumerate((12_000_000, 12_250_000))]
    story = Story(*hogs, seconds=60)
    assert evicted(story) == ["h1"]
    assert newest(story)["h0"]["status"]["phase"] == "Running"


def test_the_node_says_so_for_five_minutes() -> None:
    story = Story(hog("fat", "24200000K"), seconds=30)
    assert pressure(story) == "True"
    assert story.messages("NodeHasInsufficientMemory") == ["Node node1 status is now: NodeHasInsufficientMemory"]
    taint = {"key": "node.kubernetes.io/memory-pressure", "effect": "NoSchedule"}
    assert taint.items() <= newest(story, "nodes")["node1"]["spec"]["taints"][0].items()
    assert pressure(story.until(290)) == "True"
    assert pressure(story.until(330)) == "False"
    assert "taints" not in newest(story, "nodes")["node1"]["spec"]


def test_a_node_under_pressure_takes_no_pod_that_asks_for_nothing() -> None:
    story = Story(hog("fat", "24200000K"), seconds=30)
    for name, requests in (("none", {}), ("some", {"requests": {"memory": "1Mi"}})):
        late = pod(container(resources=requests), name=name, nodeName="node1")
        story.simulation.act("apply", {"manifest": json.dumps(late)})
    pods = newest(story.until(40))
    assert pods["none"]["status"]["reason"] == "Evicted"
    assert pods["none"]["status"]["message"] == "Pod was rejected: The node had condition: [MemoryPressure]. "
    assert pods["some"]["status"]["phase"] == "Running"


def test_a_container_over_its_own_limit_is_no_business_of_the_nodes() -> None:
    story = Story(hog("fat", "2G", limit="1Gi"), seconds=30)
    assert evicted(story) == []
    assert story.messages("SystemOOM") == []
    assert story.facts("exit")[0].data["reason"] == "OOMKilled"


def test_the_kernel_is_faster_than_the_kubelet_when_nothing_is_left() -> None:
    """Models pkg/kubelet/oom/oom_watcher_linux.go."""
    story = Story(hog("first", "20G", request="20Gi"), hog("second", "6G"), seconds=5)
    assert newest(story)["first"]["status"]["phase"] == "Running"
    assert {fact.pod for fact in story.facts("exit")} == {"default/second"}
    assert story.messages("SystemOOM")[0].startswith("System OOM encountered, victim process: stress, pid: ")


def test_a_critical_pod_is_spared() -> None:
    story = Story(hog("fat", "24200000K", priorityClassName="system-node-critical"), seconds=60)
    assert evicted(story) == []
    assert len(story.events("EvictionThresholdMet")) == 1


def test_a_restarted_kubelet_sees_the_pressure_again() -> None:
    story = Story(hog("fat", "24200000K", priorityClassName="system-node-critical"), seconds=20)
    story.node("systemctl restart kubelet")
    assert pressure(story.until(60)) == "True"


@pytest.mark.parametrize(
    ("resources", "score"),
    [
        ({}, 1000),
        ({"requests": {"memory": "1Gi"}}, 900),
        ({"requests": {"memory": "1Mi"}}, 999),
        ({"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "1", "memory": "1Gi"}}, -997),
    ],
)
def test_how_readily_the_kernel_kills(resources: Json, score: int) -> None:
    """Models pkg/kubelet/qos/policy.go GetContainerOOMScoreAdjust."""
    given = pod(container(resources=resources))
    assert oom_score_adjust(given, given["spec"]["containers"][0], 10 * GIB) == score


SMALL = (NodeSpec(capacity={"ephemeral-storage": "20Mi"}),)
SCRIPT = "head -c {size} /dev/zero > {path}; sleep 1000"


def writer(name: str, size: int, path: str = "/big", **fields: Any) -> Json:
    volumes = [{"name": "v", "emptyDir": {}}]
    mounts = [{"name": "v", "mountPath": "/v"}]
    script = SCRIPT.format(size=size, path=path)
    return pod(container(script, volumeMounts=mounts, **fields), name=name, volumes=volumes)


def test_a_full_disk_costs_the_pod_that_wrote_most() -> None:
    """Models rankDiskPressureFunc."""
    story = Story(writer("less", 3 << 20), writer("more", 14 << 20), seconds=30, nodes=SMALL)
    assert evicted(story) == ["more"]
    assert story.messages("EvictionThresholdMet") == ["Attempting to reclaim ephemeral-storage"]
    assert story.messages("Evicted")[0].startswith(
        "The node was low on resource: ephemeral-storage. Threshold quantity: 2Mi, available: "
    )
    assert (
        "Container app was using 14Mi, request is 0, has larger consumption of ephemeral-storage. "
        in (story.messages("Evicted")[0])
    )
    assert story.messages("NodeHasDiskPressure") == ["Node node1 status is now: NodeHasDiskPressure"]
    taints = newest(story, "nodes")["node1"]["spec"]["taints"]
    assert [taint["key"] for taint in taints] == ["node.kubernetes.io/disk-pressure"]


def test_what_volumes_hold_counts_and_what_was_asked_for_is_allowed() -> None:
    asked = {"resources": {"requests": {"ephemeral-storage": "15Mi"}}}
    story = Story(writer("asked", 13 << 20, "/v/big", **asked), writer("not", 4 << 20, "/v/big"), nodes=SMALL)
    assert evicted(story.until(30)) == ["not"]


def test_a_node_without_disk_takes_no_pod_at_all() -> None:
    story = Story(writer("more", 17 << 20), seconds=30, nodes=SMALL)
    late = pod(container(resources={"requests": {"memory": "1Mi"}}), name="late", nodeName="node1")
    story.simulation.act("apply", {"manifest": json.dumps(late)})
    status = newest(story.until(40))["late"]["status"]
    assert status["message"] == "Pod was rejected: The node had condition: [DiskPressure]. "


def test_what_was_deleted_in_time_hurts_nobody() -> None:
    script = "for i in 1 2 3 4 5; do head -c 8000000 /dev/zero > /big; rm /big; sleep 1; done; sleep 1000"
    story = Story(pod(container(script)), seconds=60, nodes=SMALL)
    assert evicted(story) == []
    assert story.status["phase"] == "Running"


def test_a_restarted_kubelet_counts_what_is_on_the_disk() -> None:
    grows = pod(container("sleep 60; head -c 3000000 /dev/zero > /more; sleep 1000"), name="grows")
    story = Story(writer("first", 14 << 20), grows, seconds=20, nodes=SMALL)
    story.node("systemctl restart kubelet")
    assert evicted(story) == []
    assert evicted(story.until(100)) == ["first"]
