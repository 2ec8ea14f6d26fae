"""Claims become volumes, and what is used stays.

Models pkg/controller/volume/{persistentvolume,pvcprotection,pvprotection} and the local-path provisioner.
"""

import json
from typing import Any

import pytest

from tests.simulator.controllers.sets import claim, lives, living, newest
from tests.simulator.stories import Json, Story, container, pod

WRITES = "echo one >> /data/log; cat /data/log; sleep 1000"
ROOT, PROVISIONER = "/var/local-path-provisioner", "rancher.io/local-path"


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


def volume(name: str = "pv", size: str = "1Gi", **spec: Any) -> Json:
    whole: Json = {
        "capacity": {"storage": size},
        "accessModes": ["ReadWriteOnce"],
        "hostPath": {"path": f"/srv/{name}"},
    }
    whole |= {"storageClassName": "manual"} | spec
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": whole}


def manual(name: str = "data", size: str = "1Gi", **spec: Any) -> Json:
    made = claim(name)
    requests = {"resources": {"requests": {"storage": size}}}
    return {**made, "spec": made["spec"] | {"storageClassName": "manual"} | requests | spec}


def phases(story: Story) -> dict[str, str]:
    return {name: obj["status"]["phase"] for name, obj in living(story, "persistentvolumes").items()}


def test_a_claim_gets_the_smallest_volume_that_does() -> None:
    story = Story(volume("big", "5Gi"), volume("small", "500Mi"), volume("right", "2Gi"), manual(), user(), seconds=10)
    assert living(story, "persistentvolumeclaims")["data"]["spec"]["volumeName"] == "right"
    assert phases(story) == {"big": "Available", "small": "Available", "right": "Bound"}
    assert story.node("cat /srv/right/log") == "one\n"


def test_a_volume_that_was_claimed_is_kept_and_given_to_nobody_else() -> None:
    story = Story(volume(), manual(), seconds=5)
    story.node("kubectl delete pvc data")
    give(story, manual("next"))
    story.until(40)
    assert phases(story) == {"pv": "Released"}
    assert living(story, "persistentvolumeclaims")["next"]["status"]["phase"] == "Pending"
    assert story.messages("ProvisioningFailed") == ['storageclass.storage.k8s.io "manual" not found']


def test_a_claim_that_came_first_is_bound_when_it_is_looked_at_again() -> None:
    story = Story(manual(), seconds=5)
    give(story, volume())
    story.until(10)
    assert phases(story) == {"pv": "Available"}
    story.until(20)
    assert phases(story) == {"pv": "Bound"}


def test_labels_and_access_modes_decide_too() -> None:
    labelled = volume("labelled")
    labelled["metadata"]["labels"] = {"disk": "ssd"}
    many = manual("many", accessModes=["ReadWriteMany"])
    story = Story(volume("plain"), labelled, many, manual("ssd", selector={"matchLabels": {"disk": "ssd"}}), seconds=5)
    claims = living(story, "persistentvolumeclaims")
    assert claims["ssd"]["spec"]["volumeName"] == "labelled"
    assert claims["many"]["status"]["phase"] == "Pending"


def test_a_volume_that_is_named_must_do() -> None:
    story = Story(volume(size="1Mi"), manual(volumeName="pv"), seconds=5)
    assert story.messages("VolumeMismatch") == ['Cannot bind to requested volume "pv": requested PV is too small']
    story = Story(volume(), manual("one"), seconds=5)
    give(story, manual("two", volumeName="pv"))
    story.until(10)
    assert story.messages("FailedBinding") == ['volume "pv" already bound to a different claim.']


def test_a_volume_that_waits_for_its_claim_is_given_to_no_other() -> None:
    meant = volume(claimRef={"namespace": "default", "name": "mine"})
    story = Story(meant, manual("other"), manual("mine"), seconds=5)
    assert living(story, "persistentvolumes")["pv"]["spec"]["claimRef"]["name"] == "mine"
    assert living(story, "persistentvolumeclaims")["other"]["status"]["phase"] == "Pending"


def test_a_local_volume_is_bound_where_its_first_user_can_run() -> None:
    local = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "manual"}}
    local |= {"provisioner": "kubernetes.io/no-provisioner", "volumeBindingMode": "WaitForFirstConsumer"}
    terms = [{"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": ["node1"]}]}]
    there: Json = {"hostPath": {"path": "/srv"}, "nodeAffinity": {"required": {"nodeSelectorTerms": terms}}}
    story = Story(local, manual(), user(), seconds=5)
    assert story.messages("FailedScheduling")[0].startswith(
        "0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind."
    )
    give(story, volume(**there))
    story.until(330)
    assert phases(story) == {"pv": "Bound"}
    assert story.status["phase"] == "Running"


def test_only_test_folders_of_nobody_are_deleted_with_their_claim() -> None:
    delete = {"persistentVolumeReclaimPolicy": "Delete"}
    story = Story(volume(hostPath={"path": "/tmp/x"}, **delete), manual(), seconds=5)
    story.node("kubectl delete pvc data")
    assert phases(story) == {}
    story = Story(volume(**delete), manual(), seconds=5)
    story.node("kubectl delete pvc data")
    assert phases(story) == {"pv": "Failed"}
    assert story.messages("VolumeFailedDelete") == [
        "host_path deleter only supports /tmp/.+ but received provided /srv/pv"
    ]


def test_a_volume_that_was_let_go_is_bound_again() -> None:
    """binder_test.go 3-3 "bound claim with unbound volume"."""
    story = Story(volume(), manual(), seconds=5)
    story.node('kubectl patch pv pv -p \'{"spec": {"claimRef": null}}\'')
    assert phases(story) == {"pv": "Available"}
    assert phases(story.until(35)) == {"pv": "Bound"}


def test_a_claim_without_a_class_gets_the_default_one_once_there_is_one() -> None:
    """pv_controller_test.go 15-5; test/e2e/storage/pvc_storageclass.go."""
    story = Story(seconds=1)
    story.node("kubectl delete storageclass standard")
    give(story, claim())
    story.until(20)
    marked = {"name": "new", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}
    give(story, {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": marked, "provisioner": "a/b"})
    assert living(story.until(40), "persistentvolumeclaims")["data"]["spec"]["storageClassName"] == "new"


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (
            {"resources": {"requests": {"storage": "2Gi"}}},
            'persistentvolumeclaims "data" is forbidden: only dynamically provisioned pvc can be resized and the '
            "storageclass that provisions the pvc must support resize",
        ),
        (
            {"resources": {"requests": {"storage": "500Mi"}}},
            "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity",
        ),
        (
            {"storageClassName": "other"},
            "spec: Forbidden: spec is immutable after creation except resources.requests and "
            "volumeAttributesClassName for bound claims\n@@ -10,7 +10,7 @@\n",
        ),
    ],
)
def test_a_bound_claim_stays_as_it_is(spec: Json, words: str) -> None:
    """validation_test.go TestValidatePersistentVolumeClaimUpdate; resize/admission_test.go."""
    story = Story(volume(), manual(), seconds=5)
    assert words in story.node(f"kubectl patch pvc data -p '{json.dumps({'spec': spec})}'")


def test_a_claim_that_is_not_bound_does_not_grow() -> None:
    """validation.go ValidatePersistentVolumeClaimUpdate: it is not valid, which is found before admission is asked."""
    story = Story(manual(), seconds=5)
    change = json.dumps({"spec": {"resources": {"requests": {"storage": "2Gi"}}}})
    assert "spec is immutable after creation" in story.node(f"kubectl patch pvc data -p '{change}'")


def test_a_volume_tells_since_when_it_is_in_its_phase() -> None:
    """test/e2e/storage/persistent_volumes.go "create a PV and a pre-bound PVC: test phase transition timestamp"."""
    story = Story(volume(), seconds=5)
    give(story, manual())
    story.until(30)
    times = [each.object["status"].get("lastPhaseTransitionTime") for each in story.revisions("persistentvolumes")]
    assert [time and time[-3:] for time in dict.fromkeys(times) if time] == ["00Z", "05Z"]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (
            {"accessModes": ["ReadWriteMany"]},
            'failed to provision volume with StorageClass "standard": '
            "NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes",
        ),
        ({"volumeMode": "Block"}, "rancher.io/local-path does not support block volume provisioning"),
        (
            {"storageClassName": "now"},
            'failed to provision volume with StorageClass "now": configuration error, no node was specified',
        ),
    ],
)
def test_what_a_folder_of_a_node_cannot_be_is_refused_again_and_again(spec: Json, words: str) -> None:
    """test/e2e/storage/testsuites/volumemode.go "should fail in binding dynamic provisioned PV to PVC"."""
    meta = {"name": "now"}
    now = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": meta, "provisioner": PROVISIONER}
    story = Story(now, claim(**spec), user(), seconds=50)
    (failed,) = story.events("ProvisioningFailed")
    assert (failed["message"], failed["count"]) == (words, 3)  # at once, after 15 s and after 30 s more
    if "storageClassName" not in spec:
        assert story.messages("FailedScheduling") == []
        assert story.messages("WaitForFirstConsumer") == ["waiting for first consumer to be created before binding"]
    assert story.status["phase"] == "Pending"


def test_a_claim_that_may_grow_waits_for_somebody_who_can_do_it() -> None:
    """pkg/controller/volume/expand/expand_controller.go syncHandler."""
    story = Story(claim(), user(), seconds=10)
    story.node("kubectl patch storageclass standard -p '{\"allowVolumeExpansion\": true}'")
    story.node('kubectl patch pvc data -p \'{"spec": {"resources": {"requests": {"storage": "2Gi"}}}}\'')
    assert story.messages("ExternalExpanding") == ["waiting for an external controller to expand this PVC"]
    assert living(story, "persistentvolumeclaims")["data"]["status"]["capacity"] == {"storage": "1Gi"}
