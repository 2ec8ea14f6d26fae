"""What a real cluster's objects were at the end of a recording, and what its kubectl printed of them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
NAMES = tuple(sorted(path.stem for path in DATA.glob("*.json")))


@cache
def recording(name: str) -> dict[str, Any]:
    """`now` is when `get` ran (ms since 1970), `delay` how much later each of the texts was printed."""
    loaded: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text())
    return loaded


def objects(name: str, kind: str) -> list[dict[str, Any]]:
    """The objects of a kind, in the order of their names."""
    found: list[dict[str, Any]] = recording(name)["objects"].get(kind, [])
    return found


def pod(name: str) -> dict[str, Any]:
    """The only Pod of a recording."""
    (only,) = objects(name, "pods")
    return only
