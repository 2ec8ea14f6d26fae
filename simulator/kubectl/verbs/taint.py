"""`kubectl taint nodes NODE k=v:NoSchedule`, or `k-`. Models kubectl pkg/cmd/taint."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call, Target
from simulator.kubectl.errors import CommandError, raise_all
from simulator.kubectl.targets import Wish, find_targets
from simulator.objects.errors import ApiError

FLAGS = (
    "all:bool overwrite:bool output,o template allow-missing-template-keys:bool=true dry-run=none field-manager "
    "validate"
)
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def run(call: Call) -> Routine[int]:
    """Put taints on nodes, or take them off."""
    args = list(call.arguments.args)
    first = next((i for i, arg in enumerate(args) if i and ("=" in arg or ":" in arg or arg.endswith("-"))), len(args))
    resources, words = args[:first], args[first:]
    if resources and resources[0] not in ("node", "nodes", "no"):
        raise CommandError(f"invalid resource type {resources[0]}, only node types are supported")
    if not words:
        raise CommandError("at least one taint update is required")
    added = [_parsed(word) for word in words if not word.endswith("-")]
    seen: set[tuple[str, str]] = set()
    for taint in added:
        if (taint["key"], taint["effect"]) in seen:
            shown = f"{{{taint['key']} {taint.get('value', '')} {taint['effect']} <nil>}}"
            raise CommandError(f"duplicated taints with the same key and effect: {shown}")
        seen.add((taint["key"], taint["effect"]))
    removed = [_parsed(word[:-1], effect_needed=False) for word in words if word.endswith("-")]
    if not resources[1:] and not call.arguments.truth("all") and not call.arguments.text("selector"):
        raise CommandError("one or more resources must be specified as <resource> <name>")
    found = yield from find_targets(call, resources, Wish(select_all=call.arguments.truth("all")))
    errors = list(found.errors)
    for target in found.targets:
        try:
            yield from _taint(call, target, added, removed)
        except (ApiError, CommandError) as error:
            errors.append(error)
    raise_all(errors)
    return 0


def _parsed(word: str, *, effect_needed: bool = True) -> Json:
    """`key=value:Effect`, the value and, where one is taken off, the effect being optional. Models parseTaint."""
    head, colon, effect = word.partition(":")
    key, equals, value = head.partition("=")
    if not key or (effect_needed and not colon) or ":" in effect or "=" in value:
        raise CommandError(f"invalid taint spec: {word}")
    if colon and effect not in EFFECTS:
        raise CommandError(f"invalid taint effect: {effect}, unsupported taint effect")
    return {"key": key, **({"value": value} if equals and value else {}), **({"effect": effect} if colon else {})}


def _is(taint: Json, other: Json) -> bool:
    return taint["key"] == other["key"] and other.get("effect") in (None, taint["effect"])


def _taint(call: Call, target: Target, added: Sequence[Json], removed: Sequence[Json]) -> Routine[None]:
    spec = target.object.get("spec") or {}
    before: list[Json] = list(spec.get("taints") or ())
    for gone in removed:
        if not any(_is(taint, gone) for taint in before):
            shown = ":".join(part for part in (gone["key"], gone.get("effect")) if part)
            raise CommandError(f'taint "{shown}" not found')
    known = [taint["key"] for taint in added if any(_is(old, taint) for old in before)]
    if known and not call.arguments.truth("overwrite"):
        words = "taint(s) with same effect(s) and --overwrite is false"
        raise CommandError(f"node {target.name} already has {','.join(known)} {words}")
    kept = [taint for taint in before if not any(_is(taint, other) for other in (*added, *removed))]
    rest = {key: value for key, value in spec.items() if key != "taints"}
    after = [*added, *kept]
    obj = {**target.object, "spec": {**rest, **({"taints": after} if after else {})}}
    if not call.dry:
        call.api.replace(obj)
    what = "modified" if added and removed else "tainted" if added else "untainted"
    yield from call.report(target, what, obj)
