"""What a container's main process wrote, as the runtime keeps it for `kubectl logs`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from simulator.containers.http import Access

if TYPE_CHECKING:
    from simulator.engine import Engine

MAX_BYTES = 10 << 20
MAX_LINES = 20_000


class Line(NamedTuple):
    at_ms: int
    stream: str  # stdout, stderr
    text: str  # without its newline
    end: str = "\n"  # nothing for output that was cut off by the end of its writer


class Repeat:
    """Lines that come again and again: `lines(at_ms)` every `every_ms`. They are made when somebody looks."""

    __slots__ = ("_log", "every_ms", "last_ms", "lines", "next_ms")

    def __init__(self, log: Log, lines: Access, first_ms: int, every_ms: int) -> None:
        self._log = log
        self.lines = lines
        self.next_ms = first_ms
        self.every_ms = every_ms
        self.last_ms: int | None = None

    def stop(self, at_ms: int) -> None:
        """None from `at_ms` on."""
        self.last_ms = at_ms - 1 if self.last_ms is None else min(self.last_ms, at_ms - 1)


class Log:
    __slots__ = ("_engine", "_lines", "_partial", "_repeats", "_size", "listeners")

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lines: list[Line] = []  # even an empty deque takes 600 bytes
        self._partial: dict[str, str] = {}
        self._repeats: list[Repeat] = []
        self._size = 0
        # Who is attached: told of output as it comes.
        self.listeners: list[Callable[[str, bytes], None]] = []

    def write(self, stream: str, text: str) -> None:
        """Add output; a line counts when it is complete."""
        for listener in list(self.listeners):
            listener(stream, text.encode())
        if self._repeats:
            self.settle()
        now = self._engine.now
        *complete, rest = (self._partial.pop(stream, "") + text).split("\n")
        for line in complete[-MAX_LINES:]:
            self._add(Line(now, stream, line))
        if rest:
            self._partial[stream] = rest

    def finish(self) -> None:
        """The writers are gone: what is left is a line too, one that is tagged as partial and shown without an end.

        Models containerd's internal/cri/io/logger.go, and cri-client/pkg/logs/logs.go, which reads what it wrote.
        """
        self.settle()
        for stream, text in self._partial.items():
            self._add(Line(self._engine.now, stream, text, ""))
        self._partial = {}

    def _add(self, line: Line) -> None:
        self._lines.append(line)
        self._size += len(line.text) + 1
        while self._size > MAX_BYTES or len(self._lines) > MAX_LINES:
            self._size -= len(self._lines.pop(0).text) + 1

    def repeat(self, lines: Access, first_ms: int, every_ms: int) -> Repeat:
        """From `first_ms` on, `lines(at_ms)` every `every_ms`, until the Repeat is stopped."""
        self.settle()
        repeat = Repeat(self, lines, first_ms, every_ms)
        self._repeats.append(repeat)
        return repeat

    def settle(self) -> None:
        """Make the lines of all repeats that are due by now, in the order of their time."""
        now = self._engine.now
        while self._repeats:
            repeat = min(self._repeats, key=lambda other: other.next_ms)
            if repeat.last_ms is not None and repeat.next_ms > repeat.last_ms:
                self._repeats.remove(repeat)
                continue
            if repeat.next_ms > now:
                return
            self._skip(repeat, now)
            for stream, text in repeat.lines(repeat.next_ms):
                self._add(Line(repeat.next_ms, stream, text))
            repeat.next_ms += repeat.every_ms

    @staticmethod
    def _skip(repeat: Repeat, now: int) -> None:
        """Lines that would be dropped at once are not made."""
        end = now if repeat.last_ms is None else min(now, repeat.last_ms)
        many = (end - repeat.next_ms) // repeat.every_ms - MAX_LINES
        if many > 0:
            repeat.next_ms += many * repeat.every_ms

    def lines(self) -> list[Line]:
        self.settle()
        return list(self._lines)

    def text(
        self,
        *,
        tail: int | None = None,
        since_ms: int | None = None,
        limit_bytes: int | None = None,
        stamp: Callable[[int], str] | None = None,
        stream: str | None = None,
    ) -> str:
        """What `kubectl logs` prints. `stamp` turns a line's ms into what `--timestamps` puts before it."""
        lines = [
            line
            for line in self.lines()
            if (since_ms is None or line.at_ms >= since_ms) and (stream is None or line.stream == stream)
        ]
        if tail is not None and tail >= 0:
            lines = lines[len(lines) - tail :] if tail < len(lines) else lines
        text = "".join((f"{stamp(line.at_ms)} " if stamp else "") + line.text + line.end for line in lines)
        return text if limit_bytes is None else text.encode()[:limit_bytes].decode("utf-8", "ignore")
