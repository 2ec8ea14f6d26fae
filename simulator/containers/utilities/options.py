"""Command lines of utilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class UsageFault(Exception):
    """An option that is not known, or lacks its value."""

    def __init__(self, option: str, missing: bool = False) -> None:
        super().__init__(option)
        self.option = option
        self.missing = missing


class NumberFault(Exception):
    """An option's value is not a number."""


@dataclass(slots=True)
class Options:
    """`values` of options by their short name, "" for a flag; all values in `given`; the operands."""

    values: dict[str, str] = field(default_factory=dict)
    given: list[tuple[str, str]] = field(default_factory=list)
    operands: list[str] = field(default_factory=list)

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def get(self, name: str, default: str = "") -> str:
        return self.values.get(name, default)

    def number(self, name: str, default: int, most: int = 1_000_000_000) -> int:
        """The value of a numeric option, no more than `most`. Raises NumberFault."""
        text = self.values.get(name, "")
        if not text:
            return default
        if not text.lstrip("+-").isdecimal():
            raise NumberFault(text)
        return max(-most, min(most, int(text[:12])))

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.given if key == name]


def parse_options(
    arguments: list[str], letters: str, long: Mapping[str, str] | None = None, *, in_order: bool = False
) -> Options:
    """As getopt: `letters` like "rf:" (f takes a value), `long` names to letters.

    `in_order` stops at the first operand (env, xargs, timeout). Raises UsageFault.
    """
    result = Options()
    left = list(arguments)
    while left:
        argument = left.pop(0)
        if argument == "--":
            result.operands.extend(left)
            break
        if argument.startswith("--"):
            _long(argument, letters, long or {}, left, result)
        elif argument.startswith("-") and len(argument) > 1:
            _short(argument, letters, left, result)
        else:
            result.operands.append(argument)
            if in_order:
                result.operands.extend(left)
                break
    return result


def _store(result: Options, name: str, value: str) -> None:
    result.values[name] = value
    result.given.append((name, value))


def _long(argument: str, letters: str, long: Mapping[str, str], left: list[str], result: Options) -> None:
    name, equals, value = argument[2:].partition("=")
    letter = long.get(name)
    if letter is None:
        raise UsageFault(argument)
    if letters.find(letter + ":") >= 0 and not equals:
        if not left:
            raise UsageFault(argument, missing=True)
        value = left.pop(0)
    _store(result, letter, value)


def _short(argument: str, letters: str, left: list[str], result: Options) -> None:
    rest = argument[1:]
    while rest:
        letter, rest = rest[0], rest[1:]
        at = letters.find(letter)
        if at < 0 or letter == ":":
            raise UsageFault("-" + letter)
        if letters[at + 1 : at + 2] != ":":
            _store(result, letter, "")
            continue
        if not rest and not left:
            raise UsageFault("-" + letter, missing=True)
        _store(result, letter, rest or left.pop(0))
        rest = ""
