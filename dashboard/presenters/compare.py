"""Two runs on one axis: lanes of both, what differs as arrows between them, numbers, and the manifests' difference."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from dashboard.presenters import status, timeline
from dashboard.presenters.effects import Arrow, Number, arrows, numbers, strangers, title
from dashboard.presenters.manifest_diff import Diff, manifest_diff
from dashboard.presenters.milestones import milestones
from dashboard.presenters.pieces import Lane
from dashboard.presenters.speeds import Speed, speeds
from dashboard.presenters.story import Story
from dashboard.presenters.timescale import Tick, Window, clock, duration, seconds, step, ticks
from simulator.history import Action, Fact

SHORTEST_MS = 10_000
PACE = 60
SHOWN = ("container", "probe-startup", "probe-liveness", "probe-readiness", "signals")


@dataclass(frozen=True, slots=True)
class Run:
    """What is compared. `until_ms`: since the Pod was made. `label`: what it is called, if it is no copy of the other
    with a change."""

    story: Story
    manifest: str
    address: str
    until_ms: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    letter: str
    label: str
    address: str
    lanes: tuple[Lane, ...]
    style: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that `compare.html` shows."""

    title: str
    a: Side
    b: Side
    style: str
    span_ms: int
    range: str
    ticks: tuple[Tick, ...]
    arrows: tuple[Arrow, ...]
    numbers: tuple[Number, ...]
    diff: Diff
    length: str
    now: str
    aligned: bool
    alignable: bool
    remarks: tuple[str, ...]

    @property
    def speeds(self) -> tuple[Speed, ...]:
        """That both may play at, what is over already."""
        return tuple(speed for speed in speeds(PACE) if speed.value)


def compare(a: Run, b: Run, *, aligned: bool = False) -> Comparison:
    first, second = milestones(a.story, a.until_ms), milestones(b.story, b.until_ms)
    alignable = first.first_restart is not None and second.first_restart is not None
    shift = (first.first_restart or 0) - (second.first_restart or 0) if aligned and alignable else 0
    until = max(a.until_ms, b.until_ms, SHORTEST_MS)
    window = Window(0, until)
    diff = manifest_diff(a.manifest, b.manifest)
    return Comparison(
        title=strangers(first, second) if b.label else title(diff, first, second),
        a=_side("A", a, window, 0, a.label or _label(diff, old=True)),
        b=_side("B", b, window, shift, b.label or _label(diff, old=False)),
        style=f"{window.style};--now:{seconds(until)};--step:{seconds(step(window))}",
        span_ms=window.span_ms,
        range=f"{clock(0, tenths=False)} – {clock(until, tenths=False)}",
        ticks=ticks(window),
        arrows=arrows(first, second, shift, window.span_ms),
        numbers=numbers(first, second),
        diff=diff,
        length=duration(until),
        now=clock(until),
        aligned=aligned and alignable,
        alignable=alignable,
        remarks=() if b.label else tuple(_remarks(b.story)),
    )


def _label(diff: Diff, *, old: bool) -> str:
    if diff.only is None or diff.only.long:
        return _("as it is") if old else _("changed")
    value = diff.only.old if old else diff.only.new
    return f"{diff.only.key}: {value}" if value else _("without %(key)s") % {"key": diff.only.key}


def _side(letter: str, run: Run, window: Window, shift_ms: int, label: str) -> Side:
    """`shift_ms`: how much later than it was the run is drawn."""
    moved = Window(window.from_ms - shift_ms, window.to_ms - shift_ms)
    lanes = [status.lanes(run.story.status, moved, run.until_ms)[0]]
    tracks = sorted(run.story.containers.values(), key=lambda track: timeline.ORDER.get(track.role, 1))
    for track in tracks:
        lanes += [lane for lane in timeline.container(track, moved, run.until_ms) if lane.kind in SHOWN]
    style = f"--from:{seconds(moved.from_ms)};--now:{seconds(run.until_ms)}"
    return Side(letter, label, run.address, tuple(_of(letter, lane) for lane in lanes), style)


def _of(letter: str, lane: Lane) -> Lane:
    """Both runs have the same lanes: each gets its letter into its identifiers, and no mark opens a band here."""
    items = tuple(replace(item, id=f"{letter}-{item.id}", opens=None) for item in lane.items)
    return replace(lane, id=f"{letter}-{lane.id}", items=items, title=f"{letter}, {lane.title}")


def _remarks(story: Story) -> list[str]:
    """A manifest that was applied later than at the beginning, and what kubectl said to it."""
    texts = []
    for entry in story.entries.values():
        if isinstance(entry, Action) and entry.verb == "apply" and entry.at_ms > 0:
            result = next((f for f in story.entries.values() if isinstance(f, Fact) and f.cause == entry.number), None)
            output = (
                str(result.data.get("output", "")).strip() if result is not None and result.kind == "result" else ""
            )
            words = {"at": clock(story.at(entry)), "output": output}
            texts.append(_("At %(at)s the changed manifest was applied: %(output)s") % words)
    return texts
