"""`kubectl describe` and `kubectl events`."""

from __future__ import annotations

from simulator.containers.syscalls import Routine
from simulator.history import Json, Verb
from simulator.kubectl.call import Call, Target, is_missing
from simulator.kubectl.describe import describe_object
from simulator.kubectl.errors import CommandError, raise_all
from simulator.kubectl.events import EventPrinter, sorted_events
from simulator.kubectl.targets import Found, Wish, find_targets, tell_warnings
from simulator.kubectl.verbs.get import nothing_found
from simulator.kubectl.waiting import Inbox
from simulator.objects.errors import ApiError


def describe(call: Call) -> Routine[int]:
    """A name that fits none is taken as the beginning of names. Models kubectl pkg/cmd/describe."""
    arguments = call.arguments
    wish = Wish(whole_kind=True, everywhere=arguments.truth("all-namespaces"))
    found = yield from find_targets(call, arguments.args, wish)
    yield from tell_warnings(call, found)
    if found.errors and all(is_missing(error) for error in found.errors) and len(arguments.args) == 2:
        found = _by_prefix(call, found)
        for target in found.targets:
            yield from call.out(_text(call, target, events=True) + "\n")
    else:
        # The events of many objects at once are left out unless they were asked for.
        events = arguments.truth("show-events") and (len(found.targets) <= 1 or arguments.given("show-events"))
        yield from call.out("\n\n".join(_text(call, target, events=events) for target in found.targets))
        if not found.targets and not found.errors:
            yield from call.err(nothing_found(call))
    raise_all(found.errors)
    return 0


def _by_prefix(call: Call, missing: Found) -> Found:
    kind, prefix = call.arguments.args
    resource = call.resource(kind)
    matching = [obj for obj in call.objects(resource) if obj["metadata"]["name"].startswith(prefix)]
    targets = [Target(resource, o["metadata"].get("namespace", ""), o["metadata"]["name"], o) for o in matching]
    return Found(targets, [] if targets else missing.errors, single=False)


def _text(call: Call, target: Target, *, events: bool) -> str:
    def related(kind: str, everywhere: bool) -> list[Json]:
        try:
            return sorted(
                call.api.list(kind, None if everywhere else target.namespace),
                key=lambda o: (o["metadata"].get("namespace", ""), o["metadata"]["name"]),
            )
        except ApiError:
            return []

    return describe_object(target.resource, target.object, related, call.now, show_events=events)


def events(call: Call) -> Routine[int]:
    """Sorted by time, unlike `get events`. Models kubectl pkg/cmd/events."""
    arguments = call.arguments
    everywhere = arguments.truth("all-namespaces")
    wanted = _Filter(call)
    changes: Inbox[tuple[Verb, Json]] = Inbox()
    namespace = None if everywhere else call.namespace
    found = [event for event in call.objects(call.resource("events"), everywhere=everywhere) if wanted(event)]
    printer = EventPrinter(with_namespace=everywhere, headers=not arguments.truth("no-headers"))
    if not arguments.truth("watch"):
        if not found:
            yield from call.err("No events found.\n" if everywhere else f"No events found in {namespace} namespace.\n")
        if found and (form := call.format).name:
            whole = {"apiVersion": "v1", "kind": "EventList", "metadata": {}, "items": sorted_events(found)}
            yield from call.show(form, [whole], single=True)
        else:
            yield from call.out(printer.print(found, call.now))
        return 0
    cancel = call.api.watch("events", namespace, lambda verb, obj: changes.put((verb, obj)))
    try:
        for event in found:  # the server sends what is there one by one, and only a batch is sorted
            yield from call.out(printer.print([event], call.now))
        while (change := (yield from changes.take())) is not None:
            if change[0] != "DELETED" and wanted(change[1]):
                yield from call.out(printer.print([change[1]], call.now))
    finally:
        cancel()
    return 0


class _Filter:
    """Which events `--for` and `--types` let pass."""

    def __init__(self, call: Call) -> None:
        self._types = {name.lower() for name in call.arguments.texts("types")}
        self._kind, slash, self._name = call.arguments.text("for").partition("/")
        if self._kind:
            if not slash:
                raise CommandError("--for must be in resource/name form")
            resource = call.resource(self._kind)
            self._kind, self._version = resource.kind, resource.api_version
        if not self._types <= {"normal", "warning"}:
            raise CommandError("valid --types are Normal or Warning")

    def __call__(self, event: Json) -> bool:
        involved = event.get("involvedObject", {})
        about = tuple(involved.get(key) for key in ("kind", "apiVersion", "name"))
        if self._kind and about != (self._kind, self._version, self._name):
            return False
        return not self._types or str(event.get("type", "")).lower() in self._types
