"""The Volumes of a description. Models kubectl pkg/describe/describe.go describeVolumes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.history import Json
from simulator.kubectl.describe.writer import Writer


def describe_volumes(writer: Writer, volumes: Sequence[Json] | None, space: str = "") -> None:
    """Every volume with the fields of its kind."""
    if not volumes:
        writer.line(0, f"{space}Volumes:\t<none>")
        return
    writer.line(0, f"{space}Volumes:")
    for volume in volumes:
        writer.line(1, f"{' ' if space else ''}{volume['name']}:")
        for kind, describe in _KINDS.items():
            if kind in volume:
                describe(writer, volume[kind] or {})
                break
        else:
            writer.line(1, "<unknown>")


def _word(value: object) -> str:
    return str(bool(value)).lower()


def _fields(writer: Writer, kind: str, **fields: object) -> None:
    writer.field(2, "Type", kind)
    for name, value in fields.items():
        writer.field(2, name, value)


def describe_host_path(writer: Writer, source: Json) -> None:
    """Models printHostPathVolumeSource."""
    kind = source["type"] if source.get("type") is not None else "<none>"
    _fields(writer, "HostPath (bare host directory volume)", Path=source["path"], HostPathType=kind)


def _empty_dir(writer: Writer, source: Json) -> None:
    limit = source.get("sizeLimit")
    _fields(
        writer,
        "EmptyDir (a temporary directory that shares a pod's lifetime)",
        Medium=source.get("medium", ""),
        SizeLimit="<unset>" if limit in (None, "0", 0) else limit,
    )


def _secret(writer: Writer, source: Json) -> None:
    _fields(
        writer,
        "Secret (a volume populated by a Secret)",
        SecretName=source.get("secretName", ""),
        Optional=_word(source.get("optional")),
    )


def _config_map(writer: Writer, source: Json) -> None:
    _fields(
        writer,
        "ConfigMap (a volume populated by a ConfigMap)",
        Name=source.get("name", ""),
        Optional=_word(source.get("optional")),
    )


def _claim(writer: Writer, source: Json) -> None:
    _fields(
        writer,
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        ClaimName=source.get("claimName", ""),
        ReadOnly=_word(source.get("readOnly")),
    )


def _nfs(writer: Writer, source: Json) -> None:
    _fields(
        writer,
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        Server=source.get("server", ""),
        Path=source.get("path", ""),
        ReadOnly=_word(source.get("readOnly")),
    )


def _git_repo(writer: Writer, source: Json) -> None:
    _fields(
        writer,
        "GitRepo (a volume that is pulled from git when the pod is created)",
        Repository=source.get("repository", ""),
        Revision=source.get("revision", ""),
    )


def _image(writer: Writer, source: Json) -> None:
    _fields(
        writer,
        "Image (a container image or OCI artifact)",
        Reference=source.get("reference", ""),
        PullPolicy=source.get("pullPolicy", ""),
    )


def _csi(writer: Writer, source: Json) -> None:
    _fields(
        writer,
        "CSI (a Container Storage Interface (CSI) volume source)",
        Driver=source.get("driver", ""),
        FSType=source.get("fsType", ""),
        ReadOnly=_word(source.get("readOnly")),
    )
    _csi_attributes(writer, source.get("volumeAttributes"))


def _ephemeral(writer: Writer, source: Json) -> None:
    writer.field(
        2, "Type", "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)"
    )
    template = source.get("volumeClaimTemplate") or {}
    spec, meta = template.get("spec") or {}, template.get("metadata") or {}
    # As of a claim that is not there yet (printPersistentVolumeClaim).
    writer.field(2, "StorageClass", spec.get("storageClassName", ""))
    writer.field(2, "Volume", spec.get("volumeName", ""))
    for title, form in (("Labels", "{}={}"), ("Annotations", "{}: {}")):
        # A writer within a writer indents each part of a line.
        pairs = sorted((meta.get(title.lower()) or {}).items())
        lines = [f"    {text}" for text in ([form.format(*pair) for pair in pairs] or ["<none>"])]
        writer.field(2, title, lines[0])
        for line in lines[1:]:
            writer.line(4, f"\t{line}")
    writer.field(2, "Capacity", "")
    writer.field(2, "Access Modes", "")
    if spec.get("volumeMode"):
        writer.field(2, "VolumeMode", spec["volumeMode"])


def _downward(writer: Writer, source: Json) -> None:
    writer.field(2, "Type", "DownwardAPI (a volume populated by information about the pod)")
    writer.line(2, "Items:")
    for item in source.get("items") or []:
        if "fieldRef" in item:
            writer.line(3, f"{item['fieldRef']['fieldPath']} -> {item['path']}")
        if "resourceFieldRef" in item:
            writer.line(3, f"{item['resourceFieldRef']['resource']} -> {item['path']}")


def _projected(writer: Writer, source: Json) -> None:
    writer.field(2, "Type", "Projected (a volume that contains injected data from multiple sources)")
    for part in source.get("sources") or []:
        if "secret" in part:
            writer.field(2, "SecretName", part["secret"].get("name", ""))
            writer.field(2, "Optional", _word(part["secret"].get("optional")))
        elif "downwardAPI" in part:
            writer.field(2, "DownwardAPI", "true")
        elif "configMap" in part:
            writer.field(2, "ConfigMapName", part["configMap"].get("name", ""))
            writer.field(2, "Optional", _word(part["configMap"].get("optional")))
        elif "serviceAccountToken" in part:
            writer.field(2, "TokenExpirationSeconds", part["serviceAccountToken"].get("expirationSeconds", 3600))


def _local(writer: Writer, source: Json) -> None:
    _fields(writer, "LocalVolume (a persistent volume backed by local storage on a node)", Path=source.get("path", ""))


def _csi_volume(writer: Writer, source: Json) -> None:
    """Models printCSIPersistentVolumeSource."""
    _fields(
        writer,
        "CSI (a Container Storage Interface (CSI) volume source)",
        Driver=source.get("driver", ""),
        FSType=source.get("fsType", ""),
        VolumeHandle=source.get("volumeHandle", ""),
        ReadOnly=_word(source.get("readOnly")),
    )
    _csi_attributes(writer, source.get("volumeAttributes"))


def _csi_attributes(writer: Writer, attributes: Json | None) -> None:
    """Each part of a line is indented anew. Models printCSIPersistentVolumeAttributesMultilineIndent."""
    lines = [f"    {key}={value}" for key, value in sorted((attributes or {}).items())] or ["<none>"]
    writer.field(2, "VolumeAttributes", lines[0])
    for line in lines[1:]:
        writer.line(4, f"\t{line}")


_KINDS: dict[str, Callable[[Writer, Json], None]] = {
    "hostPath": describe_host_path,
    "emptyDir": _empty_dir,
    "secret": _secret,
    "configMap": _config_map,
    "gitRepo": _git_repo,
    "nfs": _nfs,
    "persistentVolumeClaim": _claim,
    "ephemeral": _ephemeral,
    "downwardAPI": _downward,
    "projected": _projected,
    "csi": _csi,
    "image": _image,
}

# Those of a PersistentVolume that are likely to be made by hand.
VOLUME_SOURCES: dict[str, Callable[[Writer, Json], None]] = {
    "hostPath": describe_host_path,
    "nfs": _nfs,
    "local": _local,
    "csi": _csi_volume,
}
