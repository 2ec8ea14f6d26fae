"""What a plain YAML scalar means to the API tool, which reads YAML 1.1 as go-yaml v2 does.

Models go.yaml.in/yaml/v2 resolve.go: `y`, `on` and `No` are booleans, 012 is ten, sixty-base numbers and
dates are text.
"""

from __future__ import annotations

import base64
import binascii
import math
import re

_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
_DATE = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)|"
    r" \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?)?",
    re.ASCII,
)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INTEGER = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO]?(?P<oct>[0-7]+)|(?P<dec>0|[1-9][0-9]*))"
)
_BASES = {"hex": 16, "bin": 2, "oct": 8, "dec": 10}
_SPECIAL = frozenset("+-0123456789yYnNtTfFoO~.")
_LONG = "tag:yaml.org,2002:"
# Longer digits are no number to Go either, and Python must not spend time on them.
_MAX_DIGITS = 400

Scalar = str | bool | int | float | None


class ScalarFault(ValueError):
    """The scalar cannot be what its tag says."""


def plain(text: str) -> Scalar:
    """The value of a scalar written without quotes and without a tag."""
    if not text:
        return None
    if text[0] not in _SPECIAL:
        # `<<` is handled where mappings are built.
        return _WORDS.get(text, text) if text[0] in "NnFf~" else text
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "yYnNtTfFoO~" or len(text) > _MAX_DIGITS:
        return text
    return _number(text)


def _number(text: str) -> Scalar:
    if text[0] == ".":
        return float(text) if _FLOAT.fullmatch(text) else text
    if _DATE.fullmatch(text):
        return text
    digits = text.replace("_", "")
    if match := _INTEGER.fullmatch(digits):
        base = match.lastgroup or "dec"
        value = int(match[base], _BASES[base])
        value = -value if match["sign"] == "-" else value
        if -(2**63) <= value < 2**63 or (value < 2**64 and not match["sign"]):
            return value
    if _FLOAT.fullmatch(digits):
        value_float = float(digits)
        return text if math.isinf(value_float) else value_float
    return text


def tagged(tag: str, text: str) -> Scalar:
    """The value of a scalar with an explicit tag such as `!!int`."""
    short = tag.removeprefix(_LONG)
    if short == "binary":
        try:
            return base64.b64decode(text, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            raise ScalarFault("!!binary value contains invalid base64 data") from None
    if short not in ("bool", "int", "float", "null", "timestamp"):
        return text
    value = plain(text)
    if short == "timestamp" and _DATE.fullmatch(text):
        return text
    if short == "float" and type(value) is int:
        return float(value)
    found = {bool: "bool", int: "int", float: "float", type(None): "null"}.get(type(value), "str")
    if found != short:
        raise ScalarFault(f"cannot decode !!{found} `{text}` as a !!{short}")
    return value


def key_text(value: Scalar) -> str:
    """The key of a JSON object made from a scalar key of YAML (sigs.k8s.io/yaml convertToJSONableObject)."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            return ".nan"
        return (".inf" if value > 0 else "-.inf") if math.isinf(value) else float_text(value)
    return str(value)


def float_text(value: float) -> str:
    """A float as Go's encoding/json writes it."""
    text = repr(value)
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    size = abs(value)
    if 1e-6 <= size < 1e21:
        return format(value, "f").rstrip("0").rstrip(".") if "e" in text else text.removesuffix(".0")
    mantissa, _, exponent = text.partition("e")
    sign, digits = ("-", exponent[1:]) if exponent.startswith("-") else ("+", exponent.lstrip("+"))
    return f"{mantissa.removesuffix('.0')}e{sign}{digits.lstrip('0') if sign == '-' else digits}"
