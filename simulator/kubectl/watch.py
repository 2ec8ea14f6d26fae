"""What `kubectl get -w` prints: a row for every revision, also when no column changed.

Rows come one by one, so the columns remember their widths; a wider cell moves only what comes after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from simulator.history import Json, Revision
from simulator.kubectl.table import TabWriter, rows_text
from simulator.kubectl.tables import TableOptions, header, row
from simulator.objects.resources import Resource, resource_of


@dataclass(frozen=True, slots=True)
class WatchRow:
    """One printed row and the entry of the log that it shows."""

    number: int
    at_ms: int
    verb: str
    cells: tuple[str, ...]


class WatchPrinter:
    """Prints batches of objects under one header, as one `kubectl get -w` does."""

    def __init__(self, resource: Resource, options: TableOptions | None = None) -> None:
        self._resource = resource
        self._options = options or TableOptions()
        self._writer = TabWriter()
        self._header_due = self._options.headers

    def print(self, objects: Iterable[Json], now: int) -> str:
        """The text of one batch: the list at the start, then each change by itself."""
        rows: list[list[object]] = [row(self._resource, obj, now, self._options) for obj in objects]
        if not rows:
            return ""
        if self._header_due:
            rows.insert(0, list(header(self._resource, self._options)))
            self._header_due = False
        return self._writer.format(rows_text(rows))


def watch_rows(
    revisions: Iterable[Revision], start: int, *, kind: str = "pods", options: TableOptions | None = None
) -> Iterator[WatchRow]:
    """The rows of a watch that was there from the beginning. `start` is the wall clock (ms since 1970) at 0 ms."""
    resource, options = resource_of(kind), options or TableOptions()
    for revision in revisions:
        if revision.kind == kind:
            cells = row(resource, revision.object, start + revision.at_ms, options)
            yield WatchRow(revision.number, revision.at_ms, revision.verb, tuple(str(cell) for cell in cells))


def watch_text(
    revisions: Iterable[Revision], start: int, *, kind: str = "pods", options: TableOptions | None = None
) -> str:
    """The same as text, header first."""
    printer = WatchPrinter(resource_of(kind), options)
    return "".join(printer.print([r.object], start + r.at_ms) for r in revisions if r.kind == kind)
