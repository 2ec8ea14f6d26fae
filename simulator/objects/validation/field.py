"""A place in an object, and the errors that can be said about it, in the API server's words.

Models apimachinery pkg/util/validation/field/{path,errors}.go.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from simulator.objects.go_types import GoType, go_type

Code = Literal[
    "required", "invalid", "unsupported", "duplicate", "forbidden", "not-found", "too-long", "too-many", "internal"
]
_TITLES: dict[Code, str] = {
    "required": "Required value",
    "invalid": "Invalid value",
    "unsupported": "Unsupported value",
    "duplicate": "Duplicate value",
    "forbidden": "Forbidden",
    "not-found": "Not found",
    "too-long": "Too long",
    "too-many": "Too many",
    "internal": "Internal error",
}
OMITTED = object()  # a bad value that is not shown


@dataclass(frozen=True, slots=True)
class FieldError:
    """One cause for which an object is refused."""

    path: str
    code: Code
    body: str  # what follows the path: `Invalid value: 70000: must be between …`
    value: Any = OMITTED
    choices: tuple[str, ...] = ()  # the values that would be right

    def __str__(self) -> str:
        return f"{self.path or '[]'}: {self.body}"  # "[]" is the object itself


class Field:
    """A path such as `spec.containers[0]`. The names that its methods take are fields below it; "" means itself."""

    __slots__ = ("path",)

    def __init__(self, path: str = "") -> None:
        self.path = path

    def child(self, name: str) -> Field:
        return Field(self._below(name))

    def index(self, number: int) -> Field:
        return Field(f"{self.path}[{number}]")

    def key(self, name: str) -> Field:
        return Field(f"{self.path}[{name}]")

    def _below(self, name: str) -> str:
        if not name:
            return self.path
        return f"{self.path}.{name}" if self.path else name

    def required(self, name: str = "", detail: str = "") -> FieldError:
        return FieldError(self._below(name), "required", _body("required", OMITTED, detail))

    def invalid(self, name: str, value: Any, detail: str) -> FieldError:
        return FieldError(self._below(name), "invalid", _body("invalid", value, detail), value)

    def not_supported(self, name: str, value: Any, choices: Iterable[str]) -> FieldError:
        listed = tuple(choices)
        detail = f"supported values: {', '.join(go_quote(choice) for choice in listed)}" if listed else ""
        return FieldError(self._below(name), "unsupported", _body("unsupported", value, detail), value, listed)

    def duplicate(self, name: str, value: Any) -> FieldError:
        return FieldError(self._below(name), "duplicate", _body("duplicate", value, ""), value)

    def forbidden(self, name: str, detail: str) -> FieldError:
        return FieldError(self._below(name), "forbidden", _body("forbidden", OMITTED, detail))

    def not_found(self, name: str, value: Any, detail: str = "", choices: Iterable[str] = ()) -> FieldError:
        return FieldError(self._below(name), "not-found", _body("not-found", value, detail), value, tuple(choices))

    def too_long(self, name: str, limit: int) -> FieldError:
        detail = f"may not be more than {limit} {'byte' if limit == 1 else 'bytes'}"
        return FieldError(self._below(name), "too-long", _body("too-long", OMITTED, detail))

    def too_many(self, name: str, count: int, limit: int) -> FieldError:
        detail = f"must have at most {limit} {'item' if limit == 1 else 'items'}"
        return FieldError(self._below(name), "too-many", _body("too-many", count, detail), count)

    def each_invalid(self, name: str, value: Any, details: Iterable[str]) -> list[FieldError]:
        """One error for each complaint about a value."""
        return [self.invalid(name, value, detail) for detail in details]


def _body(code: Code, value: Any, detail: str) -> str:
    text = _TITLES[code]
    if value is not OMITTED:
        text += f": {show(value)}"
    return f"{text}: {detail}" if detail else text


def show(value: Any) -> str:
    """A bad value as the API server prints it: text in quotes, objects as JSON."""
    if isinstance(value, Rendered):
        return str(value)
    if isinstance(value, str):
        return go_quote(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else go_json(value)


def go_json(value: Any) -> str:
    """Compact JSON as Go writes it: sorted keys, no bare angle brackets or ampersands."""
    return escape_html(json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True))


def escape_html(text: str) -> str:
    """JSON as Go's encoder leaves it, harmless within HTML."""
    for char, code in (("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e")):
        text = text.replace(char, code)
    return text


class Rendered(str):
    """A bad value that is JSON text already."""

    __slots__ = ()


# Go's names of fields, where they are not the public names with a capital letter.
_ODD_NAMES = {
    "apiGroup": "APIGroup",
    "apiVersion": "APIVersion",
    "awsElasticBlockStore": "AWSElasticBlockStore",
    "cephfs": "CephFS",
    "chapAuthDiscovery": "DiscoveryCHAPAuth",
    "chapAuthSession": "SessionCHAPAuth",
    "diskURI": "DataDiskURI",
    "dnsConfig": "DNSConfig",
    "dnsPolicy": "DNSPolicy",
    "fsGroup": "FSGroup",
    "fsGroupChangePolicy": "FSGroupChangePolicy",
    "fsType": "FSType",
    "gcePersistentDisk": "GCEPersistentDisk",
    "gmsaCredentialSpec": "GMSACredentialSpec",
    "gmsaCredentialSpecName": "GMSACredentialSpecName",
    "httpGet": "HTTPGet",
    "httpHeaders": "HTTPHeaders",
    "iscsiInterface": "ISCSIInterface",
    "pdName": "PDName",
    "seLinuxChangePolicy": "SELinuxChangePolicy",
    "seLinuxOptions": "SELinuxOptions",
    "sslEnabled": "SSLEnabled",
    "storageos": "StorageOS",
    "tcpSocket": "TCPSocket",
    "wwids": "WWIDs",
} | {name: name.upper() for name in ("csi", "fc", "grpc", "ip", "iqn", "iscsi", "nfs", "os", "rbd", "tty")}


# Types that the internal API shares with the public one: these have names for JSON, and leave out what is empty.
OF_APIMACHINERY = frozenset(("LabelSelector", "LabelSelectorRequirement"))


def go_name(name: str) -> str:
    """What Go calls a field of the internal API."""
    return _ODD_NAMES.get(name) or name[0].upper() + name[1:]


def go_struct(value: Any, type_name: str, *, internal: bool = True) -> Rendered:
    """A struct as the API server prints it: its fields in Go's order.

    Most are structs of the internal API, which have no names for JSON: every field is there, under Go's name.
    """
    return Rendered(_go_value(value, go_type(type_name), internal))


def _go_value(value: Any, type_: GoType, internal: bool) -> str:
    if value is None:
        return "null"
    if type_.kind == "struct":
        return f"{{{','.join(_go_fields(value, type_, internal))}}}"
    if type_.kind == "list" and type_.element is not None:
        return f"[{','.join(_go_value(item, type_.element, internal) for item in value)}]"
    return go_json(value)


def _go_fields(value: Any, type_: GoType, internal: bool) -> Iterator[str]:
    internal = internal and type_.name not in OF_APIMACHINERY
    zeros = {"string": '""', "int": "0", "bool": "false", "intstr": "0"}
    for name, field in type_.fields.items():
        if name in value:
            shown = _go_value(value[name], field.type, internal)
        elif internal:
            shown = "null" if field.pointer else zeros.get(field.type.kind, "null")
        else:
            continue
        spelled = go_name(name) if internal else name
        yield f'"{spelled}":{shown}'


def go_quote(text: str) -> str:
    """Text in quotes as Go's strconv.Quote writes it."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    names = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\a": "\\a", "\b": "\\b"}
    names |= {"\f": "\\f", "\v": "\\v"}
    return '"' + "".join(names.get(char) or _quote_char(char) for char in text) + '"'


def _quote_char(char: str) -> str:
    if char.isprintable():
        return char
    number = ord(char)
    if number < 0x80:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
