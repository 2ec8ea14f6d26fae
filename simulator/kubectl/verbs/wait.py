"""`kubectl wait`. Models kubectl pkg/cmd/wait."""

from __future__ import annotations

from collections.abc import Callable

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl import jsonpath
from simulator.kubectl.call import Call, Target, is_missing, milliseconds
from simulator.kubectl.errors import CommandError, raise_all
from simulator.kubectl.go_template import value_text
from simulator.kubectl.output import as_name
from simulator.kubectl.targets import Wish, find_targets
from simulator.kubectl.verbs.delete import watch_one
from simulator.objects.errors import ApiError

_DAY_MS = 24 * 3_600_000
_CREATE_POLL_MS = 500

Check = Callable[[Json], bool]


def run(call: Call) -> Routine[int]:
    """One object after the other, all within the one time limit."""
    arguments = call.arguments
    limit = milliseconds(arguments.text("timeout"))
    until = call.now + (7 * _DAY_MS if limit < 0 else limit)
    wanted = arguments.text("for")
    if wanted.lower() in ("delete", "create"):
        yield from _for_existence(call, wanted.lower(), until)
        return 0
    check = check_of(wanted)
    found = yield from find_targets(call, arguments.args, _wish(call))
    errors = list(found.errors)
    if not found.targets and not errors:
        raise CommandError("no matching resources found")
    for target in found.targets:
        try:
            yield from _until(call, target, check, until)
        except (ApiError, CommandError) as error:
            errors.append(error)
            continue
        yield from _met(call, target)
    raise_all(errors)
    return 0


def _wish(call: Call) -> Wish:
    arguments = call.arguments
    return Wish(select_all=arguments.truth("all"), everywhere=arguments.truth("all-namespaces"))


def _met(call: Call, target: Target) -> Routine[None]:
    name = as_name({"kind": target.resource.kind, "metadata": {"name": target.name}})
    yield from call.out(f"{name}\n" if call.arguments.text("output") == "name" else f"{name} condition met\n")


def check_of(wanted: str) -> Check:
    """`condition=Ready`, `condition=Ready=False`, `jsonpath={.status.phase}=Running`."""
    kind, equals, rest = wanted.partition("=")
    if kind == "condition" and equals:
        name, given, value = rest.partition("=")
        return lambda obj: _condition_holds(obj, name, value if given else "true")
    if kind == "jsonpath" and equals:
        path, expected = _path_and_value(rest)
        return lambda obj: _path_holds(obj, path, expected)
    raise CommandError(f'unrecognized condition: "{wanted}"')


def _path_and_value(text: str) -> tuple[str, str]:
    """`{.status.phase}=Running`, in which `==` parts nothing. Models processJSONPathInput."""
    parts = [part.replace("\0", "==") for part in text.replace("==", "\0").split("=")]
    if len(parts) > 2:
        form = "--for=jsonpath='{.status.readyReplicas}'"
        raise CommandError(f"jsonpath wait format must be {form}=3 or {form}")
    path = jsonpath.relaxed(parts[0])
    if not path:
        raise CommandError("jsonpath expression cannot be empty")
    expected = parts[1].strip("'\"") if len(parts) > 1 else ""
    if len(parts) > 1 and not expected:
        example = "like --for=jsonpath='{.status.readyReplicas}'=3"
        raise CommandError(f"jsonpath wait has to have a value after equal sign, {example}")
    return path, expected


def _condition_holds(obj: Json, name: str, value: str) -> bool:
    """A condition that speaks of an older generation does not count."""
    status = obj.get("status", {})
    for each in status.get("conditions") or []:
        if each["type"].lower() != name.lower():
            continue
        observed = each.get("observedGeneration", status.get("observedGeneration"))
        generation = obj["metadata"].get("generation")
        if observed is not None and generation is not None and observed < generation:
            return False
        return bool(each["status"].lower() == value.lower())
    return False


def _path_holds(obj: Json, path: str, expected: str) -> bool:
    """Models kubectl pkg/cmd/wait/json.go checkCondition."""
    values = jsonpath.find(path, obj)
    if not values:
        return False
    if len(values) > 1:
        raise CommandError("given jsonpath expression matches more than one value")
    if expected and isinstance(values[0], dict | list):
        raise CommandError("jsonpath leads to a nested object or list which is not supported")
    return not expected or value_text(values[0]).strip() == expected.strip()


def _until(call: Call, target: Target, check: Check, until: int) -> Routine[None]:
    changes, cancel = watch_one(call, target)
    try:
        obj = call.api.get(target.resource.plural, target.namespace, target.name)
        while not check(obj):
            change = yield from changes.take(max(0, until - call.now))
            if change is None:
                raise CommandError(f"timed out waiting for the condition on {target.resource.plural}/{target.name}")
            if change[0] == "DELETED":
                raise ApiError(404, "NotFound", f'{target.resource.plural_group} "{target.name}" not found')
            obj = change[1]
    finally:
        cancel()


def _for_existence(call: Call, wanted: str, until: int) -> Routine[None]:
    """Deletions are watched, a creation is asked for twice a second: kubectl does so."""
    while True:
        found = yield from find_targets(call, call.arguments.args, _wish(call))
        others = [error for error in found.errors if not is_missing(error)]
        raise_all(others)
        if wanted == "delete":
            for target in found.targets:
                yield from _until_deleted(call, target, until)
                yield from _met(call, target)
            return
        if found.targets:
            for target in found.targets:
                yield from _met(call, target)
            return
        if call.now >= until:
            raise CommandError("timed out waiting for the condition")
        yield from call.process.sleep(_CREATE_POLL_MS)


def _until_deleted(call: Call, target: Target, until: int) -> Routine[None]:
    changes, cancel = watch_one(call, target)
    try:
        while True:
            change = yield from changes.take(max(0, until - call.now))
            if change is None:
                raise CommandError(f"timed out waiting for the condition on {target.resource.plural}/{target.name}")
            if change[0] == "DELETED":
                return
    finally:
        cancel()
