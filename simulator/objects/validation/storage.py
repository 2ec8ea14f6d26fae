"""Rules for PersistentVolumes and StorageClasses.

Models ValidatePersistentVolume of pkg/apis/core/validation/validation.go and pkg/apis/storage/validation/validation.go.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from simulator.objects.decode import EMBEDDED
from simulator.objects.go_types import go_type
from simulator.objects.quantity import parse_quantity
from simulator.objects.validation import formats
from simulator.objects.validation.configuration import access_modes
from simulator.objects.validation.field import Field
from simulator.objects.validation.metadata import label_name, object_meta
from simulator.objects.validation.rules import Errors, Json, Rules, Scope
from simulator.objects.validation.scheduling import node_terms
from simulator.objects.validation.volumes import host_path

_POLICIES = ("Delete", "Recycle", "Retain")
_BINDING = ("Immediate", "WaitForFirstConsumer")
SOURCES = tuple(
    name for name in go_type("PersistentVolumeSpec").fields if name not in EMBEDDED["PersistentVolumeSpec"][1]
)


def _volume(obj: Json, root: Field, scope: Scope) -> Errors:
    """Models ValidatePersistentVolumeSpec."""
    spec, at = obj["spec"], root.child("spec")
    if not spec.get("accessModes"):
        yield at.required("accessModes")
    yield from access_modes(spec, at)
    yield from _capacity(spec.get("capacity") or {}, at)
    if spec["persistentVolumeReclaimPolicy"] not in _POLICIES:
        yield at.not_supported("persistentVolumeReclaimPolicy", spec["persistentVolumeReclaimPolicy"], _POLICIES)
    if "nodeAffinity" in spec:
        yield from _nodes(spec["nodeAffinity"], at.child("nodeAffinity"))
    yield from _source(spec, at)
    if "local" in spec and "nodeAffinity" not in spec:
        yield at.required("nodeAffinity", "Local volume requires node affinity")
    path = (spec.get("hostPath") or {}).get("path", "")
    if path and posixpath.normpath(path) in ("/", "//") and spec["persistentVolumeReclaimPolicy"] == "Recycle":
        yield at.forbidden("persistentVolumeReclaimPolicy", "may not be 'recycle' for a hostPath mount of '/'")
    if name := spec.get("storageClassName"):
        yield from at.each_invalid("storageClassName", name, formats.is_dns1123_subdomain(name))
    if spec["volumeMode"] not in ("Block", "Filesystem"):
        yield at.not_supported("volumeMode", spec["volumeMode"], ("Block", "Filesystem"))


def _capacity(capacity: Json, at: Field) -> Errors:
    if not capacity:
        yield at.required("capacity")
    if list(capacity) != ["storage"]:
        yield at.not_supported("capacity", capacity or None, ("storage",))
    for name, amount in capacity.items():
        if parse_quantity(amount).nano <= 0:
            yield at.child("capacity").key(name).invalid("", amount, "must be greater than zero")


def _source(spec: Json, at: Field) -> Errors:
    given = [name for name in ("hostPath", *(name for name in SOURCES if name != "hostPath")) if name in spec]
    if not given:
        yield at.required("", "must specify a volume type")
    for name in given[1:]:
        yield at.forbidden(name, "may not specify more than 1 volume type")
    if given[:1] in (["hostPath"], ["local"]):
        yield from host_path(spec[given[0]], at.child(given[0]), Scope())


def _nodes(affinity: Json, at: Field) -> Errors:
    """Models validateVolumeNodeAffinity."""
    if affinity.get("required") is None:
        yield at.required("required", "must specify required node constraints")
    else:
        yield from node_terms(affinity["required"], at.child("required"))


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
    yield from _topologies(obj.get("allowedTopologies") or (), at.child("allowedTopologies"))


def _topologies(terms: Iterable[Json], at: Field) -> Errors:
    """Models validateAllowedTopologies."""
    seen = []
    for number, term in enumerate(terms):
        here, known = at.index(number).child("matchLabelExpressions"), {}
        for place, rule in enumerate(term.get("matchLabelExpressions") or ()):
            values, key = rule.get("values") or [], rule.get("key", "")
            if not values:
                yield here.index(place).required("values")
            for position, value in enumerate(values):
                if value in values[:position]:
                    yield here.index(place).duplicate(f"values[{position}]", value)
            yield from label_name(key, here.index(place), "key")
            if key in known:
                yield here.index(place).duplicate("key", key)
            known[key] = set(values)
        if known in seen:
            yield here.duplicate("", "")
        seen.append(known)


def storage_class_update(new: Json, old: Json) -> Errors:
    """Models ValidateStorageClassUpdate."""
    for name in ("parameters", "provisioner", "reclaimPolicy"):
        if new.get(name) != old.get(name):
            yield Field().forbidden(name, f"updates to {name} are forbidden.")
    if new["volumeBindingMode"] != old["volumeBindingMode"]:
        yield Field().invalid("volumeBindingMode", new["volumeBindingMode"], "field is immutable")


VOLUME: Rules = (object_meta(formats.is_dns1123_subdomain, namespaced=False), _volume)
STORAGE_CLASS: Rules = (object_meta(formats.is_dns1123_subdomain, namespaced=False), _class)
