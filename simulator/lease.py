"""How the control plane knows that a kubelet lives: a lease, renewed every ten seconds.

Models staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go. Renewals are computed when somebody asks,
so that a healthy node costs nothing; who watches is told only when they stop and begin again.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from simulator.engine import Beat

RENEW_MS = 10_000


class NodeLease:
    """The lease of one node."""

    def __init__(self, node: str, random: Random) -> None:
        self.node = node
        self._beat = Beat(random.randrange(RENEW_MS) - RENEW_MS, RENEW_MS)
        self._renewed: int | None = None  # for the last time
        self.on_change: Callable[[], object] = lambda: None

    @property
    def ended(self) -> bool:
        return self._renewed is not None

    def renewed_at(self, now: int) -> int:
        """When the newest renewal was (ms)."""
        return self._beat.last(now) if self._renewed is None else self._renewed

    def end(self, now: int) -> None:
        self._renewed = self._beat.last(now)
        self.on_change()

    def begin(self, now: int) -> None:
        """The first renewal is at once, and the others count from there."""
        self._beat, self._renewed = Beat(now % RENEW_MS, RENEW_MS), None
        self.on_change()
