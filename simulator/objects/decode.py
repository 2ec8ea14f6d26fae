"""Turns what a person typed into an API object, strictly: unknown fields and wrong types are all reported.

Models k8s.io/apimachinery's strict JSON decoding (sigs.k8s.io/json): its order, which is that of the sorted
keys because kubectl sorts them, its words, and which empty values survive.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from simulator.objects.go_types import GoField, GoType, go_type
from simulator.objects.quantity import QuantityFault, parse_quantity, round_up_to_milli
from simulator.objects.scalars import float_text

FaultCode = Literal["unknown-field", "wrong-type", "bad-value"]
_TIME = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
)
_TIME_LAYOUT = "2006-01-02T15:04:05Z07:00"
# The server names no more unknown fields either (sigs.k8s.io/json saveStrictError).
_MAX_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """A field that could not be decoded. A `bad-value` stops the API server's decoder at once."""

    code: FaultCode
    path: str
    message: str
    wanted: str = ""  # the kind of value that belongs there, or the struct that has no such field

    def __str__(self) -> str:
        return self.message


class _Missing:
    """The value of a field that is left out."""


_MISSING = _Missing()


def decode(value: Any, type_name: str) -> tuple[Any, list[Fault]]:
    """The object of the given type in `value`, without what could not be decoded, and why it could not."""
    decoder = _Decoder()
    decoded = decoder.struct(value, go_type(type_name))
    return ({} if decoded is _MISSING else decoded), decoder.faults


class _Decoder:
    """One object's decoding: where it is, and what it met."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._path: list[str] = []  # "spec", ".containers", "[0]", ".image"
        self._structs: list[str] = []

    def struct(self, value: Any, type_: GoType) -> Any:
        """A struct: its fields in the order of their names. A null is an empty struct."""
        if value is None:
            value = {}
        if type(value) is not dict:
            return self._wrong(value, type_)
        fields, path, out = type_.fields, self._path, {}
        self._structs.append(type_.name)
        for name in sorted(value):
            field = fields.get(name)
            if field is None:
                self._unknown(name, type_)
                continue
            given = value[name]
            if given is None:
                continue
            path.append(f".{name}" if path else name)
            decoded = _KINDS[field.type.kind](self, given, field.type)
            path.pop()
            if decoded is not _MISSING and (decoded or field.pointer or field.written):
                out[field.name] = decoded  # the one string for all objects
        self._structs.pop()
        for field in type_.written:
            if field.name not in out:
                _write_zero(out, field)
        return out

    def _unknown(self, name: str, type_: GoType) -> None:
        path = "".join((*self._path, f".{name}" if self._path else name))
        if len(self.faults) < _MAX_FAULTS:
            self.faults.append(Fault("unknown-field", path, f'unknown field "{path}"', type_.name))

    def _list(self, value: Any, type_: GoType) -> Any:
        element = type_.element
        assert element is not None
        if type(value) is not list:
            return self._wrong(value, type_)
        decode_item, out = _KINDS[element.kind], []
        for index, item in enumerate(value):
            self._path.append(f"[{index}]")
            decoded = _zero(element) if item is None else decode_item(self, item, element)
            self._path.pop()
            # An item that could not be decoded stays in place as an empty one, so that indexes keep their meaning.
            out.append(_zero(element) if decoded is _MISSING else decoded)
        return out

    def _map(self, value: Any, type_: GoType) -> Any:
        element = type_.element
        assert element is not None
        if type(value) is not dict:
            return self._wrong(value, type_)
        decode_item, out = _KINDS[element.kind], {}
        for key in sorted(value):
            self._path.append(f".{key}")
            decoded = _zero(element) if value[key] is None else decode_item(self, value[key], element)
            self._path.pop()
            if decoded is not _MISSING:
                out[key] = decoded
        if element.kind == "quantity":
            return {key: round_up_to_milli(parse_quantity(text)).text for key, text in out.items()}
        return out

    def _string(self, value: Any, type_: GoType) -> Any:
        return value if type(value) is str else self._wrong(value, type_)

    def _bool(self, value: Any, type_: GoType) -> Any:
        return value if type(value) is bool else self._wrong(value, type_)

    def _int(self, value: Any, type_: GoType) -> Any:
        if type(value) is float and value.is_integer() and abs(value) < 1e21:
            value = int(value)
        if type(value) is int and -type_.limit <= value < type_.limit:
            return value
        if type(value) is int or type(value) is float:
            return self._wrong(value, type_, f"number {float_text(value) if type(value) is float else value}")
        return self._wrong(value, type_)

    def _bytes(self, value: Any, type_: GoType) -> Any:
        if type(value) is not str:
            return self._wrong(value, type_)
        packed = value.replace("\n", "").replace("\r", "")
        try:
            base64.b64decode(packed, validate=True)
        except (binascii.Error, ValueError):
            return self._bad(f"illegal base64 data at input byte {_base64_fault(packed)}", "base64")
        return packed

    def _quantity(self, value: Any, type_: GoType) -> Any:
        text = value if type(value) is str else _number_text(value)
        try:
            return parse_quantity(text).text
        except QuantityFault as fault:
            return self._bad(str(fault), "quantity")

    def _intstr(self, value: Any, type_: GoType) -> Any:
        if type(value) is str:
            return value
        before = len(self.faults)
        decoded = self._int(value, go_type("int32"))
        if len(self.faults) > before:
            # Its own decoder finds this, and an error of such a one stops everything.
            return self._bad(self.faults.pop().message, "number or string")
        return decoded

    def _time(self, value: Any, type_: GoType) -> Any:
        if type(value) is not str:
            return self._wrong(value, go_type("string"))
        if not _TIME.fullmatch(value):
            shown = f'parsing time "{value}" as "{_TIME_LAYOUT}": cannot parse "{value}" as "2006"'
            return self._bad(shown, "time")
        return value

    def _any(self, value: Any, type_: GoType) -> Any:
        return value

    def _wrong(self, value: Any, type_: GoType, shown: str = "") -> _Missing:
        """Go's words for a value of the wrong type (encoding/json UnmarshalTypeError)."""
        if len(self.faults) >= _MAX_FAULTS:
            return _MISSING
        where = f"Go struct field {self._structs[-1]}.{self._field()}" if self._path else "Go value"
        message = f"json: cannot unmarshal {shown or _json_kind(value)} into {where} of type {type_.text}"
        self.faults.append(Fault("wrong-type", "".join(self._path), message, type_.kind))
        return _MISSING

    def _field(self) -> str:
        """The path as Go names it: fields, and structs within structs; no indexes and no keys of a map."""
        current: GoType | None = go_type(self._structs[0])
        names = []
        for step in self._path:
            if current is None:
                break
            if current.kind == "struct":
                name = step.removeprefix(".")
                names += [*_embedding(current.name, name), name]
                current = current.fields[name].type
            else:
                current = current.element
        return ".".join(names)

    def _bad(self, message: str, wanted: str) -> _Missing:
        if len(self.faults) >= _MAX_FAULTS:
            return _MISSING
        self.faults.append(Fault("bad-value", "".join(self._path), message, wanted))
        return _MISSING


# Structs that hold most of their fields in another one: its name, and those that are their own.
EMBEDDED: dict[str, tuple[str, frozenset[str]]] = {
    "Volume": ("VolumeSource", frozenset(("name",))),
    "EphemeralContainer": ("EphemeralContainerCommon", frozenset(("targetContainerName",))),
    "PersistentVolumeSpec": (
        "PersistentVolumeSource",
        frozenset(
            """capacity accessModes claimRef persistentVolumeReclaimPolicy storageClassName mountOptions volumeMode
            nodeAffinity volumeAttributesClassName""".split()
        ),
    ),
}
# Those that say by a LocalObjectReference which ConfigMap or Secret they mean.
_REFERENCES = frozenset(
    """ConfigMapKeySelector SecretKeySelector ConfigMapEnvSource SecretEnvSource ConfigMapVolumeSource
    ConfigMapProjection SecretProjection""".split()
)
_HANDLERS = frozenset(("exec", "httpGet", "tcpSocket", "grpc"))


def _embedding(struct: str, field: str) -> Iterator[str]:
    """The name of the struct within a struct that holds the field, as a path of Go's has it."""
    if struct in EMBEDDED and field not in EMBEDDED[struct][1]:
        yield EMBEDDED[struct][0]
    elif struct in _REFERENCES and field == "name":
        yield "LocalObjectReference"
    elif struct == "Probe" and field in _HANDLERS:
        yield "ProbeHandler"


# Functions, not bound methods: a decoder that held those would be garbage that only the collector of cycles finds.
_KINDS: dict[str, Callable[[_Decoder, Any, GoType], Any]] = {
    "struct": _Decoder.struct,
    "list": _Decoder._list,
    "map": _Decoder._map,
    "string": _Decoder._string,
    "int": _Decoder._int,
    "bool": _Decoder._bool,
    "bytes": _Decoder._bytes,
    "quantity": _Decoder._quantity,
    "intstr": _Decoder._intstr,
    "time": _Decoder._time,
    "any": _Decoder._any,
}


def _zero(type_: GoType) -> Any:
    if type_.kind == "struct":
        out: dict[str, Any] = {}
        for field in type_.fields.values():
            if field.written:
                _write_zero(out, field)
        return out
    return {"string": "", "bytes": "", "quantity": "0", "int": 0, "intstr": 0, "bool": False}.get(type_.kind, _MISSING)


def _write_zero(out: dict[str, Any], field: GoField) -> None:
    """Go writes this field even when nobody gave it a value; lists, maps and pointers would be null."""
    if not field.pointer and (zero := _zero(field.type)) is not _MISSING:
        out[field.name] = zero


def _json_kind(value: Any) -> str:
    names = {str: "string", bool: "bool", list: "array", dict: "object"}
    return names.get(type(value), "number")


def _number_text(value: Any) -> str:
    if type(value) is float:
        return float_text(value)
    return str(value) if type(value) is int else "?"


def _base64_fault(text: str) -> int:
    """Where Go's decoder stops: at the first byte outside the alphabet, or at the end when padding lacks."""
    for index, char in enumerate(text):
        if not (char.isascii() and (char.isalnum() or char in "+/")):
            return index
    return len(text) - len(text) % 4 if len(text) % 4 == 1 else len(text)
