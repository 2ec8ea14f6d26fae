"""What is wrong with a manifest, and the documents that are right: the values this room hands out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from simulator.objects.lines import Lines
from simulator.text import Text

Json = dict[str, Any]
Stage = Literal["yaml", "decode", "validate"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, in the API server's own words and in ours."""

    stage: Stage
    path: str  # spec.containers[0].image, or "" for the whole document
    line: int  # 1-based, in the text that was read
    column: int
    message: str  # the API server's words for this one cause
    advice: Text  # what to do about it; the message itself if that is ours
    document: int
    suggestion: str | None = None  # what to put in place of the key or value at `line`
    code: str = ""  # what kind of problem: unknown-field, wrong-type, required, invalid, ...

    @property
    def remedy(self) -> str:
        """What to do about it, in plain English."""
        return str(self.advice)


@dataclass(frozen=True, slots=True)
class Source:
    """A document as it was typed, right or wrong."""

    index: int
    kind: str
    api_version: str
    name: str
    namespace: str  # as typed; "" if the document does not say
    given: Any
    lines: Lines


@dataclass(frozen=True, slots=True)
class Document:
    """A document that the API server accepts; `object` is what it stores, before uid, times and status."""

    index: int
    kind: str
    api_version: str
    name: str
    namespace: str
    object: Json
    given: Json
    lines: Lines


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was read: the accepted documents, all that is wrong, every document, and what is passed over."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]
    sources: tuple[Source, ...] = ()
    notes: tuple[Problem, ...] = ()  # what is accepted and not simulated; the advice says what that means
    filename: str = "STDIN"
    namespace: str = "default"

    @property
    def ok(self) -> bool:
        return not self.problems

    def problems_of(self, document: int) -> Iterator[Problem]:
        """The problems of one document, in the order in which the API server reports them."""
        return (problem for problem in self.problems if problem.document == document)

    def source(self, document: int) -> Source | None:
        """The document with this index, if its YAML could be read."""
        return next((source for source in self.sources if source.index == document), None)
