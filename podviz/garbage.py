"""How often Python looks for garbage in cycles."""

from __future__ import annotations

import gc

# After this many more objects than were freed. A history only grows, and Python's own 700 makes it look through what
# stays again and again: that costs more than a third of the simulator's time (docs/adr/0008).
YOUNG = 50_000


def look_less_often() -> None:
    """For a process that simulates: what is loaded already stays for good, and the rest is looked at less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
