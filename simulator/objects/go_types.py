"""The API's types as Go sees them, read from `go_types.txt`.

The API server's words about a wrong type name Go's struct, its type and its integer width; which zero values
survive a round trip depends on pointers and tags. The API's own schema, and models made from it, hold neither.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files


@dataclass(slots=True, eq=False)
class GoType:
    """A type: `text` is how Go prints it, `kind` how it is decoded."""

    text: str
    kind: str  # struct, list, map, string, int, bool, bytes, quantity, intstr, time, any
    name: str = ""  # of a struct, without its package
    element: GoType | None = None  # of a list or map
    limit: int = 0  # an integer lies in -limit .. limit-1
    _fields: dict[str, GoField] | None = field(default=None, repr=False)
    _written: tuple[GoField, ...] | None = field(default=None, repr=False)

    @property
    def fields(self) -> dict[str, GoField]:
        """A struct's fields by name, looked up when they are first needed."""
        if self._fields is None:
            self._fields = _fields(self.name)
        return self._fields

    @property
    def written(self) -> tuple[GoField, ...]:
        """Those of a struct's fields that stand in the JSON even when zero."""
        if self._written is None:
            self._written = tuple(each for each in self.fields.values() if each.written)
        return self._written


@dataclass(frozen=True, slots=True)
class GoField:
    """A field: a pointer keeps a zero value; `written` ones stand in the JSON even when zero."""

    name: str
    type: GoType
    pointer: bool
    written: bool


_SIMPLE = {"string": "string", "bool": "bool", "[]byte": "bytes", "FieldsV1": "any", "runtime.RawExtension": "any"}
_PRINTED = {"[]byte": "[]uint8", "FieldsV1": "v1.FieldsV1"}
_SPECIAL = {"resource.Quantity": "quantity", "intstr.IntOrString": "intstr", "Time": "time", "types.UID": "string"}
_WIDTHS = {"int32": 2**31, "int64": 2**63}


def _lines() -> list[str]:
    return files(__package__).joinpath("go_types.txt").read_text("utf-8").splitlines()


@cache
def enums() -> dict[str, tuple[str, ...]]:
    """The values of the string types that have a fixed set of them, sorted, by the type's text."""
    rows = (line.split() for line in _lines() if line.startswith("enum "))
    return {f"v1.{name}": tuple("" if value == '""' else value for value in values) for _, name, *values in rows}


@cache
def _table() -> tuple[dict[str, list[str]], frozenset[str]]:
    """The structs' lines by name, and the named string types."""
    structs: dict[str, list[str]] = {}
    strings: set[str] = set()
    for line in _lines():
        head, *rest = line.split()
        if head == "string":
            strings.update(rest)
        elif head not in ("#", "enum"):
            structs[head] = rest
    return structs, frozenset(strings)


@cache
def go_type(text: str) -> GoType:
    """The type that the table writes as `text`: `[]Container`, `map[string]string`, `int32`, `PullPolicy`."""
    if text in _SIMPLE:
        return GoType(_PRINTED.get(text, text), _SIMPLE[text])
    if text in _SPECIAL:
        return GoType("v1.Time" if text == "Time" else text, _SPECIAL[text])
    if text in _WIDTHS:
        return GoType(text, "int", limit=_WIDTHS[text])
    if text.startswith("[]"):
        element = go_type(text[2:])
        return GoType(f"[]{element.text}", "list", element=element)
    if text.startswith("map["):
        key, _, value = text[4:].partition("]")
        element = go_type(value)
        printed = "v1.ResourceList" if key == "ResourceName" else f"map[{go_type(key).text}]{element.text}"
        return GoType(printed, "map", element=element)
    structs, strings = _table()
    if text in strings:
        return GoType(f"v1.{text}", "string")
    if text not in structs:
        raise KeyError(text)
    return GoType(f"v1.{text}", "struct", name=text)


def _fields(struct: str) -> dict[str, GoField]:
    fields = {}
    for item in _table()[0][struct]:
        name, _, text = item.partition(":")
        bare = text.rstrip("!").removeprefix("*")
        fields[name] = GoField(name, go_type(bare), text.startswith("*"), text.endswith("!"))
    return fields


def structs() -> frozenset[str]:
    """The names of all structs in the table."""
    return frozenset(_table()[0])
