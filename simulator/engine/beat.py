"""Moments that come again and again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Beat:
    """Moments `phase + k * period`, computed when asked instead of ticking."""

    phase: int
    period: int

    def after(self, when: int) -> int:
        """The first beat strictly after `when`."""
        return self.phase + ((when - self.phase) // self.period + 1) * self.period

    def last(self, when: int) -> int:
        """The last beat up to and including `when`."""
        return self.phase + (when - self.phase) // self.period * self.period
