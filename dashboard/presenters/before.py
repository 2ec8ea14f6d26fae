"""What the side panel says while nothing is selected: how the Pod does, and what the manifest alone answers."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboard.presenters.answers import LineOf, Panel, Shown, one, panel
from dashboard.presenters.causes import chain
from dashboard.presenters.containers import ContainerTrack
from dashboard.presenters.measured import measured
from dashboard.presenters.probes import times
from dashboard.presenters.source import Source
from dashboard.presenters.story import Story
from dashboard.presenters.timescale import clock
from simulator.answers import Question, pod_answers
from simulator.history import Fact
from simulator.objects import Document


@dataclass(frozen=True, slots=True)
class Before:
    """`title` and `text` are about the run so far, `panel` about any run of this manifest."""

    title: str
    text: str
    panel: Panel


def of_story(story: Story, source: Source, now_ms: int) -> Before | None:
    """None until there is a Pod whose containers are known."""
    if not story.pod.get("spec", {}).get("containers"):
        return None
    answers = pod_answers(story.pod)
    names = [container.name for container in answers.containers]
    cases = {name: measured(story, name) for name in names}
    tracks = [story.containers[name] for name in names if name in story.containers]
    waits = {
        track.name: track.bars.open.count for track in tracks if track.bars.open and track.bars.open.kind == "back"
    }
    worst = max(tracks, key=lambda track: track.restart, default=None)
    title = _title(worst) if worst is not None else ""
    text = _text(worst, now_ms) if worst is not None else ""
    return Before(title, text, panel(answers, _lines(source), cases, waits))


def of_entry(story: Story, source: Source, number: int) -> Shown | None:
    """The answer that belongs to a selected start, end or kill."""
    entry = story.entries.get(number)
    if not isinstance(entry, Fact) or entry.kind not in ("container", "exit", "stop") or not story.pod.get("spec"):
        return None
    found = pod_answers(story.pod).container(entry.container)
    if found is None:
        return None
    cases = measured(story, entry.container, number)
    question = _question(story, entry, cases)
    return None if question is None else one(found, question, _lines(source), cases.get(question))


def _question(story: Story, entry: Fact, cases: dict[Question, int]) -> Question | None:
    """None for what was stopped by no probe: no field of the manifest says when a person does that."""
    if entry.kind == "container" and not entry.data.get("restart"):
        return Question.READY
    ours = [fact for fact in chain(story, entry.number) if isinstance(fact, Fact)]
    if all(fact.kind != "stop" for fact in ours):
        return Question.CRASH
    failed = [fact for fact in ours if fact.kind == "probe" and fact.data.get("result") == "failure"]
    if not failed:
        return None
    never_passed = Question.BUDGET in cases and Question.HANG not in cases
    return Question.BUDGET if never_passed or failed[-1].data.get("probe") == "startup" else Question.HANG


def of_document(document: Document) -> Panel:
    """Before there is a run at all."""
    lines = document.lines

    def line(path: str) -> int:
        return lines.line(path) if lines.has(path) else 0

    return panel(pod_answers(document.object), line, {}, {})


def _lines(source: Source) -> LineOf:
    return (lambda path: source.line(path) or 0) if source.lines is not None else (lambda path: None)


def _title(track: ContainerTrack) -> str:
    if not track.restart:
        return _("%(app)s has not restarted") % {"app": track.name}
    template = ngettext("%(app)s restarted %(n)s time", "%(app)s restarted %(n)s times", track.restart)
    return template % {"app": track.name, "n": track.restart}


def _text(track: ContainerTrack, now_ms: int) -> str:
    state = track.bars.open
    texts = []
    if state is not None and state.kind in ("ready", "unready"):
        template = (
            _("Running and ready since %(at)s.") if state.kind == "ready" else _("Running, not ready, since %(at)s.")
        )
        texts.append(template % {"at": clock(state.at_ms)})
    liveness = track.probes.get("liveness")
    tries = [piece for piece in liveness.attempts if piece.kind != "rest"] if liveness is not None else []
    if tries:
        count = sum(times(piece, now_ms) for piece in tries)
        passed = sum(times(piece, now_ms) for piece in tries if piece.kind in ("success", "warning"))
        template = ngettext(
            "Its liveness probe passed %(passed)s of %(n)s time.",
            "Its liveness probe passed %(passed)s of %(n)s times.",
            count,
        )
        texts.append(template % {"passed": passed, "n": count})
    return " ".join(texts)
