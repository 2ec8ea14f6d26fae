"""Rules for ConfigMaps, Secrets, Namespaces, ServiceAccounts and claims.

Models pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

import base64
import json

from simulator.objects.quantity import parse_quantity
from simulator.objects.validation import formats
from simulator.objects.validation.field import Field
from simulator.objects.validation.metadata import label_selector, object_meta
from simulator.objects.validation.rules import Errors, Json, Rules, Scope

DATA_LIMIT = 1024 * 1024
ACCESS_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod")


def _config_data(obj: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidateConfigMap."""
    data, binary = obj.get("data", {}), obj.get("binaryData", {})
    for key in sorted(data):
        here = at.child("data").key(key)
        yield from here.each_invalid("", key, formats.is_config_key(key))
        if key in binary:
            yield here.invalid("", key, "duplicate of key present in binaryData")
    for key in sorted(binary):
        yield from at.child("binaryData").key(key).each_invalid("", key, formats.is_config_key(key))
    size = sum(len(value.encode("utf-8", "replace")) for value in data.values())
    if size + sum(_decoded_size(value) for value in binary.values()) > DATA_LIMIT:
        yield at.too_long("", DATA_LIMIT)


def _decoded_size(text: str) -> int:
    return len(text) * 3 // 4 - text[-2:].count("=")


def _secret_data(obj: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidateSecret."""
    data = obj.get("data", {})
    for key in sorted(data):
        yield from at.child("data").key(key).each_invalid("", key, formats.is_config_key(key))
    if sum(_decoded_size(value) for value in data.values()) > DATA_LIMIT:
        yield at.too_long("data", DATA_LIMIT)


_REQUIRED_KEYS: dict[str, tuple[str, ...]] = {
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}
_JSON_KEYS = (".dockercfg", ".dockerconfigjson")


def _secret_type(obj: Json, at: Field, scope: Scope) -> Errors:
    """The keys that a Secret's type asks for."""
    kind, data = obj.get("type", ""), obj.get("data", {})
    place = at.child("data")
    if kind == "kubernetes.io/service-account-token":
        name = "kubernetes.io/service-account.name"
        if not obj["metadata"].get("annotations", {}).get(name):
            yield at.child("metadata.annotations").key(name).required()
    elif kind == "kubernetes.io/basic-auth" and not {"username", "password"} & data.keys():
        yield place.key("username").required()
        yield place.key("password").required()
    for key in _REQUIRED_KEYS.get(kind, ()):
        if key not in data or (key == "ssh-privatekey" and not data[key]):
            yield place.key(key).required()
        elif key in _JSON_KEYS and (wrong := _not_json(data[key])):
            yield place.key(key).invalid("", "<secret contents redacted>", wrong)


_PLACES = {  # how Python begins to say it, and how Go ends
    "Expecting value": "looking for beginning of value",
    "Expecting property name": "looking for beginning of object key string",
    "Expecting ':'": "after object key",
    "Expecting ','": "after object key:value pair",
    "Extra data": "after top-level value",
}
_JSON_KINDS = {list: "array", str: "string", bool: "bool", int: "number", float: "number"}


def _not_json(encoded: str) -> str:
    """Go's words for text that is no JSON object, or ""."""
    text = base64.b64decode(encoded).decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
            return "unexpected end of JSON input"
        where = next((go for python, go in _PLACES.items() if error.msg.startswith(python)), "in string literal")
        return f"invalid character '{text[error.pos]}' {where}"
    except RecursionError:
        return "exceeded max depth"
    kind = _JSON_KINDS.get(type(value))
    return f"json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}" if kind else ""


def access_modes(spec: Json, at: Field) -> Errors:
    """Part of ValidatePersistentVolumeSpec and of ValidatePersistentVolumeClaimSpec."""
    modes = spec.get("accessModes") or []
    for mode in modes:
        if mode not in ACCESS_MODES:
            yield at.not_supported("accessModes", mode, ACCESS_MODES)
    if "ReadWriteOncePod" in modes and {*modes} & {*ACCESS_MODES[:3]}:
        yield at.forbidden("accessModes", "may not use ReadWriteOncePod with other access modes")


def claim_spec(spec: Json, at: Field) -> Errors:
    """Models ValidatePersistentVolumeClaimSpec."""
    if not spec.get("accessModes"):
        yield at.required("accessModes", "at least 1 access mode is required")
    yield from label_selector(spec.get("selector"), at.child("selector"))
    yield from access_modes(spec, at)
    yield from _storage(spec, at.child("resources").key("storage"))
    if name := spec.get("storageClassName"):
        yield from at.each_invalid("storageClassName", name, formats.is_dns1123_subdomain(name))
    if spec.get("volumeMode", "Filesystem") not in ("Block", "Filesystem"):
        yield at.not_supported("volumeMode", spec["volumeMode"], ("Block", "Filesystem"))
    source, ref = (spec.get(name) for name in ("dataSource", "dataSourceRef"))
    for name, given in (("dataSource", source), ("dataSourceRef", ref)):
        if given is not None:
            yield from _data_source(given, at.child(name))
    if source is not None and ref is not None and any(source.get(key) != ref.get(key) for key in _SAME):
        yield at.invalid("", {}, "must match dataSourceRef")
    if name := spec.get("volumeAttributesClassName"):
        yield from at.each_invalid("volumeAttributesClassName", name, formats.is_dns1123_subdomain(name))


_SAME = ("apiGroup", "kind", "name")


def _data_source(given: Json, at: Field) -> Errors:
    """Models validateDataSource and validateDataSourceRef."""
    group, kind = given.get("apiGroup") or "", given.get("kind", "")
    for name in ("name", "kind"):
        if not given.get(name):
            yield at.required(name)
    if not group and kind != "PersistentVolumeClaim":
        yield at.invalid("", kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup")
    elif group:
        yield from at.each_invalid("apiGroup", group, formats.is_dns1123_subdomain(group))


def _storage(spec: Json, at: Field) -> Errors:
    asked = (spec["resources"].get("requests") or {}).get("storage")
    if asked is None:
        yield at.required()
    elif parse_quantity(asked).nano <= 0:
        yield at.invalid("", asked, "must be greater than zero")


def _claim(obj: Json, at: Field, scope: Scope) -> Errors:
    return claim_spec(obj["spec"], at.child("spec"))


CONFIG_MAP: Rules = (object_meta(formats.is_dns1123_subdomain), _config_data)
SECRET: Rules = (object_meta(formats.is_dns1123_subdomain), _secret_data, _secret_type)
NAMESPACE: Rules = (object_meta(formats.is_dns1123_label, namespaced=False),)
SERVICE_ACCOUNT: Rules = (object_meta(formats.is_dns1123_subdomain),)
CLAIM: Rules = (object_meta(formats.is_dns1123_subdomain), _claim)
