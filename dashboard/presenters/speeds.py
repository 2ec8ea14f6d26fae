"""The speeds at which time may run, as they are written on their buttons."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from dashboard.state import SPEEDS

LABELS = {0: _("max")}


@dataclass(frozen=True, slots=True)
class Speed:
    value: int
    label: str
    chosen: bool


def label(speed: int) -> str:
    return str(LABELS.get(speed, f"{speed}×"))


def speeds(chosen: int) -> tuple[Speed, ...]:
    return tuple(Speed(value, label(value), value == chosen) for value in SPEEDS)
