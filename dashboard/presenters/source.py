"""The manifest as the person wrote it: its lines, and which of them made something so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from dashboard.presenters.pieces import Json
from simulator.objects import Lines, read_manifest, read_scenario

TEMPLATES = {"Pod": "", "CronJob": "spec.jobTemplate.spec.template."}
_KEY = re.compile(r"^(\s*(?:- )*)([\w./\"'-]+)(:)(?=\s|$)")


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of YAML, split for the style sheet, with the numbers of the steps that point at it."""

    number: int
    indent: str
    key: str
    rest: str
    comment: bool = False
    steps: tuple[int, ...] = ()
    skipped: bool = False  # stands for lines left out


@dataclass(frozen=True, slots=True)
class Source:
    """The text, and where the fields of one Pod stand in it."""

    text: str = ""
    lines: Lines | None = None
    prefix: str = ""
    name: str = "manifest.yaml"

    def line(self, path: str) -> int | None:
        """The line of a field of the Pod, or None if it was not written (a default, or no manifest)."""
        if self.lines is None or not self.lines.has(self.prefix + path):
            return None
        return self.lines.line(self.prefix + path)

    def find(self, path: str, words: str) -> int | None:
        """The line at or below a field that holds `words`: a command inside a script, for one."""
        start = self.line(path)
        if start is None:
            return None
        for number, line in enumerate(self.text.splitlines()[start - 1 :], start):
            if words in line:
                return number
        return start


def source_for(text: str, pod: Json) -> Source:
    """The source of a Pod: its own document, or that of the workload whose template it was made from."""
    name = str(pod.get("metadata", {}).get("name", ""))
    best: Source | None = None
    for kind, document_name, lines in _documents(text):
        prefix = TEMPLATES.get(kind, "spec.template.")
        filename = f"{document_name}.yaml"
        if kind == "Pod" and document_name == name:
            return Source(text, lines, "", filename)
        if kind != "Pod" and name.startswith(document_name) and lines.has(f"{prefix}spec.containers"):
            best = Source(text, lines, prefix, filename)
    return best or Source(text)


@lru_cache(maxsize=256)
def _documents(text: str) -> tuple[tuple[str, str, Lines], ...]:
    scenario = read_scenario(text)
    manifest = read_manifest(scenario.manifests, first_line=scenario.first_line)
    return tuple((source.kind, source.name, source.lines) for source in manifest.sources)


def code(text: str, steps: Mapping[int, tuple[int, ...]] | None = None) -> tuple[CodeLine, ...]:
    marks = steps or {}
    return tuple(_line(number, line, marks.get(number, ())) for number, line in enumerate(text.splitlines(), 1))


def excerpt(text: str, steps: Mapping[int, tuple[int, ...]], around: Iterable[int] = ()) -> tuple[CodeLine, ...]:
    """Only the lines that matter, with a mark where lines are left out."""
    wanted = sorted({*steps, *around})
    lines = code(text, steps)
    result: list[CodeLine] = []
    for index, number in enumerate(wanted):
        if not 1 <= number <= len(lines):
            continue
        before = wanted[index - 1] if index else number
        if number - before == 2:
            result.append(lines[number - 2])
        elif number - before > 2:
            result.append(CodeLine(0, "", "", "…", skipped=True))
        result.append(lines[number - 1])
    return tuple(result)


def _line(number: int, line: str, steps: tuple[int, ...]) -> CodeLine:
    if line.lstrip().startswith("#") or line.strip() == "---":
        return CodeLine(number, "", "", line, comment=True, steps=steps)
    found = _KEY.match(line)
    if found is None:
        return CodeLine(number, "", "", line, steps=steps)
    return CodeLine(number, found[1], found[2] + found[3], line[found.end() :], steps=steps)
