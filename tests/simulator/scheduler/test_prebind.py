"""A Pod that has a node and waits for its volumes.

Models test/integration/scheduler/nominated_node_name and pkg/scheduler/framework/plugins/volumebinding/binder_test.go.
"""

import json

from tests.simulator.controllers.sets import claim
from tests.simulator.stories import Json, Story, container, pod

NOWHERE = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "nowhere"},
    "provisioner": "example.com/none",
    "volumeBindingMode": "WaitForFirstConsumer",
}
TIMED_OUT = 'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded'


def user(**resources: Json) -> Json:
    app = container(volumeMounts=[{"name": "v", "mountPath": "/v"}], resources=resources)
    return pod(app, volumes=[{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}])


def test_it_is_nominated_until_it_is_bound_at_a_full_second() -> None:
    story = Story(claim(), user(), seconds=6)
    first = story.revisions()[0].at_ms
    shown = [
        (each.object["status"].get("nominatedNodeName"), each.object["spec"].get("nodeName"))
        for each in story.revisions()
    ]
    assert shown[:3] == [(None, None), ("node1", None), (None, "node1")]
    assert (story.revisions()[2].at_ms - first) // 1000 == 4


def test_it_counts_as_being_on_the_node() -> None:
    story = Story(claim(), user(requests={"cpu": "1500m"}), seconds=1)
    other = pod(container(resources={"requests": {"cpu": "1"}}), name="q")
    story.simulation.act("apply", {"manifest": json.dumps(other)})
    story.until(2)
    assert "1 Insufficient cpu" in story.messages("FailedScheduling")[0]


def test_nobody_waits_for_volumes_longer_than_ten_minutes() -> None:
    story = Story(NOWHERE, claim(storageClassName="nowhere"), user(), seconds=600.5)
    assert story.messages("FailedScheduling") == [TIMED_OUT]
    assert story.condition("PodScheduled")["reason"] == "SchedulerError"
    assert "nominatedNodeName" not in story.status
    assert story.until(603).status["nominatedNodeName"] == "node1"


def test_a_pod_that_went_meanwhile_is_missed() -> None:
    story = Story(NOWHERE, claim(storageClassName="nowhere"), user(), seconds=5)
    story.node("kubectl delete pod p")
    words = 'running PreBind plugin "VolumeBinding": binding volumes: pod does not exist any more: pod "p" not found'
    assert story.messages("FailedScheduling") == [words]
