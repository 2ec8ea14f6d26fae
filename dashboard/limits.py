"""How much one address may ask for in a while, so that one visitor cannot keep all others waiting."""

from __future__ import annotations

import threading
from collections import OrderedDict

from django.http import HttpRequest

from dashboard.runner.wall import Wall, wall

ADDRESSES = 10_000  # remembered


class Allowance:
    """`burst` at once, then `per_minute`. Kept by each process for itself."""

    def __init__(self, burst: int, per_minute: float, wall: Wall = wall) -> None:
        self._burst = burst
        self._per_second = per_minute / 60
        self._wall = wall
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def spend(self, request: HttpRequest) -> bool:
        """Whether one more is allowed; if so it is counted."""
        address, now = request.META.get("REMOTE_ADDR", ""), self._wall.monotonic()
        with self._lock:
            left, then = self._left.pop(address, (float(self._burst), now))
            left = min(self._burst, left + (now - then) * self._per_second)
            allowed = left >= 1
            self._left[address] = (left - 1 if allowed else left, now)
            if len(self._left) > ADDRESSES:
                self._left.popitem(last=False)
        return allowed


creations = Allowance(burst=60, per_minute=40)  # a class behind one address starts together
requests = Allowance(burst=600, per_minute=3000)
codes = Allowance(burst=200, per_minute=60)  # short addresses: too few tries to find one by chance
exports = Allowance(burst=60, per_minute=60)
