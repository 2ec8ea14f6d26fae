"""`kubectl diff`: what `apply` would change. Models kubectl pkg/cmd/diff/diff.go."""

from __future__ import annotations

import difflib

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call, Target
from simulator.kubectl.describe.writer import LAST_APPLIED
from simulator.kubectl.errors import raise_all
from simulator.kubectl.output import as_yaml
from simulator.kubectl.patches import three_way_merge
from simulator.kubectl.verbs.apply import documents, last_applied, live_object, with_last_applied

FLAGS = "field-manager server-side:bool force-conflicts:bool prune:bool selector,l show-managed-fields:bool"


def run(call: Call) -> Routine[int]:
    """1 if anything would change, as diff itself says it."""
    errors: list[Exception] = []
    folder, changed = call.process.pid, False
    for target in (yield from documents(call, errors)):
        resource = target.resource
        group = f"{resource.group}." if resource.group else ""
        name = f"{group}{resource.version}.{resource.kind}.{target.namespace}.{target.name}"
        paths = f"/tmp/LIVE-{folder}/{name}", f"/tmp/MERGED-{folder}/{name}"
        live = live_object(call, target)
        text = _difference(as_yaml(live) if live else "", as_yaml(_merged(target, live)), paths)
        changed = changed or bool(text)
        yield from call.out(text)
    raise_all(errors)
    return int(changed)


def _merged(target: Target, live: Json | None) -> Json:
    """The object after `apply`; what the server would fill in by itself is not known here."""
    if live is None:
        return target.object
    merged: Json = three_way_merge(last_applied(live), with_last_applied(target.object), live)
    merged |= {"metadata": _without_memory(merged["metadata"], live["metadata"])}
    merged |= {"status": live["status"]} if "status" in live else {}
    if merged.get("spec") != live.get("spec") and "generation" in live["metadata"]:
        merged = {**merged, "metadata": {**merged["metadata"], "generation": live["metadata"]["generation"] + 1}}
    return merged


def _without_memory(meta: Json, live: Json) -> Json:
    """What `apply` remembers is left out of the comparison."""
    before = {key: value for key, value in (live.get("annotations") or {}).items() if key == LAST_APPLIED}
    others = {key: value for key, value in meta["annotations"].items() if key != LAST_APPLIED}
    rest = {key: value for key, value in meta.items() if key != "annotations"}
    return rest | ({"annotations": others | before} if others or before else {})


def _difference(live: str, merged: str, paths: tuple[str, str]) -> str:
    left, right = (text.splitlines(keepends=True) for text in (live, merged))
    lines = list(difflib.unified_diff(left, right, *paths))
    return f"diff -u -N {' '.join(paths)}\n{''.join(lines)}" if lines else ""
