"""The browser of the tests: the one that CHROMIUM names, else the one that never has a window, which costs less."""

from __future__ import annotations

import os
import shutil

from playwright.sync_api import Browser, Playwright

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


def launch(playwright: Playwright, *arguments: str, **environment: str) -> Browser:
    """Start it, with these arguments and this environment besides the usual ones. Raises FileNotFoundError."""
    return playwright.chromium.launch(
        executable_path=_find(), args=[*ARGUMENTS, *arguments], env={**os.environ, **environment}
    )


def _find() -> str:
    """Where it is.

    Raises FileNotFoundError: there is none.
    """
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise FileNotFoundError("there is no Chromium: make browser installs it, or CHROMIUM names one")
    return found
