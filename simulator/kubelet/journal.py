"""What the kubelet writes to its log, as the node's init system keeps it. Only what a person looks for there."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

MOST = 1000


@dataclass(frozen=True, slots=True)
class Line:
    at_ms: int
    pid: int
    place: str  # file and line of the kubelet's source
    words: str


@dataclass(slots=True)
class Journal:
    pid: int = 0  # of the kubelet that runs
    lines: deque[Line] = field(default_factory=lambda: deque(maxlen=MOST))

    def error(self, at_ms: int, place: str, words: str) -> None:
        self.lines.append(Line(at_ms, self.pid, place, words))
