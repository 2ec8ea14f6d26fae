"""Kinds that come beside Pods: what the API server says against them, and what it fills in.

Models pkg/apis/{rbac,networking,storage,autoscaling,node,core}/validation.
"""

from __future__ import annotations

import pytest

from tests.simulator.objects.cast import Json, messages, stored
from tests.simulator.objects.test_other_rules import thing

RBAC, NET = "rbac.authorization.k8s.io/v1", "networking.k8s.io/v1"
ROLE_REF = {"kind": "Role", "name": "r", "apiGroup": "rbac.authorization.k8s.io"}
VOLUME = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/d"}}
BACKEND = {"service": {"name": "web", "port": {"number": 80}}}


def role(kind: str = "Role", **rule: list[str]) -> Json:
    return thing(kind, RBAC, rules=[rule])


def ingress(**path: object) -> Json:
    return thing("Ingress", NET, spec={"rules": [{"http": {"paths": [path]}}]})


def volume(**spec: object) -> Json:
    return thing("PersistentVolume", spec={key: value for key, value in (VOLUME | spec).items() if value is not None})


def autoscaler(**spec: object) -> Json:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    return thing("HorizontalPodAutoscaler", "autoscaling/v2", spec={"scaleTargetRef": target, "maxReplicas": 3} | spec)


REFUSED: list[tuple[Json, list[str]]] = [
    (role(apiGroups=[""], resources=["pods"]), [
        "rules[0].verbs: Required value: verbs must contain at least one value"]),
    (role(verbs=["get"]), [
        "rules[0].apiGroups: Required value: resource rules must supply at least one api group",
        "rules[0].resources: Required value: resource rules must supply at least one resource"]),
    (role(verbs=["get"], nonResourceURLs=["/healthz"]), [
        'rules[0].nonResourceURLs: Invalid value: ["/healthz"]: namespaced rules cannot apply to non-resource URLs']),
    (thing("RoleBinding", RBAC, roleRef=ROLE_REF | {"kind": "Rolle"}, subjects=[{"kind": "Robot", "name": "x"}]), [
        'roleRef.kind: Unsupported value: "Rolle": supported values: "Role", "ClusterRole"',
        'subjects[0].kind: Unsupported value: "Robot": supported values: "ServiceAccount", "User", "Group"']),
    (thing("ClusterRoleBinding", RBAC, roleRef=ROLE_REF | {"kind": "ClusterRole"},
           subjects=[{"kind": "ServiceAccount", "name": "x"}]), ["subjects[0].namespace: Required value"]),
    (thing("Role", RBAC, name="a/b"), ['metadata.name: Invalid value: "a/b": may not contain \'/\'']),
    (thing("NetworkPolicy", NET, spec={"podSelector": {}, "ingress": [{"from": [{}]}], "policyTypes": ["In"]}), [
        "spec.ingress[0].from[0]: Required value: must specify a peer",
        'spec.policyTypes[0]: Unsupported value: "In": supported values: "Ingress", "Egress"']),
    (thing("Ingress", NET, spec={}), [
        "spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"]),
    (ingress(path="/", backend=BACKEND), [
        "spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified"]),
    (ingress(path="x", pathType="Prefix", backend={}), [
        'spec.rules[0].http.paths[0].path: Invalid value: "x": must be an absolute path',
        'spec.rules[0].http.paths[0].backend: Invalid value: "": resource or service backend is required']),
    (volume(hostPath=None), ["spec: Required value: must specify a volume type"]),
    (volume(nfs={"server": "s", "path": "/"}), ["spec.nfs: Forbidden: may not specify more than 1 volume type"]),
    (volume(hostPath=None, local={"path": "/d"}), [
        "spec.nodeAffinity: Required value: Local volume requires node affinity"]),
    (volume(capacity={"storage": "0"}, persistentVolumeReclaimPolicy="Keep"), [
        'spec.capacity[storage]: Invalid value: "0": must be greater than zero',
        'spec.persistentVolumeReclaimPolicy: Unsupported value: "Keep": supported values: "Delete", "Recycle", '
        '"Retain"']),
    (thing("StorageClass", "storage.k8s.io/v1", volumeBindingMode="Later"), [
        "provisioner: Required value",
        'volumeBindingMode: Unsupported value: "Later": supported values: "Immediate", "WaitForFirstConsumer"']),
    (autoscaler(minReplicas=5), [
        "spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`"]),
]  # fmt: skip


@pytest.mark.parametrize(("obj", "words"), REFUSED)
def test_what_the_api_server_says_against_it(obj: Json, words: list[str]) -> None:
    assert messages(obj) == words


def test_what_is_left_out_is_filled_in() -> None:
    assert stored(volume())["spec"] == VOLUME | {
        "hostPath": {"path": "/d", "type": ""},
        "persistentVolumeReclaimPolicy": "Retain",
        "volumeMode": "Filesystem",
    }
    made = stored(thing("StorageClass", "storage.k8s.io/v1", provisioner="kubernetes.io/no-provisioner"))
    assert (made["reclaimPolicy"], made["volumeBindingMode"]) == ("Delete", "Immediate")
    assert stored(autoscaler())["spec"]["minReplicas"] == 1
    policy = stored(thing("NetworkPolicy", NET, spec={"podSelector": {}, "egress": [{"ports": [{"port": 53}]}]}))
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert policy["spec"]["egress"][0]["ports"] == [{"port": 53, "protocol": "TCP"}]
    subjects = [{"kind": "User", "name": "eve"}, {"kind": "ServiceAccount", "name": "robot"}]
    binding = stored(thing("RoleBinding", RBAC, roleRef={"kind": "Role", "name": "r"}, subjects=subjects))
    assert binding["roleRef"] == ROLE_REF
    assert [subject.get("apiGroup") for subject in binding["subjects"]] == ["rbac.authorization.k8s.io", None]
