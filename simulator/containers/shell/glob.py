"""Pathname expansion: `*.txt` to the names that are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.shell.patterns import is_pattern, match, unescape
from simulator.containers.syscalls import OSFault

if TYPE_CHECKING:
    from simulator.containers.process import Process

MAX_NAMES = 20_000


def expand_path(process: Process, pattern: str) -> list[str]:
    """The paths that match `pattern`, sorted; none if nothing does."""
    absolute = pattern.startswith("/")
    found = ["/"] if absolute else [""]
    parts = [part for part in pattern.split("/") if part]
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        found = [path for base in found for path in _step(process, base, part, last)]
        if not found or len(found) > MAX_NAMES:
            return []
    if pattern.endswith("/"):
        found = [path + "/" for path in found if process.files.is_dir(path)]
    return sorted(found)


def _step(process: Process, base: str, part: str, last: bool) -> list[str]:
    """The paths one level below `base` that match `part`."""
    files = process.files
    if not is_pattern(part):
        path = base + unescape(part)
        return [path if last else path + "/"] if files.exists(path, follow=False) else []
    try:
        names = files.listdir(base or ".")
    except OSFault:
        return []
    if part.startswith("."):
        names = [".", "..", *names]
    process.spend(1 + len(names) * (1 + len(part) // 16))
    hidden = part.startswith((".", "\\."))
    matching = [name for name in names if (hidden or not name.startswith(".")) and match(part, name)]
    if last:
        return [base + name for name in matching]
    return [f"{base}{name}/" for name in matching if files.is_dir(base + name)]
