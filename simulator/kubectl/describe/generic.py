"""The description of kinds that have none of their own. Models kubectl pkg/describe/describe.go genericDescriber."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from simulator.history import Json
from simulator.kubectl.describe.writer import Writer, write_annotations, write_events, write_labels

Related = Callable[[str, bool], list[Json]]

_SHOWN_BEFORE = frozenset(
    f"metadata.{name}" for name in ("managedFields", "name", "namespace", "labels", "annotations")
)
_ACRONYMS = frozenset(("API", "URL", "UID", "OSB", "GUID"))
# As camelcase.Split does: the last capital of several belongs to the small letters that follow it.
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|-+")


def describe_generic(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Whatever the object holds, below each other."""
    meta, writer = obj["metadata"], Writer()
    writer.field(0, "Name", meta["name"])
    writer.field(0, "Namespace", meta.get("namespace", ""))
    write_labels(writer, "Labels", meta.get("labels"))
    write_annotations(writer, "Annotations", meta.get("annotations"))
    _content(writer, 0, obj, "")
    write_events(writer, events, now)
    return writer.text()


def _content(writer: Writer, level: int, content: Json, prefix: str) -> None:
    """Models printUnstructuredContent; the elements of a list are not set apart from each other."""
    for name, value in sorted(content.items()):
        path = f"{prefix}{name}"
        if path in _SHOWN_BEFORE:
            continue
        if not isinstance(value, (dict, list)):
            writer.field(level, smart_label(name), _word(value))
            continue
        writer.line(level, f"{smart_label(name)}:")
        for child in [value] if isinstance(value, dict) else value:
            if isinstance(child, dict):
                _content(writer, level + 1, child, f"{path}.")
            else:
                writer.line(level + 1, _word(child))


def _word(value: object) -> str:
    """As Go's %v writes it."""
    if value is None:
        return "<nil>"
    return str(value).lower() if isinstance(value, bool) else str(value)


def smart_label(name: str) -> str:
    """`leaseDurationSeconds` as words; what is no plain name, as a label's key, stays. Models smartLabelFor."""
    if not name.replace("-", "").isalpha() and name.strip("-"):
        return name
    return " ".join(part.upper() if part.upper() in _ACRONYMS else part.capitalize() for part in _PART.findall(name))
