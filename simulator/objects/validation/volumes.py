"""Rules for a Pod's volumes. Models pkg/apis/core/validation/validation.go ValidateVolumes."""

from __future__ import annotations

from simulator.objects.defaults.admission import TOKEN_SOURCE
from simulator.objects.quantity import parse_quantity
from simulator.objects.validation import formats
from simulator.objects.validation.configuration import claim_spec
from simulator.objects.validation.environment import VOLUME_PATHS, field_ref, resource_ref
from simulator.objects.validation.field import Field, FieldError
from simulator.objects.validation.rules import (
    Errors,
    Json,
    Rule,
    Rules,
    Scope,
    each,
    exactly_one,
    one_of,
    required,
    run,
)

FILE_MODE = "must be a number between 0 and 0777 (octal), both inclusive"
_HOST_PATHS = (
    "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket",
)  # fmt: skip
PULL_POLICIES = ("Always", "IfNotPresent", "Never")


def file_mode(name: str) -> Rule:
    def check(value: Json, at: Field, scope: Scope) -> Errors:
        mode = value.get(name)
        return () if mode is None or 0 <= mode <= 0o777 else (at.invalid(name, mode, FILE_MODE),)

    return check


def descending_path(path: str, at: Field, name: str) -> Errors:
    """Models validateLocalDescendingPath."""
    if path.startswith("/"):
        yield at.invalid(name, path, "must be a relative path")
    if ".." in path.split("/"):
        yield at.invalid(name, path, "must not contain '..'")


def local_path(path: str, at: Field, name: str) -> Errors:
    """Models ValidateLocalNonReservedPath."""
    yield from descending_path(path, at, name)
    if path.startswith("..") and not path.startswith("../"):
        yield at.invalid(name, path, "must not start with '..'")


def _local_path(value: Json, at: Field, scope: Scope) -> Errors:
    return local_path(value.get("path", ""), at, "path")


_KEY_TO_PATH: Rules = (required("key"), required("path"), _local_path, file_mode("mode"))  # validateKeyToPath


def _file_source(value: Json, at: Field, scope: Scope) -> Errors:
    """Part of validateDownwardAPIVolumeFile."""
    if value.get("fieldRef") is not None:
        yield from run((field_ref(VOLUME_PATHS),), value["fieldRef"], at.child("fieldRef"), scope)
        if value.get("resourceFieldRef") is not None:
            yield at.invalid("", "resource", "fieldRef and resourceFieldRef can not be specified simultaneously")
    elif value.get("resourceFieldRef") is not None:
        rules = (resource_ref(volume=True),)
        yield from run(rules, value["resourceFieldRef"], at.child("resourceFieldRef"), scope)
    else:
        yield at.required("", "one of fieldRef and resourceFieldRef is required")


_DOWNWARD_FILE: Rules = (required("path"), _local_path, _file_source, file_mode("mode"))


def _downward_files(value: Json, at: Field, scope: Scope) -> Errors:
    """Models validateDownwardAPIVolumeSource: errors are said of the source, not of the item."""
    for item in value.get("items", ()):
        yield from run(_DOWNWARD_FILE, item, at, scope)


def _empty_dir(value: Json, at: Field, scope: Scope) -> Errors:
    limit = value.get("sizeLimit")
    if limit is not None and parse_quantity(limit).nano < 0:
        yield at.forbidden("sizeLimit", "SizeLimit field must be a valid resource quantity")


def host_path(value: Json, at: Field, scope: Scope) -> Errors:
    """Models validateHostPathVolumeSource."""
    path = value.get("path")
    if not path:
        yield at.required("path")
        return
    if ".." in path.split("/"):
        yield at.invalid("path", path, "must not contain '..'")
    if value.get("type", "") not in _HOST_PATHS:
        yield at.not_supported("type", value["type"], _HOST_PATHS)


def _nfs_path(value: Json, at: Field, scope: Scope) -> Errors:
    if not value.get("path", "").startswith("/"):
        yield at.invalid("path", value.get("path", ""), "must be an absolute path")


def _image(value: Json, at: Field, scope: Scope) -> Errors:
    """Models validateImageVolumeSource."""
    if scope.pod and not value.get("reference"):
        yield at.required("reference")


def _ephemeral(value: Json, at: Field, scope: Scope) -> Errors:
    """Models validateEphemeralVolumeSource."""
    template = value.get("volumeClaimTemplate")
    if template is None:
        yield at.required("volumeClaimTemplate")
    else:
        yield from claim_spec(template["spec"], at.child("volumeClaimTemplate.spec"))


_PROJECTION_NAMES = ("secret", "configMap", "downwardAPI", "serviceAccountToken")


def _projections(value: Json, at: Field, scope: Scope) -> Errors:
    """Models validateProjectionSources."""
    taken: set[str] = set()
    for number, source in enumerate(value.get("sources") or ()):
        here = at.child("sources").index(number)
        for name in ("secret", "configMap"):
            if source.get(name) is not None:
                yield from _projected_keys(source[name], here.child(name), at, taken, scope)
        if source.get("downwardAPI") is not None:
            yield from _projected_files(source["downwardAPI"], here.child("downwardAPI"), at, taken, scope)
        if source.get("serviceAccountToken") is not None:
            yield from _token(source["serviceAccountToken"], here.child("serviceAccountToken"), at)
        if sum(source.get(name) is not None for name in _PROJECTION_NAMES) > 1:
            yield here.forbidden("", "may not specify more than 1 volume type per source")


def _projected_keys(value: Json, here: Field, at: Field, taken: set[str], scope: Scope) -> Errors:
    if not value.get("name"):
        yield here.required("name")
    for number, item in enumerate(value.get("items", ())):
        yield from run(_KEY_TO_PATH, item, here.child("items").index(number), scope)
        yield from _conflict(item.get("path", ""), value.get("name", ""), at, taken)


def _projected_files(value: Json, here: Field, at: Field, taken: set[str], scope: Scope) -> Errors:
    for item in value.get("items", ()):
        yield from run(_DOWNWARD_FILE, item, here, scope)
        yield from _conflict(item.get("path", ""), item.get("path", ""), at, taken)


def _conflict(path: str, shown: str, at: Field, taken: set[str]) -> Errors:
    if path and path in taken:
        yield at.invalid("", shown, "conflicting duplicate paths")
    taken.add(path)


def _token(value: Json, here: Field, at: Field) -> Errors:
    seconds = value.get("expirationSeconds", 3600)
    if seconds < 600:
        yield here.invalid("expirationSeconds", seconds, "may not specify a duration less than 10 minutes")
    if seconds > 2**32:
        yield here.invalid("expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds")
    if not value.get("path"):
        yield at.required("path")
    else:
        yield from local_path(value["path"], at, "path")


_SOURCES: dict[str, Rules] = {  # validateVolumeSource, in its order
    "emptyDir": (_empty_dir,),
    "hostPath": (host_path,),
    "gitRepo": (required("repository"),),
    "gcePersistentDisk": (required("pdName"),),
    "awsElasticBlockStore": (required("volumeID"),),
    "secret": (required("secretName"), file_mode("defaultMode"), each("items", _KEY_TO_PATH)),
    "nfs": (required("server"), required("path"), _nfs_path),
    "iscsi": (required("targetPortal"), required("iqn")),
    "glusterfs": (required("endpoints"), required("path")),
    "flocker": (),
    "persistentVolumeClaim": (required("claimName"),),
    "rbd": (required("monitors"), required("image")),
    "cinder": (required("volumeID"),),
    "cephfs": (required("monitors"),),
    "quobyte": (
        required("registry", "must be a host:port pair or multiple pairs separated by commas"),
        required("volume"),
    ),
    "downwardAPI": (file_mode("defaultMode"), _downward_files),
    "fc": (),
    "flexVolume": (required("driver"),),
    "configMap": (required("name"), file_mode("defaultMode"), each("items", _KEY_TO_PATH)),
    "azureFile": (required("secretName"), required("shareName")),
    "vsphereVolume": (required("volumePath"),),
    "photonPersistentDisk": (required("pdID"),),
    "portworxVolume": (required("volumeID"),),
    "azureDisk": (required("diskName"), required("diskURI")),
    "storageos": (),
    "projected": (file_mode("defaultMode"), _projections),
    "scaleIO": (required("gateway"), required("system"), required("volumeName")),
    "csi": (required("driver"),),
    "ephemeral": (_ephemeral,),
    "image": (_image, one_of("pullPolicy", PULL_POLICIES)),
}
_VOLUME: Rules = (
    exactly_one(
        _SOURCES,
        none="must specify a volume type",
        many="may not specify more than 1 volume type",
        named={"cephfs": "cephFS", "downwardAPI": "downwarAPI"},
    ),
)


def _claim_name(volume: Json, at: Field, scope: Scope) -> Errors:
    """The claim of a generic ephemeral volume is named after the Pod and the volume."""
    pod = (scope.metadata or {}).get("name")
    if volume.get("ephemeral") is not None and pod and volume["name"]:
        claim = f"{pod}-{volume['name']}"
        for detail in formats.is_dns1123_subdomain(claim):
            yield at.invalid("name", volume["name"], f'PVC name "{claim}": {detail}')


def volumes(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidateVolumes; leaves the valid ones in the scope, for the mounts."""
    created = set()
    if scope.metadata and scope.metadata.get("name"):
        prefix = scope.metadata["name"]
        created = {f"{prefix}-{volume['name']}" for volume in spec.get("volumes", ()) if volume.get("ephemeral")}
    for number, volume in enumerate(spec.get("volumes", ())):
        here = at.child("volumes").index(number)
        errors = _one_volume(volume, here, scope)
        if errors:
            yield from errors
        else:
            scope.volumes[volume["name"]] = volume
        claim = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        if claim in created:
            detail = "must not reference a PVC that gets created for an ephemeral volume"
            yield here.invalid("persistentVolumeClaim.claimName", claim, detail)


def _one_volume(volume: Json, here: Field, scope: Scope) -> list[FieldError]:
    # What admission added to every Pod is right.
    errors = [] if volume.get("projected") is TOKEN_SOURCE else list(run(_VOLUME, volume, here, scope))
    errors.extend(_claim_name(volume, here, scope))
    name = volume["name"]
    if not name:
        errors.append(here.required("name"))
    else:
        errors.extend(here.each_invalid("name", name, formats.is_dns1123_label(name)))
    if name in scope.volumes:
        errors.append(here.duplicate("name", name))
    return errors


VOLUMES: Rules = (volumes,)
