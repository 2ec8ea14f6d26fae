"""A claim says in two fields what its volume is filled from. Models pkg/api/persistentvolumeclaim/util.go."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

_OLD_KINDS = (("", "PersistentVolumeClaim"), ("snapshot.storage.k8s.io", "VolumeSnapshot"))


def settle_data_sources(spec: Json, old: Json) -> None:
    """Drop what this release does not know, and let both fields say the same. `old` is {} for a new claim."""
    if (spec.get("dataSourceRef") or {}).get("namespace") and "dataSourceRef" not in old:
        del spec["dataSourceRef"]  # the gate CrossNamespaceVolumeDataSource is off
    in_use = "dataSource" in old or "dataSourceRef" in old or "dataSourceRef" in spec
    if "dataSource" in spec and not in_use and not _known(spec["dataSource"]):
        del spec["dataSource"]
    source, ref = spec.get("dataSource"), spec.get("dataSourceRef")
    if source is not None:
        spec["dataSource"] = _plain(source)
        spec.setdefault("dataSourceRef", _plain(source))
    elif ref is not None and not ref.get("namespace"):
        spec["dataSource"] = _plain(ref)
    if ref is not None:
        spec["dataSourceRef"] = _plain(ref) | {key: value for key, value in ref.items() if key == "namespace"}


def _known(source: Json) -> bool:
    return (source.get("apiGroup") or "", source.get("kind")) in _OLD_KINDS


def _plain(reference: Json) -> Json:
    """As it is written: the group is there even if it is null."""
    return {"apiGroup": reference.get("apiGroup"), "kind": reference.get("kind", ""), "name": reference.get("name", "")}
