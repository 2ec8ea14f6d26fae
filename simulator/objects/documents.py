"""Cuts a manifest into its documents as kubectl does, before any YAML is read.

Models apimachinery pkg/util/yaml/decoder.go YAMLReader: a line that begins with three dashes ends a document,
so that each can be wrong by itself, and line numbers in kubectl's messages count from there.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chunk:
    """The text of one document and the line where it starts."""

    text: str
    first_line: int
    separator_fault: str = ""  # what stood behind the dashes, if it may not


def split_documents(text: str) -> list[Chunk]:
    """The documents that hold more than space and comments."""
    chunks: list[Chunk] = []
    lines: list[str] = []
    first = 1
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.startswith("---"):
            lines.append(line)
            continue
        _add(chunks, lines, first)
        behind = line[3:].strip()
        if behind and not behind.startswith("#"):
            chunks.append(Chunk("", number, behind))
        lines, first = [], number + 1
    _add(chunks, lines, first)
    return chunks


def _add(chunks: list[Chunk], lines: list[str], first: int) -> None:
    if any(line.strip() and not line.lstrip().startswith("#") for line in lines):
        chunks.append(Chunk("\n".join(lines), first))
