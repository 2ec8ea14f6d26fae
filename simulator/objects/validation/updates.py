"""Rules for changing a Pod that lives. Models pkg/apis/core/validation/validation.go ValidatePodUpdate."""

from __future__ import annotations

import copy
from collections.abc import Callable

from simulator.objects.labels import MIRROR
from simulator.objects.validation.access import role_binding_update
from simulator.objects.validation.claim_updates import claim_update, volume_update
from simulator.objects.validation.field import Field, FieldError, go_quote, go_struct
from simulator.objects.validation.gated import gated
from simulator.objects.validation.ingresses import ingress_class_update
from simulator.objects.validation.internal_form import internal_diff
from simulator.objects.validation.job_updates import job_status_update, job_update
from simulator.objects.validation.pods import METADATA_AND_SPEC, pod_scope
from simulator.objects.validation.priorities import priority_class_update
from simulator.objects.validation.quotas import quota_update
from simulator.objects.validation.rules import Errors, Json, run
from simulator.objects.validation.runtime_classes import runtime_class_update
from simulator.objects.validation.service_addresses import addresses_update
from simulator.objects.validation.storage import storage_class_update
from simulator.objects.validation.table import validate

UPDATABLE = (
    "`spec.containers[*].image`",
    "`spec.initContainers[*].image`",
    "`spec.activeDeadlineSeconds`",
    "`spec.tolerations` (only additions to existing tolerations)",
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
)
IMMUTABLE = "field is immutable"
_FIXED = ("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds")


def validate_pod_update(new: Json, old: Json) -> list[FieldError]:
    """Why a living Pod may not become `new`; both as the API server stores them."""
    errors = [*_metadata_and_spec(new, old), *_mirror(new, old)]
    spec, before, at = new["spec"], old["spec"], Field("spec")
    for kind in ("containers", "initContainers"):
        count, earlier = len(spec.get(kind) or ()), len(before.get(kind) or ())
        if count != earlier:
            errors.append(at.forbidden(kind, "pod updates may not add or remove containers"))
            return errors
        errors.extend(_images(spec, kind, at))
    deadline = list(_deadline(spec, before, at))
    errors.extend(deadline)
    if deadline and spec.get("activeDeadlineSeconds") is not None:
        return errors
    errors.extend(_tolerations(spec, before, at))
    errors.extend(_gates(spec, before, at))
    munged = _munge(spec, before)
    if before.get("schedulingGates"):
        errors.extend(gated(munged, before, at))
    if munged != before:
        detail = f"pod updates may not change fields other than {','.join(UPDATABLE)}\n"
        errors.append(at.forbidden("", detail + internal_diff(before, munged, "PodSpec")))
    return errors


def validate_ephemeral_containers_update(new: Json, old: Json) -> list[FieldError]:
    """Models ValidatePodEphemeralContainersUpdate: they may be added, never changed or taken away."""
    if MIRROR in old["metadata"].get("annotations", {}):
        return [Field().forbidden("", "static pods do not support ephemeral containers")]
    errors = _metadata_and_spec(new, old)
    at = Field("spec.ephemeralContainers")
    known = {container["name"]: container for container in new["spec"].get("ephemeralContainers", ())}
    for container in old["spec"].get("ephemeralContainers", ()):
        name = go_quote(container["name"])
        now = known.get(container["name"])
        if now is None:
            errors.append(at.forbidden("", f"existing ephemeral containers {name} may not be removed\n"))
        elif now != container:
            detail = f"existing ephemeral containers {name} may not be changed\n"
            errors.append(at.forbidden("", detail + internal_diff(container, now, "EphemeralContainer")))
    return errors


def _metadata_and_spec(new: Json, old: Json) -> list[FieldError]:
    return [*_metadata(new["metadata"], old["metadata"]), *run(METADATA_AND_SPEC, new, Field(), pod_scope(new))]


def _metadata(new: Json, old: Json) -> Errors:
    """Models ValidateObjectMetaUpdate."""
    at = Field("metadata")
    if new.get("generation", 0) < old.get("generation", 0):
        yield at.invalid("generation", new.get("generation", 0), "must not be decremented")
    for name in _FIXED:
        if new.get(name) != old.get(name):
            yield at.invalid(name, new.get(name), IMMUTABLE)


def _mirror(new: Json, old: Json) -> Errors:
    """Part of ValidatePodSpecificAnnotationUpdates: a static Pod's image in the API stays one."""
    now, then = ((pod["metadata"].get("annotations") or {}).get(MIRROR) for pod in (new, old))
    if now != then:
        change = "add" if then is None else "remove or update"
        yield Field("metadata.annotations").key(MIRROR).forbidden("", f"may not {change} mirror pod annotation")


def _images(spec: Json, kind: str, at: Field) -> Errors:
    """Models ValidateContainerUpdates."""
    for number, container in enumerate(spec.get(kind) or ()):
        image = container.get("image", "")
        if not image:
            yield at.required(f"{kind}[{number}].image")
        if image != image.strip():
            yield at.invalid(f"{kind}[{number}].image", image, "must not have leading or trailing whitespace")


def _deadline(spec: Json, before: Json, at: Field) -> Errors:
    """A deadline may be set, or be made shorter."""
    name = "activeDeadlineSeconds"
    new, old = spec.get(name), before.get(name)
    if new is None:
        if old is not None:
            yield at.invalid(name, None, "must not update from a positive integer to nil value")
    elif not 0 <= new < 2**31:
        yield at.invalid(name, new, f"must be between 0 and {2**31 - 1}, inclusive")
    elif old is not None and old < new:
        yield at.invalid(name, new, "must be less than or equal to previous value")


def _tolerations(spec: Json, before: Json, at: Field) -> Errors:
    """Models validateOnlyAddedTolerations."""
    now = [_without(toleration, "tolerationSeconds") for toleration in spec.get("tolerations", ())]
    if any(_without(old, "tolerationSeconds") not in now for old in before.get("tolerations", ())):
        yield at.forbidden("tolerations", "existing toleration can not be modified except its tolerationSeconds")


def _without(value: Json, name: str) -> Json:
    return {key: item for key, item in value.items() if key != name}


def _gates(spec: Json, before: Json, at: Field) -> Errors:
    """Models validateOnlyDeletedSchedulingGates."""
    known = {gate["name"] for gate in before.get("schedulingGates", ())}
    for number, gate in enumerate(spec.get("schedulingGates", ())):
        if gate["name"] not in known:
            detail = f"only deletion is allowed, but found new scheduling gate '{gate['name']}'"
            yield at.forbidden(f"schedulingGates[{number}].name", detail)


def _munge(spec: Json, before: Json) -> Json:
    """The new spec with everything put back that may change."""
    munged = copy.deepcopy(spec)
    for kind in ("containers", "initContainers"):
        for now, then in zip(munged.get(kind) or (), before.get(kind) or (), strict=True):
            _put_back(now, then, "image")
    for name in ("activeDeadlineSeconds", "schedulingGates", "tolerations"):
        _put_back(munged, before, name)
    grace = before.get("terminationGracePeriodSeconds")
    if grace is not None and grace < 0 and munged.get("terminationGracePeriodSeconds") == 1:
        munged["terminationGracePeriodSeconds"] = grace
    return munged


def _put_back(now: Json, then: Json, name: str) -> None:
    if name in then:
        now[name] = then[name]
    else:
        now.pop(name, None)


def _selector_stays(new: Json, old: Json) -> list[FieldError]:
    """The selector of a workload never changes (ValidateDeploymentUpdate and its fellows)."""
    given = new["spec"].get("selector")
    if given == old["spec"].get("selector"):
        return []
    shown = go_struct(given, "LabelSelector", internal=False)
    return [Field("spec").invalid("selector", shown, IMMUTABLE)]


_STATEFUL_CHANGES = frozenset(
    ("replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "minReadySeconds",
     "persistentVolumeClaimRetentionPolicy")
)  # fmt: skip
_STATEFUL_WORDS = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)


_OWN_RULES: dict[str, Callable[[Json, Json], Errors]] = {
    "ResourceQuota": quota_update,
    "PriorityClass": priority_class_update,
    "PersistentVolume": volume_update,
    "PersistentVolumeClaim": claim_update,
    "IngressClass": ingress_class_update,
    "Service": addresses_update,
    "StorageClass": storage_class_update,
    "RuntimeClass": runtime_class_update,
    "RoleBinding": role_binding_update,
    "ClusterRoleBinding": role_binding_update,
}


def validate_status_update(new: Json, old: Json) -> list[FieldError]:
    """Why the status of an object may not become that of `new`."""
    return job_status_update(new, old) if new["kind"] == "Job" else []


def validate_update(new: Json, old: Json) -> list[FieldError]:
    """Why an object may not become `new`; both as the API server stores them."""
    kind = new["kind"]
    if kind == "Pod":
        return validate_pod_update(new, old)
    errors = [*_metadata(new["metadata"], old["metadata"]), *validate(new)]
    if kind in ("Deployment", "ReplicaSet", "DaemonSet", "Job"):
        errors += _selector_stays(new, old)
        errors += job_update(new, old) if kind == "Job" else []
    elif kind == "StatefulSet":
        changed = {
            name for name in new["spec"].keys() | old["spec"].keys() if new["spec"].get(name) != old["spec"].get(name)
        }
        if changed - _STATEFUL_CHANGES:
            errors.append(Field().forbidden("spec", _STATEFUL_WORDS))
    elif kind == "ControllerRevision" and new["data"] != old["data"]:
        errors.append(Field().invalid("data", new["data"], IMMUTABLE))
    elif kind in _OWN_RULES:
        errors += _OWN_RULES[kind](new, old)
    elif kind in ("ConfigMap", "Secret"):
        errors += _data_stays(new, old)
    return errors


def _data_stays(new: Json, old: Json) -> Errors:
    """Models ValidateSecretUpdate and ValidateConfigMapUpdate."""
    if new.get("type") != old.get("type"):
        yield Field().invalid("type", new.get("type", ""), IMMUTABLE)
    for name in ("immutable", "data", "binaryData") if old.get("immutable") else ():
        if new.get(name) != old.get(name):
            yield Field().forbidden(name, "field is immutable when `immutable` is set")
