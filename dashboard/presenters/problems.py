"""A refused manifest: every problem with its number, line and remedy, and the checks the text went through."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from dashboard.presenters.texts import translated
from simulator.objects import Problem

STAGES = ("yaml", "decode", "validate", "admit")


@dataclass(frozen=True, slots=True)
class ProblemRow:
    index: int
    line: int
    column: int
    message: str  # the API server's own words, or ""
    remedy: str
    was: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Check:
    """One of the checks a manifest goes through, in order."""

    name: str
    state: str  # passed, failed, open
    note: str


@dataclass(frozen=True, slots=True)
class Checked:
    problems: tuple[ProblemRow, ...]
    checks: tuple[Check, ...]
    title: str
    heading: str  # as kubectl begins it, if that is about one object, else the title
    printed: str  # all that kubectl prints

    @property
    def ok(self) -> bool:
        return not self.problems

    @property
    def fix(self) -> str:
        """What the button says that mends all it can; "" if there is nothing to mend."""
        fixable, count = sum(bool(row.was) for row in self.problems), len(self.problems)
        if fixable < count:
            return str(_("Fix %(n)s of %(all)s") % {"n": fixable, "all": count}) if fixable else ""
        return str(_("Fix all %(n)s") % {"n": count}) if count > 1 else str(_("Fix it"))

    @property
    def where(self) -> str:
        """In how many lines the problems are."""
        lines = len({row.line for row in self.problems})
        return str(ngettext_lazy("in %(n)s line", "in %(n)s lines", lines) % {"n": lines})

    @property
    def count(self) -> int:
        return len(self.problems)


def checked(text: str, problems: Iterable[Any], printed: str = "") -> Checked:
    """`printed`: what `kubectl apply` would print."""
    found = [cast(Problem, problem) for problem in problems]
    lines = text.splitlines()
    rows = tuple(_row(index, problem, lines) for index, problem in enumerate(found, 1))
    template = ngettext_lazy(
        "The API server refuses this: %(n)s problem", "The API server refuses this: %(n)s problems", len(rows)
    )
    title = str(template % {"n": len(rows)})
    heads = set(re.findall(r"^The .+? is invalid:", printed, re.MULTILINE))
    heading = heads.pop() if len(heads) == 1 and len(printed.splitlines()) <= len(rows) + 1 else title
    return Checked(rows, _checks(found, len(lines)), title, heading, printed)


def _row(index: int, problem: Problem, lines: list[str]) -> ProblemRow:
    text = lines[problem.line - 1] if 0 < problem.line <= len(lines) else ""
    return ProblemRow(
        index,
        problem.line,
        problem.column,
        "" if problem.message == problem.remedy else problem.message,
        translated(problem.advice),
        _word_at(text, problem.column) if problem.suggestion else "",
        problem.suggestion or "",
    )


def _word_at(text: str, column: int) -> str:
    """The key or value that starts at a column (1-based): what a suggestion would replace."""
    rest = text[max(0, column - 1) :]
    found = re.match(r"""("[^"]*"|'[^']*'|[^\s,\]}#:]+(?::[^\s,\]}#]+)*)""", rest)
    return found[0] if found else ""


def _checks(problems: list[Problem], lines: int) -> tuple[Check, ...]:
    """YAML, fields, values, admission: the first that fails stops the rest."""
    counts = [sum(problem.stage == stage for problem in problems) for stage in STAGES]
    first = next((index for index, count in enumerate(counts) if count), len(STAGES))
    passed = (_("read, %(n)s lines") % {"n": lines}, _("all known"), _("all allowed"), "")
    names = (_("YAML"), _("Fields"), _("Values"), _("Admission"))
    result = []
    for index, name in enumerate(names):
        count = counts[index]
        if count:
            note = str(ngettext_lazy("%(n)s problem", "%(n)s problems", count) % {"n": count})
            result.append(Check(str(name), "failed", note))
        elif index < first:
            result.append(Check(str(name), "passed", str(passed[index])))
        else:
            result.append(Check(str(name), "open", str(_("not reached"))))
    return tuple(result)
