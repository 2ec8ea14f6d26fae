"""Shell arithmetic: C's operators over 64-bit integers, short-circuits and assignments included."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

MAX_NESTING = 60
_TOKEN = re.compile(
    r"\s*(?:(0[xX][0-9a-fA-F]+|\d+#[0-9a-zA-Z@_]+|\d+)|([A-Za-z_]\w*)"
    r"|(\+\+|--|\*\*|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%<>!~&|^?:=(),\[\]]))"
)
_BINARY: dict[str, int] = {
    "||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6, "<": 7, "<=": 7, ">": 7, ">=": 7,
    "<<": 8, ">>": 8, "+": 9, "-": 9, "*": 10, "/": 10, "%": 10, "**": 11,
}  # fmt: skip
_ASSIGNS = frozenset(("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="))


class ArithmeticFault(Exception):
    """The expression is wrong: `kind` is syntax, zero (division by it), number, base or recursion."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.detail = detail


class Names(Protocol):
    """Where the values of variables are."""

    def get_number(self, name: str, depth: int) -> int: ...

    def set_number(self, name: str, value: int) -> None: ...


Code = Callable[[Names, int], int]


def wrap(value: int) -> int:
    """A signed 64-bit integer, overflowing as the machine does."""
    value &= 0xFFFFFFFFFFFFFFFF
    return value - (1 << 64) if value >> 63 else value


def number(text: str) -> int:
    """A constant: decimal, 0 octal, 0x hexadecimal, base#digits."""
    if "#" in text:
        base, _, digits = text.partition("#")
        if not 2 <= int(base[:9]) <= 36:
            raise ArithmeticFault("base", text)
        try:
            return wrap(int(digits[:64], int(base)))
        except ValueError:
            raise ArithmeticFault("base", text) from None
    try:
        if text[:2] in ("0x", "0X"):
            return wrap(int(text[:66], 16))
        return wrap(int(text[:64], 8 if text[0] == "0" else 10))
    except ValueError:
        raise ArithmeticFault("octal", text) from None


def _divide(a: int, b: int) -> int:
    if b == 0:
        raise ArithmeticFault("zero")
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


def _power(a: int, b: int) -> int:
    if b < 0:
        raise ArithmeticFault("exponent")
    return wrap(pow(a, b, 1 << 64))


_APPLY: dict[str, Callable[[int, int], int]] = {
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
    "&": lambda a, b: a & b,
    "==": lambda a, b: int(a == b),
    "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b),
    "<=": lambda a, b: int(a <= b),
    ">": lambda a, b: int(a > b),
    ">=": lambda a, b: int(a >= b),
    "<<": lambda a, b: wrap(a << (b & 63)),
    ">>": lambda a, b: a >> (b & 63),
    "+": lambda a, b: wrap(a + b),
    "-": lambda a, b: wrap(a - b),
    "*": lambda a, b: wrap(a * b),
    "/": _divide,
    "%": lambda a, b: wrap(a - b * _divide(a, b)),
    "**": _power,
}
_UNARY: dict[str, Callable[[int], int]] = {
    "-": lambda a: wrap(-a),
    "+": lambda a: a,
    "!": lambda a: int(not a),
    "~": lambda a: ~a,
}


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    pos = 0
    end = len(text.rstrip())
    while pos < end:
        match = _TOKEN.match(text, pos, end)
        if match is None:
            raise ArithmeticFault("syntax", text)
        tokens.append(match.group(match.lastindex or 0))
        pos = match.end()
    return tokens


class _Compiler:
    """Recursive descent to closures."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.pos = 0
        self.depth = 0

    def fault(self) -> ArithmeticFault:
        return ArithmeticFault("syntax", self.text)

    def peek(self) -> str:
        return self.tokens[self.pos] if self.pos < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.pos += 1
        return token

    def whole(self) -> Code:
        if not self.tokens:
            return lambda names, depth: 0
        code = self.comma()
        if self.pos < len(self.tokens):
            raise ArithmeticFault("trailing", self.text)
        return code

    def comma(self) -> Code:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise ArithmeticFault("recursion", self.text)
        codes = [self.assignment()]
        while self.peek() == ",":
            self.take()
            codes.append(self.assignment())
        self.depth -= 1
        if len(codes) == 1:
            return codes[0]
        return lambda names, depth: [code(names, depth) for code in codes][-1]

    def assignment(self) -> Code:
        name = self.peek()
        operator = self.tokens[self.pos + 1] if self.pos + 1 < len(self.tokens) else ""
        if operator in _ASSIGNS and (name[0].isalpha() or name[0] == "_"):
            self.pos += 2
            self._deeper()
            value = self.assignment()
            self.depth -= 1
            return _assign(name, operator[:-1], value)
        return self.conditional()

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise ArithmeticFault("recursion", self.text)

    def conditional(self) -> Code:
        condition = self.binary(1)
        if self.peek() != "?":
            return condition
        self.take()
        self._deeper()
        yes = self.assignment()
        if self.take() != ":":
            raise self.fault()
        no = self.assignment()
        self.depth -= 1
        return lambda names, depth: yes(names, depth) if condition(names, depth) else no(names, depth)

    def binary(self, lowest: int) -> Code:
        left = self.unary()
        while (precedence := _BINARY.get(self.peek(), 0)) >= lowest:
            operator = self.take()
            self._deeper()
            right = self.binary(precedence if operator == "**" else precedence + 1)
            self.depth -= 1
            left = _operate(operator, left, right)
        return left

    def unary(self) -> Code:
        token = self.take()
        if token in ("++", "--"):
            name = self.take()
            if not name or not (name[0].isalpha() or name[0] == "_"):
                raise self.fault()
            return _assign(name, token[0], lambda names, depth: 1)
        if token in _UNARY:
            self._deeper()
            operand, apply = self.unary(), _UNARY[token]
            self.depth -= 1
            return lambda names, depth: apply(operand(names, depth))
        if token == "(":
            code = self.comma()
            if self.take() != ")":
                raise self.fault()
            return code
        return self._primary(token)

    def _primary(self, token: str) -> Code:
        if not token:
            raise self.fault()
        if token[0].isdecimal():
            value = number(token)
            return lambda names, depth: value
        if not (token[0].isalpha() or token[0] == "_"):
            raise self.fault()
        if self.peek() in ("++", "--"):
            step = 1 if self.take() == "++" else -1
            return _postfix(token, step)
        return lambda names, depth: names.get_number(token, depth)


def _assign(name: str, operator: str, value: Code) -> Code:
    apply = _APPLY[operator] if operator else None

    def code(names: Names, depth: int) -> int:
        result = value(names, depth)
        if apply is not None:
            result = apply(names.get_number(name, depth), result)
        names.set_number(name, result)
        return result

    return code


def _postfix(name: str, step: int) -> Code:
    def code(names: Names, depth: int) -> int:
        before = names.get_number(name, depth)
        names.set_number(name, wrap(before + step))
        return before

    return code


def _operate(operator: str, left: Code, right: Code) -> Code:
    if operator == "&&":
        return lambda names, depth: int(bool(left(names, depth)) and bool(right(names, depth)))
    if operator == "||":
        return lambda names, depth: int(bool(left(names, depth)) or bool(right(names, depth)))
    apply = _APPLY[operator]
    return lambda names, depth: apply(left(names, depth), right(names, depth))


@lru_cache(maxsize=512)
def _compile(text: str) -> Code:
    return _Compiler(text).whole()


MAX_TEXT = 2000


def evaluate(text: str, names: Names, depth: int = 0) -> int:
    """The value of `text`. Raises ArithmeticFault."""
    if depth > 20:
        raise ArithmeticFault("recursion", text)
    if len(text) > MAX_TEXT:
        raise ArithmeticFault("recursion", text[:40])
    try:
        return _compile(text)(names, depth)
    except ArithmeticFault as fault:
        fault.detail = fault.detail or text
        raise
