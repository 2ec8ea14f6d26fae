"""What is accepted and not simulated, with the line that asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dashboard.presenters.source import Source
from dashboard.presenters.story import Story
from dashboard.presenters.texts import message_of, translated
from simulator.objects import Problem, unsimulated


@dataclass(frozen=True, slots=True)
class Note:
    """A field that changes nothing here or, without a path, a command that is only pretended."""

    path: str
    line: int | None
    message: str


def of_manifest(notes: Iterable[Problem]) -> tuple[Note, ...]:
    return tuple(Note(note.path, note.line, translated(note.advice)) for note in notes)


def of_pod(story: Story, source: Callable[[], Source]) -> tuple[Note, ...]:
    """What the Pod asks for, and then what was met on the node. Each field is named once."""
    said = {path: translated(text) for path, text in unsimulated(story.pod)}
    for fact in story.unsimulated:
        for path in fact.fields:
            said.setdefault(path, message_of(fact))
    met = [Note("", None, message_of(fact)) for fact in story.unsimulated if not fact.fields]
    lines = source() if said else Source()
    return (*(Note(path, lines.line(path), message) for path, message in said.items()), *met)
