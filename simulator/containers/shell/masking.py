"""Prepares a script for the grammar: everything the grammar would stumble over is masked, offsets stay the same.

The grammar (tree-sitter-bash) is asked for the structure of commands only; words are read from the original
text. So the bodies of here-documents are blanked and become ordinary redirections, `[` becomes an ordinary
command name, arithmetic a number, and
letters beyond ASCII become one-byte letters, so that byte offsets are text offsets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.containers.shell.nesting import closing_arithmetic, closing_quote
from simulator.containers.shell.syntax import Word
from simulator.containers.shell.words import WordReader, here_document

_TOKEN = re.compile(
    r"""\\.|'[^']*'|(?<![^\s;&|(])\#[^\n]*|"|\$?\(\(|<<<|<<-?|<>|\n|(?<![^\s;&|(!{`])\[(?=\s)"""
    r"""|\$(?![\w({@*#?$!'"-])|(?<![^\s;&|(])for\s+\w+\s+in(?=[ \t]*;)|(?<![^\s;&|(])!(?=\s+\{\s)""",
    re.DOTALL,
)
# What the grammar misreads, and what it is shown instead: `<>`, `[`, a lone $, and the ! of `! { …; }` (`negated`
# remembers it). `for x in;` without words loses its `in`.
_PLAIN_LETTERS = {"<>": ">>", "[": "_", "$": "x", "!": " "}
_COUNTING = re.compile(r"(?<![^\s;&|(])for\s*$")
_NOT_NEWLINE = re.compile(r"[^\n]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class HereDocument:
    body: Word


@dataclass(slots=True)
class _Pending:
    at: int
    delimiter: str
    quoted: bool
    strip: bool


class Masked:
    """The text for the grammar, and the here-documents by the offset of their operator."""

    def __init__(self, text: str, *, bash: bool = True) -> None:
        self.original = text
        self.bash = bash
        self.documents: dict[int, HereDocument] = {}
        self._pending: list[_Pending] = []
        self._cut = False  # a body ends with the text instead of its delimiter
        self.is_open = False
        self._changes: list[tuple[int, int, str]] = []
        self._scan()
        self.text = _NOT_ASCII.sub("x", self._apply())

    def negated(self, start: int) -> bool:
        """Whether a masked ! stands before the `{` at `start`."""
        before = self.original[:start].rstrip()
        return before.endswith("!") and self.text[len(before) - 1] == " "

    def _scan(self) -> None:
        text, pos, end = self.original, 0, len(self.original)
        while match := _TOKEN.search(text, pos):
            token, start, pos = match.group(), match.start(), match.end()
            if token == '"':
                close = closing_quote(text, pos, end)
                pos = close + 1 if close >= 0 else end
            elif token in ("$((", "(("):
                pos = self._double(token, start, pos)
            elif token in ("<<", "<<-"):
                pos = self._operator(start, pos, token == "<<-")
            elif token in _PLAIN_LETTERS:
                self._changes.append((start, pos, _PLAIN_LETTERS[token]))
            elif token.endswith("in"):
                self._changes.append((pos - len("in"), pos, "  "))
            elif token == "\n" and self._pending:
                pos = self._bodies(pos)
        self.is_open = bool(self._pending) or self._cut
        for pending in self._pending:  # the text ends before the body
            self.documents[pending.at] = HereDocument(Word(()))

    def _double(self, token: str, start: int, pos: int) -> int:
        """Arithmetic. Only bash reads `((…))` so: to others it is a subshell in another, of which one is enough."""
        text = self.original
        close = closing_arithmetic(text, pos, len(text))
        if close < 0:
            return pos
        counting = token == "((" and _COUNTING.search(text, 0, start) is not None
        if token == "((" and not self.bash and not counting:
            self._changes += [(start, pos, " ("), (close, close + 2, ") ")]
            return pos
        if not counting:
            self._changes.append((pos, close, _NOT_NEWLINE.sub("1", text[pos:close])))
        return close + 2

    def _operator(self, start: int, pos: int, strip: bool) -> int:
        while self.original[pos : pos + 1] in (" ", "\t"):
            pos += 1
        reader = WordReader(self.original, pos)
        word = reader.word()
        if not word.source:
            return pos
        quoted = any(char in word.source for char in "'\"\\")
        delimiter = re.sub(r"['\"\\]", "", word.source)
        self._pending.append(_Pending(start, delimiter, quoted, strip))
        # `<<EOF` is shown as `<  EOF`: one redirection with a word of its own.
        self._changes.append((start, pos, "<".ljust(pos - start)))
        self._changes.append((pos, reader.pos, "x" * (reader.pos - pos)))
        return reader.pos

    def _bodies(self, pos: int) -> int:
        start, text = pos, self.original
        for pending in self._pending:
            lines: list[str] = []
            while pos < len(text):
                newline = text.find("\n", pos)
                stop = len(text) if newline < 0 else newline + 1
                line = text[pos:stop]
                pos = stop
                if pending.strip:
                    line = line.lstrip("\t")
                if line.rstrip("\n") == pending.delimiter:
                    break
                lines.append(line)
            else:
                self._cut = True
            body = "".join(lines)
            word = Word((), "", body) if pending.quoted else here_document(body)
            self.documents[pending.at] = HereDocument(word)
        self._pending = []
        self._changes.append((start, pos, _NOT_NEWLINE.sub(" ", text[start:pos])))
        return pos

    def _apply(self) -> str:
        pieces: list[str] = []
        pos = 0
        for start, stop, replacement in sorted(self._changes):
            pieces.append(self.original[pos:start])
            pieces.append(replacement)
            pos = stop
        pieces.append(self.original[pos:])
        return "".join(pieces)
