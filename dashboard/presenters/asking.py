"""What one may ask for on the what-if page: until when, and from which moment on."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dashboard.presenters.timescale import clock, duration

CHOICES_S = (60, 300, 600, 1800, 3600, 6 * 3600)
LEAST_MS = 300_000  # less shows no restart
MOST_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Choice:
    seconds: int
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """`at_ms`: the moment that was shown, on the cluster's clock. `later`: the change is to begin there."""

    until_ms: int
    at_ms: int
    later: bool
    choices: tuple[Choice, ...]

    @property
    def at(self) -> str:
        return clock(self.at_ms)


def asking(clock_ms: int, at_ms: int | None, until_s: int | None, *, later: bool) -> Asked:
    """As far as the run has got is always a choice, if that is far enough to show something."""
    far = clock_ms // 1000
    seconds = until_s if until_s is not None else max(far, LEAST_MS // 1000)
    seconds = min(max(seconds, CHOICES_S[0] // 2), MOST_S)
    offered = sorted({*CHOICES_S, seconds, *([far] if far >= CHOICES_S[0] else [])})
    choices = tuple(Choice(offer, _label(offer, far), offer == seconds) for offer in offered)
    moment = min(at_ms if at_ms is not None else clock_ms, seconds * 1000)
    return Asked(seconds * 1000, moment, later, choices)


def _label(seconds: int, far: int) -> str:
    text = duration(seconds * 1000)
    return _("%(time)s, as far as it has run") % {"time": text} if seconds == far else text
