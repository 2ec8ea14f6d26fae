"""Reads words: quotes, `$` expansions and backquotes become parts.

Words need a reader of their own beside the grammar, because the same text also stands where the grammar
does not look: in here-documents, in the operand of `${x:-…}`, in arithmetic.
"""

from __future__ import annotations

import re
from functools import lru_cache

from simulator.containers.shell.nesting import closing_arithmetic, closing_backquote, closing_parenthesis
from simulator.containers.shell.syntax import Arithmetic, Parameter, Part, Substitution, SyntaxFault, Text, Word

MAX_NESTING = 40
_PLAIN = re.compile(r"""[^\\'"$`\s;&|<>()]+""")
_OPERAND = re.compile(r"""[^\\'"$`}]+""")
_QUOTED = re.compile(r"""[^\\"$`]+""")
_QUOTED_OPERAND = re.compile(r"""[^\\"$`}]+""")
_HERE = re.compile(r"""[^\\$`]+""")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BRACED = re.compile(r"(!?)([A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])")
_OPERATOR = re.compile(r":[-=?+]|##?|%%?|//?|\^\^?|,,?|@|[-=?+:]")
_ANSI = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|u([0-9a-fA-F]{1,4})|(.))", re.DOTALL)
_ANSI_CHARS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b", "E": "\x1b"}
_GLOB = re.compile(r"[*?]|\[(?=.)")  # a [ that ends its piece, as the command does, opens no set
_BRACES = re.compile(r"\{[^{}]*(,|\.\.)[^{}]*\}|\{.*\{")
UNTERMINATED = "unterminated quoted string"


def _ansi(match: re.Match[str]) -> str:
    hexadecimal, octal, unicode, char = match.groups()
    if hexadecimal or unicode:
        return chr(int(hexadecimal or unicode, 16))
    if octal:
        return chr(int(octal, 8) & 0xFF)
    return _ANSI_CHARS.get(char, char if char in "\\'\"?" else "\\" + char)


def has_braces(source: str) -> bool:
    return "{" in source and _BRACES.search(source) is not None


def _finish(parts: list[Part], source: str) -> Word:
    first = parts[0] if parts else None
    tilde = isinstance(first, Text) and not first.quoted and first.text.startswith("~")
    plain: str | None = None
    if all(isinstance(p, Text) and (p.quoted or not _GLOB.search(p.text)) for p in parts) and not tilde:
        plain = "".join(p.text for p in parts if isinstance(p, Text))
        if "{" in source and has_braces(source):
            plain = None
    return Word(tuple(parts), source, plain, tilde)


class WordReader:
    """Reads words from `text`, from `pos` up to `end`."""

    def __init__(self, text: str, pos: int = 0, end: int | None = None, depth: int = 0) -> None:
        self.text = text
        self.pos = pos
        self.end = len(text) if end is None else end
        self.depth = depth
        if depth > MAX_NESTING:
            raise SyntaxFault("too deeply nested")

    def peek(self, ahead: int = 0) -> str:
        at = self.pos + ahead
        return self.text[at] if at < self.end else ""

    def word(self) -> Word:
        """An unquoted word: ends at a blank or an operator."""
        start = self.pos
        parts = self._unquoted(_PLAIN, "")
        return _finish(parts, self.text[start : self.pos])

    def _unquoted(self, run: re.Pattern[str], stop: str) -> list[Part]:
        parts: list[Part] = []
        while self.pos < self.end:
            match = run.match(self.text, self.pos, self.end)
            if match:
                parts.append(Text(match.group(), False))
                self.pos = match.end()
                continue
            char = self.text[self.pos]
            if char == stop or not self._special(char, parts, bool(stop)):
                break
        return parts

    def _special(self, char: str, parts: list[Part], everything: bool) -> bool:
        """Reads one quoted or expanding piece; False when `char` ends the word."""
        if char == "\\":
            self._backslash(parts)
        elif char == "'":
            parts.append(Text(self._single(), True))
        elif char == '"':
            self.pos += 1
            parts.extend(self._double(_QUOTED, '"'))
            self._expect('"')
        elif char == "$":
            parts.extend(self._dollar(False))
        elif char == "`":
            parts.append(self._backquote(False))
        elif everything:
            parts.append(Text(char, False))
            self.pos += 1
        else:
            return False
        return True

    def _backslash(self, parts: list[Part]) -> None:
        following = self.peek(1)
        if following != "\n":
            parts.append(Text(following or "\\", True))
        self.pos += 2 if following else 1

    def _single(self) -> str:
        close = self.text.find("'", self.pos + 1, self.end)
        if close < 0:
            raise SyntaxFault(UNTERMINATED, self.text.count("\n", 0, self.pos) + 1)
        content = self.text[self.pos + 1 : close]
        self.pos = close + 1
        return content

    def _expect(self, char: str) -> None:
        if self.peek() != char:
            raise SyntaxFault(UNTERMINATED if char == '"' else "bad substitution")
        self.pos += 1

    def _double(self, run: re.Pattern[str], stop: str) -> list[Part]:
        """What stands between double quotes, in a here-document, or in the operand of a quoted expansion."""
        parts: list[Part] = [Text("", True)]
        while self.pos < self.end:
            match = run.match(self.text, self.pos, self.end)
            if match:
                parts.append(Text(match.group(), True))
                self.pos = match.end()
                continue
            char = self.text[self.pos]
            if char == stop:
                break
            if char == "\\":
                self._double_backslash(parts, stop)
            elif char == "$":
                parts.extend(self._dollar(True))
            elif char == "`":
                parts.append(self._backquote(True))
            else:  # a double quote inside ${x:-…} or a here-document's own
                if stop != "}":
                    parts.append(Text(char, True))
                self.pos += 1
        return parts

    def _double_backslash(self, parts: list[Part], stop: str) -> None:
        following = self.peek(1)
        if following in ("$", "`", "\\") or (following and following == stop) or (following == '"' and stop):
            parts.append(Text(following, True))
        elif following != "\n":
            parts.append(Text("\\" + following, True))
        self.pos += 2 if following else 1

    def _backquote(self, quoted: bool) -> Substitution:
        close = closing_backquote(self.text, self.pos, self.end)
        if close < 0:
            raise SyntaxFault("EOF in backquote substitution")
        body = self.text[self.pos + 1 : close]
        self.pos = close + 1
        escaped = r'\\([$`\\"])' if quoted else r"\\([$`\\])"
        return Substitution(re.sub(escaped, r"\1", body), quoted)

    def _dollar(self, quoted: bool) -> list[Part]:
        following = self.peek(1)
        match = _NAME.match(self.text, self.pos + 1, self.end)
        if match:
            self.pos = match.end()
            return [Parameter(match.group(), quoted)]
        if following == "(":
            return [self._parenthesis(quoted)]
        if following == "{":
            return [self._braced(quoted)]
        if following and following in "@*#?$!-0123456789":
            self.pos += 2
            return [Parameter(following, quoted)]
        self.pos += 1
        if following == "'" and not quoted:
            return [Text(self._ansi_quoted(), True)]
        if following == '"' and not quoted:
            return []
        return [Text("$", quoted)]

    def _ansi_quoted(self) -> str:
        match = re.compile(r"'((?:\\.|[^'\\])*)'", re.DOTALL).match(self.text, self.pos, self.end)
        if match is None:
            raise SyntaxFault(UNTERMINATED)
        self.pos = match.end()
        return _ANSI.sub(_ansi, match.group(1))

    def _parenthesis(self, quoted: bool) -> Part:
        if self.peek(2) == "(":
            close = closing_arithmetic(self.text, self.pos + 3, self.end)
            if close >= 0:
                inner = WordReader(self.text, self.pos + 3, close, self.depth + 1)
                self.pos = close + 2
                return Arithmetic(Word(tuple(inner._double(_QUOTED, ""))), quoted)
        close = closing_parenthesis(self.text, self.pos + 2, self.end)
        if close < 0:
            raise SyntaxFault('unexpected end of file (expecting ")")')
        body = self.text[self.pos + 2 : close]
        self.pos = close + 1
        return Substitution(body, quoted)

    def _braced(self, quoted: bool) -> Part:
        self.pos += 2
        length = self.peek() == "#" and self.peek(1) not in ("}", "") and _BRACED.match(self.text, self.pos + 1)
        if length:
            self.pos += 1
        match = _BRACED.match(self.text, self.pos, self.end)
        if match is None:
            raise SyntaxFault("bad substitution")
        self.pos = match.end()
        name = match.group(1) + match.group(2) if len(match.group(2)) and match.group(1) else match.group(2)
        index = self._index()
        if length:
            self._expect("}")
            return Parameter(name, quoted, "length", None, index)
        if self.peek() == "}":
            self.pos += 1
            return Parameter(name, quoted, "", None, index)
        operator = _OPERATOR.match(self.text, self.pos, self.end)
        if operator is None:
            raise SyntaxFault("bad substitution")
        self.pos = operator.end()
        operand = self._operand(quoted and operator.group() in (":-", "-", ":=", "=", ":?", "?", ":+", "+"))
        return Parameter(name, quoted, operator.group(), operand, index)

    def _index(self) -> Word | None:
        if self.peek() != "[":
            return None
        close = self.text.find("]", self.pos, self.end)
        if close < 0:
            raise SyntaxFault("bad substitution")
        inner = WordReader(self.text, self.pos + 1, close, self.depth + 1)
        self.pos = close + 1
        return Word(tuple(inner._double(_QUOTED, "")))

    def _operand(self, quoted: bool) -> Word:
        inner = WordReader(self.text, self.pos, self.end, self.depth + 1)
        parts = inner._double(_QUOTED_OPERAND, "}") if quoted else inner._unquoted(_OPERAND, "}")
        source = self.text[self.pos : inner.pos]
        self.pos = inner.pos
        self._expect("}")
        return _finish(parts, source)


def here_document(text: str) -> Word:
    """The body of a here-document whose delimiter is not quoted."""
    reader = WordReader(text)
    return _finish(reader._double(_HERE, ""), "")


@lru_cache(maxsize=256)
def as_word(text: str) -> Word:
    """All of `text` as one word: an alternative of a brace expansion, a prompt."""
    reader = WordReader(text)
    return _finish(reader._unquoted(_PLAIN, "\0"), "")


@lru_cache(maxsize=256)
def as_arithmetic(text: str) -> Word:
    """All of `text` as an arithmetic expression, whose expansions are done before it is computed."""
    return Word(tuple(WordReader(text)._double(_QUOTED, "")))
