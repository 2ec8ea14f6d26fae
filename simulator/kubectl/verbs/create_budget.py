"""`kubectl create poddisruptionbudget`. Models kubectl pkg/cmd/create/create_pdb.go."""

from __future__ import annotations

import re

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call
from simulator.kubectl.errors import CommandError
from simulator.kubectl.selector_text import parse_selector
from simulator.kubectl.verbs.create import create_object, only_name

FLAGS = "min-available max-unavailable selector"
_FIELDS = {"min-available": "minAvailable", "max-unavailable": "maxUnavailable"}


def run(call: Call) -> Routine[int]:
    """`create pdb NAME --selector=app=web --min-available=50%`."""
    only_name(call)
    given = {flag: call.arguments.text(flag) for flag in _FIELDS if call.arguments.text(flag)}
    _check(call, given)
    ((flag, amount),) = given.items()
    labels = {each.key: each.values[0] for each in parse_selector(call.arguments.text("selector")) if each.values}
    spec = {_FIELDS[flag]: amount if amount.endswith("%") else int(amount), "selector": {"matchLabels": labels}}
    obj: Json = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "spec": spec}
    return (yield from create_object(call, obj, "failed to create poddisruptionbudgets: "))


def _check(call: Call, given: dict[str, str]) -> None:
    """Models Validate."""
    if not call.arguments.text("selector"):
        raise CommandError("a selector must be specified")
    if not given:
        raise CommandError("one of min-available or max-unavailable must be specified")
    if len(given) > 1:
        raise CommandError("min-available and max-unavailable cannot be both specified")
    for flag, amount in given.items():
        if not re.fullmatch(r"[0-9]+%?", amount):
            raise CommandError(f"invalid format specified for {flag}")
