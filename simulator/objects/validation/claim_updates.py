"""Rules for changing a PersistentVolumeClaim and a PersistentVolume.

Models ValidatePersistentVolumeClaimUpdate and ValidatePersistentVolumeUpdate of pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from copy import deepcopy

from simulator.objects.quantity import parse_quantity
from simulator.objects.validation.field import Field, go_struct
from simulator.objects.validation.internal_form import internal_diff
from simulator.objects.validation.rules import Errors, Json
from simulator.objects.validation.storage import SOURCES

_IMMUTABLE = "field is immutable"
_CLASS = "volume.beta.kubernetes.io/storage-class"
_CLAIM_WORDS = (
    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n"
)


def claim_update(new: Json, old: Json) -> Errors:
    """A claim stays as it is, but that a bound one may ask for more."""
    spec, before, at = new["spec"], old["spec"], Field("spec")
    yield from _class_annotation(new, old)
    comparable = _comparable(new, old)
    if not before.get("volumeName") and "volumeName" in spec:
        before = {**before, "volumeName": spec["volumeName"]}
    if comparable != before:
        diff = internal_diff(before, comparable, "PersistentVolumeClaimSpec")
        yield at.forbidden("", _CLAIM_WORDS + diff)
    size, least = _storage(spec["resources"].get("requests")), _storage((old.get("status") or {}).get("capacity"))
    if size < _storage(before["resources"].get("requests")) and size <= least:
        yield at.forbidden("resources.requests.storage", "field can not be less than status.capacity")
    if spec.get("volumeMode") != before.get("volumeMode"):
        yield Field().invalid("volumeMode", spec.get("volumeMode"), _IMMUTABLE)


def _comparable(new: Json, old: Json) -> Json:
    """The new spec, with what may change put back."""
    spec: Json = deepcopy(new["spec"])
    was_nil = "storageClassName" not in old["spec"]
    if was_nil and _class_of(old) in ("", spec.get("storageClassName")):
        spec.pop("storageClassName", None)
    if (old.get("status") or {}).get("phase") == "Bound":
        if spec["resources"].get("requests"):
            spec["resources"]["requests"]["storage"] = old["spec"]["resources"]["requests"]["storage"]
        spec.pop("volumeAttributesClassName", None)
        if "volumeAttributesClassName" in old["spec"]:
            spec["volumeAttributesClassName"] = old["spec"]["volumeAttributesClassName"]
    return spec


def _class_annotation(new: Json, old: Json) -> Errors:
    """The class was an annotation once; it may become the field of the same value."""
    given, before, name = _class_of(new), _class_of(old), new["spec"].get("storageClassName")
    moved = before and "storageClassName" not in old["spec"] and name == before and given in ("", before)
    if given != before and not moved:
        yield Field("metadata.annotations").invalid(_CLASS, given, _IMMUTABLE)


def _class_of(claim: Json) -> str:
    return str((claim["metadata"].get("annotations") or {}).get(_CLASS, ""))


def _storage(amounts: Json | None) -> int:
    return parse_quantity((amounts or {}).get("storage", "0")).nano


def volume_update(new: Json, old: Json) -> Errors:
    """Models ValidatePersistentVolumeUpdate: where the data is stays as it is."""
    spec, before = new["spec"], old["spec"]
    source, was = ({name: part[name] for name in SOURCES if name in part} for part in (spec, before))
    if "controllerExpandSecretRef" not in was.get("csi", {"controllerExpandSecretRef": None}) and "csi" in source:
        source["csi"] = {key: value for key, value in source["csi"].items() if key != "controllerExpandSecretRef"}
    if source != was:
        words = "spec.persistentvolumesource is immutable after creation\n"
        yield Field("spec").forbidden(
            "persistentvolumesource", words + internal_diff(was, source, "PersistentVolumeSpec", SOURCES)
        )
    if spec["volumeMode"] != before["volumeMode"]:
        yield Field().invalid("volumeMode", spec["volumeMode"], _IMMUTABLE)
    if "nodeAffinity" in before and spec.get("nodeAffinity") != before["nodeAffinity"]:
        given = spec.get("nodeAffinity")
        shown = go_struct(given, "VolumeNodeAffinity") if given is not None else None
        yield Field().invalid("nodeAffinity", shown, f"{_IMMUTABLE}, except for updating from beta label to GA")
