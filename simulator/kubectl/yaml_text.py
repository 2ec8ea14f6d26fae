"""YAML as kubectl writes it: the order of keys, and which texts are quoted.

Models go.yaml.in/yaml/v2: sorter.go, encode.go stringv and resolve.go.
"""

from __future__ import annotations

import re
from functools import cmp_to_key
from typing import Any

import yaml

_TEXT = "tag:yaml.org,2002:str"
# PyYAML sets these apart; they are plain texts for go-yaml.
_TEXTS = frozenset((_TEXT, "tag:yaml.org,2002:value", "tag:yaml.org,2002:yaml"))
# Words that YAML 1.1 reads as booleans and PyYAML does not.
_SHORT_WORDS = frozenset({"", "y", "n", "Y", "N"})
# strconv.ParseInt with base 0, and yamlStyleFloat, where PyYAML sees no number.
_NUMBER = re.compile(
    r"[-+]?(?:0[oO][0-7]+|0[bB][01]+|0[xX][0-9a-fA-F]+|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
)
_BEYOND = re.compile("[\U00010000-\U0010ffff]")  # go-yaml takes these for unprintable


def yaml_text(value: Any) -> str:
    """Keys sorted, lists not indented, double quotes where a plain word would be read as something else."""
    return str(
        yaml.dump(
            _sorted(value), Dumper=_Dumper, default_flow_style=False, allow_unicode=True, width=80, sort_keys=False
        )
    )


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=_ORDER)}
    return [_sorted(each) for each in value] if isinstance(value, list) else value


def _compare(first: str, second: str) -> int:
    """Letters after all else, and numbers in a text by what they amount to. Models keyList.Less."""
    for place, (a, b) in enumerate(zip(first, second, strict=False)):
        if a == b:
            continue
        if a.isalpha() or b.isalpha():
            less = a < b if a.isalpha() and b.isalpha() else b.isalpha()
        else:
            less = _number(first, place, a, b) < _number(second, place, b, a)
        return -1 if less else 1
    return len(first) - len(second)


def _number(text: str, place: int, own: str, other: str) -> tuple[int, int, str]:
    """The number that begins here; a 0 within a number does not begin one."""
    digits = _run(text, place)
    before = re.search(r"\d*$", text[:place])
    inside = "0" in (own, other) and before is not None and before[0].strip("0") != ""
    return int(f"{'1' if inside else '0'}{digits}"), len(digits), own


def _run(text: str, place: int) -> str:
    found = re.match(r"[0-9]*", text[place:])
    return found[0] if found else ""


_ORDER = cmp_to_key(_compare)


class _Dumper(yaml.SafeDumper):
    """PyYAML's, with go-yaml's choice of quotes."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        tag = super().resolve(kind, value, implicit)  # type: ignore[no-untyped-call]
        return _TEXT if tag in _TEXTS else tag

    def check_simple_key(self) -> bool:
        """PyYAML writes an empty key with a question mark."""
        scalar = getattr(self, "event", None)
        return (isinstance(scalar, yaml.ScalarEvent) and scalar.value == "") or bool(super().check_simple_key())

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        """A long line is broken in place of a space. Models emitterc.go yaml_emitter_write_double_quoted_scalar."""
        self.write_indicator('"', True)
        spaces = False
        for place, char in enumerate(text):
            fold = char == " " and split and not spaces and 0 < place < len(text) - 1
            if fold and self.column > self.best_width:
                self.write_indent()
                self._put("\\" if text[place + 1] == " " else "")
            else:
                self._put(char if _is_plain(char) else _escaped(char))
            spaces = char == " "
        self.write_indicator('"', False)

    def _put(self, text: str) -> None:
        self.column += len(text)
        self.stream.write(text)


def _is_plain(char: str) -> bool:
    return char not in _Dumper.ESCAPE_REPLACEMENTS and (" " <= char <= "~" or "\xa0" <= char <= "\ufffd")


def _escaped(char: str) -> str:
    if char in _Dumper.ESCAPE_REPLACEMENTS:
        return f"\\{_Dumper.ESCAPE_REPLACEMENTS[char]}"
    code = ord(char)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if _BEYOND.search(text):
        style = '"'
    elif "\n" in text:
        style = "|"
    elif text in _SHORT_WORDS or _means_more(dumper, text):
        style = '"'
    return dumper.represent_scalar(_TEXT, text, style=style)


def _means_more(dumper: yaml.SafeDumper, text: str) -> bool:
    resolved = dumper.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    return resolved != _TEXT or bool(_NUMBER.fullmatch(text.replace("_", "") if text[0] != "_" else text))


_Dumper.add_representer(str, _represent_text)
