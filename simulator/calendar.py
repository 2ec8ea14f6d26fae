"""The simulated world's calendar: milliseconds since its start, as Kubernetes writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Calendar:
    """Turns the cluster's clock (ms since its start) into RFC 3339 texts in UTC."""

    __slots__ = ("_by_second", "_epoch_us", "_start", "epoch_ms")

    def __init__(self, start: datetime) -> None:
        self._start = start.astimezone(UTC)
        self.epoch_ms = round(self._start.timestamp() * 1000)
        self._epoch_us = (self._start - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
        self._by_second: tuple[int, str] = (-1, "")

    def at(self, ms: int) -> datetime:
        return self._start + timedelta(milliseconds=ms)

    def second(self, ms: int) -> str:
        """metav1.Time: cut to whole seconds."""
        return self._text((self.epoch_ms + ms) // 1000)

    def _text(self, second: int) -> str:
        """Most of what is written at one moment is of the same second."""
        if self._by_second[0] != second:
            text = datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            self._by_second = (second, text)
        return self._by_second[1]

    def micro(self, ms: int) -> str:
        """metav1.MicroTime."""
        second, micro = divmod(self._epoch_us + ms * 1000, 1_000_000)
        return f"{self._text(second)[:-1]}.{micro:06d}Z"

    def floor(self, ms: int) -> int:
        """`ms` cut down to the calendar's whole second: what is left of a time that went through the API."""
        return ms - (self.epoch_ms + ms) % 1000

    def parse(self, text: str) -> int:
        """The cluster's clock (ms) at an RFC 3339 time."""
        return self.since_start(datetime.fromisoformat(text))

    def since_start(self, moment: datetime) -> int:
        """The cluster's clock (ms) at a moment."""
        return round((moment - self._start).total_seconds() * 1000)
