"""The functions that a template of kubectl can call, and how Go prints values.

Models Go's text/template/funcs.go and fmt, and what cli-runtime pkg/printers/template.go adds. Left out: `call`, `js`.
"""

from __future__ import annotations

import html
import json
import re
from base64 import b64decode
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

from simulator.objects.scalars import float_text


class CallError(ValueError):
    """What a function has against its arguments."""


def value_text(value: Any) -> str:
    """Go's %v: `map[a:1 b:2]`, `[x y]`, `<nil>`."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{value_text(item)}" for key, item in sorted(value.items())) + "]"
    if isinstance(value, list):
        return "[" + " ".join(value_text(item) for item in value) + "]"
    return str(value)


def type_text(value: Any) -> str:
    """What Go calls the type of a value read from JSON."""
    names = {str: "string", bool: "bool", int: "int64", float: "float64", list: "[]interface {}"}
    return names.get(type(value), "map[string]interface {}" if isinstance(value, dict) else "<nil>")


def _len(value: Any) -> int:
    if value is None:
        raise CallError("reflect: call of reflect.Value.Type on zero Value")
    if not isinstance(value, str | list | dict):
        raise CallError(f"len of type {type_text(value)}")
    return len(value.encode()) if isinstance(value, str) else len(value)


def _index(value: Any, *keys: Any) -> Any:
    for number, key in enumerate(keys):
        if value is None:
            raise CallError("index of nil pointer" if number else "index of untyped nil")
        if isinstance(value, list):
            value = value[_place(value, key)]
        elif isinstance(value, dict):
            if not isinstance(key, str):
                raise CallError(f"value has type {type_text(key)}; should be string")
            value = value.get(key)
        else:
            raise CallError(f"can't index item of type {type_text(value)}")
    return value


def _place(items: list[Any], key: Any, most: int = -1) -> int:
    if key is None:
        raise CallError("cannot index slice/array with nil")
    if not isinstance(key, int) or isinstance(key, bool):
        raise CallError(f"cannot index slice/array with type {type_text(key)}")
    if not 0 <= key < (most if most >= 0 else len(items)):
        raise CallError(f"index out of range: {key}")
    return key


def _slice(value: Any, *keys: Any) -> Any:
    if value is None:
        raise CallError("slice of untyped nil")
    if not isinstance(value, str | list):
        raise CallError(f"can't slice item of type {type_text(value)}")
    places = [_place([], key, len(value) + 1) for key in keys[:2]]
    start, end = (*places, *(0, len(value))[len(places) :])
    if start > end:
        raise CallError(f"invalid slice index: {start} > {end}")
    return value[start:end]


def _equal(first: Any, *others: Any) -> bool:
    if not others:
        raise CallError("missing argument for comparison")
    for other in others:
        if first is not None and other is not None and type(first) is not type(other):
            raise CallError("incompatible types for comparison")
        if isinstance(other, dict | list):
            raise CallError(f"non-comparable type {value_text(first)}: {type_text(first)}")
        if first == other:
            return True
    return False


def _less(first: Any, second: Any) -> bool:
    for value in (first, second):
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            raise CallError("invalid type for comparison")
    if type(first) is not type(second):
        raise CallError("incompatible types for comparison")
    return bool(first < second)


def _print(*values: Any) -> str:
    """Spaces only between values of which neither is text."""
    text = ""
    for place, value in enumerate(values):
        apart = place and not isinstance(value, str) and not isinstance(values[place - 1], str)
        text += (" " if apart else "") + value_text(value)
    return text


def _println(*values: Any) -> str:
    return " ".join(value_text(value) for value in values) + "\n"


_VERB = re.compile(r"%([-+# 0]*)(\d*)(?:\.(\d+))?([a-zA-Z%])")


def _printf(form: Any, *values: Any) -> str:
    """Models fmt.Sprintf with the verbs that objects of an API call for."""
    if not isinstance(form, str):
        raise CallError(f"wrong type for value; expected string; got {type_text(form)}")
    left = list(values)

    def filled(found: re.Match[str]) -> str:
        flags, width, digits, verb = found.groups()
        if verb == "%":
            return "%"
        if not left:
            return f"%!{verb}(MISSING)"
        text = _formatted(verb, left.pop(0), int(digits) if digits else None)
        if "-" in flags:
            return text.ljust(int(width or 0))
        return text.zfill(int(width or 0)) if "0" in flags else text.rjust(int(width or 0))

    text = _VERB.sub(filled, form)
    return text + (f"%!(EXTRA {', '.join(f'{type_text(v)}={value_text(v)}' for v in left)})" if left else "")


def _formatted(verb: str, value: Any, digits: int | None) -> str:
    is_int = isinstance(value, int) and not isinstance(value, bool)
    if verb == "v":
        return value_text(value)
    if verb == "s" and (isinstance(value, str | list | dict)):
        return value_text(value)[:digits]
    if verb == "q" and isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if verb == "d" and is_int:
        return str(value)
    if verb == "x" and is_int:
        return f"{value:x}"
    if verb == "t" and isinstance(value, bool):
        return value_text(value)
    if verb in "feg" and isinstance(value, float):
        return f"{value:.{6 if digits is None else digits}{verb}}"
    if verb == "T":
        return type_text(value)
    return f"%!{verb}({type_text(value)}={value_text(value)})" if value is not None else f"%!{verb}(<nil>)"


def _exists(value: Any, *keys: Any) -> bool:
    try:
        return _index(value, *keys) is not None
    except CallError:
        return False


def _base64decode(text: Any) -> str:
    if not isinstance(text, str):
        raise CallError(f"wrong type for value; expected string; got {type_text(text)}")
    try:
        return b64decode(text, validate=True).decode("utf-8", "replace")
    except ValueError:
        raise CallError("base64 decode failed: illegal base64 data") from None


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "len": _len,
    "index": _index,
    "slice": _slice,
    "eq": _equal,
    "ne": lambda first, second: not _equal(first, second),
    "lt": _less,
    "le": lambda first, second: _less(first, second) or first == second,
    "gt": lambda first, second: _less(second, first),
    "ge": lambda first, second: _less(second, first) or first == second,
    "not": lambda value: not value,
    "and": lambda *values: next((value for value in values if not value), values[-1]),
    "or": lambda *values: next((value for value in values if value), values[-1]),
    "print": _print,
    "println": _println,
    "printf": _printf,
    "html": lambda *values: html.escape(_print(*values)).replace("&quot;", "&#34;").replace("&#x27;", "&#39;"),
    "urlquery": lambda *values: quote_plus(_print(*values)),
    "exists": _exists,
    "base64decode": _base64decode,
}
