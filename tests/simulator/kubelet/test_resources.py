"""Admission, eviction and in-place resize. Models pkg/kubelet/{lifecycle,eviction,allocation}."""

import json

from tests.simulator.stories import Json, Story, container, pod

SMALL = {"requests": {"cpu": "100m", "memory": "32Mi"}}


def resize(story: Story, **requests: str) -> str:
    patch = json.dumps({"spec": {"containers": [{"name": "app", "resources": {"requests": requests}}]}})
    return story.node(f"kubectl patch pod p --subresource resize -p '{patch}'")


def test_a_pod_put_on_a_node_that_is_too_small_is_rejected_for_good() -> None:
    story = Story(pod(container(resources={"requests": {"cpu": "100"}}), nodeName="node1"), seconds=60)
    assert (story.status["phase"], story.status["reason"]) == ("Failed", "OutOfcpu")
    assert story.messages("OutOfcpu") == [
        "Node didn't have enough resource: cpu, requested: 100000, used: 0, capacity: 2000"
    ]
    assert "containerStatuses" not in story.status


def test_a_node_whose_labels_do_not_match_rejects_too() -> None:
    story = Story(pod(container(), nodeName="node1", nodeSelector={"disk": "ssd"}), seconds=5)
    assert story.status["reason"] == "NodeAffinity"
    assert story.status["message"].startswith("Pod was rejected: Predicate NodeAffinity failed: ")


def test_an_empty_dir_beyond_its_size_evicts_the_pod() -> None:
    volume = {"name": "v", "emptyDir": {"sizeLimit": "1Mi"}}
    writer = container(
        "dd if=/dev/zero of=/v/x bs=1M count=3; sleep 1000", volumeMounts=[{"name": "v", "mountPath": "/v"}]
    )
    story = Story(pod(writer, volumes=[volume]), seconds=240)
    assert (story.status["phase"], story.status["reason"]) == ("Failed", "Evicted")
    assert story.messages("Evicted") == ['Usage of EmptyDir volume "v" exceeds the limit "1Mi". ']
    assert story.container()["state"]["terminated"]["exitCode"] == 137


def test_a_container_beyond_its_storage_limit_evicts_the_pod() -> None:
    writer = container(
        "dd if=/dev/zero of=/x bs=1M count=3; sleep 1000", resources={"limits": {"ephemeral-storage": "1Mi"}}
    )
    story = Story(pod(writer), seconds=60)
    assert story.status["reason"] == "Evicted"


def test_a_resize_changes_the_resources_without_a_restart() -> None:
    story = Story(pod(container(resources=SMALL)), seconds=5)
    assert resize(story, cpu="200m") == "pod/p patched\n"
    status = story.container()
    assert status["resources"]["requests"]["cpu"] == status["allocatedResources"]["cpu"] == "200m"
    assert status["restartCount"] == 0
    reasons = [event["reason"] for event in story.events("ResizeStarted", "ResizeCompleted")]
    assert reasons == ["ResizeStarted", "ResizeCompleted"]
    assert all(c["type"] != "PodResizeInProgress" for c in story.status["conditions"])


def test_a_resize_that_the_node_can_never_hold_is_infeasible() -> None:
    story = Story(pod(container(resources=SMALL)), seconds=5)
    resize(story, cpu="50")
    pending = story.condition("PodResizePending")
    assert pending["reason"] == "Infeasible"
    assert pending["message"] == "Node didn't have enough capacity: cpu, requested: 50000, capacity: 2000"
    assert story.container()["resources"]["requests"]["cpu"] == "100m"


def test_a_resize_that_has_to_wait_for_room_is_deferred_until_another_pod_ends() -> None:
    other: Json = pod(container(resources={"requests": {"cpu": "1500m"}}), name="other")
    story = Story(pod(container(resources=SMALL)), other, seconds=5)
    resize(story, cpu="1")
    assert story.events("ResizeDeferred")
    story.node("kubectl delete pod other")
    story.until(40)
    assert [e["reason"] for e in story.events("ResizeCompleted")] == ["ResizeCompleted"]


def test_a_policy_can_ask_for_a_restart() -> None:
    policy = [{"resourceName": "memory", "restartPolicy": "RestartContainer"}]
    story = Story(pod(container(resources=SMALL, resizePolicy=policy)), seconds=5)
    resize(story, memory="64Mi")
    assert story.messages("Killing") == ["Container app resize requires restart"]
    assert story.container()["restartCount"] == 1


def test_a_resize_may_not_change_the_quality_of_service() -> None:
    assert "Pod QOS Class may not change" in resize(Story(pod(container()), seconds=5), cpu="1")


def test_a_sidecar_may_be_resized_too() -> None:
    proxy = container(name="proxy", restartPolicy="Always", resources=SMALL)
    story = Story(pod(container(), init=[proxy]), seconds=5)
    patch = json.dumps({"spec": {"initContainers": [{"name": "proxy", "resources": {"requests": {"cpu": "200m"}}}]}})
    assert story.node(f"kubectl patch pod p --subresource resize -p '{patch}'") == "pod/p patched\n"
    assert story.container("proxy")["resources"]["requests"]["cpu"] == "200m"
    assert story.messages("ResizeCompleted") == [
        'Pod resize completed: {"initContainers":[{"name":"proxy","resources":{"requests":{"cpu":"200m",'
        '"memory":"32Mi"}}}],"containers":[{"name":"app","resources":{}}],"generation":2}'
    ]
