"""What upstream's own tests say of changes to claims, volumes, gated Pods, Jobs and Secrets.

The cases are those of pkg/apis/core/validation/validation_test.go and pkg/apis/batch/validation/validation_test.go.
"""

from __future__ import annotations

import copy
from typing import Any

from simulator.objects import validate_update
from tests.simulator.objects.cast import Json, pod, stored
from tests.simulator.objects.test_other_rules import claim, job, thing

CLAIM_HEAD = (
    "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for "
    "bound claims\n"
)
NEEDED = "requiredDuringSchedulingIgnoredDuringExecution"
TERMS = f"spec.affinity.nodeAffinity.{NEEDED}.nodeSelectorTerms"


def refusals(new: Json, old: Json) -> list[str]:
    return [str(error) for error in validate_update(new, old)]


def kept_claim(phase: str = "Bound", **spec: Any) -> Json:
    made = stored(claim(**spec))
    return made | {"status": {"phase": phase, "capacity": {"storage": "1Gi"}}}


def with_size(old: Json, size: str) -> Json:
    new = copy.deepcopy(old)
    new["spec"]["resources"]["requests"]["storage"] = size
    return new


def test_a_claim_stays_as_it_is() -> None:
    """TestValidatePersistentVolumeClaimUpdate."""
    old = kept_claim()
    new = copy.deepcopy(old)
    new["spec"]["volumeMode"] = "Block"
    told, mode = refusals(new, old)
    assert told.startswith(CLAIM_HEAD)
    assert told.splitlines()[5:7] == ['- "VolumeMode": "Filesystem",', '+ "VolumeMode": "Block",']
    assert mode == 'volumeMode: Invalid value: "Block": field is immutable'


def test_a_bound_claim_may_ask_for_more_but_not_for_less_than_it_has() -> None:
    old = kept_claim()
    assert refusals(with_size(old, "2Gi"), old) == []
    assert refusals(with_size(old, "1Mi"), old) == [
        "spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"
    ]
    waiting = kept_claim("Pending")
    (told,) = refusals(with_size(waiting, "2Gi"), waiting)
    assert told.startswith(CLAIM_HEAD)


def test_a_claim_may_be_given_its_volume_and_a_class_once() -> None:
    old = kept_claim("Pending")
    new = copy.deepcopy(old)
    new["spec"] |= {"volumeName": "pv", "storageClassName": "fast"}
    assert refusals(new, old) == []
    (told,) = refusals(new | {"spec": new["spec"] | {"storageClassName": "slow"}}, new)
    assert told.startswith(CLAIM_HEAD)
    assert '+ "StorageClassName": "slow",' in told


def volume(**spec: Any) -> Json:
    base = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/a"}}
    return thing("PersistentVolume", spec=base | spec)


def affine(value: str) -> Json:
    term = {"matchExpressions": [{"key": "zone", "operator": "In", "values": [value]}]}
    return {"required": {"nodeSelectorTerms": [term]}}


def test_the_source_of_a_volume_stays_and_the_difference_is_shown() -> None:
    """TestValidatePersistentVolumeSourceUpdate."""
    (told,) = refusals(stored(volume(hostPath={"path": "/b"})), stored(volume()))
    assert told.startswith(
        "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n@@ -2,7 +2,7 @@\n"
    )
    assert '-  "Path": "/a",\n+  "Path": "/b",\n' in told


def test_the_nodes_of_a_volume_may_be_set_once() -> None:
    """TestValidateVolumeNodeAffinityUpdate."""
    assert refusals(stored(volume(nodeAffinity=affine("a"))), stored(volume())) == []
    assert refusals(stored(volume(nodeAffinity=affine("b"))), stored(volume(nodeAffinity=affine("a")))) == [
        'nodeAffinity: Invalid value: {"Required":{"NodeSelectorTerms":[{"MatchExpressions":[{"Key":"zone","Operator":'
        '"In","Values":["b"]}],"MatchFields":null}]}}: field is immutable, except for updating from beta label to GA'
    ]


def gated(*terms: Json, **spec: Any) -> Json:
    affinity = {"nodeAffinity": {NEEDED: {"nodeSelectorTerms": list(terms)}}} if terms else None
    return stored(pod(schedulingGates=[{"name": "a.b/c"}], affinity=affinity, **spec))


def term(*values: str) -> Json:
    return {"matchExpressions": [{"key": value, "operator": "Exists"} for value in values]}


def test_a_gated_pod_may_be_told_more_of_its_node() -> None:
    """TestValidatePodUpdate."""
    assert refusals(gated(term("a")), gated()) == []
    assert refusals(gated(term("a", "b")), gated(term("a"))) == []
    assert refusals(gated(term("b")), gated(term("a"))) == [
        f'{TERMS}[0]: Invalid value: {{"MatchExpressions":[{{"Key":"b","Operator":"Exists","Values":null}}],'
        '"MatchFields":null}: only additions are allowed (no mutations or deletions)'
    ]
    assert refusals(gated(), gated(term("a"))) == [
        f"{TERMS}: Invalid value: null: no additions/deletions to non-empty NodeSelectorTerms list are allowed"
    ]
    assert refusals(gated(), gated(nodeSelector={"a": "b"})) == [
        "spec.nodeSelector: Invalid value: null: only additions to spec.nodeSelector are allowed (no mutations or deletions)"
    ]


def test_nobody_makes_a_pod_the_image_of_a_static_one() -> None:
    plain = stored(pod(nodeName="n1"))
    mirror = copy.deepcopy(plain)
    mirror["metadata"]["annotations"] = {"kubernetes.io/config.mirror": "x"}
    place = "metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not"
    assert refusals(mirror, plain) == [f"{place} add mirror pod annotation"]
    assert refusals(plain, mirror) == [f"{place} remove or update mirror pod annotation"]


def test_the_policies_of_a_job_stay_and_are_shown_as_go_has_them() -> None:
    """TestValidateJobUpdate."""
    rules = {"rules": [{"succeededCount": 2}]}
    old = stored(job(completionMode="Indexed", completions=3, successPolicy={"rules": [{"succeededCount": 1}]}))
    new = copy.deepcopy(old)
    new["spec"]["successPolicy"] = rules
    assert refusals(new, old) == [
        'spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":2}]}: field is immutable'
    ]


def test_the_type_of_a_secret_stays() -> None:
    """TestValidateSecretUpdate."""
    old = stored(thing("Secret", type="a/b"))
    assert refusals(old | {"type": "Opaque"}, old) == ['type: Invalid value: "Opaque": field is immutable']
    assert refusals(old | {"immutable": True}, old) == []
    told = refusals(old | {"data": {"a": "Yg=="}}, old | {"immutable": True})
    assert told == [
        "immutable: Forbidden: field is immutable when `immutable` is set",
        "data: Forbidden: field is immutable when `immutable` is set",
    ]


def test_the_role_of_a_binding_stays() -> None:
    """TestValidateRoleBindingUpdate of pkg/apis/rbac/validation/validation_test.go."""

    def binding(name: str) -> Json:
        return stored(thing("RoleBinding", "rbac.authorization.k8s.io/v1", roleRef={"kind": "Role", "name": name}))

    assert refusals(binding("b"), binding("a")) == [
        'roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"b"}: cannot change roleRef'
    ]
