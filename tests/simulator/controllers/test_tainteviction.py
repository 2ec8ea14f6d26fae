"""Pods leave a tainted node. Models pkg/controller/tainteviction/taint_eviction.go and kubectl pkg/cmd/taint."""

from simulator.objects.scenario_nodes import NodeSpec
from tests.simulator.controllers.sets import daemon_set
from tests.simulator.stories import Json, Story, container, pod

PATIENT: list[Json] = [{"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 20}]


def test_a_pod_that_does_not_tolerate_leaves_at_once_with_its_grace_period() -> None:
    story = Story(pod(container()), seconds=5)
    assert story.node("kubectl taint nodes node1 a=b:NoExecute") == "node/node1 tainted\n"
    assert story.messages("TaintManagerEviction") == ["Marking for deletion Pod default/p"]
    assert story.condition("DisruptionTarget")["reason"] == "DeletionByTaintManager"
    assert story.condition("DisruptionTarget")["message"] == "Taint manager: deleting due to NoExecute taint"
    assert story.revisions()[-1].verb == "DELETED"
    assert story.pod["metadata"]["deletionGracePeriodSeconds"] == 0


def test_a_pod_that_tolerates_for_a_while_stays_for_so_long() -> None:
    story = Story(pod(container(), tolerations=PATIENT), seconds=5)
    story.node("kubectl taint nodes node1 a=b:NoExecute")
    story.until(24)
    assert "deletionTimestamp" not in story.pod["metadata"]
    assert story.until(27).pod["metadata"]["deletionTimestamp"]


def test_a_taint_that_goes_in_time_spares_the_pod() -> None:
    story = Story(pod(container(), tolerations=PATIENT), seconds=5)
    story.node("kubectl taint nodes node1 a:NoExecute")
    assert story.node("kubectl taint nodes node1 a-") == "node/node1 untainted\n"
    assert story.until(60).status["phase"] == "Running"
    assert story.messages("TaintManagerEviction") == ["Cancelling deletion of Pod default/p"]


def test_no_schedule_keeps_new_pods_away_and_old_ones_on() -> None:
    story = Story(pod(container()), seconds=5)
    story.node("kubectl taint nodes node1 k=v:NoSchedule")
    assert story.status["phase"] == "Running"
    story.node("kubectl run q --image=nginx")
    (message,) = set(story.messages("FailedScheduling"))
    assert message.startswith("0/1 nodes are available: 1 node(s) had untolerated taint(s). ")
    story.node("kubectl taint nodes node1 k-")
    assert story.status["phase"] == "Running"
    assert story.pod["metadata"]["name"] == "q"


def test_what_taint_refuses() -> None:
    story = Story(seconds=1)
    story.node("kubectl taint nodes node1 k=v:NoSchedule")
    refusals = {
        "nodes node1 k=w:NoSchedule": "node node1 already has k taint(s) with same effect(s) and --overwrite is false",
        "nodes node1 x-": 'taint "x" not found',
        "nodes node1 k:NoExecute-": 'taint "k:NoExecute" not found',
        "nodes node1 k=v": "invalid taint spec: k=v",
        "nodes node1 k=v:Never": "invalid taint effect: Never, unsupported taint effect",
        "pods p k=v:NoExecute": "invalid resource type pods, only node types are supported",
        "nodes node1": "at least one taint update is required",
    }
    for words, refusal in refusals.items():
        assert story.node(f"kubectl taint {words}") == f"error: {refusal}\n"
    assert story.node("kubectl taint nodes node1 k=w:NoSchedule --overwrite") == "node/node1 tainted\n"
    assert story.node("kubectl describe node node1 | grep Taints") == "Taints:             k=w:NoSchedule\n"


def test_a_drained_pod_says_that_it_was_evicted() -> None:
    """Models pkg/registry/core/pod/storage/eviction.go."""
    story = Story(pod(container()), seconds=5)
    story.node("kubectl drain node1 --force")
    assert story.condition("DisruptionTarget")["reason"] == "EvictionByEvictionAPI"


def test_a_daemon_set_takes_its_pod_away_before_the_taint_manager_does() -> None:
    """That asks for the Pod and marks it first: addConditionAndDeletePod and syncNodes of pkg/controller/daemon."""
    story = Story(daemon_set(), seconds=5)
    story.node("kubectl taint nodes node1 k=v:NoExecute")
    (made,) = {r.object["metadata"]["name"] for r in story.revisions()}
    assert story.messages("SuccessfulDelete") == [f"Deleted pod: {made}"]
    assert story.messages("TaintManagerEviction") == [f"Marking for deletion Pod default/{made}"]
    assert story.condition("DisruptionTarget")["reason"] == "DeletionByTaintManager"


def test_a_taint_that_is_not_tolerated_does_not_wait_for_one_that_is() -> None:
    """Models pkg/controller/tainteviction/taint_eviction_test.go TestUpdateNodeWithMultipleTaints."""
    story = Story(pod(container(), tolerations=PATIENT), seconds=5)
    story.node("kubectl taint nodes node1 a=b:NoExecute")
    assert "deletionTimestamp" not in story.pod["metadata"]
    story.node("kubectl taint nodes node1 c=d:NoExecute")
    assert story.pod["metadata"]["deletionTimestamp"]
    told = ["Cancelling deletion of Pod default/p", "Marking for deletion Pod default/p"]
    assert story.messages("TaintManagerEviction") == told


def test_the_end_of_a_pod_that_was_to_be_evicted_later_is_told() -> None:
    story = Story(pod(container(), tolerations=PATIENT), seconds=5)
    story.node("kubectl taint nodes node1 a=b:NoExecute")
    story.node("kubectl delete pod p --grace-period=1")
    assert story.messages("TaintManagerEviction") == ["Cancelling deletion of Pod default/p"]


def test_events_of_evictions_name_the_pod_by_its_name_alone() -> None:
    """Models emitPodDeletionEvent: `kubectl describe`, which asks by uid, does not show them."""
    story = Story(
        pod(container("trap '' TERM; while :; do sleep 1; done"), terminationGracePeriodSeconds=60), seconds=5
    )
    story.node("kubectl taint nodes node1 a=b:NoExecute")
    (about,) = (e["involvedObject"] for e in story.events() if e["reason"] == "TaintManagerEviction")
    assert about == {"kind": "Pod", "namespace": "default", "name": "p", "apiVersion": "v1"}
    assert "TaintManagerEviction" in story.node("kubectl get events")
    assert "TaintManagerEviction" not in story.node("kubectl describe pod p")


def test_a_lost_node_marks_also_the_pod_that_somebody_deleted() -> None:
    story = Story(pod(container(), nodeName="node2"), seconds=5, nodes=(NodeSpec("node1"), NodeSpec("node2")))
    story.node("ssh node2 systemctl stop kubelet")
    story.until(30)
    story.node("kubectl delete pod p --wait=false")
    story.until(450)
    assert story.messages("TaintManagerEviction") == ["Marking for deletion Pod default/p"]
    assert story.condition("DisruptionTarget")["reason"] == "DeletionByTaintManager"
