"""The elastic-tab writers of kubectl: text with tabs in, aligned columns out.

A column is a run of neighbouring lines that all have a tab-ended cell at that place; each run has a width of its own.
What follows a line's last tab belongs to no column. `get` remembers widths between its writes, so that the rows of a
watch stay under their header; `describe` does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class TabWriter:
    """Models github.com/liggitt/tabwriter, with the settings of cli-runtime pkg/printers/tabwriter.go."""

    def __init__(self, *, min_width: int = 6, padding: int = 3, remember: bool = True) -> None:
        self._min_width = min_width
        self._padding = padding
        self._remember = remember
        self._remembered: list[int] = []

    def forget(self) -> None:
        """Start the next text with fresh widths."""
        self._remembered.clear()

    def format(self, text: str) -> str:
        """Align one piece of text, as one write and flush would."""
        lines = [line.split("\t") for line in text.split("\n")]
        widths = [[0] * (len(cells) - 1) for cells in lines]
        for column in range(max((len(row) for row in widths), default=0)):
            self._measure(lines, widths, column)
        return "\n".join(_line(cells, row) for cells, row in zip(lines, widths, strict=True))

    def _measure(self, lines: list[list[str]], widths: list[list[int]], column: int) -> None:
        run: list[int] = []
        for number in range(len(lines) + 1):
            if number < len(lines) and column < len(widths[number]):
                run.append(number)
            elif run:
                widest = max(len(lines[i][column]) for i in run) + self._padding
                width = self._at_least(column, max(self._min_width, widest))
                for i in run:
                    widths[i][column] = width
                run = []

    def _at_least(self, column: int, width: int) -> int:
        if not self._remember:
            return width
        if column == len(self._remembered):
            self._remembered.append(width)
        self._remembered[column] = max(self._remembered[column], width)
        return self._remembered[column]


def _line(cells: list[str], widths: list[int]) -> str:
    return "".join([cell.ljust(width) for cell, width in zip(cells, widths, strict=False)]) + cells[-1]


def cell_text(value: object) -> str:
    """A cell as printed: cut at the first line break. Models cli-runtime pkg/printers/tableprinter.go printTable."""
    text = value if isinstance(value, str) else str(value)
    for place, char in enumerate(text):
        if char in "\f\n\r":
            return text[:place].replace("\x1b", "^[") + "..."
    return text.replace("\x1b", "^[")


def rows_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows of cells as tab-separated lines, ready for a TabWriter."""
    return "".join("\t".join(cell_text(cell) for cell in row) + "\n" for row in rows)


def format_rows(rows: Iterable[Sequence[object]]) -> str:
    """Rows, header included, as `kubectl get` aligns them."""
    return TabWriter().format(rows_text(rows))
