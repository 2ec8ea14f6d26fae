"""Rules for a container's mounts and devices. Models pkg/apis/core/validation/validation.go."""

from __future__ import annotations

from simulator.objects.validation.field import Field
from simulator.objects.validation.rules import Errors, Json, Rules, Scope
from simulator.objects.validation.volumes import descending_path


def mounts(container: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidateVolumeMounts; some errors are said of the list, not of the mount."""
    devices = {device["name"]: device["devicePath"] for device in container.get("volumeDevices", ())}
    paths: set[str] = set()
    place = at.child("volumeMounts")
    for number, mount in enumerate(container.get("volumeMounts", ())):
        name, path = mount["name"], mount["mountPath"]
        here = place.index(number)
        yield from _mount_name(name, path, here, paths, scope)
        paths.add(path)
        if name in devices:
            yield here.invalid("name", name, "must not already exist in volumeDevices")
        if path in devices.values():
            yield here.invalid("mountPath", path, "must not already exist as a path in volumeDevices")
        yield from _sub_paths(mount, here, place)
        yield from _propagation(mount, container, place)
        yield from _recursive_read_only(mount, place)


def _mount_name(name: str, path: str, here: Field, paths: set[str], scope: Scope) -> Errors:
    if not name:
        yield here.required("name")
    if name not in scope.volumes:
        yield here.not_found("name", name, choices=scope.volume_names)
    if not path:
        yield here.required("mountPath")
    if path in paths:
        yield here.invalid("mountPath", path, "must be unique")


def _sub_paths(mount: Json, here: Field, place: Field) -> Errors:
    plain, expression = mount.get("subPath"), mount.get("subPathExpr")
    if plain:
        yield from descending_path(plain, place, "subPath")
    if expression:
        if plain:
            yield here.invalid("subPathExpr", expression, "subPathExpr and subPath are mutually exclusive")
        yield from descending_path(expression, place, "subPathExpr")


def _propagation(mount: Json, container: Json, place: Field) -> Errors:
    """Models validateMountPropagation."""
    mode = mount.get("mountPropagation")
    choices = ("Bidirectional", "HostToContainer", "None")
    if mode is not None and mode not in choices:
        yield place.not_supported("mountPropagation", mode, choices)
    if mode == "Bidirectional" and not (container.get("securityContext") or {}).get("privileged"):
        detail = "Bidirectional mount propagation is available only to privileged containers"
        yield place.forbidden("mountPropagation", detail)


def _recursive_read_only(mount: Json, place: Field) -> Errors:
    """Models validateMountRecursiveReadOnly."""
    mode = mount.get("recursiveReadOnly")
    if mode in ("Enabled", "IfPossible"):
        if not mount.get("readOnly"):
            yield place.forbidden("recursiveReadOnly", "may only be specified when readOnly is true")
        if mount.get("mountPropagation", "None") != "None":
            detail = "may only be specified when mountPropagation is None or not specified"
            yield place.forbidden("recursiveReadOnly", detail)
    elif mode is not None and mode != "Disabled":
        yield place.not_supported("recursiveReadOnly", mode, ("Disabled", "Enabled", "IfPossible"))


def devices(container: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidateVolumeDevices."""
    mounted = {mount["name"]: mount["mountPath"] for mount in container.get("volumeMounts", ())}
    names: set[str] = set()
    paths: set[str] = set()
    for number, device in enumerate(container.get("volumeDevices", ())):
        here, name, path = at.child("volumeDevices").index(number), device["name"], device["devicePath"]
        yield from _device_name(name, here, names, scope)
        if not path:
            yield here.required("devicePath")
        if path in paths:
            yield here.invalid("devicePath", path, "must be unique")
        if ".." in path.split("/"):
            yield here.invalid("devicePath", path, "can not contain backsteps ('..')")
        else:
            paths.add(path)
        if name in mounted:
            yield here.invalid("name", name, "must not already exist in volumeMounts")
        if path in mounted.values():
            yield here.invalid("devicePath", path, "must not already exist as a path in volumeMounts")
        if name:
            names.add(name)


def _device_name(name: str, here: Field, names: set[str], scope: Scope) -> Errors:
    if not name:
        yield here.required("name")
    if name in names:
        yield here.invalid("name", name, "must be unique")
    source = scope.volumes.get(name)
    if source is None:
        yield here.not_found("name", name, choices=scope.volume_names)
    elif source.get("persistentVolumeClaim") is None and source.get("ephemeral") is None:
        detail = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
        yield here.invalid("name", name, detail)


MOUNTS: Rules = (mounts, devices)
