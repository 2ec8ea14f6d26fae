"""What is accepted and not simulated is said, with the line where it was asked for."""

from __future__ import annotations

import pytest

from simulator.objects import read_manifest, unsimulated
from tests.simulator.objects.cast import Json, container, pod, read, stored
from tests.simulator.objects.test_other_rules import cron, workload

CASES: list[tuple[Json, list[str]]] = [
    (pod(), []),
    (pod(affinity={"nodeAffinity": {}, "podAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "a"}]}}), []),
    (pod(schedulerName="mine"), ["spec.schedulerName"]),
    (pod(dnsPolicy="Default"), []),
    (pod(hostIPC=True, hostPID=True, shareProcessNamespace=False), ["spec.hostIPC"]),
    (pod(volumes=[{"name": "v"}, {"name": "w", "nfs": {"server": "s", "path": "/"}}]), ["spec.volumes[1].nfs"]),
    (pod(securityContext={"sysctls": [{"name": "kernel.shm_rmid_forced", "value": "1"}], "fsGroup": 1}), ["spec.securityContext.sysctls"]),
    (container(securityContext={"privileged": True, "capabilities": {"add": ["X"]}}), [
        "spec.containers[0].securityContext.privileged", "spec.containers[0].securityContext.capabilities"]),
    (container(resources={"limits": {"nvidia.com/gpu": "1", "cpu": "1"}}), [
        "spec.containers[0].resources.limits[nvidia.com/gpu]", "spec.containers[0].resources.requests[nvidia.com/gpu]"]),
]  # fmt: skip


@pytest.mark.parametrize(("obj", "paths"), CASES)
def test_fields_that_change_nothing_are_named(obj: Json, paths: list[str]) -> None:
    found = unsimulated(stored(obj))
    assert sorted(path for path, _ in found) == sorted(paths)
    assert all(str(text).endswith(".") for _, text in found)


def test_a_note_points_at_its_line() -> None:
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  hostIPC: true\n  containers: [{name: a, image: x}]\n"
    )
    (note,) = read_manifest(text).notes
    assert (note.path, note.line, note.column) == ("spec.hostIPC", 5, 3)


def test_templates_are_looked_through_too() -> None:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": pod(hostIPC=True)["spec"]}
    notes = read(workload("Deployment", template)).notes
    assert [note.path for note in notes] == ["spec.template.spec.hostIPC"]
    inner = {"spec": {"template": {"spec": pod(hostIPC=True, restartPolicy="Never")["spec"]}}}
    notes = read(cron(jobTemplate=inner)).notes
    assert [note.path for note in notes] == ["spec.jobTemplate.spec.template.spec.hostIPC"]


def test_a_kind_that_is_not_simulated_is_passed_over() -> None:
    manifest = read(pod(), {"apiVersion": "v1", "kind": "ReplicationController", "metadata": {"name": "r"}})
    assert manifest.ok
    assert [document.kind for document in manifest.documents] == ["Pod"]
    assert [(note.document, note.message) for note in manifest.notes] == [(1, "accepted, not simulated")]


def test_a_kind_that_nothing_acts_on_is_kept_and_that_is_said() -> None:
    manifest = read(pod(), {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "r"}})
    assert [document.kind for document in manifest.documents] == ["Pod", "Role"]
    (note,) = manifest.notes
    assert (note.document, note.path, note.message) == (1, "kind", "kept, not simulated")
    assert str(note.advice) == ("Role is kept and listed, but there are no access rules: everybody may do everything.")
