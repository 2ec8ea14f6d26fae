"""Pods on a node that does not exist. Models pkg/controller/podgc/gc_controller.go."""

import pytest

from simulator.objects.scenario_nodes import NodeSpec
from tests.simulator.stories import Story, container, pod


def test_a_pod_for_a_node_that_never_was_waits_and_is_given_up() -> None:
    story = Story(pod(container(), nodeName="nosuch"), seconds=39)
    assert story.status["phase"] == "Pending"
    assert "conditions" not in story.status
    assert story.events() == []
    story.until(61)
    assert story.revisions()[-1].verb == "DELETED"
    assert (story.status["phase"], story.condition("DisruptionTarget")["reason"]) == ("Failed", "DeletionByPodGC")
    assert story.condition("DisruptionTarget")["message"] == "PodGC: node no longer exists"
    assert story.status["observedGeneration"] == 1


def test_a_node_that_goes_takes_its_pods_along() -> None:
    story = Story(pod(container()), seconds=10)
    assert story.node("kubectl delete node node1") == 'node "node1" deleted\n'
    assert story.status["phase"] == "Running"
    story.until(71)
    assert story.revisions()[-1].verb == "DELETED"
    assert story.node("kubectl run q --image=nginx; sleep 1; kubectl get events | grep -o 'no nodes .*' | head -1") == (
        "pod/q created\nno nodes available to schedule pods\n"
    )


def test_pods_on_a_node_that_is_there_are_left_alone() -> None:
    story = Story(pod(container()), seconds=300)
    assert story.status["phase"] == "Running"
    assert [r.verb for r in story.revisions()] == ["ADDED", "MODIFIED", "MODIFIED", "MODIFIED"]


@pytest.mark.parametrize("finalizers", [["test.k8s.io/finalizer"], []])
def test_a_node_out_of_service_keeps_no_pod_that_is_being_deleted(finalizers: list[str]) -> None:
    """Models test/integration/podgc/podgc_test.go TestTerminatingOnOutOfServiceNode."""
    made = pod(container(), nodeName="node2", terminationGracePeriodSeconds=300)
    made["metadata"]["finalizers"] = finalizers
    story = Story(made, seconds=5, nodes=(NodeSpec("node1"), NodeSpec("node2")))
    story.node("ssh node2 systemctl stop kubelet")
    story.until(120)
    story.node("kubectl delete pod p --wait=false")
    story.until(180)
    assert story.revisions()[-1].verb == "MODIFIED"
    assert story.status["phase"] == "Running"
    story.node("kubectl taint node node2 node.kubernetes.io/out-of-service=:NoExecute")
    story.until(205)
    assert story.revisions()[-1].verb == ("MODIFIED" if finalizers else "DELETED")
    assert story.status["phase"] == "Failed"
    assert story.condition("DisruptionTarget")["reason"] == "DeletionByTaintManager"  # and nothing of this controller
