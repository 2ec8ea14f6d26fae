"""Reads what stands between `[[` and `]]`."""

from __future__ import annotations

from simulator.containers.shell.syntax import Condition, SyntaxFault, Text, Word
from simulator.containers.shell.words import WordReader


def read_condition(text: str, start: int, end: int, line: int) -> Condition:
    """Words and the bare operators between them."""
    tokens: list[Word | str] = []
    reader = WordReader(text, start, end)
    regex = False
    while reader.pos < reader.end:
        char = reader.peek()
        pair = char + reader.peek(1)
        if char in " \t\n":
            reader.pos += 1
        elif regex:
            tokens.append(_regex(reader))
            regex = False
        elif pair in ("&&", "||") or char in "()<>":
            tokens.append(pair if pair in ("&&", "||") else char)
            reader.pos += len(str(tokens[-1]))
        else:
            before = reader.pos
            tokens.append(reader.word())
            regex = text[before : reader.pos] == "=~"
            if reader.pos == before:
                raise SyntaxFault(f'unexpected "{char}"', line)
    return Condition(tuple(tokens), line)


def _regex(reader: WordReader) -> Word:
    """The right side of =~, where ( ) and | are part of the word."""
    parts = list(reader.word().parts)
    start = reader.pos
    while reader.pos < reader.end and reader.peek() not in " \t\n":
        if reader.peek() in "()|<>;&":
            parts.append(Text(reader.peek(), False))
            reader.pos += 1
        else:
            parts.extend(reader.word().parts)
    return Word(tuple(parts), reader.text[start : reader.pos])
