"""Where each field of a manifest stands in the text, so that a message can point at its line."""

from __future__ import annotations

from typing import Any

# A mark is (line, column, value line, value column, children), 1-based. Line and column are those of the key,
# or of the dash's value for an item of a list. Children are marks by key or by index, or None for a scalar.
Mark = tuple[int, int, int, int, Any]


class Lines:
    """Maps a field path as the API server writes it (`spec.containers[0].image`) to its place in the text."""

    __slots__ = ("_root",)

    def __init__(self, root: Mark) -> None:
        self._root = root

    def line(self, path: str) -> int:
        """The line of the field, or of the nearest field around it that was written."""
        return self._find(path)[0][0]

    def position(self, path: str) -> tuple[int, int]:
        """The line and column where the field's key starts."""
        mark = self._find(path)[0]
        return mark[0], mark[1]

    def value(self, path: str) -> tuple[int, int]:
        """The line and column where the field's value starts."""
        mark = self._find(path)[0]
        return mark[2], mark[3]

    def has(self, path: str) -> bool:
        """Whether the field itself was written."""
        return not self._find(path)[1]

    def within(self, path: str) -> Lines:
        """The lines of the object that stands at `path`: an item of a List."""
        return Lines(self._find(path)[0])

    def _find(self, path: str) -> tuple[Mark, str]:
        """The deepest mark on the way to `path`, and the part of the path that was not found."""
        mark, rest = self._root, path
        while rest:
            step = _step(mark[4], rest)
            if step is None:
                break
            mark, rest = step
        return mark, rest


def _step(children: Any, rest: str) -> tuple[Mark, str] | None:
    """One step down a path: the child's mark and what remains of the path."""
    if isinstance(children, list):
        index, _, after = rest[1:].partition("]")
        if not rest.startswith("[") or not index.isdecimal() or int(index) >= len(children):
            return None
        return children[int(index)], after
    if not isinstance(children, dict):
        return None
    if rest.startswith("["):
        key, _, after = rest[1:].partition("]")
        return (children[key], after) if key in children else None
    rest = rest.removeprefix(".")
    end = min((at for at in (rest.find("."), rest.find("[")) if at >= 0), default=len(rest))
    if rest[:end] in children:
        return children[rest[:end]], rest[end:]
    # A key of a map may hold dots itself: app.kubernetes.io/name.
    for key, mark in children.items():
        if rest.startswith(key) and rest[len(key) : len(key) + 1] in ("", ".", "["):
            return mark, rest[len(key) :]
    return None
