"""Amounts of resources: exact parsing and the canonical text (`1500m`, `1536Mi`, `1e3`).

Models apimachinery pkg/api/resource/quantity.go. An amount is held in billionths, the finest there is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Format = Literal["DecimalSI", "BinarySI", "DecimalExponent"]

NANO = 10**9
FORMAT_WRONG = r"quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
_NUMBER = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]+[-+]?[0-9]*|[-+][0-9]*|)")
_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIX = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY_SUFFIX = {exponent // 10: suffix for suffix, exponent in _BINARY.items()}
_MAX_BINARY = (2**63 - 1) * NANO
# Go keeps any exponent; nothing beyond this means anything, and big numbers cost time.
_MAX_EXPONENT = 40
_MAX_DIGITS = 200


class QuantityFault(ValueError):
    """The text is no quantity; the message is the API server's."""


@dataclass(frozen=True, slots=True, order=True)
class Quantity:
    """An exact amount. Equal amounts compare equal only when written in the same format; compare `nano`."""

    nano: int
    format: Format = "DecimalSI"
    text: str = "0"

    @property
    def value(self) -> int:
        """Whole units, rounded up: bytes of memory."""
        return -(-self.nano // NANO)

    @property
    def milli(self) -> int:
        """Thousandths, rounded up: millicores."""
        return -(-self.nano // 10**6)

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=4096)
def parse_quantity(text: str) -> Quantity:
    """The amount that `text` names. Raises QuantityFault. Models ParseQuantity."""
    stripped = text.strip()
    match = _NUMBER.fullmatch(stripped) if len(stripped) <= _MAX_DIGITS else None
    if not stripped or match is None:
        raise QuantityFault(FORMAT_WRONG)
    sign, whole, fraction, suffix = match[1], match[2].lstrip("0") or "0", match[3] or "", match[4]
    base, exponent, form = _interpret(suffix)
    digits = int(whole + fraction)
    if base == 2:
        scaled, remainder = divmod(digits * NANO << exponent, 10 ** len(fraction))
    else:
        shift = 9 + exponent - len(fraction)
        scaled, remainder = (digits * 10**shift, 0) if shift >= 0 else divmod(digits, 10**-shift)
    nano = scaled + (1 if remainder else 0)
    if base == 2:
        nano = min(nano, _MAX_BINARY)
        form = "DecimalSI" if 0 < nano < NANO else form
    nano = -nano if sign == "-" else nano
    kept = _keeps_text(whole + fraction, len(fraction), base, exponent)
    return Quantity(nano, form, stripped if kept else canonical(nano, form))


def _interpret(suffix: str) -> tuple[int, int, Format]:
    if suffix in _DECIMAL:
        return 10, _DECIMAL[suffix], "DecimalSI"
    if suffix in _BINARY:
        return 2, _BINARY[suffix], "BinarySI"
    if len(suffix) > 1 and suffix[0] in "eE":
        try:
            exponent = int(suffix[1:])
        except ValueError:
            raise QuantityFault("unable to parse quantity's suffix") from None
        return 10, max(-_MAX_EXPONENT, min(exponent, _MAX_EXPONENT)), "DecimalExponent"
    raise QuantityFault("unable to parse quantity's suffix")


def _keeps_text(digits: str, fraction: int, base: int, exponent: int) -> bool:
    """Whether the text is kept as it was typed: ParseQuantity's quick path for small numbers in good form."""
    if base == 2:
        return fraction == 0 and 15 - len(digits) - int(exponent * 3 / 10) - 1 >= 0 and bool(int(digits) & 7)
    scale = exponent - fraction
    small = 18 - len(digits) >= 0 and scale >= -9
    return small and scale % 3 == 0 and not digits.endswith("000") and digits[0] != "0"


def canonical(nano: int, form: Format) -> str:
    """The canonical text of an amount: the largest suffix that needs no fraction. Models CanonicalizeBytes."""
    if nano == 0:
        return "0"
    units, rest = divmod(abs(nano), NANO)
    sign = "-" if nano < 0 else ""
    if form == "BinarySI" and not rest and units >= 1024:
        times = 0
        while units >= 1024 and units % 1024 == 0 and times < 6:
            units, times = units // 1024, times + 1
        return f"{sign}{units}{_BINARY_SUFFIX.get(times, '')}"
    mantissa, exponent = abs(nano), -9
    while mantissa % 10 == 0:
        mantissa, exponent = mantissa // 10, exponent + 1
    extra = exponent % 3
    mantissa, exponent = mantissa * 10**extra, exponent - extra
    if form == "DecimalExponent":
        return f"{sign}{mantissa}e{exponent}" if exponent else f"{sign}{mantissa}"
    if exponent > 18:
        mantissa, exponent = mantissa * 10 ** (exponent - 18), 18
    return f"{sign}{mantissa}{_DECIMAL_SUFFIX[exponent]}"


def add(amounts: list[Quantity]) -> Quantity:
    """The sum, in the format of the first amount that is not zero."""
    nano = sum(amount.nano for amount in amounts)
    form: Format = next((amount.format for amount in amounts if amount.nano), "DecimalSI")
    return Quantity(nano, form, canonical(nano, form))


def round_up_to_milli(quantity: Quantity) -> Quantity:
    """What a list of resources stores: no finer than a thousandth. Models SetDefaults_ResourceList."""
    if quantity.nano % 10**6 == 0:
        return quantity
    nano = quantity.milli * 10**6
    return Quantity(nano, quantity.format, canonical(nano, quantity.format))
