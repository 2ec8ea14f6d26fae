"""Which objects a command line means. Models cli-runtime pkg/resource/builder.go.

`pod p`, `pods p q`, `pod/p svc/s`, `pods,services`, `all`, `pods -l app=web`, `-f file`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.api import Parsed
from simulator.kubectl.call import Call, Target
from simulator.kubectl.errors import CommandError, PrintedError, raise_all
from simulator.objects.errors import ApiError
from simulator.objects.resources import ALL, Resource, resource_of, resource_of_kind

MISSING = """You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'"""

_LOCAL = """you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'"""


@dataclass(slots=True)
class Found:
    """The targets, and what went wrong for others. `single`: exactly one was named."""

    targets: list[Target]
    errors: list[Exception]
    single: bool
    several_kinds: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """How a verb reads its arguments. `whole_kind`: a kind alone means all of it; `fetch`: the objects are needed."""

    whole_kind: bool = False
    fetch: bool = True
    everywhere: bool = False
    select_all: bool = False


def create_for_each(call: Call, plural: str, make: Callable[[Call, Target], Json], done: str) -> Routine[int]:
    """An object of that kind beside each target, as `expose` makes Services. A failure stops no other."""
    found = yield from find_targets(call, call.arguments.args)
    errors = list(found.errors)
    for target in found.targets:
        try:
            made = make(call, target)
            kept = call.generate(made)
        except (ApiError, CommandError) as error:
            errors.append(error)
            continue
        yield from call.report(
            Target(resource_of(plural), target.namespace, made["metadata"]["name"], kept), done, kept
        )
    raise_all(errors)
    return 0


def tell_warnings(call: Call, found: Found) -> Routine[None]:
    """What the API server says of old kinds, once each."""
    for warning in dict.fromkeys(target.resource.warning for target in found.targets if target.resource.warning):
        yield from call.err(f"Warning: {warning}\n")


def find_targets(call: Call, args: Sequence[str], wish: Wish | None = None) -> Routine[Found]:
    """Everything that arguments, selectors and files name."""
    wish = wish or Wish()
    if call.arguments.known.get("filename") and call.arguments.given("filename"):
        if args:
            raise CommandError(
                "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well"
            )
        return (yield from _from_files(call, wish))
    if call.local:
        raise CommandError(_LOCAL)
    if any("/" in arg for arg in args):
        return _by_pair(call, args, wish)
    if not args:
        raise CommandError(MISSING)
    kinds = kinds_of(call, args[0])
    selecting = wish.select_all or bool(call.selecting("selector")) or bool(call.selecting("field-selector"))
    if len(args) > 1:
        if selecting:
            raise CommandError("name cannot be provided when a selector is specified")
        return _by_name(call, kinds, args[1:], wish)
    if not selecting and not wish.whole_kind:
        raise CommandError("resource(s) were provided, but no name was specified")
    return _by_kind(call, kinds, wish, several=len(kinds) > 1 or args[0] == "all")


def kinds_of(call: Call, text: str) -> list[Resource]:
    """`pods,svc` or the category `all`."""
    if not text.strip(","):
        raise CommandError('the server doesn\'t have a resource type ""')
    names = [part for word in text.split(",") for part in (ALL if word == "all" else (word,))]
    return list(dict.fromkeys(resource_of(name) if name in ALL else call.resource(name) for name in names if name))


def _collect(call: Call, wanted: Sequence[tuple[Resource, str]], wish: Wish) -> Found:
    found = Found([], [], single=len(wanted) == 1)
    for resource, name in wanted:
        namespace = call.namespace if resource.namespaced else ""
        try:
            obj = call.api.get(resource.plural, namespace, name) if wish.fetch else {}
        except ApiError as error:
            found.errors.append(error)
            continue
        found.targets.append(Target(resource, namespace, name, obj))
    found.several_kinds = len({target.resource.plural for target in found.targets}) > 1
    return found


def _by_pair(call: Call, args: Sequence[str], wish: Wish) -> Found:
    wanted = []
    for arg in args:
        kind, slash, name = arg.partition("/")
        if not slash:
            raise CommandError(
                "there is no need to specify a resource type as a separate argument when passing arguments in "
                "resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of "
                "'kubectl get resource resource/<resource_name>'"
            )
        if "/" in name:
            raise CommandError("arguments in resource/name form may not have more than one slash")
        if not kind or not name:
            raise CommandError("arguments in resource/name form must have a single resource and name")
        wanted.append((call.resource(kind), name))
    return _collect(call, wanted, wish)


def _by_name(call: Call, kinds: Sequence[Resource], names: Sequence[str], wish: Wish) -> Found:
    if len(kinds) > 1:
        raise CommandError("you must specify only one resource")
    if wish.everywhere and kinds[0].namespaced:
        raise CommandError("a resource cannot be retrieved by name across all namespaces")
    return _collect(call, [(kinds[0], name) for name in names], wish)


def _by_kind(call: Call, kinds: Sequence[Resource], wish: Wish, *, several: bool) -> Found:
    found = Found([], [], single=False, several_kinds=several)
    for resource in kinds:
        for obj in call.objects(resource, everywhere=wish.everywhere):
            meta = obj["metadata"]
            found.targets.append(Target(resource, meta.get("namespace", ""), meta["name"], obj))
    return found


def _from_files(call: Call, wish: Wish) -> Routine[Found]:
    documents = yield from call.manifests()
    found = Found([], [], single=len(documents) == 1)
    for source, document in documents:
        # What a file only names is not validated.
        if document.error and (call.local or not document.object.get("kind")):
            found.errors.append(PrintedError(_undecodable(source, document)))
            continue
        try:
            target = of_document(call, document.object, source)
            if wish.fetch and not call.local:
                obj = call.api.get(target.resource.plural, target.namespace, target.name)
                target = Target(target.resource, target.namespace, target.name, obj, source)
            found.targets.append(target)
        except (ApiError, CommandError) as error:
            found.errors.append(error)
    found.several_kinds = len({target.resource.plural for target in found.targets}) > 1
    return found


def _undecodable(source: str, document: Parsed) -> str:
    """Without a kind nothing can be done; kubectl says so otherwise where it does not validate."""
    if not document.object or "kind" in document.object:
        return document.error.rstrip("\n")
    shown = json.dumps(document.object, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return f"error: unable to decode \"{source}\": Object 'Kind' is missing in '{shown}'"


def of_document(call: Call, obj: dict[str, object], source: str) -> Target:
    """What a document is about; its namespace is the one in force if it names none."""
    given = obj.get("metadata")
    meta: dict[str, object] = given if isinstance(given, dict) else {}
    kind, name = str(obj.get("kind", "")), str(meta.get("name", ""))
    resource = resource_of_kind(kind)
    if resource is None:
        raise CommandError(
            f'resource mapping not found for name: "{name}" namespace: "{meta.get("namespace", "")}" from "{source}": '
            f'no matches for kind "{kind}" in version "{obj.get("apiVersion", "")}"\nensure CRDs are installed first'
        )
    namespace = str(meta.get("namespace") or "")
    if not resource.namespaced:
        return Target(resource, "", name, obj, source)
    if namespace and call.arguments.given("namespace") and namespace != call.namespace:
        raise CommandError(
            f'the namespace from the provided object "{namespace}" does not match the namespace "{call.namespace}". '
            f"You must pass '--namespace={namespace}' to perform this operation."
        )
    placed = {**obj, "metadata": {**meta, "namespace": namespace or call.namespace}}
    return Target(resource, namespace or call.namespace, name, placed, source)
