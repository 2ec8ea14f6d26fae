"""Rules for PersistentVolumes and StorageClasses.

Models ValidatePersistentVolume of pkg/apis/core/validation/validation.go and pkg/apis/storage/validation/validation.go.
"""

from __future__ import annotations

from simulator.objects.go_types import go_type
from simulator.objects.quantity import parse_quantity
from simulator.objects.validation import formats
from simulator.objects.validation.configuration import ACCESS_MODES
from simulator.objects.validation.field import Field
from simulator.objects.validation.metadata import object_meta
from simulator.objects.validation.rules import Errors, Json, Rules, Scope

_POLICIES = ("Delete", "Recycle", "Retain")
_BINDING = ("Immediate", "WaitForFirstConsumer")
_NOT_SOURCES = frozenset(
    """capacity accessModes claimRef persistentVolumeReclaimPolicy storageClassName mountOptions volumeMode nodeAffinity
    volumeAttributesClassName""".split()
)
SOURCES = tuple(name for name in go_type("PersistentVolumeSpec").fields if name not in _NOT_SOURCES)


def _volume(obj: Json, root: Field, scope: Scope) -> Errors:
    """Models ValidatePersistentVolumeSpec."""
    spec, at = obj["spec"], root.child("spec")
    modes = spec.get("accessModes") or ()
    if not modes:
        yield at.required("accessModes")
    for mode in modes:
        if mode not in ACCESS_MODES:
            yield at.not_supported("accessModes", mode, ACCESS_MODES)
    yield from _capacity(spec.get("capacity") or {}, at)
    if spec["persistentVolumeReclaimPolicy"] not in _POLICIES:
        yield at.not_supported("persistentVolumeReclaimPolicy", spec["persistentVolumeReclaimPolicy"], _POLICIES)
    yield from _source(spec, at)
    if "local" in spec and "nodeAffinity" not in spec:
        yield at.required("nodeAffinity", "Local volume requires node affinity")
    if name := spec.get("storageClassName"):
        yield from at.each_invalid("storageClassName", name, formats.is_dns1123_subdomain(name))
    if spec["volumeMode"] not in ("Block", "Filesystem"):
        yield at.not_supported("volumeMode", spec["volumeMode"], ("Block", "Filesystem"))


def _capacity(capacity: Json, at: Field) -> Errors:
    if not capacity:
        yield at.required("capacity")
    if list(capacity) != ["storage"]:
        yield at.not_supported("capacity", capacity, ("storage",))
    for name, amount in capacity.items():
        if parse_quantity(amount).nano <= 0:
            yield at.child("capacity").key(name).invalid("", amount, "must be greater than zero")


def _source(spec: Json, at: Field) -> Errors:
    given = [name for name in SOURCES if name in spec]
    if not given:
        yield at.required("", "must specify a volume type")
    for name in given[1:]:
        yield at.forbidden(name, "may not specify more than 1 volume type")
    if given[:1] in (["hostPath"], ["local"]) and not spec[given[0]]["path"]:
        yield at.child(given[0]).required("path")


def _class(obj: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidateStorageClass."""
    provisioner = obj["provisioner"]
    if not provisioner:
        yield at.required("provisioner")
    else:
        yield from at.each_invalid("provisioner", provisioner.lower(), formats.is_label_key(provisioner.lower()))
    if obj["reclaimPolicy"] not in ("Delete", "Retain"):
        yield at.not_supported("reclaimPolicy", obj["reclaimPolicy"], ("Delete", "Retain"))
    if obj["volumeBindingMode"] not in _BINDING:
        yield at.not_supported("volumeBindingMode", obj["volumeBindingMode"], _BINDING)


def storage_class_update(new: Json, old: Json) -> Errors:
    """Models ValidateStorageClassUpdate."""
    for name in ("parameters", "provisioner", "reclaimPolicy"):
        if new.get(name) != old.get(name):
            yield Field().forbidden(name, f"updates to {name} are forbidden.")
    if new["volumeBindingMode"] != old["volumeBindingMode"]:
        yield Field().invalid("volumeBindingMode", new["volumeBindingMode"], "field is immutable")


VOLUME: Rules = (object_meta(formats.is_dns1123_subdomain, namespaced=False), _volume)
STORAGE_CLASS: Rules = (object_meta(formats.is_dns1123_subdomain, namespaced=False), _class)
