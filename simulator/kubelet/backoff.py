"""Delays that double: of a container that keeps ending, of an image that cannot be pulled.

Models staging/src/k8s.io/client-go/util/flowcontrol/backoff.go.
"""

from __future__ import annotations

from dataclasses import dataclass

FIRST_MS = 10_000
CAP_MS = 300_000
FORGET_MS = 600_000


@dataclass(slots=True)
class _Entry:
    wait: int
    updated: int


class Backoff:
    """Delays by key, in ms; a key is forgotten ten minutes after its last use."""

    def __init__(self, first: int = FIRST_MS, cap: int = CAP_MS, forget: int = FORGET_MS) -> None:
        self._first = first
        self._cap = cap
        self._forget = forget
        self._entries: dict[str, _Entry] = {}

    def get(self, key: str) -> int:
        entry = self._entries.get(key)
        return entry.wait if entry else 0

    def next(self, key: str, event_time: int, now: int) -> int:
        """Grant a try: begin at the first delay, or double the one there is."""
        entry = self._entries.get(key)
        if entry is None or self._expired(entry, event_time, now):
            entry = self._entries[key] = _Entry(self._first, now)
        else:
            entry.wait = min(entry.wait * 2, self._cap)
            entry.updated = now
        return entry.wait

    def in_back_off_since(self, key: str, event_time: int, now: int) -> bool:
        """Whether a try must wait, counted from the failure at `event_time`."""
        entry = self._entries.get(key)
        if entry is None or self._expired(entry, event_time, now):
            return False
        return now - event_time < entry.wait

    def in_back_off_since_update(self, key: str, now: int) -> bool:
        """Whether a try must wait, counted from the last one."""
        entry = self._entries.get(key)
        if entry is None or self._expired(entry, now, now):
            return False
        return now - entry.updated < entry.wait

    def _expired(self, entry: _Entry, event_time: int, now: int) -> bool:
        # Housekeeping drops what was not used for as long; asking is the same as having dropped it.
        return event_time - entry.updated > self._forget or now - entry.updated > self._forget
