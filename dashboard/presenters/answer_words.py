"""The words of the answers before the run."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from simulator.answers import Answer, ContainerAnswers, Part, Question, What


def title(answer: Answer, name: str, between: str, least: str, most: str) -> str:
    if answer.never and not answer.parts:
        return _never(answer, name)
    words = {"app": name, "range": between, "least": least, "most": most}
    if answer.question is Question.HANG:
        return _("Once broken, %(app)s runs again after %(range)s") % words
    if answer.question is Question.CRASH:
        return _("If its process ends, %(app)s runs again after %(range)s") % words
    if answer.question is Question.TRAFFIC:
        return _("Once broken, %(app)s gets no more traffic after %(range)s") % words
    if answer.question is Question.READY:
        return _("%(app)s is ready %(range)s after its start") % words
    if answer.question is Question.BUDGET:
        return _budget(words)
    return _("The Pod may take %(range)s to start, or it is given up") % words


def _budget(words: dict[str, str]) -> str:
    if not words["most"]:
        return _("%(app)s may take %(least)s to start; nothing says when it is stopped") % words
    return _("%(app)s may take %(least)s to start, and is stopped after %(most)s at the latest") % words


def _never(answer: Answer, name: str) -> str:
    if answer.never.endswith("restartPolicy"):
        template = _("%(app)s does not run again: restartPolicy is Never")
    elif answer.question is Question.HANG:
        template = _("If %(app)s hangs, nothing restarts it: it has no liveness probe")
    elif answer.question is Question.TRAFFIC:
        template = _("A broken %(app)s still gets traffic: it has no readiness probe")
    else:
        template = _("%(app)s may take as long as it likes to start: no probe stops it")
    return template % {"app": name}


def note(answer: Answer, container: ContainerAnswers) -> str:
    """What the answer depends on."""
    if answer.never:
        return ""
    texts = [_own_note(answer, container)]
    if not container.alone and answer.question is not Question.TRAFFIC:
        texts.append(_("Other containers of the Pod that stop or start meanwhile hold it up."))
    return " ".join(texts).strip()


def _own_note(answer: Answer, container: ContainerAnswers) -> str:
    whats = {part.what for part in answer.parts}
    if answer.question is Question.HANG and container.deaf:
        return _("SIGTERM does nothing: process 1 has no handler for it, so the whole grace passes.")
    if whats & {What.GRACE, What.STOP}:
        return _("At the least if it ends at SIGTERM at once, at the most if it ignores SIGTERM.")
    return {
        Question.READY: _(
            "If every probe passes when it is first asked. Ticks of a probe do not begin with the container."
        ),
        Question.CRASH: _("The first time. From the second end in a row on, the back-off comes on top."),
        Question.BUDGET: _(
            "Up to the first time it is safe. Failures left over from a life that ended by itself count too."
        ),
    }.get(answer.question, "")


def what(part: Part, *, deaf: bool) -> str:
    """A summand's name."""
    if part.what is What.MORE_ATTEMPTS:
        template = ngettext("%(n)s more attempt", "%(n)s more attempts", part.count)
        return template % {"n": part.count}
    if part.what is What.GRACE and deaf:
        return _("SIGTERM ignored, until SIGKILL")
    return {
        What.NEXT_ATTEMPT: _("until the next attempt"),
        What.FIRST_ATTEMPT: _("initial delay, then the next tick"),
        What.ANSWER: _("until the attempt has its result"),
        What.NOTICE: _("until the kubelet lists what runs"),
        What.SYNC: _("until the Pod's worker acts"),
        What.PRE_STOP: "preStop",
        What.GRACE: _("from SIGTERM to the exit"),
        What.STOP: _("preStop, SIGTERM, SIGKILL"),
        What.START: _("create and start, with the image on the node"),
        What.POST_START: "postStart",
        What.STATUS: _("until the API server has the status"),
        What.RUN: _("%(app)s runs to its end") % {"app": part.name},
        What.CONTAINER: _("%(app)s starts") % {"app": part.name},
    }[part.what]


def caption(group: str, parts: list[Part], *, deaf: bool) -> str:
    """What stands under a bar."""
    if group == "probe":
        return _attempts(parts)
    if group == "kubelet":
        return "kubelet"
    if group == "hook":
        return what(parts[0], deaf=deaf)
    if group == "stop":
        return _("SIGTERM ignored") if deaf else "SIGTERM"
    return parts[0].name


def _attempts(parts: list[Part]) -> str:
    more = sum(part.count for part in parts if part.what is What.MORE_ATTEMPTS)
    tries = more + any(part.what in (What.NEXT_ATTEMPT, What.FIRST_ATTEMPT) for part in parts)
    return ngettext("%(n)s attempt", "%(n)s attempts", tries) % {"n": tries}
