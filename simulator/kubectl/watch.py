"""What `kubectl get -w` prints: a row for every revision, also when no column changed.

Rows come one by one, so the columns remember their widths; a wider cell moves only what comes after it.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.history import Json
from simulator.kubectl.table import TabWriter, rows_text
from simulator.kubectl.tables import TableOptions, header, row
from simulator.objects.resources import Resource


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
