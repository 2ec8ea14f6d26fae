"""`kubectl label`, `annotate` and `scale`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from simulator.containers.syscalls import Routine
from simulator.kubectl.call import Call, Target
from simulator.kubectl.errors import CommandError, raise_all
from simulator.kubectl.targets import Wish, find_targets
from simulator.objects.errors import ApiError

FLAGS = "local:bool overwrite:bool all:bool all-namespaces,A:bool list:bool resource-version field-manager"

MAX_LABEL = 63


def label(call: Call) -> Routine[int]:
    """Models kubectl pkg/cmd/label."""
    return (yield from _mark(call, "labels"))


def annotate(call: Call) -> Routine[int]:
    """Models kubectl pkg/cmd/annotate."""
    return (yield from _mark(call, "annotations"))


def _mark(call: Call, field: str) -> Routine[int]:
    resources, words = resources_and_pairs(call.arguments.args, field.removesuffix("s"))
    if not resources and not call.arguments.given("filename"):
        raise CommandError("one or more resources must be specified as <resource> <name> or <resource>/<name>")
    new = {key: value for key, equals, value in (word.partition("=") for word in words) if equals}
    removed = [word[:-1] for word in words if "=" not in word]
    if field == "labels":
        _check_label_values(words)
    if not words and not call.arguments.truth("list"):
        raise CommandError(f"at least one {field.removesuffix('s')} update is required")
    if set(new) & set(removed):
        raise CommandError(f"can not both modify and remove a {field.removesuffix('s')} in the same command")
    wish = Wish(select_all=call.arguments.truth("all"), everywhere=call.arguments.truth("all-namespaces"))
    found = yield from find_targets(call, resources, wish)
    errors = list(found.errors)
    if call.arguments.text("resource-version") and not found.single:
        raise CommandError("--resource-version may only be used with a single resource")
    for target in found.targets:
        try:
            yield from _mark_one(call, call.latest(target), field, new, removed)
        except (ApiError, CommandError) as error:
            errors.append(error)
    raise_all(errors)
    return 0


_LABEL_VALUE = r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?"
_LABEL_WORDS = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    f"'{_LABEL_VALUE}')"
)


def _check_label_values(words: Sequence[str]) -> None:
    """kubectl looks at the values before it asks the server. Models kubectl pkg/cmd/label parseLabels."""
    for word in words:
        _, equals, value = word.partition("=")
        if "=" in value:
            raise CommandError(f"invalid label spec: {word}")
        wrong = [f"must be no more than {MAX_LABEL} bytes"] if len(value) > MAX_LABEL else []
        if not re.fullmatch(_LABEL_VALUE, value):
            wrong.append(_LABEL_WORDS)
        if equals and wrong:
            raise CommandError(f"invalid label value: {json.dumps(word)}: {';'.join(wrong)}")


def resources_and_pairs(args: Sequence[str], what: str) -> tuple[list[str], list[str]]:
    """Resources come first; the first `a=b` or `a-` begins the rest. Models GetResourcesAndPairs."""
    is_pair = [("=" in arg and not arg.startswith("=")) or (arg.endswith("-") and arg != "-") for arg in args]
    first = is_pair.index(True) if True in is_pair else len(args)
    if False in is_pair[first:]:
        late = args[first + is_pair[first:].index(False)]
        raise CommandError(f"all resources must be specified before {what} changes: {late}")
    return list(args[:first]), list(args[first:])


def _mark_one(call: Call, target: Target, field: str, new: Mapping[str, str], removed: Sequence[str]) -> Routine[None]:
    before: dict[str, str] = target.object["metadata"].get(field) or {}
    if call.arguments.truth("list"):
        yield from call.out("".join(f"{key}={value}\n" for key, value in before.items()))
        return
    for key in removed:
        if key not in before and field == "labels":
            yield from call.out(f'label "{key}" not found.\n')
    for key, value in new.items():
        if not call.arguments.truth("overwrite") and before.get(key, value) != value:
            raise CommandError(f"'{key}' already has a value ({before[key]}), and --overwrite is false")
    after = {key: value for key, value in {**before, **new}.items() if key not in removed}
    obj = {**target.object, "metadata": {**target.object["metadata"], field: after}}
    if not after:
        obj["metadata"].pop(field)
    version = call.arguments.text("resource-version")
    if version:
        obj["metadata"]["resourceVersion"] = version
    if after != before or version:
        obj = call.replace(call.recorded(obj))
        yield from call.answered()
    yield from call.report(target, _what(field, before, after), obj)


def _what(field: str, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    if field == "annotations":
        return "annotated"
    added = any(before.get(key) != value for key, value in after.items())
    removed = any(key not in after for key in before)
    if added:
        return "modified" if removed else "labeled"
    return "unlabeled" if removed else "not labeled"


SCALABLE = ("deployments", "replicasets", "statefulsets", "replicationcontrollers")


def scale(call: Call) -> Routine[int]:
    """Models kubectl pkg/cmd/scale."""
    arguments = call.arguments
    replicas = arguments.number("replicas")
    if replicas < 0:
        raise CommandError("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0")
    found = yield from find_targets(call, arguments.args, Wish(select_all=arguments.truth("all")))
    errors = list(found.errors)
    if not found.targets and not errors:
        raise CommandError("no objects passed to scale")
    expected = arguments.number("current-replicas")
    for target in found.targets:
        try:
            if target.resource.plural not in SCALABLE:
                raise ApiError(404, "NotFound", "the server could not find the requested resource")
            current = target.object["spec"].get("replicas", 1)
            if expected not in (-1, current):
                raise CommandError(f"Expected replicas to be {expected}, was {current}")
            wanted = call.recorded({**target.object, "spec": {**target.object["spec"], "replicas": replicas}})
            kept = call.replace(wanted)
            yield from call.report(target, "scaled", kept)
        except (ApiError, CommandError) as error:
            errors.append(error)
    raise_all(errors)
    return 0
