"""A value as the API server prints it for a difference: the internal API's structs, as JSON over many lines.

Models apimachinery pkg/util/diff/diff.go. The internal types (pkg/apis/core/types.go) have no names for JSON, so that
every field is there under Go's name; a few stand elsewhere than in the public types.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterator
from typing import Any

from simulator.objects.go_types import GoField, GoType, go_type
from simulator.objects.validation.field import OF_APIMACHINERY, Rendered, escape_html, go_name

# Where the two orders part: this field comes right after that one.
_MOVED = {
    "PodSpec": (
        ("setHostnameAsFQDN", "subdomain"),
        ("preemptionPolicy", "priority"),
        ("overhead", "runtimeClassName"),
        ("topologySpreadConstraints", "enableServiceLinks"),
    ),
    "PodSecurityContext": (("sysctls", "fsGroupChangePolicy"),),
    "PersistentVolumeSpec": (("quobyte", "rbd"), ("iscsi", "quobyte"), ("flexVolume", "iscsi")),
    "Volume": (("quobyte", "rbd"),),
}
# The internal API keeps these in the Pod's security context.
_OF_THE_HOST = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers")
_ZEROS: dict[str, object] = {"string": "", "int": 0, "bool": False, "intstr": 0}


def internal_diff(before: Any, after: Any, type_name: str, only: Collection[str] = ()) -> str:
    """What changed between two values of a type, as `diff -u` shows it, without the names of files.

    `only` names the fields that stand in a struct of their own inside.
    """
    old, new = (_text(value, type_name, [go_name(name) for name in only]).split("\n") for value in (before, after))
    lines = list(difflib.unified_diff(old, new, lineterm=""))[2:]
    return "".join(f"{line}\n" for line in lines)


def internal_template(template: Any) -> Rendered:
    """A Pod template on one line, as it stands in an error."""
    meta = {key: template["metadata"][key] for key in ("labels", "annotations") if template["metadata"].get(key)}
    whole = meta | {"Spec": _internal(template["spec"], go_type("PodSpec"))}
    return Rendered(escape_html(json.dumps(whole, ensure_ascii=False, separators=(",", ":"))))


def _text(value: Any, type_name: str, only: Collection[str]) -> str:
    whole = _internal(value, go_type(type_name))
    shown = {name: part for name, part in whole.items() if name in only} if only else whole
    return escape_html(json.dumps(shown, indent=1, ensure_ascii=False))


def _internal(value: Any, type_: GoType) -> Any:
    if type_.kind == "struct":
        return _public(value, type_) if type_.name in OF_APIMACHINERY else dict(_fields(value or {}, type_))
    if value is None:
        return None
    if type_.kind == "list" and type_.element is not None:
        return [_internal(item, type_.element) for item in value]
    if type_.kind == "map" and type_.element is not None:
        return {key: _internal(value[key], type_.element) for key in sorted(value)}
    return value


def _public(value: Any, type_: GoType) -> Any:
    shown = {name: value[name] for name in type_.fields if value.get(name)}
    if "matchExpressions" in shown:
        inner = type_.fields["matchExpressions"].type.element
        shown["matchExpressions"] = [_public(item, inner) if inner else item for item in shown["matchExpressions"]]
    return shown


def _fields(value: Any, type_: GoType) -> Iterator[tuple[str, Any]]:
    if type_.name == "PodSpec":
        host = {name: value[name] for name in _OF_THE_HOST if name in value}
        value = {**value, "securityContext": {**(value.get("securityContext") or {}), **host}}
    if type_.name == "PodSecurityContext":
        for name in _OF_THE_HOST:
            pointer = name in ("shareProcessNamespace", "hostUsers")
            yield go_name(name), value.get(name, None if pointer else False)
    for name, field in _ordered(type_):
        yield go_name(name), _of_field(value.get(name), field)


def _of_field(value: Any, field: GoField) -> Any:
    if value is None and field.pointer:
        return None
    if value is None and field.type.kind != "struct":
        return _ZEROS.get(field.type.kind)
    return _internal(value, field.type)


def _ordered(type_: GoType) -> list[tuple[str, GoField]]:
    hidden = ("serviceAccount", *_OF_THE_HOST) if type_.name == "PodSpec" else ()
    names = [name for name in type_.fields if name not in hidden]
    for name, before in _MOVED.get(type_.name, ()):
        names.remove(name)
        names.insert(names.index(before) + 1, name)
    return [(name, type_.fields[name]) for name in names]
