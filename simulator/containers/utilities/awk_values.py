"""Values of awk: numbers, strings, and strings from input that look like numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

_PREFIX = re.compile(r"\s*[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d{1,3})?|\.\d+(?:[eE][+-]?\d{1,3})?)")


class Input(str):
    """A string from input: compares as a number if it looks like one."""

    __slots__ = ()


Value = float | str


def number(value: Value) -> float:
    if isinstance(value, float):
        return value
    match = _PREFIX.match(value[:64])
    return float(match.group()) if match else 0.0


def whole(value: Value) -> int:
    """A number as an index, however odd it is."""
    amount = number(value)
    return int(max(-1e9, min(1e9, amount))) if not math.isnan(amount) else 0


def looks_numeric(value: Value) -> bool:
    if isinstance(value, float):
        return True
    if not isinstance(value, Input):
        return False
    match = _PREFIX.match(value)
    return match is not None and match.end() == len(value.rstrip())


def text(value: Value) -> str:
    if isinstance(value, str):
        return value
    if math.isfinite(value) and value == int(value) and abs(value) < 1e16:
        return str(int(value))
    return f"{value:.6g}"


def truth(value: Value) -> bool:
    return number(value) != 0.0 if looks_numeric(value) else text(value) != ""


def compare(operator: str, left: Value, right: Value) -> bool:
    a: float | str
    b: float | str
    if (looks_numeric(left) and looks_numeric(right)) and not (isinstance(left, str) and isinstance(right, str) and (
        type(left) is str or type(right) is str)):  # fmt: skip
        a, b = number(left), number(right)
        less = a < b
    else:
        a, b = text(left), text(right)
        less = a < b
    return {"<": less, "<=": less or a == b, ">": not less and a != b, ">=": not less, "==": a == b, "!=": a != b}[
        operator
    ]


class DivisionByZero(Exception):
    """As it says."""


def calculate(operator: str, left: float, right: float) -> float:
    try:
        match operator:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "^":
                result = math.pow(left, right)
                return result
        if right == 0:
            raise DivisionByZero
        return left / right if operator == "/" else math.fmod(left, right)
    except (OverflowError, ValueError):
        return math.inf if operator in ("^", "*") else math.nan


def _safe(function: Callable[[float], float]) -> Callable[[float], float]:
    def run(value: float) -> float:
        try:
            return function(value)
        except (ValueError, OverflowError):
            return math.nan

    return run


MATH: dict[str, Callable[[float], float]] = {
    "int": _safe(lambda value: float(math.trunc(value))),
    "sqrt": _safe(math.sqrt),
    "exp": _safe(math.exp),
    "log": _safe(math.log),
    "sin": _safe(math.sin),
    "cos": _safe(math.cos),
}
