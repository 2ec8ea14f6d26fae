"""Answers before the run, in words and bars: how long at the least and at the most, and which line makes it so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil, floor

from django.utils.translation import gettext as _

from dashboard.presenters.answer_words import caption, note, title, what
from dashboard.presenters.timescale import duration
from simulator.answers import RESET_MS, Answer, ContainerAnswers, Part, PodAnswers, Question, Span, Wait, What

LONG_MS = 120_000
TENTHS_BELOW_MS = 10_000
LineOf = Callable[[str], int | None]  # the line of a field, 0 for a default, None where there is no manifest


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a part comes from, and its line: 0 for a default, None where there is no manifest to point at."""

    name: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One summand in words."""

    name: str
    sum: str  # 2 × 5 s
    range: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """Summands that belong together, drawn as wide as they last. `sure` is the share that it takes at the least."""

    kind: str
    caption: str
    range: str
    style: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer. Without bars it is a sentence alone: it never happens."""

    key: str
    title: str
    bars: tuple[Bar, ...] = ()
    rows: tuple[Row, ...] = ()
    note: str = ""
    case: str = ""  # what it took in this run
    id: str = ""  # of the case, which changes while the page is open


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the back-off ladder."""

    name: str
    wait: str
    range: str
    style: str
    now: bool


@dataclass(frozen=True, slots=True)
class Ladder:
    rungs: tuple[Rung, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of one container before it runs."""

    name: str
    main: Shown
    more: tuple[Shown, ...]
    ladder: Ladder | None


@dataclass(frozen=True, slots=True)
class Panel:
    """All cards of a Pod."""

    cards: tuple[Card, ...]
    start: Shown | None = None  # of the whole Pod, if its containers wait for each other

    @property
    def cases(self) -> str:
        """What changes while the page is open, as a list of selectors."""
        return ",".join(f"#{answer.id}" for card in self.cards for answer in (card.main, *card.more) if answer.bars)


GROUPS = {
    What.NEXT_ATTEMPT: "probe", What.MORE_ATTEMPTS: "probe", What.ANSWER: "probe", What.FIRST_ATTEMPT: "probe",
    What.PRE_STOP: "hook", What.POST_START: "hook", What.GRACE: "stop", What.STOP: "stop",
    What.RUN: "run", What.CONTAINER: "run",
}  # fmt: skip
ORDER = (Question.HANG, Question.CRASH, Question.TRAFFIC, Question.READY, Question.BUDGET)


def panel(
    answers: PodAnswers, line: LineOf, cases: Mapping[str, Mapping[Question, int]], waits: Mapping[str, int]
) -> Panel:
    """`cases` are what the run took, and `waits` the back-offs that last right now, by container."""
    cards = tuple(
        _card(container, line, cases.get(container.name, {}), waits.get(container.name, -1))
        for container in answers.containers
    )
    several = len(answers.budget.parts) > 1
    return Panel(cards, shown(answers.budget, "", line) if several else None)


def _card(container: ContainerAnswers, line: LineOf, cases: Mapping[Question, int], wait_ms: int) -> Card:
    by_question = {answer.question: answer for answer in container.answers}
    every = [_of(container, by_question[question], line, cases.get(question)) for question in ORDER]
    every.sort(key=lambda answer: not answer.bars)  # what never happens comes last
    restarts = not container.crash.never
    return Card(container.name, every[0], tuple(every[1:]), _ladder(container, wait_ms) if restarts else None)


def _of(container: ContainerAnswers, answer: Answer, line: LineOf, case: int | None) -> Shown:
    made = shown(answer, container.name, line, deaf=container.deaf)
    case_text = "" if case is None or answer.never else _("This time %(time)s") % {"time": exact(case)}
    ident = f"case-{container.name}-{answer.question}"
    return Shown(made.key, made.title, made.bars, made.rows, note(answer, container), case_text, ident)


def one(container: ContainerAnswers, question: Question, line: LineOf, case: int | None) -> Shown | None:
    """The answer to one question, beside a case of it; None where there is none."""
    answer = next(answer for answer in container.answers if answer.question is question)
    return None if answer.never else _of(container, answer, line, case)


def shown(answer: Answer, name: str, line: LineOf, *, deaf: bool = False) -> Shown:
    head = title(answer, name, between(answer.span), amount(answer.span.least), _most(answer.span))
    if answer.never and not answer.parts:
        return Shown(answer.question, head)
    rows = tuple(_row(part, line, deaf=deaf) for part in answer.parts)
    return Shown(answer.question, head, _bars(answer, deaf=deaf), rows)


def _row(part: Part, line: LineOf, *, deaf: bool) -> Row:
    product = f"{part.count} × {exact(part.each_ms)}" if part.count else ""
    fields = tuple(Field(field.rpartition(".")[2], line(field)) for field in part.fields)
    return Row(what(part, deaf=deaf), product, between(part.span, tenths=True), fields)


def _bars(answer: Answer, *, deaf: bool) -> tuple[Bar, ...]:
    groups: list[tuple[str, list[Part]]] = []
    for part in answer.parts:
        group = GROUPS.get(part.what, "kubelet")
        if groups and groups[-1][0] == group and group != "run":
            groups[-1][1].append(part)
        else:
            groups.append((group, [part]))
    return tuple(_bar(group, parts, deaf=deaf) for group, parts in groups)


def _bar(group: str, parts: list[Part], *, deaf: bool) -> Bar:
    span = sum((part.span for part in parts), Span(0, 0))
    open_end = span.greatest is None
    longest = max(span.least, 1) if span.greatest is None else max(span.greatest, 1)
    sure = 0.5 if open_end else span.least / longest
    style = f"--w:{longest / 1000:.3g};--sure:{sure:.3g}"
    kind = f"{group} open" if open_end else group
    return Bar(kind, caption(group, parts, deaf=deaf), between(span), style)


def _ladder(container: ContainerAnswers, wait_ms: int) -> Ladder:
    longest = container.waits[-1].delay_ms
    rungs = tuple(_rung(wait, longest, now=wait.delay_ms == wait_ms) for wait in container.waits)
    texts = [_("It begins anew after %(time)s without an end.") % {"time": duration(RESET_MS)}]
    if container.life_ms is not None:
        texts.append(
            _("A kill by a probe waits only if the back-off is longer than one life, here %(life)s or more.")
            % {"life": amount(container.life_ms)}
        )
    return Ladder(rungs, " ".join(texts))


def _rung(wait: Wait, longest: int, *, now: bool) -> Rung:
    name = _("exit %(n)s") % {"n": wait.number}
    word = duration(wait.delay_ms) if wait.delay_ms else _("at once")
    return Rung(name, word, between(wait.restart), f"--share:{wait.delay_ms / longest:.3g}", now)


# ---- times


def between(span: Span, *, tenths: bool = False) -> str:
    """A range is a range; its ends are rounded away from each other."""
    if span.greatest is None:
        return _("%(least)s and more") % {"least": amount(span.least, tenths=tenths)}
    if span.least == span.greatest:
        return exact(span.least)
    if span.greatest >= LONG_MS:
        least, greatest = duration(span.least // 1000 * 1000), amount(span.greatest, up=True)
    else:
        least = amount(span.least, tenths=tenths).removesuffix(" s")
        greatest = amount(span.greatest, up=True, tenths=tenths)
    return _("%(least)s to %(greatest)s") % {"least": least, "greatest": greatest}


def _most(span: Span) -> str:
    return "" if span.greatest is None else amount(span.greatest, up=True)


def amount(ms: int, *, up: bool = False, tenths: bool = False) -> str:
    """Tenths of a second below ten seconds, then whole seconds, then as Kubernetes writes a duration."""
    unit = 100 if tenths or ms < TENTHS_BELOW_MS else 1000
    rounded = (ceil if up else floor)(ms / unit) * unit
    if rounded >= LONG_MS:
        return duration(rounded)
    return f"{rounded / 1000:.10g} s"


def exact(ms: int) -> str:
    """To the tenth: 45.0 s was measured, 5 s was written."""
    if ms >= LONG_MS:
        return duration(ms)
    return f"{ms // 1000} s" if ms % 1000 == 0 else f"{ms / 1000:.1f} s"
