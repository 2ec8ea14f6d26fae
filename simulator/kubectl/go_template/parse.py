"""Reads a Go template into a tree. Models Go's text/template/parse/parse.go.

Left out: templates within templates (`define`, `template`, `block`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from simulator.kubectl.go_template.functions import FUNCTIONS
from simulator.kubectl.go_template.lex import TemplateError, Token, error_at, tokens

__all__ = ["Branch", "Jump", "Operand", "Pipe", "Template", "TemplateError", "Text", "parse"]


@dataclass(frozen=True, slots=True)
class Operand:
    """`kind`: dot, field, variable, value, nil, function or pipe. `fields` are those behind it: `.a.b`."""

    kind: str
    value: Any
    fields: tuple[str, ...]
    at: int
    shown: str


@dataclass(frozen=True, slots=True)
class Pipe:
    """`$a, $b := first | second`; a command is what is called and its arguments."""

    commands: tuple[tuple[Operand, ...], ...]
    variables: tuple[str, ...] = ()
    declares: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """Printed as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Branch:
    """`if`, `range` or `with`, and its `else`."""

    kind: str
    pipe: Pipe
    body: tuple[Node, ...]
    otherwise: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Jump:
    """`break` or `continue`."""

    kind: str


Node = Text | Pipe | Branch | Jump
_BRANCHES = ("if", "range", "with")


@dataclass(frozen=True, slots=True)
class Template:
    """A template that can be run."""

    source: str
    nodes: tuple[Node, ...]


def parse(source: str) -> Template:
    """Raises TemplateError with Go's words."""
    parser = _Parser(source, list(tokens(source)))
    nodes, ended = parser.nodes()
    if ended:
        raise parser.wrong(f"unexpected {{{{{ended}}}}}")
    return Template(source, tuple(nodes))


@dataclass(slots=True)
class _Parser:
    source: str
    tokens: list[Token]
    place: int = 0
    known: list[str] = field(default_factory=lambda: ["$"])  # variables in scope
    loops: int = 0

    def wrong(self, message: str) -> TemplateError:
        at = self.tokens[min(self.place, len(self.tokens) - 1)].at if self.tokens else 0
        return error_at(self.source, at, message)

    def peek(self) -> Token:
        return self.tokens[self.place] if self.place < len(self.tokens) else Token("eof", "", len(self.source))

    def next(self) -> Token:
        token = self.peek()
        self.place += 1
        return token

    def skip_spaces(self) -> Token:
        while self.peek().kind == "space":
            self.place += 1
        return self.peek()

    def nodes(self) -> tuple[list[Node], str]:
        """Up to an `end`, an `else` or the end of all, and which of them it was."""
        found: list[Node] = []
        while (token := self.peek()).kind != "eof":
            if token.kind == "text":
                found.append(Text(self.next().text))
                continue
            word = self.skip_spaces()
            if word.kind == "word" and word.text in ("end", "else"):
                self.next()
                return found, word.text
            found.append(self.action(word))
        return found, ""

    def action(self, word: Token) -> Node:
        if word.kind == "word" and word.text in _BRANCHES:
            self.next()
            return self.branch(word.text)
        if word.kind == "word" and word.text in ("break", "continue"):
            if not self.loops:
                raise self.wrong(f"{{{{{word.text}}}}} outside {{{{range}}}}")
            self.next()
            self.expect_end(word.text)
            return Jump(word.text)
        if word.kind == "word" and word.text in ("define", "template", "block"):
            raise self.wrong(f"podviz does not run {{{{{word.text}}}}}")
        pipe = self.pipe("command")
        self.expect_end("command")
        return pipe

    def expect_end(self, where: str) -> None:
        token = self.skip_spaces()
        if token.kind != "end":
            raise self.wrong(f"unexpected {json.dumps(token.text)} in {where}")
        self.next()

    def branch(self, kind: str) -> Branch:
        before = len(self.known)
        pipe = self.pipe(kind)
        self.expect_end(kind)
        self.loops += kind == "range"
        body, ended = self.nodes()
        self.loops -= kind == "range"
        otherwise: list[Node] = []
        if ended == "else":
            again = self.skip_spaces()
            if again.kind == "word" and again.text == kind != "range":  # `else if`: one `end` for both
                self.next()
                otherwise, ended = [self.branch(kind)], "end"
                del self.known[before:]
                return Branch(kind, pipe, tuple(body), tuple(otherwise))
            self.expect_end("else")
            otherwise, ended = self.nodes()
            if ended == "else":
                raise self.wrong("expected end; found {{else}}")
        if ended != "end":
            raise self.wrong("unexpected EOF")
        self.expect_end("end")
        del self.known[before:]
        return Branch(kind, pipe, tuple(body), tuple(otherwise))

    def pipe(self, where: str) -> Pipe:
        variables, declares = self.variables(where)
        commands: list[tuple[Operand, ...]] = []
        while True:
            commands.append(self.command(where))
            if self.skip_spaces().text != "|":
                break
            self.next()
        # A variable is known only behind what it is given.
        self.known += variables if declares else []
        return Pipe(tuple(commands), tuple(variables), declares)

    def variables(self, where: str) -> tuple[list[str], bool]:
        start, found = self.place, []
        while self.skip_spaces().kind == "variable":
            found.append(self.next().text)
            sign = self.skip_spaces()
            if sign.text == "," and where == "range" and len(found) == 1:
                self.next()
                continue
            if sign.text in (":=", "="):
                self.next()
                return found, sign.text == ":="
            break
        self.place = start
        return [], False

    def command(self, where: str) -> tuple[Operand, ...]:
        operands: list[Operand] = []
        while (token := self.skip_spaces()).kind not in ("end", "eof") and token.text not in ("|", ")"):
            operands.append(self.operand(where))
            behind = self.peek()
            if behind.kind not in ("space", "end", "eof") and behind.text not in ("|", ")"):
                raise self.wrong(f"unexpected {json.dumps(behind.text)} in operand")
        if not operands:
            raise self.wrong(f"missing value for {where}")
        return tuple(operands)

    def operand(self, where: str) -> Operand:
        token = self.next()
        kind, value = self.term(token, where)
        names = [token.text[1:]] if kind == "field" else []
        # Go takes the second field of a chain for the place of the whole.
        at = self.peek().at if self.peek().kind == "field" else token.at
        while self.peek().kind == "field":
            if kind in ("value", "nil"):
                raise self.wrong(f"unexpected . after term {json.dumps(token.text)}")
            names.append(self.next().text[1:])
        behind = self.peek()
        end = behind.at if behind.kind != "eof" else len(self.source)
        return Operand(kind, value, tuple(names), at, self.source[token.at : end].rstrip())

    def term(self, token: Token, where: str) -> tuple[str, Any]:
        match token.kind:
            case "dot" | "field":
                return token.kind, None
            case "variable":
                if token.text not in self.known:
                    raise self.wrong(f"undefined variable {json.dumps(token.text)}")
                return "variable", token.text
            case "string":
                return "value", _unquoted(token.text)
            case "number":
                return "value", self.number(token.text)
            case "word":
                return self.word(token.text)
            case "sign" if token.text == "(":
                pipe = self.pipe("parenthesized pipeline")
                if self.skip_spaces().text != ")":
                    raise self.wrong("unclosed left paren")
                self.next()
                return "pipe", pipe
        raise self.wrong(f"unexpected {json.dumps(token.text)} in {where}")

    def word(self, text: str) -> tuple[str, Any]:
        if text in ("true", "false"):
            return "value", text == "true"
        if text == "nil":
            return "nil", None
        if text not in FUNCTIONS:
            raise self.wrong(f"function {json.dumps(text)} not defined")
        return "function", text

    def number(self, text: str) -> int | float:
        try:
            return int(text, 0)
        except ValueError:
            pass
        try:
            return float(text)
        except ValueError:
            raise self.wrong(f"bad number syntax: {json.dumps(text)}") from None


def _unquoted(text: str) -> str:
    if text.startswith("`"):
        return text[1:-1]
    try:
        return str(json.loads(text))
    except ValueError:
        return text[1:-1]
