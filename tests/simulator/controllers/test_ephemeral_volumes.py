"""Claims that come and go with a Pod. Models pkg/controller/volume/ephemeral/controller_test.go."""

from tests.simulator.stories import Json, Story, container, pod

TEMPLATE = {
    "metadata": {"labels": {"a": "b"}},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}


def with_claim() -> Json:
    app = container("echo hi > /v/f; sleep 1000", volumeMounts=[{"name": "v", "mountPath": "/v"}])
    return pod(app, volumes=[{"name": "v", "ephemeral": {"volumeClaimTemplate": TEMPLATE}}])


def claims(story: Story) -> list[Json]:
    return list(story.simulation.store.list("persistentvolumeclaims"))


def test_the_claim_is_named_after_pod_and_volume_and_belongs_to_the_pod() -> None:
    story = Story(with_claim(), seconds=20)
    (claim,) = claims(story)
    meta = claim["metadata"]
    assert (meta["name"], meta["labels"]) == ("p-v", {"a": "b"})
    (owner,) = meta["ownerReferences"]
    assert (owner["kind"], owner["uid"]) == ("Pod", story.pod["metadata"]["uid"])
    assert owner["controller"]
    assert owner["blockOwnerDeletion"]
    assert story.status["phase"] == "Running"
    assert story.node("kubectl exec p -- cat /v/f") == "hi\n"
    assert "Used By:       p" in story.node("kubectl describe pvc p-v")


def test_until_the_claim_is_there_the_scheduler_waits() -> None:
    (message, *_) = Story(with_claim(), seconds=1).messages("FailedScheduling")
    expected = 'waiting for ephemeral volume controller to create the persistentvolumeclaim "p-v".'
    assert message.startswith(f"0/1 nodes are available: {expected}")


def test_claim_and_volume_go_with_the_pod() -> None:
    story = Story(with_claim(), seconds=20)
    story.node("kubectl delete pod p --now")
    assert story.until(60).node("kubectl get pvc,pv") == "No resources found\n"


def test_a_claim_of_that_name_that_is_not_the_pods_is_left_alone() -> None:
    meta = {"name": "p-v", "namespace": "default"}
    claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": meta, "spec": TEMPLATE["spec"]}
    story = Story(claim, with_claim(), seconds=10)
    why = "PVC default/p-v was not created for pod default/p (pod is not owner)"
    assert story.messages("FailedBinding")[0] == f"ephemeral volume v: {why}"
    assert story.messages("FailedScheduling")[0].startswith(f"0/1 nodes are available: {why}.")
    assert story.status["phase"] == "Pending"


def test_a_description_shows_the_claim_that_is_made() -> None:
    """kubectl pkg/describe/describe.go printEphemeralVolumeSource and printPersistentVolumeClaim."""
    shown = Story(with_claim(), seconds=10).node("kubectl describe pod p")
    assert (
        "    StorageClass:  \n    Volume:        \n    Labels:            a=b\n    Annotations:       <none>\n"
        "    Capacity:      \n    Access Modes:  \n    VolumeMode:    Filesystem\n"
    ) in shown
