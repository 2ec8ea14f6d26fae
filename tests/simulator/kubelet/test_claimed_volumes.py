"""Volumes that a claim stands for, and those that cannot be had.

Models pkg/kubelet/volumemanager (volume_manager.go, populator) and pkg/volume/util/operationexecutor.
"""

from __future__ import annotations

from typing import Any

from tests.simulator.stories import Story, container, pod

Json = dict[str, Any]
MOUNTING = container(volumeMounts=[{"name": "v", "mountPath": "/v"}])
DATA = [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]
UNABLE = (
    "Unable to attach or mount volumes: unmounted volumes=[v], unattached volumes=[], failed to process volumes=[v]"
)
SPEC: Json = {"accessModes": ["ReadWriteOnce"], "storageClassName": "local"}


def claimed(source: Json) -> list[Json]:
    affinity = {"nodeSelectorTerms": [{"matchExpressions": [{"key": "kubernetes.io/os", "operator": "Exists"}]}]}
    volume = {**SPEC, **source, "capacity": {"storage": "1Gi"}, "nodeAffinity": {"required": affinity}}
    claim = {**SPEC, "resources": {"requests": {"storage": "1Gi"}}}
    return [
        {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "pv1"}, "spec": volume},
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": claim},
        pod(MOUNTING, volumes=DATA),
    ]


def test_a_volume_that_no_container_mounts_is_of_no_concern() -> None:
    """Models pkg/volume/util/util.go GetPodVolumeNames."""
    story = Story(pod(container(), volumes=[{"name": "v", "configMap": {"name": "gone"}}]), seconds=3)
    assert story.status["phase"] == "Running"
    assert not story.messages("FailedMount")


def test_a_claim_that_is_not_there_fails_each_sync_at_once() -> None:
    """Models desired_state_of_world_populator.go getPVCExtractPV and verifyVolumesMountedFunc."""
    story = Story(pod(MOUNTING, nodeName="node1", volumes=DATA), seconds=9)
    words = f"{UNABLE}: error processing PVC default/data: "
    missing = 'failed to fetch PVC from API server: persistentvolumeclaims "data" not found'
    assert story.messages("FailedMount") == [words + missing]
    tries = [event for event in story.until(40).revisions("events") if event.object["reason"] == "FailedMount"]
    assert 3 <= len(tries) <= 4


def test_a_local_volume_that_is_not_there_is_named_by_what_is_behind_the_claim() -> None:
    """Models pkg/volume/local/local.go getGlobalLocalPath and operation_generator.go GenerateMountVolumeFunc."""
    story = Story(*claimed({"local": {"path": "/mnt/none"}}), seconds=1)
    words = 'MountVolume.NewMounter initialization failed for volume "pv1" : path "/mnt/none" does not exist'
    assert set(story.messages("FailedMount")) == {words}


def test_a_sync_waits_two_minutes_for_a_mount_and_no_longer() -> None:
    """Models volume_manager.go WaitForAttachAndMount; what is mounted by then is used by the next sync."""
    story = Story(pod(MOUNTING, volumes=[{"name": "v", "configMap": {"name": "cm"}}]), seconds=70)
    story.node("kubectl create configmap cm --from-literal=a=1")
    story.until(145)
    started = next(fact.at_ms for fact in story.facts("container") if fact.data["phase"] == "started")
    assert 132_500 < started < 139_600
