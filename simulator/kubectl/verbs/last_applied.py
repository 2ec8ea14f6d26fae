"""`kubectl apply view-last-applied` and `set-last-applied`. Models kubectl pkg/cmd/apply."""

from __future__ import annotations

import json

from simulator.containers.syscalls import Routine
from simulator.kubectl.call import Call
from simulator.kubectl.describe.writer import LAST_APPLIED
from simulator.kubectl.errors import CommandError, UsageError, raise_all
from simulator.kubectl.output import as_yaml
from simulator.kubectl.targets import Wish, find_targets
from simulator.kubectl.verbs.apply import documents, with_last_applied


def view(call: Call) -> Routine[int]:
    """What an object said when it was applied last."""
    how = call.arguments.text("output")
    if how not in ("json", "yaml"):
        words = f"Unexpected -o output mode: {how}, the flag 'output' must be one of yaml|json"
        raise UsageError("apply view-last-applied", words)
    wish = Wish(select_all=call.arguments.truth("all"))
    found = yield from find_targets(call, call.arguments.args, wish)
    raise_all(found.errors)
    for target in found.targets:
        text = (target.object["metadata"].get("annotations") or {}).get(LAST_APPLIED, "")
        if not text:
            raise CommandError(f"no last-applied-configuration annotation found on resource: {target.name}\n")
        given = json.loads(text)
        yield from call.out(as_yaml(given) if how == "yaml" else json.dumps(given, indent=2, ensure_ascii=False) + "\n")
    return 0


def put(call: Call) -> Routine[int]:
    """Write down what a file says as applied, and change nothing else."""
    errors: list[Exception] = []
    for target in (yield from documents(call, errors)):
        live = call.latest(target).object
        annotations = live["metadata"].get("annotations") or {}
        before, text = annotations.get(LAST_APPLIED), with_last_applied(target.object)["metadata"]["annotations"]
        if before is None and not call.arguments.truth("create-annotation"):
            raise CommandError(
                f"no last-applied-configuration annotation found on resource: {target.name}, to create the annotation, "
                "run the command with --create-annotation"
            )
        if before == text[LAST_APPLIED]:
            yield from call.out(f"set-last-applied {target.name}: no changes required.\n")
            continue
        meta = {**live["metadata"], "annotations": {**annotations, LAST_APPLIED: text[LAST_APPLIED]}}
        wanted = {**live, "metadata": meta}
        yield from call.report(target, "configured", call.replace(wanted))
    raise_all(errors)
    return 0
