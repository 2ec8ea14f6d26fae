"""Reads one simple command: assignments, words and redirections, in any order."""

from __future__ import annotations

import re

from simulator.containers.shell.masking import Masked
from simulator.containers.shell.syntax import Assignment, Redirect, Simple, SyntaxFault, Word
from simulator.containers.shell.words import WordReader, as_arithmetic

_BLANK = re.compile(r"(?:[ \t\n]|\\\n)+")
_REDIRECT = re.compile(r"(\d*)(<<<|<<-|<<|<&|<>|>>|>&|>\||<|>)|(&>>|&>)")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:\[([^]=]*)\])?(\+?=)")
_PLAIN_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)()(=)")
_ONLY_BASH = frozenset(("<<<", "&>>"))
DECLARATIONS = frozenset(("export", "local", "readonly", "declare", "typeset"))


class CommandReader:
    """Reads the text of a simple command from `start` to `end`."""

    def __init__(self, masked: Masked, start: int, end: int) -> None:
        self.reader = WordReader(masked.original, start, end)
        self.start = start
        self.documents = masked.documents
        self.bash = masked.bash
        self.assignments: list[Assignment] = []
        self.words: list[Word] = []
        self.redirects: list[Redirect] = []

    def command(self, line: int) -> Simple:
        self._read()
        declares = bool(self.words) and self.words[0].plain in DECLARATIONS
        source = self.reader.text[self.start : self.reader.end].strip()
        return Simple(tuple(self.assignments), tuple(self.words), tuple(self.redirects), line, source, declares)

    def only_redirects(self) -> tuple[tuple[Redirect, ...], list[Word]]:
        """What follows a compound command: redirections (and words that the grammar put behind them)."""
        self._read()
        return tuple(self.redirects), self.words

    def _read(self) -> None:
        reader = self.reader
        while self._blanks() and reader.pos < reader.end:
            match = _REDIRECT.match(reader.text, reader.pos, reader.end)
            if match:
                self._redirect(match)
                continue
            before = reader.pos
            if not self.words and self._assignment():
                continue
            self.words.append(reader.word())
            if reader.pos == before:
                raise SyntaxFault(f'unexpected "{reader.peek()}"')

    def _blanks(self) -> bool:
        match = _BLANK.match(self.reader.text, self.reader.pos, self.reader.end)
        if match:
            self.reader.pos = match.end()
        return True

    def _assignment(self) -> bool:
        reader = self.reader
        pattern = _ASSIGNMENT if self.bash else _PLAIN_ASSIGNMENT
        match = pattern.match(reader.text, reader.pos, reader.end)
        if match is None:
            return False
        reader.pos = match.end()
        name, index, operator = match.groups()
        items = None
        value = Word(())
        if reader.peek() == "(" and not self.bash:
            raise SyntaxFault('unexpected "("')
        if reader.peek() == "(":
            items = self._items()
        else:
            value = reader.word()
        where = as_arithmetic(index) if index else None
        self.assignments.append(Assignment(name, value, operator == "+=", where, items))
        return True

    def _items(self) -> tuple[Word, ...]:
        reader = self.reader
        reader.pos += 1
        items: list[Word] = []
        while self._blanks() and reader.peek() not in (")", ""):
            before = reader.pos
            items.append(reader.word())
            if reader.pos == before:
                raise SyntaxFault(f'unexpected "{reader.peek()}"')
        if reader.peek() != ")":
            raise SyntaxFault("unexpected end of file")
        reader.pos += 1
        return tuple(items)

    def _redirect(self, match: re.Match[str]) -> None:
        reader = self.reader
        number, operator, both = match.groups()
        if not self.bash and (operator or both) in _ONLY_BASH:
            raise SyntaxFault("unexpected redirection")
        reader.pos = match.end()
        self._blanks()
        before = reader.pos
        target = reader.word()
        if reader.pos == before:
            raise SyntaxFault("unexpected newline")
        if operator in ("<<", "<<-"):
            # Keyed by the operator's own offset, without the descriptor in front.
            document = self.documents.get(match.start(2))
            target, operator = (document.body if document else Word(())), "<<"
        descriptor = int(number) if number and len(number) < 4 else _default(operator or both)
        self.redirects.append(Redirect(descriptor, operator or both, target))


def _default(operator: str) -> int:
    return 0 if operator.startswith("<") else 1
