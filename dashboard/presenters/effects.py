"""What differs between two runs, in words: the title, the table, and the arrows between the lanes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboard.presenters.answers import between
from dashboard.presenters.manifest_diff import Changed, Diff
from dashboard.presenters.milestones import Milestones
from dashboard.presenters.timescale import clock, duration, seconds
from simulator.answers import Span

SAME_MS = 500  # what is closer is not worth a word
ROOM = 0.3  # the part of the axis that an arrow's words need


@dataclass(frozen=True, slots=True)
class Number:
    """A row of the table."""

    label: str
    note: str
    a: str
    b: str
    difference: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """The same happened in both, at different times; or in one of them only, and then it is a point."""

    label: str
    style: str
    kind: str  # back, forth: where the second is; only


def numbers(a: Milestones, b: Milestones) -> tuple[Number, ...]:
    return tuple(_numbers(a, b))


def _numbers(a: Milestones, b: Milestones) -> Iterator[Number]:
    if a.broken is not None or b.broken is not None:
        label, note = _("From broken to running again"), _("from the manifest alone")
        yield Number(label, note, _range(a.broken), _range(b.broken), _ranges(a, b))
    yield _moment(_("Ready for the first time"), a.first_ready, b.first_ready)
    yield _moment(_("First restart"), a.first_restart, b.first_restart)
    if a.first_back_off is not None or b.first_back_off is not None:
        yield _moment(_("CrashLoopBackOff first seen"), a.first_back_off, b.first_back_off)
    more = len(b.restarts) - len(a.restarts)
    yield Number("RESTARTS", "", str(len(a.restarts)), str(len(b.restarts)), _count(more))
    note = _("the API server had the Pod Ready")
    yield Number(_("Time ready"), note, duration(a.ready_ms), duration(b.ready_ms), _longer(b.ready_ms - a.ready_ms))
    note = _("a main container was not running")
    yield Number(_("Time down"), note, duration(a.down_ms), duration(b.down_ms), _longer(b.down_ms - a.down_ms))


def _range(span: Span | None) -> str:
    return between(span) if span is not None else _("never")


def _ranges(a: Milestones, b: Milestones) -> str:
    """How far both ends of the range move: no average of it."""
    if a.broken is None or b.broken is None or a.broken.greatest is None or b.broken.greatest is None:
        return ""
    moves = sorted((b.broken.least - a.broken.least, b.broken.greatest - a.broken.greatest))
    if moves[1] - moves[0] < SAME_MS:
        return _sooner(moves[0])
    if moves[0] < 0 < moves[1]:
        return _("one end sooner, the other later")
    later = moves[1] > 0
    least, most = sorted((abs(moves[0]), abs(moves[1])))
    template = _("%(time)s later") if later else _("%(time)s sooner")
    return template % {"time": between(Span(least, most))}


def _moment(label: str, a: int | None, b: int | None) -> Number:
    difference = _sooner(b - a) if a is not None and b is not None else ""
    return Number(label, "", _at(a), _at(b), difference)


def _at(ms: int | None) -> str:
    return clock(ms) if ms is not None else _("never")


def _count(more: int) -> str:
    if not more:
        return _("the same")
    template = _("%(n)s more") if more > 0 else _("%(n)s fewer")
    return template % {"n": abs(more)}


def _sooner(ms: int) -> str:
    if abs(ms) < SAME_MS:
        return _("the same")
    template = _("%(time)s later") if ms > 0 else _("%(time)s sooner")
    return template % {"time": duration(abs(ms))}


def _longer(ms: int) -> str:
    if abs(ms) < SAME_MS:
        return _("the same")
    template = _("%(time)s more") if ms > 0 else _("%(time)s less")
    return template % {"time": duration(abs(ms))}


# ---- arrows


def arrows(a: Milestones, b: Milestones, shift_ms: int, span_ms: int) -> tuple[Arrow, ...]:
    """`shift_ms`: how much later the second run is drawn than it was; `span_ms`: how long the axis is."""
    pairs = (
        (_("First ready"), a.first_ready, b.first_ready),
        _restart(a, b),
        ("CrashLoopBackOff", a.first_back_off, b.first_back_off),
        (_("End of the Pod"), a.ended, b.ended),
    )
    return tuple(arrow for pair in pairs if (arrow := _arrow(*pair, shift_ms, span_ms)) is not None)


def _restart(a: Milestones, b: Milestones) -> tuple[str, int | None, int | None]:
    """The first restart that comes at another time, or in one of them only."""
    pairs = list(zip_longest(a.restarts, b.restarts))
    for number, (ours, theirs) in enumerate(pairs, 1):
        if ours is None or theirs is None or _differ(ours, theirs):
            return _("Restart %(n)s") % {"n": number}, ours, theirs
    return "", None, None


def _arrow(label: str, a: int | None, b: int | None, shift_ms: int, span_ms: int) -> Arrow | None:
    if a is None and b is None:
        return None
    if a is None or b is None:
        side, at = ("A", a) if b is None else ("B", (b or 0) + shift_ms)
        text = _("%(what)s only in %(side)s") % {"what": label, "side": side}
        return Arrow(
            text,
            f"--t:{seconds(at or 0)};--e:{seconds(at or 0)}",
            f"only {'before' if (at or 0) > span_ms * (1 - ROOM) else 'beside'}",
        )
    if abs(b - a) < SAME_MS:
        return None
    words = _("%(what)s: %(difference)s") % {"what": label, "difference": _sooner(b - a)}
    ends = sorted((a, b + shift_ms))
    kind = "only" if b + shift_ms == a else "back" if b + shift_ms < a else "forth"
    if ends[1] - ends[0] < span_ms * ROOM:
        kind += " before" if ends[1] > span_ms * (1 - ROOM) else " beside"  # where its words stand
    return Arrow(words, f"--t:{seconds(ends[0])};--e:{seconds(ends[1])}", kind)


# ---- the title


def title(diff: Diff, a: Milestones, b: Milestones) -> str:
    """The change named by its effect, in one sentence."""
    effects = _effects(a, b)
    change = _change(diff)
    if not effects:
        words = {"change": change, "time": duration(b.until_ms)}
        return _("%(change)s, nothing differs in the first %(time)s") % words
    return _("%(change)s, %(name)s %(effects)s") % {"change": change, "name": b.name, "effects": _listed(effects)}


def strangers(a: Milestones, b: Milestones) -> str:
    """The same of two that have nothing to do with each other: nobody changed anything."""
    effects = _effects(a, b)
    if not effects:
        return _("A and B do the same in the first %(time)s") % {"time": duration(b.until_ms)}
    return _("Compared with A, B %(effects)s") % {"effects": _listed(effects)}


def _listed(effects: list[str]) -> str:
    if len(effects) == 1:
        return effects[0]
    return _("%(first)s and %(second)s") % {"first": effects[0], "second": effects[1]}


def _change(diff: Diff) -> str:
    if diff.only is not None:
        return changed_words(diff.only)
    if not diff.count:
        return _("With the same manifest")
    return ngettext("With %(n)s line changed", "With %(n)s lines changed", diff.count) % {"n": diff.count}


def changed_words(only: Changed) -> str:
    if only.long:
        return _("With another %(key)s") % {"key": only.key}
    if only.old and only.new:
        return _("With %(key)s %(new)s instead of %(old)s") % {"key": only.key, "new": only.new, "old": only.old}
    template = _("Without %(key)s %(value)s") if only.old else _("With %(key)s %(value)s")
    return (template % {"key": only.key, "value": only.old or only.new}).strip()


def _effects(a: Milestones, b: Milestones) -> list[str]:
    """The two that matter most."""
    found = [words for words in (_restarts(a, b), _backs_off(a, b), _gets_ready(a, b)) if words][:2]
    if len(found) < 2 and (often := _how_often(a, b)):
        # Where it also restarts at another time the verb is said once, and both have been told.
        return [often] if _restarts(a, b) else [*found, often]
    return [*found, *filter(None, [_stays_ready(a, b)])][:2]


def _moved(before: int | None, after: int | None, gone: str, new: str, moved: str) -> str:
    """What became of the first of something: in other words if it is `gone`, is `new`, or has `moved`."""
    if after is None:
        return "" if before is None else gone
    if before is None:
        return new
    return moved % {"difference": _sooner(after - before)} if _differ(before, after) else ""


def _restarts(a: Milestones, b: Milestones) -> str:
    gone, new, moved = _("does not restart any more"), _("restarts now"), _("restarts %(difference)s")
    return _moved(a.first_restart, b.first_restart, gone, new, moved)


def _how_often(a: Milestones, b: Milestones) -> str:
    """With the time of the first, if that differs, too. Nothing if only one of them restarts: that says it all."""
    more = len(b.restarts) - len(a.restarts)
    if not more or not a.restarts or not b.restarts:
        return ""
    count = _count(more)
    if not _restarts(a, b):
        return ngettext("restarts %(count)s time", "restarts %(count)s times", abs(more)) % {"count": count}
    first = _sooner(b.restarts[0] - a.restarts[0])
    words = ngettext("restarts %(first)s, and %(count)s time", "restarts %(first)s, and %(count)s times", abs(more))
    return words % {"first": first, "count": count}


def _backs_off(a: Milestones, b: Milestones) -> str:
    return _moved(a.first_back_off, b.first_back_off, "", "", _("backs off %(difference)s"))


def _gets_ready(a: Milestones, b: Milestones) -> str:
    gone, new, moved = _("is never ready"), _("becomes ready"), _("is ready %(difference)s")
    return _moved(a.first_ready, b.first_ready, gone, new, moved)


def _stays_ready(a: Milestones, b: Milestones) -> str:
    if not _differ(a.ready_ms, b.ready_ms):
        return ""
    return _("is ready for %(difference)s") % {"difference": _longer(b.ready_ms - a.ready_ms)}


def _differ(a: int, b: int) -> bool:
    return abs(a - b) >= SAME_MS
