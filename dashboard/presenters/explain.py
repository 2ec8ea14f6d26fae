"""Why: a selected entry with the chain of its causes, numbered, and the lines of the manifest behind them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from dashboard.presenters.causes import chain
from dashboard.presenters.processes import command_of
from dashboard.presenters.rich import Rich, plain
from dashboard.presenters.source import CodeLine, Source, excerpt
from dashboard.presenters.steps import fields, words
from dashboard.presenters.story import Story
from dashboard.presenters.timescale import clock
from simulator.history import Action, Entry, Fact, Revision


@dataclass(frozen=True, slots=True)
class LineRef:
    first: int
    last: int

    @property
    def label(self) -> str:
        if self.first == self.last:
            return str(_("line %(n)s") % {"n": self.first})
        return str(_("lines %(first)s–%(last)s") % {"first": self.first, "last": self.last})


@dataclass(frozen=True, slots=True)
class Step:
    """One cause. Its number stands on the timeline, in the list and at the manifest's lines."""

    index: int
    number: int
    at_ms: int
    text: Rich
    lines: tuple[LineRef, ...]
    lane: str  # where on the timeline it is

    @property
    def at(self) -> str:
        return clock(self.at_ms)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What `_why.html` shows; without a number it is the invitation to select something."""

    number: int = 0
    title: str = ""
    what: Rich = ()
    at: str = ""
    detail: str = ""  # the message, verbatim
    steps: tuple[Step, ...] = ()
    code: tuple[CodeLine, ...] = ()
    source_name: str = ""
    position: str = ""  # restart 2 of 2
    before: int = 0
    after: int = 0

    @property
    def plain(self) -> str:
        return plain(self.what)


def explain(story: Story, number: int, source: Source) -> Explanation:
    entry = story.entries.get(number)
    if entry is None or story.origin_ms is None:
        return Explanation()
    entries = chain(story, number)
    steps: list[Step] = []
    marks: dict[int, tuple[int, ...]] = {}
    for index, step in enumerate(entries, 1):
        numbers = _lines(story, step, source)
        for line in numbers:
            marks[line] = (*marks.get(line, ()), index)
        steps.append(
            Step(index, step.number, story.at(step), words(story, step, story.origin_ms), _refs(numbers), lane_of(step))
        )
    position, before, after = _neighbours(story, entry)
    return Explanation(
        number,
        _title(entry),
        words(story, entry, story.origin_ms),
        clock(story.at(entry)),
        _detail(entry),
        tuple(steps),
        excerpt(source.text, marks),
        source.name,
        position,
        before,
        after,
    )


def _lines(story: Story, entry: Entry, source: Source) -> list[int]:
    found: set[int] = set()
    for path in fields(story, entry):
        is_command = isinstance(entry, Fact) and entry.kind in ("process", "file")
        if is_command and isinstance(entry, Fact):
            line = source.find(path, str(entry.data.get("by") or "") or command_of(entry))
        else:
            line = source.line(path)
        if line is not None:
            found.add(line)
    return sorted(found)


def _refs(numbers: list[int]) -> tuple[LineRef, ...]:
    """Lines that follow closely are one reference: lines 41–46."""
    refs: list[LineRef] = []
    for number in numbers:
        if refs and number - refs[-1].last <= 3:
            refs[-1] = LineRef(refs[-1].first, number)
        else:
            refs.append(LineRef(number, number))
    return tuple(refs)


def lane_of(entry: Entry) -> str:
    """The lane that shows this entry, by the id of `Lane`."""
    if isinstance(entry, Action):
        return "you"
    if isinstance(entry, Revision):
        return "events" if entry.kind == "events" else "status"
    if entry.kind == "exit" and entry.data.get("signal") == 9:
        return f"{entry.container}-signals"  # at the SIGKILL that forced it
    suffix = {
        "probe": f"-{entry.data.get('probe')}",
        "process": "-process",
        "file": "-process",
        "signal": "-signals",
        "hook": "-signals",
    }.get(entry.kind, "")
    return f"{entry.container}{suffix}" if entry.container else "status"


def _title(entry: Entry) -> str:
    if isinstance(entry, Action):
        return str(_("What you did"))
    if isinstance(entry, Revision):
        return str(_("Why did kubectl see this?")) if entry.kind == "pods" else str(_("Why this event?"))
    app, data = entry.container or entry.pod.rpartition("/")[2], entry.data
    if entry.kind == "container" and data.get("restart"):
        template = _("Why did %(app)s restart?")
    elif entry.kind == "probe":
        failed = data.get("result") == "failure"
        template = _("Why did %(probe)s of %(app)s fail?") if failed else _("%(probe)s of %(app)s passed")
    else:
        template = {
            "exit": _("Why did %(app)s end?"),
            "stop": _("Why is %(app)s stopped?"),
            "backoff": _("Why is %(app)s not running?"),
            "container": _("Why did %(app)s start?"),
            "signal": _("Why this signal to %(app)s?"),
            "event.dropped": _("An event kubectl never shows"),
        }.get(entry.kind, _("What happened in %(app)s"))
    return str(template % {"app": app, "probe": str(data.get("probe", ""))})


def _detail(entry: Entry) -> str:
    if isinstance(entry, Revision):
        return str(entry.object.get("message", "")).strip() if entry.kind == "events" else ""
    if isinstance(entry, Fact) and "template" not in entry.data:  # a sentence of ours is said above
        return str(entry.data.get("output") or entry.data.get("message") or entry.data.get("reason") or "").strip()
    return ""


def _neighbours(story: Story, entry: Entry) -> tuple[str, int, int]:
    """Where a restart or an exit stands among its like, and the ones before and after it."""
    if not isinstance(entry, Fact) or entry.kind not in ("container", "exit"):
        return "", 0, 0
    track = story.containers.get(entry.container)
    kind = "restart" if entry.kind == "container" else "exit"
    numbers = [mark.number for mark in track.marks if mark.kind == kind] if track else []
    if entry.number not in numbers:
        return "", 0, 0
    index = numbers.index(entry.number)
    template = _("restart %(i)s of %(n)s") if kind == "restart" else _("exit %(i)s of %(n)s")
    before = numbers[index - 1] if index else 0
    after = numbers[index + 1] if index + 1 < len(numbers) else 0
    return str(template % {"i": index + 1, "n": len(numbers)}), before, after
