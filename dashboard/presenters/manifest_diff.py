"""Two manifests line by line, and the one line that was changed if it is only one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

CONTEXT = 3
LONGEST = 30  # characters of a value that stands in a sentence
_SCALAR = re.compile(r"^\s*(?:- )?([\w.\"'/-]+):\s*(.*?)\s*(?:#.*)?$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of either text; `sign` is -, + or a space, and … stands for lines left out."""

    sign: str
    number: int
    text: str

    @property
    def kind(self) -> str:
        return {"-": "gone", "+": "new", "…": "skipped"}.get(self.sign, "same")


@dataclass(frozen=True, slots=True)
class Changed:
    """What was changed: a key with its values, "" where there was none."""

    key: str
    old: str
    new: str

    @property
    def long(self) -> bool:
        """Too long to be said: a whole script, for one."""
        return max(len(self.old), len(self.new)) > LONGEST


@dataclass(frozen=True, slots=True)
class Diff:
    lines: tuple[Line, ...] = ()
    count: int = 0  # of the lines that are new or gone; a line that was changed counts once
    only: Changed | None = None


def manifest_diff(before: str, after: str) -> Diff:
    old, new = before.splitlines(), after.splitlines()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    steps = [step for step in matcher.get_opcodes() if step[0] != "equal"]
    count = sum(max(i2 - i1, j2 - j1) for _, i1, i2, j1, j2 in steps)
    only = None
    if count == 1:
        _, i1, i2, j1, j2 = steps[0]
        only = _changed("".join(old[i1:i2]), "".join(new[j1:j2]))
    return Diff(tuple(_lines(matcher, old, new)), count, only)


def _lines(matcher: SequenceMatcher[str], old: list[str], new: list[str]) -> Iterator[Line]:
    for index, group in enumerate(matcher.get_grouped_opcodes(CONTEXT)):
        if index:
            yield Line("…", 0, "…")
        for step, i1, i2, j1, j2 in group:
            if step == "equal":
                yield from (Line(" ", j1 + at + 1, new[j1 + at]) for at in range(j2 - j1))
                continue
            yield from (Line("-", at + 1, old[at]) for at in range(i1, i2))
            yield from (Line("+", at + 1, new[at]) for at in range(j1, j2))


def _changed(old: str, new: str) -> Changed | None:
    """None for a line that is not one key with one value, or where the key is another one."""
    before, after = _SCALAR.match(old), _SCALAR.match(new)
    if (old and before is None) or (new and after is None):
        return None
    if before is not None and after is not None and before[1] != after[1]:
        return None
    key = (before or after or [""] * 3)[1]
    return Changed(key, before[2] if before is not None else "", after[2] if after is not None else "")
