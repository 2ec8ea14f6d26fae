"""`kubectl set image`, `env`, `resources` and `serviceaccount`: what a Pod, or a workload's template, is made of.

Models kubectl pkg/cmd/set.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call, Target
from simulator.kubectl.errors import CommandError, raise_all
from simulator.kubectl.selector_text import parse_selector
from simulator.kubectl.targets import Wish, find_targets
from simulator.kubectl.verbs.change import resources_and_pairs
from simulator.objects import QuantityFault, parse_quantity
from simulator.objects.errors import ApiError
from simulator.objects.resources import resource_of_object

ENV_FLAGS = "env,e:list from prefix keys:list containers,c=* list:bool overwrite:bool=true resolve:bool all:bool"
RESOURCES_FLAGS = "limits requests containers,c=* all:bool"
_WITH_PODS = (
    "pods", "replicationcontrollers", "deployments", "daemonsets", "replicasets", "statefulsets", "jobs", "cronjobs",
)  # fmt: skip
GROUPS = ("containers", "initContainers")

Change = Callable[[Json], Json]
"""Gets the spec of a Pod and gives the new one."""


def with_pod_spec(obj: Json, change: Change) -> Json:
    """Change the Pod's spec, wherever the kind has it. Models polymorphichelpers updatePodSpecForObject."""
    resource = resource_of_object(obj)
    if resource.plural not in _WITH_PODS:
        why = f"the object is not a pod or does not have a pod template: *{resource.version}.{resource.kind}"
        raise CommandError(f"error: {resource.plural}/{obj['metadata']['name']} {why}\n")
    return _with_pod_spec(obj, change)


def _with_pod_spec(obj: Json, change: Change) -> Json:
    spec = obj["spec"]
    if obj.get("kind") == "CronJob":
        job = spec["jobTemplate"]
        return {**obj, "spec": {**spec, "jobTemplate": _with_pod_spec(job, change)}}
    if "template" in spec:
        template = spec["template"]
        return {**obj, "spec": {**spec, "template": {**template, "spec": change(template["spec"])}}}
    return {**obj, "spec": change(spec)}


def change_each(call: Call, resources: Sequence[str], change: Callable[[Target], Json], what: str) -> Routine[int]:
    """Change every object that is named; kubectl says nothing of those that stay as they are."""
    found = yield from find_targets(call, resources, Wish(select_all=call.arguments.truth("all")))
    errors = list(found.errors)
    for target in found.targets:
        try:
            wanted = call.recorded(change(target))
            if wanted != target.object:
                kept = call.replace(wanted)
                yield from call.report(target, f"{what} updated", kept)
        except (ApiError, CommandError) as error:
            errors.append(error)
    raise_all(errors)
    return 0


def _check_resources(call: Call, resources: Sequence[str]) -> None:
    if not resources and not call.arguments.given("filename"):
        raise CommandError("one or more resources must be specified as <resource> <name> or <resource>/<name>")


def service_account(call: Call) -> Routine[int]:
    """`set serviceaccount deployment web robot`. Models set_serviceaccount.go."""
    if not call.arguments.args:
        raise CommandError("serviceaccount is required")
    *resources, name = call.arguments.args
    _check_resources(call, resources)

    def change(spec: Json) -> Json:
        return {**spec, "serviceAccountName": name, "serviceAccount": name}

    return (yield from change_each(call, resources, lambda t: with_pod_spec(t.object, change), "serviceaccount"))


def selector(call: Call) -> Routine[int]:
    """`set selector service web app=web`. Models set_selector.go."""
    if not call.arguments.args:
        raise CommandError("one selector is required")
    *resources, text = call.arguments.args
    _check_resources(call, resources)
    terms = parse_selector(text)
    if any(term.operator != "=" for term in terms):
        raise CommandError(f"match expression {text} not supported on this object")
    labels = {term.key: term.values[0] for term in terms}

    def change(target: Target) -> Json:
        if target.resource.plural != "services":
            raise CommandError("setting a selector is only supported for Services")
        changed = {**target.object, "spec": {**target.object["spec"], "selector": labels}}
        if version := call.arguments.text("resource-version"):
            changed["metadata"] = {**target.object["metadata"], "resourceVersion": version}
        return changed

    return (yield from change_each(call, resources, change, "selector"))


# ---- image ---------------------------------------------------------------------------


def image(call: Call) -> Routine[int]:
    """`set image deployment/web nginx=nginx:1.26`. Models set_image.go."""
    resources, words = resources_and_pairs(call.arguments.args, "image")
    images = {name: image for name, _, image in (word.partition("=") for word in words)}
    _check_resources(call, resources)
    if not images:
        raise CommandError("at least one image update is required")
    if "*" in images and len(images) > 1:
        raise CommandError(
            "all containers are already specified by *, but saw more than one container_name=container_image pairs"
        )

    def change(target: Target) -> Json:
        return with_pod_spec(target.object, lambda spec: _imaged(spec, images))

    return (yield from change_each(call, resources, change, "image"))


def _imaged(spec: Json, images: Mapping[str, str]) -> Json:
    unknown = {name for name in images if name != "*"}
    changed = dict(spec)
    for group in GROUPS:
        if group in spec:
            unknown -= {c["name"] for c in spec[group]}
            changed[group] = [
                {**c, "image": images.get(c["name"], images.get("*", c.get("image", "")))} for c in spec[group]
            ]
    if unknown:
        raise CommandError(f'error: unable to find container named "{sorted(unknown)[0]}"')
    return changed


# ---- env -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Variables:
    """What is to be set, in order, and what is to go."""

    new: tuple[Json, ...]
    removed: frozenset[str]

    def applied(self, container: Json, *, overwrite: bool) -> Json:
        """Models updateEnv: a known variable changes in its place, a new one comes last."""
        known: list[Json] = list(container.get("env") or ())
        values = {variable["name"]: variable.get("value", "") for variable in known}
        fresh = {variable["name"]: variable for variable in self.new}
        for name in fresh if not overwrite else ():
            if values.get(name, "") != fresh[name].get("value", ""):
                raise CommandError(f"'{name}' already has a value ({values[name]}), and --overwrite is false")
        kept = [fresh.get(variable["name"], variable) for variable in known if variable["name"] not in self.removed]
        env = [*kept, *(variable for name, variable in fresh.items() if name not in values)]
        rest = {key: value for key, value in container.items() if key != "env"}
        return {**rest, "env": env} if env else rest


def env(call: Call) -> Routine[int]:
    """`set env deployment/web KEY=value OTHER-`, or `--list`. Models set_env.go."""
    resources, words = resources_and_pairs(call.arguments.args, "environment variable")
    _check_resources(call, resources)
    listing = call.arguments.truth("list")
    variables = _variables(call, [*call.arguments.texts("env"), *words])
    if listing:
        return (yield from _list_env(call, resources, variables))
    if not variables.new and not variables.removed:
        raise CommandError("at least one environment variable must be provided")
    overwrite = call.arguments.truth("overwrite")
    pattern = call.arguments.text("containers")

    def change(target: Target) -> Json:
        return with_pod_spec(
            target.object, lambda spec: _selected(spec, pattern, lambda c: variables.applied(c, overwrite=overwrite))
        )

    return (yield from change_each(call, resources, change, "env"))


def _variables(call: Call, words: Sequence[str]) -> _Variables:
    new: list[Json] = [{"name": name, "value": value} for name, equals, value in map(_pair, words) if equals]
    removed = frozenset(word[:-1] for word in words if "=" not in word)
    if removed & {variable["name"] for variable in new}:
        raise CommandError("can not both modify and remove the same environment variable in the same command")
    new += _references(call)
    prefix = call.arguments.text("prefix")
    return _Variables(tuple({**variable, "name": prefix + variable["name"]} for variable in new), removed)


def _pair(word: str) -> tuple[str, str, str]:
    return word.partition("=")


def _references(call: Call) -> list[Json]:
    """`--from=configmap/x`: one variable for each of its keys."""
    source = call.arguments.text("from")
    if not source:
        return []
    target = call.named("configmap", source)
    kinds = {"configmaps": "configMapKeyRef", "secrets": "secretKeyRef"}
    if target.resource.plural not in kinds:
        raise CommandError("unsupported resource specified in --from")
    wanted = call.arguments.texts("keys")
    keys = [key for key in sorted(target.object.get("data") or {}) if not wanted or key in wanted]
    reference = kinds[target.resource.plural]
    return [{"name": _as_variable(key), "valueFrom": {reference: {"name": target.name, "key": key}}} for key in keys]


def _as_variable(key: str) -> str:
    """Models keyToEnvName."""
    return "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in key).upper()


def _selected(spec: Json, pattern: str, change: Change) -> Json:
    """Change the containers whose name fits the pattern; init containers too."""
    changed = {group: [_fits(c, pattern, change) for c in spec[group]] for group in GROUPS if group in spec}
    return {**spec, **changed}


def _fits(container: Json, pattern: str, change: Change) -> Json:
    return change(container) if fnmatchcase(container["name"], pattern) else container


def _list_env(call: Call, resources: Sequence[str], variables: _Variables) -> Routine[int]:
    found = yield from find_targets(call, resources, Wish(select_all=call.arguments.truth("all")))
    raise_all(found.errors)
    for target in found.targets:
        specs: list[Json] = []

        def noted(spec: Json, specs: list[Json] = specs) -> Json:
            specs.append(spec)
            return spec

        with_pod_spec(target.object, noted)
        for container in (c for group in GROUPS for c in specs[0].get(group, ())):
            if fnmatchcase(container["name"], call.arguments.text("containers")):
                shown = variables.applied(container, overwrite=True)
                yield from call.out(f"# {target.object['kind']} {target.name}, container {container['name']}\n")
                yield from call.out("".join(map(_shown, shown.get("env", ()))))
    return 0


def _shown(variable: Json) -> str:
    """Models GetEnvVarRefString."""
    source = variable.get("valueFrom")
    if source is None:
        return f"{variable['name']}={variable.get('value', '')}\n"
    kind, reference = next(iter(source.items()))
    words = {
        "configMapKeyRef": "configmap {name}, key {key}",
        "secretKeyRef": "secret {name}, key {key}",
        "fieldRef": "field path {fieldPath}",
        "resourceFieldRef": "resource field {resource}",
    }.get(kind, "invalid valueFrom")
    return f"# {variable['name']} from {words.format(**reference)}\n"


# ---- resources -----------------------------------------------------------------------


def resources(call: Call) -> Routine[int]:
    """`set resources deployment/web --limits=cpu=1 --requests=cpu=100m`. Models set_resources.go."""
    asked = {part: _amounts(call.arguments.text(part)) for part in ("limits", "requests")}
    if not any(asked.values()):
        raise CommandError("you must specify an update to requests or limits (in the form of --requests/--limits)")
    pattern = call.arguments.text("containers")

    def change(spec: Json) -> Json:
        if not any(fnmatchcase(c["name"], pattern) for group in GROUPS for c in spec.get(group, ())):
            raise CommandError(f"error: unable to find container named {pattern}")
        return _selected(spec, pattern, lambda c: _resourced(c, asked))

    def changed(target: Target) -> Json:
        return with_pod_spec(target.object, change)

    return (yield from change_each(call, call.arguments.args, changed, "resource requirements"))


def _resourced(container: Json, asked: Mapping[str, Mapping[str, str]]) -> Json:
    before = container.get("resources") or {}
    changed = {part: {**(before.get(part) or {}), **amounts} for part, amounts in asked.items() if amounts}
    return {**container, "resources": {**before, **changed}}


def _amounts(text: str) -> dict[str, str]:
    """`cpu=1,memory=1Gi`. Models generate/versioned populateResourceListV1."""
    amounts = {}
    for statement in text.split(",") if text else ():
        name, equals, amount = statement.partition("=")
        if not equals or "=" in amount:
            raise CommandError(f"Invalid argument syntax {statement}, expected <resource>=<value>")
        try:
            parse_quantity(amount)
        except QuantityFault as fault:
            raise CommandError(str(fault)) from None
        amounts[name] = amount
    return amounts
