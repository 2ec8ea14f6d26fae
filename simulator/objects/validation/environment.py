"""Rules for a container's environment. Models ValidateEnv and ValidateEnvFrom in pkg/apis/core/validation."""

from __future__ import annotations

from simulator.objects.quantity import parse_quantity
from simulator.objects.validation import formats
from simulator.objects.validation.field import Field
from simulator.objects.validation.rules import Errors, Json, Rule, Rules, Scope, each, required, run, text

ENV_PATHS = (
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
    "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
)  # fmt: skip
VOLUME_PATHS = ("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid")
_KNOWN_PATHS = frozenset((*ENV_PATHS, *VOLUME_PATHS, "spec.restartPolicy", "spec.schedulerName", "status.phase"))
_RESOURCES = (
    "limits.cpu", "limits.ephemeral-storage", "limits.memory",
    "requests.cpu", "requests.ephemeral-storage", "requests.memory",
)  # fmt: skip
_HUGE_PAGES = ("requests.hugepages-", "limits.hugepages-")
_SIZES = "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei"
_DIVISORS = {
    "cpu": (("1m", "1"), "only divisor's values 1m and 1 are supported with the cpu resource"),
    "memory": (tuple(_SIZES.split(", ")), f"only divisor's values {_SIZES} are supported with the memory resource"),
    "ephemeral-storage": (
        tuple(_SIZES.split(", ")),
        f"only divisor's values {_SIZES} are supported with the local ephemeral storage resource",
    ),
    "hugepages": (
        tuple(_SIZES.split(", ")),
        f"only divisor's values {_SIZES} are supported with the hugepages resource",
    ),
}


def field_ref(allowed: tuple[str, ...]) -> Rule:
    """Models validateObjectFieldSelector."""

    def check(value: Json, at: Field, scope: Scope) -> Errors:
        version, path = value.get("apiVersion", ""), value.get("fieldPath", "")
        if not version or not path:
            return (at.required("fieldPath" if version else "apiVersion"),)
        base, subscript = _split(path)
        if version != "v1":
            return (at.invalid("fieldPath", path, f"error converting fieldPath: unsupported pod version: {version}"),)
        if subscript is not None:
            return _subscripted(path, base, subscript, at)
        if path not in _KNOWN_PATHS and path != "spec.host":
            return (at.invalid("fieldPath", path, f"error converting fieldPath: field label not supported: {path}"),)
        internal = "spec.nodeName" if path == "spec.host" else path
        return () if internal in allowed else (at.not_supported("fieldPath", internal, allowed),)

    return check


def _split(path: str) -> tuple[str, str | None]:
    """Models SplitMaybeSubscriptedPath: `metadata.labels['app']`."""
    base, bracket, key = path.removesuffix("']").partition("['")
    return (base, key) if path.endswith("']") and bracket and base else (path, None)


def _subscripted(path: str, base: str, subscript: str, at: Field) -> Errors:
    if base not in ("metadata.annotations", "metadata.labels"):
        detail = f"error converting fieldPath: field label does not support subscript: {path}"
        return (at.invalid("fieldPath", path, detail),)
    name = subscript.lower() if base == "metadata.annotations" else subscript
    return at.each_invalid("", name, formats.is_label_key(name))


def resource_ref(*, volume: bool) -> Rule:
    """Models validateContainerResourceFieldSelector and validateContainerResourceDivisor."""

    def check(value: Json, at: Field, scope: Scope) -> Errors:
        name = value.get("resource", "")
        if volume and not value.get("containerName"):
            yield at.required("containerName")
        elif not name:
            yield at.required("resource")
        elif name not in _RESOURCES and not name.startswith(_HUGE_PAGES):
            yield at.not_supported("resource", name, _RESOURCES)
        divisor = parse_quantity(value.get("divisor", "0"))
        kind = "hugepages" if name.startswith(_HUGE_PAGES) else name.partition(".")[2]
        if divisor.nano and kind in _DIVISORS and divisor.text not in _DIVISORS[kind][0]:
            yield at.invalid("divisor", name, _DIVISORS[kind][1])

    return check


def _object_name(value: Json, at: Field, scope: Scope) -> Errors:
    name = value.get("name", "")
    return at.each_invalid("name", name, formats.is_dns1123_subdomain(name))


def _backsteps(value: Json, at: Field, scope: Scope) -> Errors:
    """Models validatePathNoBacksteps."""
    path = value.get("path", "")
    if ".." in path.split("/"):
        yield at.invalid("path", path, "must not contain '..'")


_KEY_REF: Rules = (_object_name, text("key", formats.is_config_key, needed=True))  # validateConfigMapKeySelector
_FILE_REF: Rules = (  # validateFileKeySelector
    text("key", formats.is_env_name, needed=True),
    text("volumeName", formats.is_dns1123_label, needed=True),
    required("path"),
    _backsteps,
)
_VALUE_SOURCES: dict[str, Rules] = {  # validateEnvVarValueFrom
    "fieldRef": (field_ref(ENV_PATHS),),
    "resourceFieldRef": (resource_ref(volume=False),),
    "configMapKeyRef": _KEY_REF,
    "secretKeyRef": _KEY_REF,
    "fileKeyRef": _FILE_REF,
}
_NO_VALUE_SOURCE = (
    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"
)
_MANY_SOURCES = "may not have more than one field specified at a time"


def _value_from(value: Json, at: Field, scope: Scope) -> Errors:
    """Models validateEnvVarValueFrom."""
    source = value.get("valueFrom")
    if source is None:
        return
    inner = at.child("valueFrom")
    count = 0
    for name, rules in _VALUE_SOURCES.items():
        if source.get(name) is not None:
            count += 1
            yield from run(rules, source[name], inner.child(name), scope)
    if not count:
        yield inner.invalid("", "", _NO_VALUE_SOURCE)
    elif value.get("value"):
        yield inner.invalid("", "", "may not be specified when `value` is not empty")
    elif count > 1:
        yield inner.invalid("", "", _MANY_SOURCES)


_FROM_NAME: Rules = (text("name", formats.prefix_of(formats.is_dns1123_subdomain), needed=True),)


def _env_from(value: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidateEnvFrom; errors about a whole item are said of the list."""
    place = at.child("envFrom")
    for number, item in enumerate(value.get("envFrom", ())):
        here = place.index(number)
        yield from run((text("prefix", formats.is_env_name),), item, here, scope)
        count = 0
        for name in ("configMapRef", "secretRef"):
            if item.get(name) is not None:
                count += 1
                yield from run(_FROM_NAME, item[name], here.child(name), scope)
        if count != 1:
            detail = _MANY_SOURCES if count else "must specify one of: `configMapRef` or `secretRef`"
            yield place.invalid("", "", detail)


ENVIRONMENT: Rules = (
    each("env", (text("name", formats.is_env_name, needed=True), _value_from)),
    _env_from,
)


def file_key_volumes(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validateFileKeyRefVolumes: such a variable is read from an emptyDir."""
    volumes = {volume["name"]: volume for volume in spec.get("volumes", ())}
    for kind in ("initContainers", "containers", "ephemeralContainers"):
        for number, container in enumerate(spec.get(kind) or ()):
            for position, variable in enumerate(container.get("env", ())):
                source = (variable.get("valueFrom") or {}).get("fileKeyRef")
                if source is None:
                    continue
                here = at.child(f"{kind}[{number}].env[{position}].valueFrom.fileKeyRef")
                name = source.get("volumeName", "")
                if name not in volumes:
                    yield here.not_found("volumeName", name)
                elif volumes[name].get("emptyDir") is None:
                    yield here.invalid("volumeName", name, "referenced volume must be of type emptyDir")
