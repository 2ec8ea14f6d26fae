"""Volumes that a claim stands for, and those that cannot be had.

Models pkg/kubelet/volumemanager (volume_manager.go, populator) and pkg/volume/util/operationexecutor.
"""

from __future__ import annotations

import json
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


def test_a_claim_can_be_mounted_for_reading_only() -> None:
    """Models desired_state_of_world_populator.go createVolumeSpec and pkg/volume/hostpath/host_path_test.go."""
    claim = [{"name": "v", "persistentVolumeClaim": {"claimName": "data", "readOnly": True}}]
    objects = claimed({"hostPath": {"path": "/srv"}})[:2]
    app = container("touch /v/f", volumeMounts=[{"name": "v", "mountPath": "/v"}])
    story = Story(*objects, pod(app, volumes=claim), seconds=5)
    assert story.simulation.logs("default", "p", "app") == "touch: /v/f: Read-only file system\n"


def test_the_group_of_a_pod_owns_a_local_volume_but_no_folder_of_the_node() -> None:
    """Models test/e2e/storage/persistent_volumes-local.go "Set fsgroup for local volume"."""
    script, context = "stat -c '%g %a' /v", {"fsGroup": 1234}
    app = container(script, volumeMounts=[{"name": "v", "mountPath": "/v"}])
    shown = []
    for kind in ("local", "hostPath"):
        story = Story(seconds=1)
        story.node("mkdir -p /srv/x")
        for obj in (*claimed({kind: {"path": "/srv/x"}})[:2], pod(app, volumes=DATA, securityContext=context)):
            story.simulation.act("apply", {"manifest": json.dumps(obj)})
        shown.append(story.until(40).simulation.logs("default", "p", "app"))
    assert shown == ["1234 2775\n", "0 755\n"]


def test_everybody_may_write_to_a_volume_that_was_made_for_a_claim() -> None:
    """The local-path provisioner makes the folder with `mkdir -m 0777`."""
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    head = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": claim}
    app = container("echo hi > /v/f; cat /v/f", volumeMounts=[{"name": "v", "mountPath": "/v"}])
    story = Story(head, pod(app, volumes=DATA, securityContext={"runAsUser": 1000}), seconds=10)
    assert story.simulation.logs("default", "p", "app") == "hi\n"
