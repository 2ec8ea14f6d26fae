"""Deleting objects. Models apiserver pkg/registry/rest/delete.go and generic/registry/store.go."""

from __future__ import annotations

import pytest

from tests.simulator.controllers.workloads import WorkloadStory, replica_set
from tests.simulator.stories import Json, container, pod


def config_map(**meta: object) -> Json:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", **meta}}


def verbs(story: WorkloadStory) -> list[str]:
    """What happened to the ConfigMap `c`."""
    return [r.verb for r in story.revisions("configmaps") if r.object["metadata"]["name"] == "c"]


def test_a_finalizer_holds_an_object_that_is_being_deleted_until_it_is_taken_away() -> None:
    story = WorkloadStory(config_map(finalizers=["example.com/hold"]), seconds=1)
    story.simulation.api.delete("configmaps", "default", "c")
    meta = story.one("configmaps", "c")["metadata"]
    assert (meta["deletionTimestamp"], meta["deletionGracePeriodSeconds"]) == ("2026-01-01T00:00:01Z", 0)
    assert story.node('kubectl patch configmap c --type=merge -p \'{"metadata":{"finalizers":null}}\'') == (
        "configmap/c patched\n"
    )
    assert story.live("configmaps") == []
    assert verbs(story) == ["ADDED", "MODIFIED", "DELETED"]


def test_deleting_what_is_being_deleted_changes_nothing() -> None:
    story = WorkloadStory(config_map(finalizers=["example.com/hold"]), seconds=1)
    for _ in range(3):
        story.until(5)
        story.simulation.api.delete("configmaps", "default", "c")
    assert verbs(story) == ["ADDED", "MODIFIED"]


def test_a_finalizer_holds_a_pod_that_the_kubelet_has_stopped() -> None:
    held = pod(container(), name="p")
    held["metadata"]["finalizers"] = ["example.com/hold"]
    story = WorkloadStory(held, seconds=5)
    story.simulation.api.delete("pods", "default", "p")
    story.until(60)
    meta = story.one("pods", "p")["metadata"]
    assert (meta["deletionGracePeriodSeconds"], story.status["phase"]) == (0, "Failed")
    story.node('kubectl patch pod p --type=merge -p \'{"metadata":{"finalizers":[]}}\'')
    assert story.live() == []


@pytest.mark.parametrize(
    ("propagation", "finalizers"), [("Orphan", ["orphan"]), ("Foreground", ["foregroundDeletion"])]
)
def test_the_propagation_is_a_finalizer_and_a_new_generation(propagation: str, finalizers: list[str]) -> None:
    story = WorkloadStory(replica_set(0), seconds=1)
    story.simulation.api.delete("replicasets", "default", "web", propagation=propagation)
    meta = story.one("replicasets")["metadata"]
    assert (meta["finalizers"], meta["generation"]) == (finalizers, 2)


def test_a_job_that_is_deleted_without_a_word_orphans_its_pods_and_others_do_not() -> None:
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "j"},
        "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [container("sleep 100")]}}},
    }
    story = WorkloadStory(job, replica_set(1), seconds=5)
    story.simulation.api.delete("jobs", "default", "j")
    story.simulation.api.delete("replicasets", "default", "web")
    story.until(20)
    assert story.live("jobs") == story.live("replicasets") == []
    assert [p["metadata"].get("ownerReferences") for p in story.live()] == [None]


def test_an_update_made_from_an_old_version_is_refused() -> None:
    story = WorkloadStory(config_map(), seconds=1)
    read = story.node(
        "kubectl get configmap c -o yaml > /tmp/c; kubectl label configmap c a=b; kubectl replace -f /tmp/c"
    )
    assert read.splitlines()[-1] == (
        'Error from server (Conflict): error when replacing "/tmp/c": Operation cannot be fulfilled on configmaps "c": '
        "the object has been modified; please apply your changes to the latest version and try again"
    )
