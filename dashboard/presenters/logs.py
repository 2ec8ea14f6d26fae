"""What the main processes wrote, container by container, as `kubectl logs` shows it."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.presenters.story import Story
from dashboard.presenters.timescale import clock

MOST = 300  # lines of a container


@dataclass(frozen=True, slots=True)
class LogLine:
    at: str
    text: str
    error: bool


@dataclass(frozen=True, slots=True)
class Log:
    container: str
    lines: tuple[LogLine, ...]
    left_out: int


def logs(story: Story) -> tuple[Log, ...]:
    result = []
    for name in story.containers:
        facts = story.logs.get(name, [])
        lines = tuple(
            LogLine(clock(story.at(fact)), line, fact.data.get("stream") == "stderr")
            for fact in facts[-MOST:]
            for line in str(fact.data.get("text", "")).rstrip("\n").split("\n")
        )
        result.append(Log(name, lines[-MOST:], max(0, len(facts) - MOST)))
    return tuple(result)
