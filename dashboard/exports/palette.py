"""The colours of the style sheet by role, for pictures that cannot read it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

Palette = dict[str, str]
_ROLE = re.compile(r"--([a-z0-9-]+): (#[0-9a-f]{6});")
_STARTS = {"light": ":root {", "dark": ':root[data-theme="dark"] {'}


@cache
def palette(theme: str) -> Palette:
    """`theme`: light or dark."""
    path = finders.find("css/tokens.css")
    block = Path(str(path)).read_text(encoding="utf-8").partition(_STARTS[theme])[2].partition("}")[0]
    return dict(_ROLE.findall(block))
