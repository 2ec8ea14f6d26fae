"""The wall clock. Nothing else in the project reads it or sleeps."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Wall(Protocol):
    def time(self) -> float:
        """Seconds since the epoch: comparable between processes."""

    def monotonic(self) -> float:
        """Seconds that never jump."""

    async def wait(self, wake: asyncio.Event, seconds: float | None) -> None:
        """Until `wake` is set, or for at most `seconds`."""

    async def sleep(self, seconds: float) -> None: ...


class SystemWall:
    def time(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    async def wait(self, wake: asyncio.Event, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await wake.wait()
        except TimeoutError:
            pass

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


wall = SystemWall()
