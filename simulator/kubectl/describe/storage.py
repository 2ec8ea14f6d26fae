"""Descriptions of claims, volumes and storage classes. Models kubectl pkg/describe/describe.go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.history import Json
from simulator.kubectl.core_rows import access_modes
from simulator.kubectl.describe.volumes import VOLUME_SOURCES
from simulator.kubectl.describe.writer import Writer, write_annotations, write_events, write_labels
from simulator.kubectl.duration import since
from simulator.volume_claims import claims_of

Related = Callable[[str, bool], list[Json]]


def _status(obj: Json, now: int) -> str:
    gone = obj["metadata"].get("deletionTimestamp")
    return f"Terminating (lasts {since(gone, now)})" if gone else str(obj.get("status", {}).get("phase", ""))


def _listed(values: Sequence[str] | None) -> str:
    return f"[{' '.join(values or ())}]"


def describe_claim(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describePersistentVolumeClaim."""
    meta, spec, status, writer = obj["metadata"], obj["spec"], obj.get("status", {}), Writer()
    writer.field(0, "Name", meta["name"])
    writer.field(0, "Namespace", meta["namespace"])
    writer.field(0, "StorageClass", spec.get("storageClassName", ""))
    writer.field(0, "Status", _status(obj, now))
    writer.field(0, "Volume", spec.get("volumeName", ""))
    write_labels(writer, "Labels", meta.get("labels"))
    write_annotations(writer, "Annotations", meta.get("annotations"))
    writer.field(0, "Finalizers", _listed(meta.get("finalizers")))
    bound = bool(spec.get("volumeName"))
    writer.field(0, "Capacity", (status.get("capacity") or {}).get("storage", "0") if bound else "")
    writer.field(0, "Access Modes", access_modes(status.get("accessModes")) if bound else "")
    if spec.get("volumeMode"):
        writer.field(0, "VolumeMode", spec["volumeMode"])
    if source := spec.get("dataSource"):
        writer.line(0, "DataSource:")
        for title, key in (("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name")):
            if source.get(key) is not None:
                writer.field(1, title, source[key])
    writer.block("Used By", [pod["metadata"]["name"] for pod in related("pods", False) if _uses(pod, meta["name"])])
    write_events(writer, events, now)
    return writer.text()


def _uses(pod: Json, claim: str) -> bool:
    return claim in claims_of(pod)


def describe_volume(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describePersistentVolume."""
    meta, spec, writer = obj["metadata"], obj["spec"], Writer()
    claim = spec.get("claimRef")
    writer.field(0, "Name", meta["name"])
    write_labels(writer, "Labels", meta.get("labels"))
    write_annotations(writer, "Annotations", meta.get("annotations"))
    writer.field(0, "Finalizers", _listed(meta.get("finalizers")))
    writer.field(0, "StorageClass", spec.get("storageClassName", ""))
    writer.field(0, "Status", _status(obj, now))
    writer.field(0, "Claim", f"{claim['namespace']}/{claim['name']}" if claim else "")
    writer.field(0, "Reclaim Policy", spec.get("persistentVolumeReclaimPolicy", ""))
    writer.field(0, "Access Modes", access_modes(spec.get("accessModes")))
    if spec.get("volumeMode"):
        writer.field(0, "VolumeMode", spec["volumeMode"])
    writer.field(0, "Capacity", (spec.get("capacity") or {}).get("storage", "0"))
    _node_affinity(writer, spec.get("nodeAffinity") or {})
    writer.field(0, "Message", obj.get("status", {}).get("message", ""))
    writer.line(0, "Source:")
    for kind, describe in VOLUME_SOURCES.items():
        if kind in spec:
            describe(writer, spec[kind])
    write_events(writer, events, now)
    return writer.text()


def _node_affinity(writer: Writer, affinity: Json) -> None:
    """Models printVolumeNodeAffinity."""
    terms = (affinity.get("required") or {}).get("nodeSelectorTerms")
    if terms is None:
        writer.field(0, "Node Affinity", "<none>")
        return
    writer.field(0, "Node Affinity", "")
    writer.field(1, "Required Terms", "")
    for number, term in enumerate(terms):
        wanted = [
            f"{each['key']} {each['operator'].lower()}" + _values(each) for each in term.get("matchExpressions") or ()
        ]
        _term(writer, 2, number, wanted)


def _term(writer: Writer, level: int, number: int, wanted: Sequence[str]) -> None:
    first, *rest = wanted or ["<none>"]
    writer.field(level, f"Term {number}", first)
    for each in rest:
        writer.line(level, f"\t{each}")


def _values(expression: Json) -> str:
    values = expression.get("values")
    return f" [{', '.join(values)}]" if values else ""


def describe_storage_class(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models StorageClassDescriber."""
    meta, writer = obj["metadata"], Writer()
    annotations = meta.get("annotations") or {}
    default = annotations.get("storageclass.kubernetes.io/is-default-class") == "true"
    writer.field(0, "Name", meta["name"])
    writer.field(0, "IsDefaultClass", "Yes" if default else "No")
    writer.field(0, "Annotations", ",".join(f"{key}={value}" for key, value in sorted(annotations.items())) or "<none>")
    writer.field(0, "Provisioner", obj["provisioner"])
    parameters = obj.get("parameters") or {}
    writer.field(0, "Parameters", ",".join(f"{key}={value}" for key, value in sorted(parameters.items())) or "<none>")
    allows = obj.get("allowVolumeExpansion")
    writer.field(0, "AllowVolumeExpansion", "<unset>" if allows is None else str(allows))
    _mount_options(writer, obj.get("mountOptions"))
    if obj.get("reclaimPolicy"):
        writer.field(0, "ReclaimPolicy", obj["reclaimPolicy"])
    if obj.get("volumeBindingMode"):
        writer.field(0, "VolumeBindingMode", obj["volumeBindingMode"])
    if "allowedTopologies" in obj:
        _topologies(writer, obj["allowedTopologies"] or ())
    write_events(writer, events, now)
    return writer.text()


def _mount_options(writer: Writer, options: Sequence[str] | None) -> None:
    if not options:
        writer.field(0, "MountOptions", "<none>")
        return
    writer.line(0, "MountOptions:")
    for option in options:
        writer.line(1, option)


def _topologies(writer: Writer, terms: Sequence[Json]) -> None:
    """Models printAllowedTopologies."""
    writer.field(0, "AllowedTopologies", "" if terms else "<none>")
    for number, term in enumerate(terms):
        wanted = [f"{each['key']} in{_values(each)}" for each in term.get("matchLabelExpressions") or ()]
        _term(writer, 1, number, wanted)
