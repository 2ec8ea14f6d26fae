"""`kubectl patch`. Models kubectl pkg/cmd/patch and, for what the server makes of it, apiserver handlers/patch.go."""

from __future__ import annotations

import json

import yaml

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call, Target
from simulator.kubectl.errors import CommandError, UsageError, raise_all
from simulator.kubectl.go_template import value_text
from simulator.kubectl.patches import PatchError, json_patch, merge_patch, strategic_patch
from simulator.kubectl.targets import find_targets
from simulator.objects import decode, go_quote
from simulator.objects.decode import Fault
from simulator.objects.errors import ApiError
from simulator.objects.go_types import structs


def run(call: Call) -> Routine[int]:
    """Change what the patch names and nothing else."""
    arguments = call.arguments
    text = arguments.text("patch")
    if arguments.text("patch-file"):
        text = call.read_file(arguments.text("patch-file")).decode()
    kind = arguments.text("type").lower()
    if not text:
        raise UsageError("patch", "must specify --patch or --patch-file containing the contents of the patch")
    if kind not in ("strategic", "merge", "json"):
        raise UsageError("patch", f'--type must be one of [json merge strategic], not "{kind}"')
    change = _read_patch(text, arguments.text("patch"))
    found = yield from find_targets(call, arguments.args)
    errors = list(found.errors)
    for target in found.targets:
        try:
            yield from _patch(call, target, change, kind)
        except ApiError as error:
            errors.append(error)
        except PatchError:
            # The server keeps to itself what was wrong (apiserver handlers/patch.go applyJSPatch).
            raise ApiError(422, "Invalid", "the server rejected our request due to an error in our request") from None
    raise_all(errors)
    return 0


def _patch(call: Call, target: Target, change: object, kind: str) -> Routine[None]:
    wanted = _patched(target.object, change, kind)
    name = (wanted.get("metadata") or {}).get("name", "")
    if name != target.name:
        words = f"the name of the object ({name}) does not match the name on the URL ({target.name})"
        raise ApiError(400, "BadRequest", words)
    decoded, faults = _decoded(target, wanted)
    if wrong := next((fault for fault in faults if fault.code != "unknown-field"), None):
        raise _unreadable(wrong, wanted, change, kind)
    for fault in faults:
        yield from call.err(f"Warning: {fault.message}\n")
    if faults:
        wanted = {**{key: wanted[key] for key in ("kind", "apiVersion")}, **decoded}
    wanted = call.recorded(wanted)
    subresource = call.arguments.text("subresource")
    kept = call.replace(wanted, subresource=subresource)
    yield from call.report(target, "patched" if kept != target.object else "patched (no change)", kept)


def _decoded(target: Target, wanted: Json) -> tuple[Json, list[Fault]]:
    """What the server reads, and what it does not; of some kinds only the metadata is known here."""
    if target.resource.kind in structs():
        decoded, faults = decode(wanted, target.resource.kind)
        return (decoded if faults else {}), faults
    _, faults = decode({"metadata": wanted["metadata"]}, "Pod")
    return {}, [fault for fault in faults if fault.code != "unknown-field"]


# How the server calls what JSON calls otherwise, and how it refuses to make something else of it.
_GO_KINDS = {"array": "slice", "object": "map", "number": "int64"}
_NO_RESTORING = {"map": "map from", "list": "slice from", "struct": "struct from:"}


def _unreadable(fault: Fault, wanted: Json, change: object, kind: str) -> ApiError:
    """Models applyPatchToObject, which does not go through JSON, and applyJSPatch, which does."""
    shown, why = json.dumps(wanted, separators=(",", ":"), sort_keys=True, ensure_ascii=False), fault.message
    if kind == "strategic":
        shown = value_text(change)
        if fault.code == "wrong-type":
            given = fault.message.removeprefix("json: cannot unmarshal ").partition(" ")[0]
            given = _GO_KINDS.get(given, given)
            restored = _NO_RESTORING.get(fault.wanted)
            why = f"cannot restore {restored} {given}" if restored else f"cannot convert {given} to {fault.wanted}"
    return ApiError(422, "Invalid", "", causes=[f"patch: Invalid value: {go_quote(shown)}: {why}"])


def _read_patch(text: str, shown: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or "cannot be read"
        raise CommandError(f'unable to parse "{shown}": yaml: {problem}') from None


def _patched(obj: Json, change: object, kind: str) -> Json:
    if kind == "json":
        if not isinstance(change, list):
            raise ApiError(400, "BadRequest", "json: cannot unmarshal object into Go value of type jsonpatch.Patch")
        return json_patch(obj, change)
    if not isinstance(change, dict):
        raise ApiError(400, "BadRequest", "invalid character looking for beginning of value")
    return dict(merge_patch(obj, change) if kind == "merge" else strategic_patch(obj, change))
