"""The syntax of awk programs: patterns, actions, statements and expressions, as tuples `(kind, …)`."""

from __future__ import annotations

import re
from typing import Any

from simulator.containers.utilities.echo import unescape

MAX_NESTING = 30
MAX_CHAIN = 60
Node = tuple[Any, ...]

_TOKEN = re.compile(
    r"(?P<space>[ \t\r]+|\\\n|\#[^\n]*)|(?P<newline>\n)|(?P<number>\d+\.?\d*(?:[eE][+-]?\d{1,3})?|\.\d+)"
    r'|(?P<string>"(?:\\.|[^"\\\n])*")|(?P<name>[A-Za-z_]\w*)'
    r"|(?P<op>\+\+|--|\+=|-=|\*=|/=|%=|\^=|\*\*|==|<=|>=|!=|!~|&&|\|\||>>|[-+*/%^!<>=~?:,;(){}\[\]$|])"
)
_REGEX = re.compile(r"/((?:\\.|\[[^\]\n]*\]|[^/\\\n])*)/")
_KEYWORDS = frozenset(
    "BEGIN END if else while for do in next exit break continue delete print printf getline function return".split()
)
FUNCTIONS = frozenset(
    "length substr index split sub gsub match tolower toupper sprintf int sqrt exp log sin cos rand srand system "
    "strftime systime".split()
)
_BINARY = {"||": 1, "&&": 2, "in": 3, "~": 4, "!~": 4, "<": 5, "<=": 5, ">": 5, ">=": 5, "==": 5, "!=": 5,
           " ": 6, "+": 7, "-": 7, "*": 8, "/": 8, "%": 8}  # fmt: skip
_ASSIGNS = frozenset(("=", "+=", "-=", "*=", "/=", "%=", "^="))


class AwkFault(Exception):
    """The program is wrong, or cannot be run here."""


def tokenize(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    pos = 0
    while pos < len(text):
        before = tokens[-1] if tokens else ("op", "")
        operand = before[0] in ("number", "string", "name", "regex") or before[1] in (")", "]", "$")
        if text[pos] == "/" and not operand:
            match = _REGEX.match(text, pos)
            if match:
                tokens.append(("regex", match.group(1).replace("\\/", "/")))
                pos = match.end()
                continue
        match = _TOKEN.match(text, pos)
        if match is None:
            raise AwkFault("Unexpected token")
        kind = match.lastgroup or ""
        value = match.group()
        pos = match.end()
        if kind == "string":
            value = unescape(value[1:-1].replace('\\"', '"').replace("\\/", "/"), octal=True)[0]
        if kind == "name" and pos < len(text) and text[pos] == "(" and value not in _KEYWORDS | FUNCTIONS:
            kind = "call"
        if kind != "space":
            tokens.append((kind, value))
    tokens.append(("end", ""))
    return tokens


class Parser:
    """Recursive descent. `program` gives the items [(pattern, action)]; functions are in `functions`."""

    def __init__(self, text: str) -> None:
        self.tokens = tokenize(text)
        self.pos = 0
        self.depth = 0
        self.functions: dict[str, tuple[list[str], Node]] = {}
        self.no_in = self.no_greater = False

    # ---- tokens --------------------------------------------------------------
    def at(self, *values: str) -> bool:
        kind, value = self.tokens[self.pos]
        return value in values and kind in ("op", "name", "newline")

    def take(self) -> tuple[str, str]:
        token = self.tokens[self.pos]
        self.pos = min(self.pos + 1, len(self.tokens) - 1)
        return token

    def expect(self, value: str) -> None:
        if not self.at(value):
            raise AwkFault("Unexpected token" if self.tokens[self.pos][0] != "end" else "Unexpected end of string")
        self.take()

    def skip(self, *values: str) -> None:
        while self.at(*values):
            self.take()

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise AwkFault("program too deeply nested")

    # ---- program ---------------------------------------------------------------
    def program(self) -> list[tuple[Node, Node | None]]:
        items: list[tuple[Node, Node | None]] = []
        self.skip("\n", ";")
        while self.tokens[self.pos][0] != "end":
            if self.at("function"):
                self._function()
            else:
                items.append(self._item())
            self.skip("\n", ";")
        return items

    def _item(self) -> tuple[Node, Node | None]:
        if self.at("BEGIN", "END"):
            pattern: Node = (self.take()[1],)
            return pattern, self.block()
        if self.at("{"):
            return ("always",), self.block()
        first = self.expression()
        pattern = ("match", first)
        if self.at(","):
            self.take()
            pattern = ("range", first, self.expression())
        return pattern, self.block() if self.at("{") else None

    def _function(self) -> None:
        self.take()
        name = self.take()[1]
        self.expect("(")
        names: list[str] = []
        while not self.at(")"):
            names.append(self.take()[1])
            self.skip(",")
            if self.tokens[self.pos][0] == "end":
                raise AwkFault("Unexpected end of string")
        self.take()
        self.skip("\n")
        self.functions[name] = (names, self.block())

    def block(self) -> Node:
        self.deeper()
        self.expect("{")
        statements: list[Node] = []
        self.skip("\n", ";")
        while not self.at("}"):
            statements.append(self.statement())
            self.skip("\n", ";")
        self.take()
        self.depth -= 1
        return ("block", statements)

    # ---- statements ---------------------------------------------------------------
    def statement(self) -> Node:
        self.deeper()
        node = self._statement()
        self.depth -= 1
        return node

    def _body(self) -> Node:
        self.skip("\n")
        if self.at(";"):
            self.take()
            return ("block", [])
        return self.statement()

    def _statement(self) -> Node:
        if self.at("{"):
            return self.block()
        kind, word = self.tokens[self.pos]
        if kind == "name" and word in ("if", "while", "for", "do"):
            self.take()
            return {"if": self._if, "while": self._while, "for": self._for, "do": self._do}[word]()
        if kind == "name" and word in ("next", "break", "continue"):
            self.take()
            return (word,)
        if kind == "name" and word in ("exit", "return"):
            self.take()
            return (word, None if self.at(";", "}", "\n") or self.tokens[self.pos][0] == "end" else self.expression())
        if kind == "name" and word == "delete":
            self.take()
            name = self.take()[1]
            return ("delete", name, self._subscript() if self.at("[") else None)
        if kind == "name" and word in ("print", "printf"):
            return self._print()
        return ("expression", self.expression())

    def _if(self) -> Node:
        self.expect("(")
        condition = self.expression()
        self.expect(")")
        yes = self._body()
        before = self.pos
        self.skip("\n", ";")
        if self.at("else"):
            self.take()
            return ("if", condition, yes, self._body())
        self.pos = before
        return ("if", condition, yes, None)

    def _while(self) -> Node:
        self.expect("(")
        condition = self.expression()
        self.expect(")")
        return ("while", condition, self._body())

    def _do(self) -> Node:
        body = self._body()
        self.skip("\n", ";")
        self.expect("while")
        self.expect("(")
        condition = self.expression()
        self.expect(")")
        return ("do", body, condition)

    def _for(self) -> Node:
        self.expect("(")
        if self.tokens[self.pos][0] == "name" and self.tokens[self.pos + 1][1] == "in":
            name = self.take()[1]
            self.take()
            array = self.take()[1]
            if self.at(")"):
                self.take()
                return ("forin", name, array, self._body())
            raise AwkFault("Unexpected token")
        start = None if self.at(";") else self._statement()
        self.expect(";")
        condition = None if self.at(";") else self.expression()
        self.expect(";")
        step = None if self.at(")") else self._statement()
        self.expect(")")
        return ("for", start, condition, step, self._body())

    def _print(self) -> Node:
        word = self.take()[1]
        arguments: list[Node] = []
        self.no_greater = True
        if not (self.at(";", "}", "\n", ">", ">>", "|") or self.tokens[self.pos][0] == "end"):
            arguments = self._arguments()
        self.no_greater = False
        if len(arguments) == 1 and arguments[0][0] == "group":
            arguments = list(arguments[0][1])
        target: Node | None = None
        mode = ""
        if self.at(">", ">>", "|"):
            mode = self.take()[1]
            target = self.binary(6)
        return (word, arguments, mode, target)

    def _arguments(self) -> list[Node]:
        arguments = [self.expression()]
        while self.at(","):
            self.take()
            self.skip("\n")
            arguments.append(self.expression())
        return arguments

    # ---- expressions -----------------------------------------------------------------
    def expression(self) -> Node:
        self.deeper()
        node = self.conditional()
        if (
            self.tokens[self.pos][0] == "op"
            and self.tokens[self.pos][1] in _ASSIGNS
            and node[0] in ("var", "field", "item")
        ):
            operator = self.take()[1]
            node = ("assign", operator[:-1], node, self.expression())
        self.depth -= 1
        return node

    def conditional(self) -> Node:
        condition = self.binary(1)
        if not self.at("?"):
            return condition
        self.take()
        yes = self.expression()
        self.expect(":")
        return ("?", condition, yes, self.expression())

    def _operator(self) -> str:
        kind, value = self.tokens[self.pos]
        if kind == "op" and value == ">" and self.no_greater:
            return ""
        if (kind == "op" and value in _BINARY) or (kind == "name" and value == "in"):
            return value
        starts = kind in ("number", "string", "regex", "call") or (
            kind == "op" and value in ("$", "(", "!", "-", "+", "++", "--")
        )
        if starts or (kind == "name" and (value in FUNCTIONS or value not in _KEYWORDS)):
            return " "
        return ""

    def binary(self, lowest: int) -> Node:
        left = self.unary()
        links = 0
        while (operator := self._operator()) and _BINARY[operator] >= lowest:
            links += 1
            if links > MAX_CHAIN:
                raise AwkFault("expression too long")
            if operator != " ":
                self.take()
                self.skip("\n")
            if operator == "in":
                left = ("in", left, self.take()[1])
                continue
            self.deeper()
            right = self.binary(_BINARY[operator] + 1)
            self.depth -= 1
            left = ("binary", operator, left, right)
        return left

    def unary(self) -> Node:
        if self.at("!", "-", "+"):
            operator = self.take()[1]
            self.deeper()
            operand = self.unary() if operator != "!" else self.binary(7)
            self.depth -= 1
            return ("unary", operator, operand)
        return self.power()

    def power(self) -> Node:
        left = self.postfix()
        if self.at("^", "**"):
            self.take()
            self.deeper()
            right = self.unary()
            self.depth -= 1
            return ("binary", "^", left, right)
        return left

    def postfix(self) -> Node:
        if self.at("++", "--"):
            operator = self.take()[1]
            return ("step", operator, self.primary(), True)
        node = self.primary()
        if self.at("++", "--") and node[0] in ("var", "field", "item"):
            return ("step", self.take()[1], node, False)
        return node

    def primary(self) -> Node:
        kind, value = self.take()
        if kind == "number":
            return ("number", float(value))
        if kind == "string":
            return ("string", value)
        if kind == "regex":
            return ("regex", value)
        if (kind, value) == ("op", "$"):
            self.deeper()
            node: Node = ("field", self.postfix() if self.at("++", "--") else self.primary())
            self.depth -= 1
            return node
        if (kind, value) == ("op", "("):
            greater, self.no_greater = self.no_greater, False
            arguments = self._arguments()
            self.no_greater = greater
            self.expect(")")
            if self.at("in") and len(arguments) > 1:
                self.take()
                return ("in", ("group", arguments), self.take()[1])
            return ("group", arguments)
        if kind == "call" or (kind == "name" and value in FUNCTIONS):
            return self._call(value)
        if kind == "name" and value == "getline":
            raise AwkFault("getline is not simulated")
        if kind == "name" and value not in _KEYWORDS:
            return ("item", value, self._subscript()) if self.at("[") else ("var", value)
        raise AwkFault("Unexpected end of string" if kind == "end" else "Unexpected token")

    def _subscript(self) -> list[Node]:
        self.expect("[")
        arguments = self._arguments()
        self.expect("]")
        return arguments

    def _call(self, name: str) -> Node:
        arguments: list[Node] = []
        if self.at("("):
            self.take()
            greater, self.no_greater = self.no_greater, False
            if not self.at(")"):
                arguments = self._arguments()
            self.no_greater = greater
            self.expect(")")
        return ("call", name, arguments)
