"""What a form may ask of a cluster, read and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from dashboard.state import SPEEDS

LONGEST = 10_000  # characters of a command
LONGEST_MANIFEST = 256_000
SIGNALS = frozenset({"HUP", "INT", "QUIT", "KILL", "USR1", "USR2", "TERM", "STOP", "CONT"})

Form = Mapping[str, str]
Data = dict[str, Any]


class BadRequestError(Exception):
    """The form cannot be understood; the message is for the person."""


def read_speed(form: Form) -> int:
    speed = _number(form, "speed")
    if speed not in SPEEDS:
        raise BadRequestError(_("No such speed."))
    return speed


def read_action(verb: str, form: Form) -> Data:
    """The data of an action, as the simulator takes it."""
    reader = READERS.get(verb)
    if reader is None:
        raise BadRequestError(_("No such action."))
    return reader(form)


def _apply(form: Form) -> Data:
    return {"manifest": _text(form, "manifest", LONGEST_MANIFEST)}


def _delete(form: Form) -> Data:
    kind = form.get("kind", "").lower() or "pods"
    data: Data = {"kind": kind if kind.endswith("s") else f"{kind}s", "name": _text(form, "name"), **_namespace(form)}
    if form.get("grace_seconds"):
        data["grace_seconds"] = _number(form, "grace_seconds")
    if form.get("force"):
        data["force"] = True
    return data


def _exec(form: Form) -> Data:
    return {"pod": _text(form, "pod"), **_container(form), **_namespace(form), "command": _text(form, "command")}


def _node(form: Form) -> Data:
    return {"command": _text(form, "command")}


def _kill(form: Form) -> Data:
    signal = form.get("signal", "TERM").removeprefix("SIG")
    if signal not in SIGNALS:
        raise BadRequestError(_("No such signal."))
    data = {"pod": _text(form, "pod"), "container": _text(form, "container"), **_namespace(form)}
    return {**data, "signal": f"SIG{signal}"}


def _namespace(form: Form) -> Data:
    return {"namespace": form["namespace"]} if form.get("namespace") else {}


def _container(form: Form) -> Data:
    return {"container": form["container"]} if form.get("container") else {}


READERS: dict[str, Callable[[Form], Data]] = {
    "apply": _apply,
    "delete": _delete,
    "exec": _exec,
    "node": _node,
    "kill": _kill,
}


def _text(form: Form, name: str, longest: int = LONGEST) -> str:
    value = form.get(name, "").replace("\r\n", "\n").strip()
    if not value:
        raise BadRequestError(_("“%(field)s” is missing.") % {"field": name})
    if len(value) > longest:
        raise BadRequestError(_("“%(field)s” is too long.") % {"field": name})
    return value


def _number(form: Form, name: str) -> int:
    value = form.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise BadRequestError(_("“%(field)s” must be a whole number.") % {"field": name})
    return int(value)
