"""Bounds on what a script may cost. Reaching one leaves a `budget` fact, once."""

from __future__ import annotations

from simulator.text import translatable as _

BURST = 200_000
"""Steps that a container may take at once; then a process that goes on is parked."""
PER_MS = 2
"""Steps that come back per ms of virtual time."""
RESERVE = 2_000
"""Kept for the traps of a loop that noticed that it is tired."""
FORK_STEPS = 20
MAX_PROCESSES = 256
MAX_OUTPUT = 1 << 20
"""Bytes kept of one exec's stdout or stderr."""
UNLIMITED_MEMORY = 256 << 20
"""What a container without a memory limit gets before the node's OOM killer comes."""
MAX_LOGS = 200
"""Writes of a main process that are written down, per run of a container."""

MESSAGES = {
    "cpu": _("The script took more steps than are simulated: it is taken to be busy for ever from here on."),
    "output": _("Output beyond %(limit)s is not written to the history.", limit="1Mi"),
    "writes": _("Output beyond %(limit)s writes is not written to the history.", limit=MAX_LOGS),
    "memory": _("The container has no memory limit; the simulated node gives it %(limit)s.", limit="256Mi"),
    "processes": _("No more than %(limit)s processes are simulated in a container.", limit=MAX_PROCESSES),
    "files": _("No more files, or bytes in files, are simulated: the disk is full."),
    "recursion": _("Functions called each other more deeply than is simulated."),
}


class Cpu:
    """Steps left: a bucket that fills with virtual time."""

    __slots__ = ("left", "stamp")

    def __init__(self, now: int) -> None:
        self.left = BURST
        self.stamp = now

    def refill(self, now: int) -> None:
        self.left = min(BURST, self.left + (now - self.stamp) * PER_MS)
        self.stamp = now
