"""The two answers of a system call that are no results."""

from __future__ import annotations

from typing import Final

BLOCKED: Final = object()
"""The process waits."""
RETRY: Final = object()
"""Try again what the process waits for."""
