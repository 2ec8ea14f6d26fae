"""What happened in two or three words, for the last row of a room."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from dashboard.presenters.signals import EFFECTS
from dashboard.presenters.story import command_of
from dashboard.presenters.timescale import duration
from simulator.history import Action, Entry, Fact, Revision

LONGEST = 28  # characters of a command


def brief(entry: Entry) -> str:
    """ "" if it is not worth a step."""
    if isinstance(entry, Action):
        return _("Pod applied") if entry.verb == "apply" else _cut(command_of(entry))
    if isinstance(entry, Revision):
        return _revision(entry)
    make = _FACTS.get(entry.kind)
    return make(entry) if make else ""


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _revision(entry: Revision) -> str:
    if entry.kind != "pods":
        return ""
    if entry.verb == "ADDED":
        return _("Pod made")
    if entry.verb == "DELETED":
        return _("Pod gone")
    return _("Pod deleted") if entry.object["metadata"].get("deletionTimestamp") else ""


def _probe(fact: Fact) -> str:
    data = fact.data
    if data.get("result") == "failure":
        return _("%(count)s of %(of)s failed") % {"count": data.get("count"), "of": data.get("threshold")}
    return _("%(probe)s passed") % {"probe": data.get("probe")} if data.get("changed") else ""


def _signal(fact: Fact) -> str:
    name, effect = str(fact.data.get("signal", "")), str(fact.data.get("effect", ""))
    if effect == "killed":
        return name
    return _("%(signal)s, %(effect)s") % {"signal": name, "effect": EFFECTS.get(effect, effect)}


def _exit(fact: Fact) -> str:
    code = fact.data.get("code")
    return _("SIGKILL, exit %(code)s") % {"code": code} if code == 137 else _("exit %(code)s") % {"code": code}


def _container(fact: Fact) -> str:
    if fact.data.get("phase") != "started":
        return ""
    number = fact.data.get("restart")
    return _("restart %(number)s") % {"number": number} if number else _("%(app)s started") % {"app": fact.container}


def _process(fact: Fact) -> str:
    argv = fact.data.get("argv")
    return _cut(" ".join(map(str, argv)) if argv else str(fact.data.get("command", "")))


def _file(fact: Fact) -> str:
    words = {"removed": _("file removed"), "created": _("file created"), "changed": _("file changed")}
    return words.get(str(fact.data.get("change")), "")


def _backoff(fact: Fact) -> str:
    return _("waits %(time)s") % {"time": duration(int(fact.data.get("wait_ms", 0)))}


def _pull(fact: Fact) -> str:
    words = {"start": _("image pulled"), "failed": _("pull failed"), "done": _("image there")}
    return words.get(str(fact.data.get("phase")), "")


_FACTS: dict[str, Callable[[Fact], str]] = {
    "probe": _probe,
    "signal": _signal,
    "exit": _exit,
    "container": _container,
    "process": _process,
    "file": _file,
    "backoff": _backoff,
    "pull": _pull,
    "hook": lambda fact: str(fact.data.get("hook", "")) if fact.data.get("phase") == "start" else "",
}
