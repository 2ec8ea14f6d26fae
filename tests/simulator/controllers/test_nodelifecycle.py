"""A node that is not heard of. Models pkg/controller/nodelifecycle/node_lifecycle_controller.go."""

from simulator import Revision
from tests.simulator.stories import Json, Story, container, pod

STOP, START = "systemctl stop kubelet", "systemctl start kubelet"


def lost_at(story: Story) -> float:
    """When the node's Ready became Unknown."""
    return next(r.at_ms for r in story.revisions("nodes") if conditions(r)["Ready"] == "Unknown")


def conditions(revision: Revision) -> dict[str, str]:
    return {c["type"]: c["status"] for c in revision.object["status"]["conditions"]}


def taints(story: Story) -> list[tuple[str, str]]:
    spec: Json = story.revisions("nodes")[-1].object["spec"]
    return [(taint["key"], taint["effect"]) for taint in spec.get("taints", ())]


def test_a_node_is_lost_fifty_seconds_after_its_last_lease() -> None:
    for seed in range(6):
        story = Story(pod(container()), seconds=20, seed=seed)
        story.node(STOP)
        story.until(90)
        assert 40_000 <= lost_at(story) - 20_000 <= 56_000
        assert conditions(story.revisions("nodes")[-1]) == dict.fromkeys(
            ("MemoryPressure", "DiskPressure", "PIDPressure", "Ready"), "Unknown"
        )


def test_the_pods_of_a_lost_node_are_running_and_not_ready() -> None:
    story = Story(pod(container()), seconds=20)
    story.node(STOP)
    story.until(90)
    assert story.status["phase"] == "Running"
    assert (story.condition("Ready")["status"], story.condition("ContainersReady")["status"]) == ("False", "True")
    orders = {tuple(c["type"] for c in r.object["status"]["conditions"]) for r in story.revisions()[-2:]}
    assert len(orders) == 1  # a condition that changes keeps its place (UpdatePodCondition)
    assert story.messages("NodeNotReady") == ["Node node1 status is now: NodeNotReady", "Node is not ready"]
    assert story.node("kubectl get nodes").split()[5:7] == ["node1", "NotReady"]


def test_nobody_is_evicted_while_no_node_is_heard_of() -> None:
    """Models handleDisruption: where all nodes are lost, the fault is taken to be the control plane's."""
    story = Story(pod(container()), seconds=20)
    story.node(STOP)
    story.until(1000)
    assert taints(story) == [("node.kubernetes.io/unreachable", "NoSchedule")]
    assert "deletionTimestamp" not in story.pod["metadata"]


def test_all_is_well_again_when_the_kubelet_comes_back() -> None:
    story = Story(pod(container()), seconds=20)
    story.node(STOP)
    story.until(120)
    story.node(START)
    assert taints(story) == []
    assert story.condition("Ready")["status"] == "True"
    assert set(conditions(story.revisions("nodes")[-1]).values()) == {"False", "True"}
    assert "Node node1 status is now: NodeReady" in story.messages("NodeReady")
    assert len(story.starts()) == 1


def test_a_short_absence_is_not_noticed() -> None:
    story = Story(pod(container()), seconds=20)
    count = len(story.revisions("nodes"))
    story.node(STOP)
    story.until(50)
    story.node(START)
    story.until(200)
    assert len(story.revisions("nodes")) == count


def test_a_healthy_node_costs_nothing() -> None:
    story = Story(seconds=1)
    assert story.simulation.next_at() is None
    story.node("systemctl restart kubelet")
    story.until(60)
    assert story.simulation.next_at() is None


def test_a_cordoned_node_has_a_taint_too() -> None:
    """Models doNoScheduleTaintingPass."""
    story = Story(seconds=1)
    story.node("kubectl cordon node1")
    assert taints(story) == [("node.kubernetes.io/unschedulable", "NoSchedule")]
    story.node("kubectl uncordon node1")
    assert taints(story) == []


def test_a_pod_that_has_to_leave_a_lost_node_is_terminating_until_the_kubelet_is_back() -> None:
    story = Story(pod(container()), seconds=20)
    story.node(STOP)
    story.node("kubectl taint nodes node1 gone:NoExecute")
    story.until(900)
    assert story.condition("DisruptionTarget")["reason"] == "DeletionByTaintManager"
    assert " Terminating " in story.node("kubectl get pods")
    story.node(START)
    assert story.revisions()[-1].verb == "DELETED"
