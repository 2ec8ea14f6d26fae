"""The node's disk: how large it is, and who is told when much has been written."""

from __future__ import annotations

from collections.abc import Callable

DEFAULT_BYTES = 264_212_084 << 10
NEVER = 1 << 62


class Disk:
    """In bytes. What was written is counted up only; who is told works out what is still there."""

    __slots__ = ("_mark", "_on_mark", "total", "written")

    def __init__(self, total: int = DEFAULT_BYTES) -> None:
        self.total = total
        self.written = 0
        self._mark = NEVER
        self._on_mark: Callable[[], object] = lambda: None

    @property
    def free(self) -> int:
        """What is left when nothing runs: the system and the images take a tenth."""
        return self.total - self.total // 10

    def wrote(self, size: int) -> None:
        self.written += size
        if self.written > self._mark:
            self._mark = NEVER
            self._on_mark()

    def watch(self, more: int, on_mark: Callable[[], object]) -> None:
        """Call `on_mark` once, when more than `more` has been written from now on."""
        self._mark, self._on_mark = self.written + more, on_mark
