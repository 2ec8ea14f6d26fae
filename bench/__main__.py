"""Prints every figure in one run: `python -m bench`; `--quick` leaves out those of 10,000 Pods, which take minutes."""

from __future__ import annotations

import os
import platform
import sys
from functools import partial

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "podviz.settings")

from bench import frames, many, pages, simulating
from podviz.garbage import look_less_often


def main() -> None:
    look_less_often()
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors\n")
    large = "--quick" not in sys.argv
    speed, rollouts, resting = (partial(part, large=large) for part in (many.speed, many.rollouts, many.resting))
    shown = (pages.weight, frames.frames)
    for part in (simulating.busy, simulating.quiet, speed, rollouts, many.memory, resting, *shown):
        part()
        print()


if __name__ == "__main__":
    main()
