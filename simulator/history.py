"""The append-only log that everything shown is derived from.

Revisions are what a Kubernetes watch would send; facts are what no API object shows; actions are what
a person did. All three are numbered together. `docs/history.md` lists the kinds of facts and their data.

An entry is never changed. Its class is not frozen all the same: a frozen one takes three times as long to make.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from simulator.engine import Engine

Json = dict[str, Any]
Verb = Literal["ADDED", "MODIFIED", "DELETED"]


@dataclass(slots=True)
class Revision:
    """A new version of an API object. `number` is its resourceVersion; `at_ms` the cluster's clock."""

    number: int
    at_ms: int
    cause: int
    verb: Verb
    kind: str  # the resource's plural: pods, events, configmaps
    object: Json
    fields: tuple[str, ...] = ()


@dataclass(slots=True)
class Fact:
    """Something that happened and that no API object shows."""

    number: int
    at_ms: int
    cause: int
    kind: str  # probe, signal, exit, backoff, ...
    pod: str  # namespace/name, or "" for the node
    container: str
    data: Json
    fields: tuple[str, ...] = ()  # paths of the manifest that made it so: spec.containers[0].image


@dataclass(slots=True)
class Action:
    """What a person did."""

    number: int
    at_ms: int
    cause: int
    verb: str  # apply, delete, exec, node, kill
    data: Json
    fields: tuple[str, ...] = ()


Entry = Revision | Fact | Action


class History:
    """Writes entries at the engine's time and under its current cause."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.entries: list[Entry] = []

    def __len__(self) -> int:
        return len(self.entries)

    def since(self, number: int) -> Sequence[Entry]:
        """The entries after `number`; 0 gives all."""
        return self.entries[number:]

    def revision(self, verb: Verb, kind: str, obj: Json, fields: tuple[str, ...] = ()) -> int:
        engine, number = self._engine, len(self.entries) + 1
        self.entries.append(Revision(number, engine.now, engine.cause, verb, kind, obj, fields))
        return number

    def fact(
        self, kind: str, pod: str = "", container: str = "", data: Json | None = None, fields: tuple[str, ...] = ()
    ) -> int:
        engine, number = self._engine, len(self.entries) + 1
        self.entries.append(Fact(number, engine.now, engine.cause, kind, pod, container, data or {}, fields))
        return number

    def action(self, verb: str, data: Json) -> int:
        engine, number = self._engine, len(self.entries) + 1
        self.entries.append(Action(number, engine.now, engine.cause, verb, data))
        return number

    @contextmanager
    def because(self, cause: int) -> Iterator[None]:
        """All that is written or scheduled inside is a consequence of entry `cause`."""
        before = self._engine.cause
        self._engine.cause = cause
        try:
            yield
        finally:
            self._engine.cause = before
