"""The JSONPath templates of `-o jsonpath` and the paths of custom columns.

A template is text with expressions in braces. An expression gives a list of values, printed with spaces between:
`{.items[*].metadata.name}`, `{range .items[*]}...{end}`, `{.status.conditions[?(@.type=="Ready")].status}`, `{"\\n"}`.
Models client-go util/jsonpath; what it does not know (regular expressions, arithmetic) we do not either.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Step = Callable[[list[Any], Any], list[Any]]


class PathError(ValueError):
    """A template that cannot be read."""


def render(template: str, data: object) -> str:
    """The template with its expressions replaced; what is missing prints as nothing."""
    parts = list(_split(template))
    text, rest = _render(parts, 0, data, data)
    if rest < len(parts):
        raise PathError("not in range, nothing to end")
    return text


def find(path: str, data: object) -> list[Any]:
    """The values at one path: `.metadata.name`."""
    return _evaluate(path, data, data)


def to_text(value: object) -> str:
    """One value, as a template prints it."""
    if isinstance(value, str):
        return value
    if value is None:
        return "<nil>"
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


def _render(parts: Sequence[tuple[bool, str]], place: int, data: Any, root: Any) -> tuple[str, int]:
    """Text of the parts up to the end of a range, and the place after it."""
    text: list[str] = []
    while place < len(parts):
        is_expression, part = parts[place]
        if not is_expression:
            text.append(part)
        elif part == "end":
            return "".join(text), place
        elif part.startswith("range"):
            values = _evaluate(part.removeprefix("range").strip(), data, root)
            end = _end_of_range(parts, place)
            text += [_render(parts[place + 1 : end], 0, value, root)[0] for value in values]
            place = end
        else:
            text.append(" ".join(to_text(value) for value in _evaluate(part, data, root)))
        place += 1
    return "".join(text), place


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
    raise PathError("unmatched range")


def _evaluate(expression: str, data: Any, root: Any) -> list[Any]:
    if expression[:1] in "\"'" and expression:
        return [_unquote(expression)]
    if re.fullmatch(r"-?\d+(\.\d+)?", expression):
        return [json.loads(expression)]
    values: list[Any] = [data]
    for step in _steps(expression):
        values = step(values, root)
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
    place = 0
    while place < len(expression):
        found = _TOKEN.match(expression, place)
        if found is None:
            raise PathError(f"unrecognized character in action: {expression[place]!r}")
        place = found.end()
        if found["recursive"]:
            yield lambda values, root: [deep for value in values for deep in _descend(value)]
        elif found["bracket"] is not None:
            yield _bracket(found["bracket"].strip())
        elif found["name"]:
            yield _named(re.sub(r"\\(.)", r"\1", found["name"]))
        elif found["root"]:
            yield lambda values, root: [root]


def _descend(value: Any) -> Iterator[Any]:
    yield value
    for child in _children(value):
        yield from _descend(child)


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list) else []


def _named(name: str) -> Step:
    if name == "*":
        return lambda values, root: [child for value in values for child in _children(value)]
    return lambda values, root: [value[name] for value in values if isinstance(value, dict) and name in value]


def _bracket(inside: str) -> Step:
    if inside == "*":
        return _named("*")
    if inside.startswith("?(") and inside.endswith(")"):
        return _filter(inside[2:-1].strip())
    if inside[:1] in ("'", '"'):
        names = [_named(_unquote(part)) for part in re.findall(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", inside)]
        return lambda values, root: [found for name in names for found in name(values, root)]
    places = [_slice(part.strip()) for part in inside.split(",")]
    return lambda values, root: [
        item for value in values if isinstance(value, list) for place in places for item in value[place]
    ]


def _slice(text: str) -> slice:
    found = re.fullmatch(r"(-?\d*)(?::(-?\d*))?(?::(\d*))?", text)
    if found is None or not text:
        raise PathError(f"invalid array index {text}")
    start, end, step = (int(part) if part else None for part in found.groups())
    if ":" in text:
        return slice(start, end, step)
    first = start or 0
    return slice(first, first + 1 if first != -1 else None)


_COMPARE = re.compile(r"^(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    ">": lambda a, b: bool(a > b),
    "<=": lambda a, b: bool(a <= b),
    ">=": lambda a, b: bool(a >= b),
}


def _filter(condition: str) -> Step:
    found = _COMPARE.match(condition)

    def holds(item: Any, root: Any) -> bool:
        if found is None:
            return bool(_evaluate(condition, item, root))
        left, right = _evaluate(found[1], item, root), _evaluate_literal(found[3], item, root)
        try:
            return bool(left) and bool(right) and _OPERATORS[found[2]](left[0], right[0])
        except TypeError:
            return False

    return lambda values, root: [item for value in values for item in _children(value) if holds(item, root)]


def _evaluate_literal(text: str, item: Any, root: Any) -> list[Any]:
    if text in ("true", "false"):
        return [text == "true"]
    return _evaluate(text, item, root)
