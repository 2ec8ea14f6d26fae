"""Prints every figure in one run: `python -m bench`; with `--large`, of 10,000 Pods too, which takes a minute."""

from __future__ import annotations

import os
import platform
import sys
from functools import partial

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "podviz.settings")

from bench import many, pages, simulating


def main() -> None:
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors\n")
    speed = partial(many.speed, large="--large" in sys.argv)
    for part in (simulating.busy, simulating.quiet, speed, many.memory, many.resting, pages.weight):
        part()
        print()


if __name__ == "__main__":
    main()
