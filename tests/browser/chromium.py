"""The browser of the tests: the one that CHROMIUM names, else the one that never has a window, which costs less."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium-headless-shell", "chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--force-color-profile=srgb",
]


def find() -> str:
    """Where it is.

    Raises FileNotFoundError: there is none.
    """
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise FileNotFoundError("there is no Chromium: make browser installs it, or CHROMIUM names one")
    return found
