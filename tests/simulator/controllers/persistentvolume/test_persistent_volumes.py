"""Claims become volumes, and what is used stays.

Models pkg/controller/volume/{persistentvolume,pvcprotection,pvprotection} and the local-path provisioner.
"""

import json

from tests.simulator.controllers.sets import claim, lives, living, newest
from tests.simulator.stories import Json, Story, container, pod

WRITES = "echo one >> /data/log; cat /data/log; sleep 1000"
ROOT = "/var/local-path-provisioner"


def user(script: str = WRITES, name: str = "p", claim_name: str = "data") -> Json:
    mount = {"name": "d", "mountPath": "/data"}
    volume = {"name": "d", "persistentVolumeClaim": {"claimName": claim_name}}
    return pod(container(script, volumeMounts=[mount]), name=name, volumes=[volume])


def give(story: Story, obj: Json) -> None:
    story.simulation.act("apply", {"manifest": json.dumps(obj)})


def test_a_claim_waits_for_its_first_user() -> None:
    story = Story(claim(), seconds=10)
    assert living(story, "persistentvolumeclaims")["data"]["spec"]["storageClassName"] == "standard"
    assert story.messages("WaitForFirstConsumer") == ["waiting for first consumer to be created before binding"]
    assert lives(story, "persistentvolumes") == []
    give(story, user())
    story.until(20)
    bound = living(story, "persistentvolumeclaims")["data"]
    assert (bound["status"]["phase"], bound["status"]["capacity"]) == ("Bound", {"storage": "1Gi"})
    assert [e["reason"] for e in story.events() if e["involvedObject"]["kind"] == "PersistentVolumeClaim"] == [
        "WaitForFirstConsumer",
        "ExternalProvisioning",
        "Provisioning",
        "ProvisioningSucceeded",
    ]
    assert story.messages("FailedScheduling") == []
    assert story.pod["status"]["phase"] == "Running"


def test_what_is_written_outlives_the_pod_but_not_the_claim() -> None:
    story = Story(claim(), user(), seconds=10)
    story.node("kubectl delete pod p")
    give(story, user())
    story.until(40)
    assert story.node("kubectl logs p") == "one\none\n"
    name = f"{newest(story, 'persistentvolumes')['metadata']['name']}_default_data"
    assert story.node(f"ls {ROOT}") == f"{name}\n"
    story.node("kubectl delete pod p; kubectl delete pvc data")
    story.until(80)
    assert living(story, "persistentvolumes") == {}
    assert story.node(f"ls {ROOT}") == ""


def test_a_claim_in_use_stays_until_its_pod_is_gone() -> None:
    story = Story(claim(), user(), seconds=10)
    story.node("kubectl delete pvc data --wait=false")
    assert story.node("kubectl get pvc").splitlines()[1].split()[:2] == ["data", "Terminating"]
    give(story, user(name="q"))
    story.until(45)
    assert any('persistentvolumeclaim "data" is being deleted' in text for text in story.messages("FailedScheduling"))
    story.node("kubectl delete pod p")
    assert living(story, "persistentvolumeclaims") == {}


def test_a_volume_in_use_stays_until_its_claim_is_gone() -> None:
    story = Story(claim(), user(), seconds=10)
    story.node("kubectl delete pv --all --wait=false")
    assert story.node("kubectl get pv").splitlines()[1].split()[4] == "Terminating"
    story.node("kubectl delete pod p; kubectl delete pvc data")
    story.until(60)
    assert living(story, "persistentvolumes") == {}


def test_a_claim_without_a_class_waits_for_ever() -> None:
    story = Story(claim(storageClassName=""), user(), seconds=40)
    (event,) = story.events("FailedBinding")
    assert event["message"] == "no persistent volumes available for this claim and no storage class is set"
    assert event["count"] == 3
    assert "pod has unbound immediate PersistentVolumeClaims" in story.messages("FailedScheduling")[0]


def test_a_class_that_is_not_there_is_named() -> None:
    story = Story(claim(storageClassName="gold"), seconds=5)
    assert story.messages("ProvisioningFailed") == ['storageclass.storage.k8s.io "gold" not found']


def test_a_pod_that_cannot_be_scheduled_is_named_by_its_claim() -> None:
    huge = user()
    huge["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "99"}}
    story = Story(claim(), huge, seconds=20)
    assert story.messages("WaitForPodScheduled") == ["waiting for pod p to be scheduled"]


def test_a_change_of_a_claim_troubles_only_those_who_use_it() -> None:
    huge = pod(container(resources={"requests": {"cpu": "99"}}), name="huge")
    tries = [
        len(Story(*objects, seconds=60).events("FailedScheduling")) for objects in ((huge,), (claim(), huge, user()))
    ]
    assert tries[0] == tries[1]
