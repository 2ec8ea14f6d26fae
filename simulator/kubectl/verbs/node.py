"""`kubectl cordon` and `uncordon`. Models kubectl pkg/cmd/drain/drain.go and pkg/drain/cordon.go."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.containers.syscalls import Routine
from simulator.kubectl.call import Call, Target
from simulator.kubectl.errors import CommandError, UsageError
from simulator.kubectl.targets import MISSING
from simulator.objects.resources import resource_of


def cordon(call: Call) -> Routine[int]:
    """No new Pods on the node."""
    yield from mark(call, chosen_nodes(call), wanted=True)
    return 0


def uncordon(call: Call) -> Routine[int]:
    """New Pods again."""
    yield from mark(call, chosen_nodes(call), wanted=False)
    return 0


def chosen_nodes(call: Call) -> list[Target]:
    """Those that the command line names or selects."""
    names, resource = call.arguments.args, resource_of("nodes")
    if names and call.arguments.text("selector"):
        raise UsageError(call.verb, "error: cannot specify both a node name and a --selector option")
    if not names and not call.arguments.given("selector"):
        raise UsageError(call.verb, f"USAGE: {call.verb} NODE [flags]")
    if not names and not call.arguments.text("selector"):
        raise CommandError(MISSING)
    if not names:
        return [Target(resource, "", obj["metadata"]["name"], obj) for obj in call.objects(resource)]
    return [call.fetch(resource, name.removeprefix("node/").removeprefix("nodes/")) for name in names]


def mark(call: Call, nodes: Sequence[Target], *, wanted: bool) -> Routine[None]:
    """Make them take no new Pods, or take them again."""
    word = "cordoned" if wanted else "uncordoned"
    for node in nodes:
        spec = {key: value for key, value in (node.object.get("spec") or {}).items() if key != "unschedulable"}
        if bool((node.object.get("spec") or {}).get("unschedulable")) == wanted:
            yield from call.report(node, f"already {word}")
            continue
        if not call.dry:
            call.api.replace({**node.object, "spec": {**spec, **({"unschedulable": True} if wanted else {})}})
        yield from call.report(node, word)
