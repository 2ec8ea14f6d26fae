"""What a form may ask of a cluster, read and checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from dashboard.debugging import copy_line, debugger_line, leave_line
from dashboard.presenters.texts import translated
from dashboard.reading import LONGEST, BadRequestError, Form, read_number, read_text
from dashboard.state import SPEEDS
from simulator.objects import read_node

LONGEST_MANIFEST = 256_000
CAPACITY = ("cpu", "memory", "pods")  # of a node, as far as the form asks for it
SIGNALS = frozenset({"HUP", "INT", "QUIT", "KILL", "USR1", "USR2", "TERM", "STOP", "CONT"})

Data = dict[str, Any]


def read_speed(form: Form) -> int:
    speed = read_number(form, "speed")
    if speed not in SPEEDS:
        raise BadRequestError(_("No such speed."))
    return speed


def read_action(verb: str, form: Form) -> tuple[str, Data]:
    """The verb and the data of an action, as the simulator takes it."""
    if verb in LINES:
        return "node", {"command": LINES[verb](form)}
    reader = READERS.get(verb)
    if reader is None:
        raise BadRequestError(_("No such action."))
    return verb, reader(form)


def _apply(form: Form) -> Data:
    return {"manifest": read_text(form, "manifest", LONGEST_MANIFEST)}


def _delete(form: Form) -> Data:
    kind = form.get("kind", "").lower() or "pods"
    plural = kind if kind.endswith("s") else f"{kind}s"
    data: Data = {"kind": plural, "name": read_text(form, "name"), **_namespace(form)}
    if form.get("grace_seconds"):
        data["grace_seconds"] = read_number(form, "grace_seconds")
    if form.get("force"):
        data["force"] = True
    return data


def _exec(form: Form) -> Data:
    where = {"pod": read_text(form, "pod"), **_container(form), **_namespace(form)}
    return {**where, "command": read_text(form, "command")}


def _node(form: Form) -> Data:
    return {"command": read_text(form, "command")}


def _kill(form: Form) -> Data:
    signal = form.get("signal", "TERM").removeprefix("SIG")
    if signal not in SIGNALS:
        raise BadRequestError(_("No such signal."))
    data = {"pod": read_text(form, "pod"), "container": read_text(form, "container"), **_namespace(form)}
    return {**data, "signal": f"SIG{signal}"}


def _join(form: Form) -> Data:
    """A node as a scenario's header describes it; labels and taints are separated by commas."""
    data: Data = {"name": read_text(form, "name")} if form.get("name", "").strip() else {}
    labels, taints = _parts(form, "labels"), _parts(form, "taints")
    if labels:
        pairs = [label.partition("=") for label in labels]
        if not all(equals for _key, equals, _value in pairs):
            raise BadRequestError(_("A label is key=value."))
        data["labels"] = {key.strip(): value.strip() for key, _equals, value in pairs}
    if taints:
        data["taints"] = taints
    if capacity := {name: form[name].strip() for name in CAPACITY if form.get(name, "").strip()}:
        data["capacity"] = capacity
    try:
        read_node(data, ())
    except ValueError as error:
        raise BadRequestError(translated(error.args[0])) from None
    return data


def _parts(form: Form, name: str) -> list[str]:
    return [part.strip() for part in form.get(name, "")[:LONGEST].split(",") if part.strip()]


def _namespace(form: Form) -> Data:
    return {"namespace": form["namespace"]} if form.get("namespace") else {}


def _container(form: Form) -> Data:
    return {"container": form["container"]} if form.get("container") else {}


READERS: dict[str, Callable[[Form], Data]] = {
    "apply": _apply,
    "delete": _delete,
    "exec": _exec,
    "join": _join,
    "node": _node,
    "kill": _kill,
}

# What is a line for the shell of the node.
LINES: dict[str, Callable[[Form], str]] = {"debug": debugger_line, "copy": copy_line, "leave": leave_line}
