"""The JSONPath templates of `-o jsonpath` and the paths of custom columns.

A template is text with expressions in braces. An expression gives a list of values, printed with spaces between:
`{.items[*].metadata.name}`, `{range .items[*]}...{end}`, `{.status.conditions[?(@.type=="Ready")].status}`, `{"\\n"}`.
Models client-go util/jsonpath; what it does not know (regular expressions, arithmetic) we do not either.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any


class PathError(ValueError):
    """A template that cannot be read."""


class RunError(ValueError):
    """A template that does not fit the object."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """What `$` is, and whether a field that is missing is an error."""

    root: Any
    strict: bool = False


Step = Callable[[list[Any], _Scope], list[Any]]


def render(template: str, data: object, *, strict: bool = False, as_json: bool = False) -> str:
    """The template with its expressions replaced; what is missing prints as nothing unless that is an error.

    `as_json`: each part, the texts too, is a JSON list of its values (EnableJSONOutput).
    """
    parts = list(_split(template))
    show = _json_list if as_json else lambda values: " ".join(to_text(value) for value in values)
    return "".join(show(values) for values in _results(parts, data, _Scope(data, strict)))


def _json_list(values: list[Any]) -> str:
    return json.dumps(values, indent=4, sort_keys=True, ensure_ascii=False) + "\n"


def find(path: str, data: object) -> list[Any]:
    """The values at one path: `.metadata.name`."""
    return _evaluate(path, data, _Scope(data))


def relaxed(text: str) -> str:
    """The path in `{.a}`, `.a`, `{a}` or `a`. Models kubectl pkg/cmd/get RelaxedJSONPathExpression."""
    if not text:
        return ""
    found = re.fullmatch(r"\{\.?([^{}]+)\}|\.?([^{}]+)", text)
    if found is None:
        raise PathError(
            "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"
        )
    return "." + (found[1] or found[2])


def to_text(value: object) -> str:
    """One value, as a template prints it."""
    if isinstance(value, str):
        return value
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        text = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _split(template: str) -> Iterator[tuple[bool, str]]:
    """(is it an expression, text) for each part of the template."""
    place = 0
    while (start := template.find("{", place)) >= 0:
        if start > place:
            yield False, template[place:start]
        end = _closing(template, start)
        yield True, template[start + 1 : end].strip()
        place = end + 1
    if place < len(template):
        yield False, template[place:]


def _closing(template: str, start: int) -> int:
    quote = ""
    place = start + 1
    while place < len(template):
        char = template[place]
        if char == "\\":
            place += 1
        elif quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "}":
            return place
        place += 1
    raise PathError("unclosed action")


def _results(parts: Sequence[tuple[bool, str]], data: Any, scope: _Scope) -> Iterator[list[Any]]:
    """The values of each part; those of a range's parts come once for each of the range's values."""
    place = 0
    while place < len(parts):
        is_expression, part = parts[place]
        if not is_expression:
            yield [part]
        elif part == "end":
            raise RunError("not in range, nothing to end")
        elif part.startswith("range"):
            values = _evaluate(part.removeprefix("range").strip(), data, scope)
            end = _end_of_range(parts, place)
            for value in values:
                yield from _results(parts[place + 1 : end], value, _Scope(value, scope.strict))
            place = end
        else:
            yield _evaluate(part, data, scope)
        place += 1


def _end_of_range(parts: Sequence[tuple[bool, str]], start: int) -> int:
    depth = 0
    for place in range(start, len(parts)):
        is_expression, part = parts[place]
        if is_expression and part.startswith("range"):
            depth += 1
        elif is_expression and part == "end":
            depth -= 1
            if depth == 0:
                return place
    return len(parts)  # it need not be ended


def _evaluate(expression: str, data: Any, scope: _Scope) -> list[Any]:
    if expression[:1] in "\"'" and expression:
        return [_unquote(expression)]
    if re.fullmatch(r"-?\d+(\.\d+)?", expression):
        return [json.loads(expression)]
    if expression in ("true", "false"):
        return [expression == "true"]
    values: list[Any] = [data]
    for step in _steps(expression):
        values = step(values, scope)
    return values


def _unquote(text: str) -> str:
    body = text[1:-1]
    if len(text) < 2 or text[0] != text[-1]:
        raise PathError(f"unterminated quoted string {text}")
    escapes = {"n": "\n", "t": "\t", "r": "\r"}
    return re.sub(r"\\(.)", lambda found: escapes.get(found[1], found[1]), body)


_TOKEN = re.compile(
    r"(?P<recursive>\.\.(?=[\w*\['\"-]))"
    r"|\.?\[(?P<bracket>(?:[^\[\]\"']|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\[[^\]]*\])*)\]"
    r"|\.?(?P<name>(?:\\.|[^.\[\]\\$@ ])+)"
    r"|(?P<root>\$)|(?P<here>@)|(?P<dot>\.)"
)


def _steps(expression: str) -> Iterator[Step]:
    if found := re.match(r"[^\W_][^.\[\s$@]*", expression):
        raise RunError(f"unrecognized identifier {found[0]}")
    place = 0
    while place < len(expression):
        if expression[place] == " ":
            place += 1
            continue
        found = _TOKEN.match(expression, place)
        if found is None:
            char = expression[place]
            if char == "[":
                raise PathError("unterminated array")
            raise PathError(f"unrecognized character in action: U+{ord(char):04X} '{char}'")
        place = found.end()
        if found["recursive"]:
            yield lambda values, scope: [deep for value in values for deep in _descend(value)]
        elif found["bracket"] is not None:
            yield from _bracket(found["bracket"].strip())
        elif found["name"]:
            yield _named(re.sub(r"\\(.)", r"\1", found["name"]))
        elif found["root"]:
            yield lambda values, scope: [scope.root]


def _descend(value: Any) -> Iterator[Any]:
    """The value and all below it that have parts of their own."""
    if children := _children(value):
        yield value
        for child in children:
            yield from _descend(child)


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list) else []


def _named(name: str) -> Step:
    if name == "*":
        return lambda values, scope: [child for value in values for child in _children(value)]

    def step(values: list[Any], scope: _Scope) -> list[Any]:
        found = [value[name] for value in values if isinstance(value, dict) and name in value]
        if scope.strict and values and not found:
            raise RunError(f"{name} is not found")
        return found

    return step


def _bracket(inside: str) -> Iterator[Step]:
    """A quoted name is a path of its own, in which a point has to be escaped."""
    if inside.startswith("?(") and inside.endswith(")"):
        yield _filter(inside[2:-1].strip())
        return
    parts = [part.strip() for part in inside.split(",")]
    if len(parts) > 1:
        union = [list(_bracket(part)) for part in parts]
        yield lambda values, scope: [item for steps in union for item in _walked(steps, values, scope)]
    elif inside[:1] in ("'", '"') and inside[:1] == inside[-1:]:
        yield from _steps("." + inside[1:-1])
    else:
        yield _slice(":" if inside == "*" else inside)


def _walked(steps: Sequence[Step], values: list[Any], scope: _Scope) -> list[Any]:
    for step in steps:
        values = step(values, scope)
    return values


def _slice(text: str) -> Step:
    found = re.fullmatch(r"(-?\d*)(?::(-?\d*))?(?::(-?\d*))?", text)
    if found is None or not text:
        raise PathError(f"invalid array index {text}")
    first, last, every = (int(part) if part else None for part in found.groups())
    single = ":" not in text

    def step(values: list[Any], scope: _Scope) -> list[Any]:
        return [item for value in values if value is not None for item in _sliced(value, first, last, every, single)]

    return step


def _sliced(value: Any, first: int | None, last: int | None, every: int | None, single: bool) -> list[Any]:
    """Models evalArray: what lies outside a list is an error."""
    if not isinstance(value, list):
        raise RunError(f"{_TYPES.get(type(value), 'string')} is not array or slice")
    size = len(value)
    start = (first or 0) + (size if (first or 0) < 0 else 0)
    end = start + 1 if single else size if last is None else last + (size if last < 0 else 0)
    if start == end:
        return []
    for place in (start, end - 1):
        if not 0 <= place < size:
            raise RunError(f"array index out of bounds: index {place}, length {size}")
    if start > end:
        raise RunError(f"starting index {start} is greater than ending index {end}")
    if every is not None and every <= 0:
        raise RunError("step must be > 0")
    return value[start : end : every or 1]


_TYPES = {dict: "map[string]interface {}", bool: "bool", int: "int64", float: "float64"}
_COMPARE = re.compile(r"([^!<>=]+)([!<>=]+)(.+)")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    ">": lambda a, b: bool(a > b),
    "<=": lambda a, b: bool(a <= b),
    ">=": lambda a, b: bool(a >= b),
}


def _filter(condition: str) -> Step:
    found = _COMPARE.fullmatch(condition)

    def holds(item: Any, scope: _Scope) -> bool:
        if found is None:
            return _exists(condition, item, scope)
        left, right = (_evaluate(found[side].strip(), item, scope) for side in (1, 3))
        if not left or not right:
            return False
        if len(left) > 1 or len(right) > 1:
            raise RunError("can only compare one element at a time")
        return _compared(left[0], found[2], right[0])

    def step(values: list[Any], scope: _Scope) -> list[Any]:
        for value in values:
            if not isinstance(value, list):
                shown = "<nil>" if value is None else to_text(value)
                raise RunError(f"{shown} is not array or slice and cannot be filtered")
        return [item for value in values for item in value if holds(item, scope)]

    return step


def _exists(path: str, item: Any, scope: _Scope) -> bool:
    try:
        return bool(_evaluate(path, item, scope))
    except RunError:
        return False


def _compared(left: Any, operator: str, right: Any) -> bool:
    if operator not in _OPERATORS:
        raise RunError(f"unrecognized filter operator {operator}")
    if None not in (left, right) and type(left) is not type(right):
        raise RunError("incompatible types for comparison")
    try:
        return _OPERATORS[operator](left, right)
    except TypeError:
        raise RunError("invalid type for comparison") from None
