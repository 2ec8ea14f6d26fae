"""`kubectl explain`: the fields of a kind and their types. What they mean is not known here.

Models kubectl pkg/cmd/explain and pkg/explain/v2/templates/plaintext.tmpl.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.containers.syscalls import Routine
from simulator.kubectl.call import Call
from simulator.kubectl.errors import CommandError
from simulator.objects.go_types import GoField, GoType, enums, go_type, structs
from simulator.objects.resources import Resource, find_resource

FLAGS = "recursive:bool api-version output,o=plaintext"
DESCRIPTION = (
    "podviz knows fields and their types, not their descriptions:\n"
    "    https://kubernetes.io/docs/reference/kubernetes-api/"
)
SHOWN_VALUES = 4
QUOTES = '""'  # how an empty value is shown
_SUGGEST = 'Use "kubectl api-resources" for a complete list of supported resources.'
_PLAIN = {"int": "integer", "bool": "boolean", "bytes": "string", "time": "string"}
_UNWRITTEN = ("struct", "time", "quantity", "intstr")  # Go writes these even when they may be left out


def run(call: Call) -> Routine[int]:
    """`explain pod.spec.containers`."""
    names = call.arguments.args
    if not names:
        raise CommandError(f"You must specify the type of resource to explain. {_SUGGEST}\n")
    if len(names) > 1:
        raise CommandError("We accept only this format: explain RESOURCE\n")
    resource, path = _asked(names[0])
    if resource.kind not in structs():
        raise CommandError(f"podviz does not know the fields of {resource.kind}")
    head = f"GROUP:      {resource.group}\n" if resource.group else ""
    head += f"KIND:       {resource.kind}\nVERSION:    {resource.version}\n\n"
    yield from call.out(head + _explained(go_type(resource.kind), path, deep=call.arguments.truth("recursive")) + "\n")
    return 0


def _asked(text: str) -> tuple[Resource, list[str]]:
    """The kind, which may have its group behind it, and the fields below."""
    words = text.split(".")
    for size in range(len(words), 0, -1):
        found = find_resource(".".join(words[:size]))
        if found is not None:
            return found, [word for word in words[size:] if word]
    raise CommandError(f'the server doesn\'t have a resource type "{words[0]}"')


def _explained(type_: GoType, path: list[str], *, deep: bool) -> str:
    text = ""
    for place, name in enumerate(path):
        field = _struct(type_).fields.get(name) if _struct(type_).kind == "struct" else None
        if field is None:
            raise CommandError(f'field "{path[-1]}" does not exist')
        type_ = field.type
        if place == len(path) - 1:
            text = f"FIELD: {name} <{_guess(type_)}>\n{_enum(type_)}\n"
    text += f"DESCRIPTION:\n    {DESCRIPTION}\n    \n"
    fields = "".join(_fields(_struct(type_), 1, frozenset(), deep=deep))
    return f"{text}FIELDS:\n{fields}" if fields else text


def _struct(type_: GoType) -> GoType:
    """What lists and maps are made of."""
    while type_.element is not None:
        type_ = type_.element
    return type_


def _guess(type_: GoType) -> str:
    """The type as a person reads it (typeGuess)."""
    if type_.element is not None:
        return f"{'[]' if type_.kind == 'list' else 'map[string]'}{_guess(type_.element)}"
    if type_.kind in ("struct", "any", "quantity", "intstr"):
        return type_.text.rpartition(".")[2]
    return _PLAIN.get(type_.kind, type_.kind)


def _enum(type_: GoType) -> str:
    values = enums().get(type_.text, ())
    return "".join(f"{'' if number else 'ENUM:'}\n    {value or QUOTES}" for number, value in enumerate(values)) + (
        "\n" if values else ""
    )


def _fields(type_: GoType, level: int, above: frozenset[str], *, deep: bool) -> Iterator[str]:
    if type_.kind != "struct" or type_.name in above:
        return
    for name, field in sorted(type_.fields.items()):
        required = " -required-" if field.written and not field.pointer and field.type.kind not in _UNWRITTEN else ""
        yield f"{'  ' * level}{name}\t<{_guess(field.type)}>{required}{_choices(field, level)}\n"
        if deep:
            yield from _fields(_struct(field.type), level + 1, above | {type_.name}, deep=True)


def _choices(field: GoField, level: int) -> str:
    values = [value or QUOTES for value in enums().get(field.type.text, ())]
    if not values:
        return ""
    return f"\n{'  ' * level}enum: {', '.join(values[:SHOWN_VALUES])}" + (
        ", ...." if len(values) > SHOWN_VALUES else ""
    )
