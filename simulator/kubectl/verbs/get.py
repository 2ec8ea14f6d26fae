"""`kubectl get`. Models kubectl pkg/cmd/get/get.go."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from simulator.containers.syscalls import Routine
from simulator.history import Json, Verb
from simulator.kubectl.call import Call, Target, is_missing, milliseconds
from simulator.kubectl.errors import CommandError, UsageError, raise_all
from simulator.kubectl.output import Format, custom_columns
from simulator.kubectl.selector_text import parse_selector
from simulator.kubectl.selectors import matches_labels
from simulator.kubectl.sorting import sorted_by
from simulator.kubectl.tables import TableOptions, table_text
from simulator.kubectl.targets import Found, Wish, find_targets, kinds_of, tell_warnings
from simulator.kubectl.verbs import raw
from simulator.kubectl.verbs.change import SCALABLE
from simulator.kubectl.waiting import Inbox
from simulator.kubectl.watch import WatchPrinter
from simulator.objects.errors import ApiError
from simulator.objects.resources import Resource

FLAGS = (
    "output,o all-namespaces,A:bool watch,w:bool watch-only:bool output-watch-events:bool no-headers:bool "
    "show-labels:bool label-columns,L:list sort-by ignore-not-found:bool show-kind:bool chunk-size:int subresource raw "
    "server-print:bool=true show-managed-fields:bool allow-missing-template-keys:bool=true template"
)

_NO_KIND = """You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of \
supported resources.

"""


def run(call: Call) -> Routine[int]:
    """Tables, or another format with `-o`."""
    arguments = call.arguments
    if arguments.text("raw"):
        return (yield from raw.get(call))
    if not arguments.args and not arguments.given("filename"):
        yield from call.err(_NO_KIND)
        raise UsageError("get", _usage())
    if arguments.truth("watch") or arguments.truth("watch-only"):
        return (yield from _watch(call))
    wish = Wish(whole_kind=True, everywhere=arguments.truth("all-namespaces"))
    found = yield from find_targets(call, arguments.args, wish)
    if arguments.truth("ignore-not-found"):
        found.errors = [error for error in found.errors if not is_missing(error)]
    if arguments.text("sort-by"):
        found.targets = sorted_by(found.targets, arguments.text("sort-by"))
    part = arguments.text("subresource")
    if part and any(not has_part(target.resource, part) for target in found.targets):
        raise ApiError(404, "NotFound", "the server could not find the requested resource")
    yield from tell_warnings(call, found)
    form = call.format
    if form.name in ("", "wide"):
        yield from _tables(call, found)
    else:
        yield from _formatted(call, found, form)
    raise_all(found.errors)
    return 0


_WITHOUT_STATUS = (
    "configmaps",
    "secrets",
    "serviceaccounts",
    "endpoints",
    "events",
    "limitranges",
    "controllerrevisions",
)


def has_part(resource: Resource, part: str) -> bool:
    """Whether a kind has that subresource; a `scale` prints as its object does here."""
    if part == "scale":
        return resource.plural in SCALABLE
    return (
        resource.plural not in _WITHOUT_STATUS if part == "status" else part == "resize" and resource.plural == "pods"
    )


def _usage() -> str:
    return (
        "Required resource not specified.\n"
        'Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).'
    )


def _options(call: Call, *, with_kind: bool, namespaced: bool) -> TableOptions:
    arguments = call.arguments
    return TableOptions(
        wide=arguments.text("output") == "wide",
        with_kind=with_kind or arguments.truth("show-kind"),
        with_namespace=arguments.truth("all-namespaces") and namespaced,
        show_labels=arguments.truth("show-labels"),
        label_columns=tuple(arguments.texts("label-columns")),
        headers=not arguments.truth("no-headers"),
    )


def _tables(call: Call, found: Found) -> Routine[None]:
    parts = []
    for resource, objects in _by_resource(found.targets):
        options = _options(call, with_kind=found.several_kinds, namespaced=resource.namespaced)
        parts.append(table_text(resource, objects, call.now, options))
    separator = "" if call.arguments.truth("no-headers") else "\n"
    yield from call.out(separator.join(parts))
    if not parts and not found.errors and not call.arguments.truth("ignore-not-found"):
        yield from call.err(nothing_found(call))


def nothing_found(call: Call) -> str:
    """What kubectl says instead of an empty table."""
    kinds = kinds_of(call, call.arguments.args[0]) if call.arguments.args else []
    everywhere = call.arguments.truth("all-namespaces")
    if everywhere or any(not resource.namespaced for resource in kinds):
        return "No resources found\n"
    return f"No resources found in {call.namespace} namespace.\n"


def _by_resource(targets: list[Target]) -> Iterator[tuple[Resource, list[Json]]]:
    for resource, group in groupby(targets, key=lambda target: target.resource):
        yield resource, [target.object for target in group]


def _formatted(call: Call, found: Found, form: Format) -> Routine[None]:
    objects = [target.object for target in found.targets]
    if found.single and not objects:
        return
    if form.name.startswith("custom-columns"):
        headers = not call.arguments.truth("no-headers") or form.name == "custom-columns-file"
        yield from call.out(custom_columns(form, objects, headers=headers))
        return
    yield from call.show(form, objects, single=found.single)


def _watch(call: Call) -> Routine[int]:
    """Rows until the process is signalled. Only one kind, and no other formats than tables and names."""
    arguments = call.arguments
    resource, files = yield from _watched(call)
    everywhere = arguments.truth("all-namespaces") or not resource.namespaced
    changes: Inbox[tuple[Verb, Json]] = Inbox()
    names = {arg.rpartition("/")[2] for arg in arguments.args if "/" in arg} | set(arguments.args[1:]) | files
    printer = WatchPrinter(resource, _options(call, with_kind=False, namespaced=resource.namespaced))
    cancel = call.api.watch(
        resource.plural, None if everywhere else call.namespace, lambda verb, obj: changes.put((verb, obj))
    )
    until = _request_ends(call)
    try:
        found = yield from find_targets(call, arguments.args, Wish(whole_kind=True, everywhere=everywhere))
        raise_all(found.errors)
        if not arguments.truth("watch-only"):
            yield from _print_rows(call, printer, [target.object for target in found.targets])
        selector = parse_selector(arguments.text("selector"))
        while True:
            change = yield from changes.take(None if until is None else max(0, until - call.now))
            if change is None:
                return 0
            obj = change[1]
            if (not names or obj["metadata"]["name"] in names) and matches_labels(selector, obj):
                yield from _print_rows(call, printer, [obj])
    finally:
        cancel()


def _watched(call: Call) -> Routine[tuple[Resource, set[str]]]:
    """The kind, and what files name of it."""
    if not call.arguments.args:
        found = yield from find_targets(call, ())
        raise_all(found.errors)
        if len(found.targets) != 1:
            only = "watch is only supported on individual resources and resource collections"
            raise CommandError(f"{only} - {len(found.targets)} resources were found")
        return found.targets[0].resource, {found.targets[0].name}
    kinds = kinds_of(call, call.arguments.args[0].partition("/")[0])
    if len(kinds) > 1:
        raise CommandError("you may only specify a single resource type")
    return kinds[0], set()


def _request_ends(call: Call) -> int | None:
    """When `--request-timeout` ends a watch."""
    text = call.arguments.text("request-timeout")
    limit = int(text) * 1000 if text.isdecimal() else milliseconds(text)
    return call.now + limit if limit else None


def _print_rows(call: Call, printer: WatchPrinter, objects: list[Json]) -> Routine[None]:
    form = call.format
    if form.name in ("", "wide"):
        yield from call.out(printer.print(objects, call.now))
        return
    for obj in objects:
        yield from call.show(form, [obj], single=True)
