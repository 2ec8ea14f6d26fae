"""`kubectl create quota`. Models kubectl pkg/cmd/create/create_quota.go."""

from __future__ import annotations

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call
from simulator.kubectl.errors import CommandError
from simulator.kubectl.verbs.create import create_object, only_name
from simulator.objects import QuantityFault, parse_quantity

FLAGS = "hard:list scopes:list"


def run(call: Call) -> Routine[int]:
    """`create quota NAME --hard=pods=3,requests.cpu=1 --scopes=BestEffort`."""
    only_name(call)
    spec: Json = {}
    if hard := dict(_amount(text) for text in call.arguments.texts("hard") if text):
        spec["hard"] = hard
    if scopes := call.arguments.texts("scopes"):
        if "" in scopes:
            raise CommandError('invalid resource quota scope ""')
        spec["scopes"] = scopes
    obj: Json = {"apiVersion": "v1", "kind": "ResourceQuota", "spec": spec}
    return (yield from create_object(call, obj, "failed to create quota: "))


def _amount(text: str) -> tuple[str, str]:
    name, equals, amount = text.partition("=")
    if not equals or "=" in amount:
        raise CommandError(f"Invalid argument syntax {text}, expected <resource>=<value>")
    try:
        return name, parse_quantity(amount).text
    except QuantityFault as fault:
        raise CommandError(str(fault)) from None
