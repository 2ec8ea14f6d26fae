"""Patches, worked out here and sent as whole objects: merge, JSON, strategic, and the three-way merge of `apply`.

Strategic means that some lists are maps in disguise: containers are matched by name, ports by number, mounts by path.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from simulator.history import Json
from simulator.kubectl.errors import CommandError

# Lists whose items are matched by a key, as the patchMergeKey tags of the API types say; others are replaced whole.
MERGE_KEYS: dict[str, str] = {
    "containers": "name",
    "initContainers": "name",
    "ephemeralContainers": "name",
    "env": "name",
    "ports": "containerPort",
    "volumes": "name",
    "volumeMounts": "mountPath",
    "volumeDevices": "devicePath",
    "imagePullSecrets": "name",
    "hostAliases": "ip",
    "topologySpreadConstraints": "topologyKey",
    "resourceClaims": "name",
    "schedulingGates": "name",
    "conditions": "type",
    "containerStatuses": "name",
    "ownerReferences": "uid",
    "secrets": "name",
    "taints": "key",
    "addresses": "type",
}

# Lists of plain words that are merged, not replaced.
_MERGED_SETS = {"finalizers"}

# Maps, and lists of maps, of which nothing stays that is not given (patchStrategy `retainKeys`).
_RETAINED = {"strategy", "volumes", "resourceClaims"}


class PatchError(ValueError):
    """A patch that does not fit the object."""


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7386: maps are merged, null removes, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge_patch(result.get(key), value)
    return result


def overridden(obj: Json, text: str, kind: str) -> Json:
    """What `--overrides` makes of a generated object. Models kubectl pkg/cmd/util/override_options.go."""
    if not text:
        return obj
    try:
        change = json.loads(text)
    except ValueError as error:
        raise CommandError(
            f"Invalid JSON Patch: {error}" if kind == "json" else f"invalid --overrides: {error}"
        ) from None
    match kind:
        case "json":
            return json_patch(obj, change)
        case "merge":
            return dict(merge_patch(obj, change))
        case "strategic":
            return dict(strategic_patch(obj, change))
        case _:
            raise CommandError(f"invalid override type: {kind}")


def json_patch(target: Json, operations: Sequence[Json]) -> Json:
    """RFC 6902: add, remove, replace, copy, move and test."""
    result: Any = target
    for operation in operations:
        path = _pointer(str(operation.get("path", "")))
        match operation.get("op"):
            case "add":
                result = _put(result, path, operation.get("value"), insert=True)
            case "replace":
                _at(result, path)
                result = _put(result, path, operation.get("value"), insert=False)
            case "remove":
                result = _remove(result, path)
            case "copy":
                result = _put(result, path, _at(result, _pointer(str(operation["from"]))), insert=True)
            case "move":
                source = _pointer(str(operation["from"]))
                value = _at(result, source)
                result = _put(_remove(result, source), path, value, insert=True)
            case "test":
                if _at(result, path) != operation.get("value"):
                    raise PatchError(f"testing path {operation['path']} failed")
            case other:
                raise PatchError(f"Unexpected kind: {other}")
    return dict(result)


def _pointer(text: str) -> list[str]:
    if text and not text.startswith("/"):
        raise PatchError(f"invalid path: {text}")
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


def _at(target: Any, path: Sequence[str]) -> Any:
    for part in path:
        try:
            target = target[int(part)] if isinstance(target, list) else target[part]
        except (KeyError, IndexError, ValueError, TypeError):
            raise PatchError(f"doc is missing path: /{'/'.join(path)}: missing value") from None
    return target


def _put(target: Any, path: Sequence[str], value: Any, *, insert: bool) -> Any:
    if not path:
        return value
    part, rest = path[0], path[1:]
    if isinstance(target, list):
        items = list(target)
        place = len(items) if part == "-" else int(part)
        if not rest and insert:
            items.insert(place, value)
        else:
            items[place] = _put(items[place], rest, value, insert=insert)
        return items
    if not isinstance(target, dict) or (rest and part not in target):
        raise PatchError(f"doc is missing path: /{'/'.join(path)}: missing value")
    return {**target, part: _put(target.get(part), rest, value, insert=insert)}


def _remove(target: Any, path: Sequence[str]) -> Any:
    _at(target, path)
    part, rest = path[0], path[1:]
    if rest:
        child = _remove(_at(target, [part]), rest)
        return _put(target, [part], child, insert=False)
    if isinstance(target, list):
        return [item for place, item in enumerate(target) if place != int(part)]
    return {key: value for key, value in target.items() if key != part}


def strategic_patch(target: Any, patch: Any, field: str = "") -> Any:
    """Models apimachinery pkg/util/strategicpatch StrategicMergePatch."""
    if isinstance(patch, dict):
        return _strategic_map(target if isinstance(target, dict) else {}, patch)
    key = _merge_key(field, patch)
    if isinstance(patch, list) and key:
        return _strategic_list(target or [], patch, key)
    if isinstance(patch, list) and field in _MERGED_SETS:
        both = dict.fromkeys([*(target or []), *patch])
        return _interleaved([item for item in both if item not in patch], patch, target or [])
    return patch


def _strategic_map(target: Json, patch: Json) -> Json | None:
    directive, kept = patch.get("$patch"), patch.get("$retainKeys")
    if directive == "delete":
        return None
    rest = {key: value for key, value in patch.items() if not key.startswith("$")}
    if directive == "replace":
        return rest
    result = {key: value for key, value in target.items() if kept is None or key in kept}
    for key, value in rest.items():
        merged = None if value is None else strategic_patch(result.get(key), value, key)
        if merged is None:
            result.pop(key, None)
        else:
            result[key] = merged
    for name, gone in patch.items():
        field = name.removeprefix("$deleteFromPrimitiveList/")
        if field != name and field in result:
            result[field] = [item for item in result[field] if item not in gone]
    return result


def _strategic_list(target: Sequence[Json], patch: Sequence[Json], key: str) -> list[Json]:
    given = [item for item in patch if "$patch" not in item]
    if any(item.get("$patch") == "replace" for item in patch):
        return given
    gone = [item.get(key) for item in patch if item.get("$patch") == "delete"]
    live = [item for item in target if item.get(key) not in gone]
    now = {item.get(key): item for item in live}
    merged = {item.get(key): strategic_patch(now.get(item.get(key), {}), item) for item in given}
    untouched = [item for item in live if item.get(key) not in merged]
    return _interleaved(untouched, list(merged.values()), live, key)


def _interleaved(left: Sequence[Any], right: Sequence[Any], order: Sequence[Any], key: str = "") -> list[Any]:
    """What only the live list has, and what the patch has. Models mergeSortedSlice.

    Both keep their order. What is new in the patch does not wait for what is only in the live list.
    """

    def name(item: Any) -> Any:
        return item.get(key) if key else item

    places = {name(item): place for place, item in reversed(list(enumerate(order)))}
    result, waiting = [], list(left)
    for item in right:
        place = places.get(name(item), -1)
        while waiting and places[name(waiting[0])] < place:
            result.append(waiting.pop(0))
        result.append(item)
    return result + waiting


def _merge_key(field: str, items: Any) -> str:
    """A Service's ports are keyed by `port`, a container's by `containerPort`."""
    key = MERGE_KEYS.get(field, "")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return ""
    if key == "containerPort" and items and "containerPort" not in items[0]:
        return "port"
    return key


def three_way_merge(original: Any, given: Any, live: Any, field: str = "") -> Any:
    """What `apply` makes of the live object: all that is given, minus what was given last time and no longer is.

    Models apimachinery pkg/util/strategicpatch CreateThreeWayMergePatch and its application.
    """
    if isinstance(given, dict):
        merged = _three_way_map(original if isinstance(original, dict) else {}, given, live)
        return {name: merged[name] for name in merged if name in given} if field in _RETAINED else merged
    key = _merge_key(field, given)
    if isinstance(given, list) and key and isinstance(live, list):
        return _three_way_list(original or [], given, live, key, field)
    if field in _MERGED_SETS and isinstance(given, list):
        return [*given, *(item for item in live or () if item not in given and item not in (original or ()))]
    return given


def _three_way_map(was: Json, given: Json, live: Any) -> Json:
    result = {key: value for key, value in live.items() if key in given or key not in was} if live else {}
    for key, value in given.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = three_way_merge(was.get(key), value, result.get(key), key)
    return result


def _three_way_list(
    original: Sequence[Json], given: Sequence[Json], live: Sequence[Json], key: str, field: str
) -> list[Json]:
    before, now = ({item.get(key): item for item in items} for items in (original, live))
    inside = field if field in _RETAINED else ""
    wanted = [three_way_merge(before.get(item.get(key)), item, now.get(item.get(key)), inside) for item in given]
    names = {item.get(key) for item in given}
    kept = [item for item in live if item.get(key) not in names and item.get(key) not in before]
    # Upstream takes items away and adds new ones within the live list: where some went, as many new ones have a place.
    stayed = [item for item in live if item.get(key) in names or item.get(key) not in before]
    order = [*stayed, *(item for item in wanted if item.get(key) not in now)][: len(live)]
    return _interleaved(kept, wanted, order, key)
