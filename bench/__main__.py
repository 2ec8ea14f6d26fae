"""Prints every figure in one run: `python -m bench`."""

from __future__ import annotations

import os
import platform

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "podviz.settings")

from bench import pages, simulating


def main() -> None:
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors\n")
    for part in (simulating.busy, simulating.quiet, simulating.many, pages.weight):
        part()
        print()


if __name__ == "__main__":
    main()
