"""Reads YAML that may be hostile: bounded in size, depth and aliases, with the place of every field.

The events come from PyYAML's C parser; they are put together here, without recursion, by the rules of the
API tool (go.yaml.in/yaml/v2 decode.go and sigs.k8s.io/yaml), which differ from PyYAML's own.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import yaml
from yaml.events import AliasEvent, MappingStartEvent, ScalarEvent, SequenceStartEvent

from simulator.objects.lines import Mark
from simulator.objects.scalars import ScalarFault, key_text, plain, tagged

MAX_BYTES = 3 * 2**20  # what the API server takes in a request
MAX_DEPTH = 100
MAX_NODES = 50_000  # in a manifest; aliases count with all that they stand for

_MERGE = object()  # the key `<<`


class YamlFault(Exception):
    """The text is no YAML, or more than we read. Line and column are 1-based; `reported` is go-yaml's line."""

    def __init__(self, message: str, line: int, column: int = 1, reported: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.words = f"line {reported}: {message}" if reported else message


class _Frame:
    """A mapping or sequence that is being read."""

    __slots__ = ("anchor", "container", "key", "key_mark", "marks", "place", "size")

    def __init__(self, container: Any, marks: Any, place: tuple[int, int], anchor: str | None) -> None:
        self.container = container
        self.marks = marks
        self.place = place
        self.anchor = anchor
        self.size = 1
        self.key: Any = None
        self.key_mark: tuple[int, int] | None = None


class _Builder:
    """Puts events together to plain values and, beside them, their marks."""

    def __init__(self, first_line: int, most: int) -> None:
        self._most = most
        self._offset = first_line
        self._stack: list[_Frame] = []
        # value, children's marks, size; None while the anchored node is still open
        self._anchors: dict[str, tuple[Any, Any, int] | None] = {}
        self.nodes = 0
        self._copied = 0  # nodes that only aliases brought
        self.root: tuple[Any, Mark] | None = None

    def _place(self, event: Any) -> tuple[int, int]:
        mark = event.start_mark
        return mark.line + self._offset, mark.column + 1

    def scalar(self, event: ScalarEvent) -> None:
        tag, text = event.tag, event.value
        place = self._place(event)
        if tag is None:
            value: Any = plain(text) if event.implicit[0] else text
            if text == "<<" and event.implicit[0] and self._awaits_key():
                value = _MERGE
        elif tag == "!":
            value = text
        else:
            try:
                value = tagged(tag, text)
            except ScalarFault as fault:
                raise YamlFault(str(fault), *place) from None
        if isinstance(value, float) and not math.isfinite(value) and not self._awaits_key():
            shown = "NaN" if math.isnan(value) else f"{'+' if value > 0 else '-'}Inf"
            raise YamlFault(f"json: unsupported value: {shown}", *place)
        if event.anchor:
            self._anchors[event.anchor] = (value, None, 1)
        self._put(value, None, place, 1)

    def alias(self, event: AliasEvent) -> None:
        place = self._place(event)
        if event.anchor not in self._anchors:
            raise YamlFault(f"unknown anchor '{event.anchor}' referenced", *place)
        target = self._anchors[event.anchor]
        if target is None:
            raise YamlFault(f"anchor '{event.anchor}' value contains itself", *place)
        self._copied += target[2]
        self.nodes += target[2] - 1
        self._put(target[0], target[1], place, target[2])

    def mapping(self, event: MappingStartEvent) -> None:
        self._open(event, {}, {})

    def sequence(self, event: SequenceStartEvent) -> None:
        self._open(event, [], [])

    def _open(self, event: Any, container: Any, marks: Any) -> None:
        place = self._place(event)
        if len(self._stack) >= MAX_DEPTH:
            raise YamlFault(f"exceeded max depth of {MAX_DEPTH}", *place)
        if event.anchor:
            self._anchors[event.anchor] = None
        self._stack.append(_Frame(container, marks, place, event.anchor))

    def close(self, _event: Any) -> None:
        frame = self._stack.pop()
        if frame.anchor:
            self._anchors[frame.anchor] = (frame.container, frame.marks, frame.size)
        self._put(frame.container, frame.marks, frame.place, frame.size)

    def _awaits_key(self) -> bool:
        return bool(self._stack) and type(self._stack[-1].container) is dict and self._stack[-1].key_mark is None

    def _put(self, value: Any, children: Any, place: tuple[int, int], size: int) -> None:
        """Give a finished value to the mapping or sequence around it."""
        self.nodes += 1
        if not self._stack:
            self.root = (value, (*place, *place, children))
            return
        frame = self._stack[-1]
        frame.size += size
        if self.nodes > self._most:
            mostly_copies = self._copied * 2 > self.nodes
            raise YamlFault(
                "document contains excessive aliasing" if mostly_copies else "document is too large", *place
            )
        if type(frame.container) is list:
            frame.container.append(value)
            frame.marks.append((*place, *place, children))
        elif frame.key_mark is None:
            frame.key = _key(value, place)
            frame.key_mark = place
        else:
            if frame.key is _MERGE:
                _merge(frame, value, children, place)
            else:
                frame.container[frame.key] = value
                frame.marks[frame.key] = (*frame.key_mark, *place, children)
            frame.key_mark = None


# Functions, not bound methods: a builder that held those would be garbage that only the collector of cycles finds.
_HANDLERS: dict[type, Callable[[_Builder, Any], None]] = {
    ScalarEvent: _Builder.scalar,
    AliasEvent: _Builder.alias,
    MappingStartEvent: _Builder.mapping,
    SequenceStartEvent: _Builder.sequence,
    yaml.MappingEndEvent: _Builder.close,
    yaml.SequenceEndEvent: _Builder.close,
}


def _key(value: Any, place: tuple[int, int]) -> Any:
    if value is _MERGE:
        return value
    if isinstance(value, dict | list):
        raise YamlFault(f"invalid map key: {_go_syntax(value)}", *place)
    if value is None:
        raise YamlFault("unsupported map key of type: %!s(<nil>), key: <nil>", *place)
    return key_text(value)


def _merge(frame: _Frame, value: Any, children: Any, place: tuple[int, int]) -> None:
    """Take over what `<<` names; in a list the earlier mappings win."""
    parts = list(zip(value, children, strict=True)) if isinstance(value, list) and children is not None else None
    merged = [(value, children)] if parts is None else [(item, mark[4]) for item, mark in reversed(parts)]
    for mapping, marks in merged:
        if not isinstance(mapping, dict):
            raise YamlFault("map merge requires map or sequence of maps as the value", *place)
        frame.container.update(mapping)
        frame.marks.update(marks or {})


def _go_syntax(value: Any, depth: int = 0) -> str:
    """A value in Go's own syntax, as go-yaml prints a key that cannot be one."""
    if depth > 3:
        return "..."
    if isinstance(value, dict):
        inner = ", ".join(f"{json.dumps(key)}:{_go_syntax(item, depth + 1)}" for key, item in value.items())
        return f"map[interface {{}}]interface {{}}{{{inner}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(_go_syntax(item, depth + 1) for item in value)}}}"
    return "interface {}(nil)" if value is None else json.dumps(value, ensure_ascii=False)


def read_yaml(text: str, first_line: int = 1, most_nodes: int = MAX_NODES) -> tuple[Any, Mark, int]:
    """One document's value, its marks and how many nodes it has. Raises YamlFault.

    `first_line` is where the text starts in its file.
    """
    if len(text) > MAX_BYTES:
        raise YamlFault(f"document is too large: more than {MAX_BYTES} characters", first_line)
    builder = _Builder(first_line, most_nodes)
    try:
        next_event = yaml.CSafeLoader(text).get_event
        while (event := next_event()) is not None:
            if (handle := _HANDLERS.get(type(event))) is not None:
                handle(builder, event)
                if builder.root is not None and not builder._stack:
                    break
    except yaml.MarkedYAMLError as error:
        raise _syntax_fault(error, first_line) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + first_line
        raise YamlFault("control characters are not allowed", line) from None
    except UnicodeError:
        raise YamlFault("invalid Unicode character", first_line) from None
    value, mark = builder.root or (None, (first_line, 1, first_line, 1, None))
    return value, mark, builder.nodes


def _syntax_fault(error: yaml.MarkedYAMLError, first_line: int) -> YamlFault:
    """go-yaml's words for what the scanner or parser met (go.yaml.in/yaml/v2 decode.go parser.fail)."""
    problem, context = error.problem_mark, error.context_mark
    at = problem or context
    reported = 0
    if problem is not None and problem.line:
        reported = problem.line + (1 if isinstance(error, yaml.scanner.ScannerError) else 0)
    elif context is not None and context.line:
        reported = context.line
    line, column = (at.line + first_line, at.column + 1) if at is not None else (first_line, 1)
    return YamlFault(error.problem or "unknown problem parsing YAML content", line, column, reported)
