"""`kubectl delete`. Models kubectl pkg/cmd/delete/delete.go."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.containers.syscalls import Routine
from simulator.history import Json, Verb
from simulator.kubectl.api import Cancel
from simulator.kubectl.call import Call, Target, is_missing, milliseconds
from simulator.kubectl.errors import CommandError, raise_all
from simulator.kubectl.targets import Wish, find_targets
from simulator.kubectl.verbs import raw
from simulator.kubectl.waiting import Inbox
from simulator.objects.errors import ApiError

FLAGS = (
    "all:bool all-namespaces,A:bool cascade=background force:bool grace-period:int=-1 ignore-not-found:bool "
    "now:bool wait:bool=true timeout=0s output,o dry-run=none interactive,i:bool raw"
)

_AT_ONCE = (
    "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. "
    "The resource may continue to run on the cluster indefinitely.\n"
)

# From the answer to the DELETE to the list that the waiting starts with.
_LIST_MS = 10


def run(call: Call) -> Routine[int]:
    """Ask for the deletion of each, then wait until all are gone."""
    arguments = call.arguments
    if arguments.text("raw"):
        return (yield from raw.delete(call))
    grace = _grace(call)
    if grace == 0:
        yield from call.err(_AT_ONCE)
    select_all = arguments.truth("all")
    if select_all and arguments.text("selector"):
        raise CommandError("cannot set --all and --selector at the same time")
    wish = Wish(fetch=False, everywhere=arguments.truth("all-namespaces"), select_all=select_all)
    found = yield from find_targets(call, arguments.args, wish)
    lenient = arguments.truth("ignore-not-found") or select_all or bool(arguments.text("selector"))
    if arguments.truth("interactive") and found.targets and not (yield from _confirmed(call, found.targets)):
        yield from call.out("deletion is cancelled\n")
        return 0
    deleted = yield from delete_each(call, found.targets, grace, lenient=lenient, errors=list(found.errors))
    if deleted and arguments.truth("wait") and not call.dry:
        yield from wait_until_gone(call, deleted, arguments.text("timeout"))
    return 0


Deleted = list[tuple[Target, str]]


def delete_each(
    call: Call, targets: Sequence[Target], grace: int | None, *, lenient: bool, errors: list[Exception]
) -> Routine[Deleted]:
    """Ask for all deletions and say so. `lenient`: what is missing already is no error. Models DeleteResult."""
    deleted: Deleted = []
    propagation = yield from _propagation(call)
    yield from _warn(call, targets)
    for target in targets:
        try:
            uid = _delete(call, target, grace, propagation)
        except ApiError as error:
            if not (lenient and is_missing(error)):
                errors.append(error)
            continue
        yield from call.answered()
        deleted.append((target, uid))
        yield from call.out(_message(call, target, grace))
    raise_all(errors)
    if not deleted:
        yield from call.out("No resources found\n")
    return deleted


def _grace(call: Call) -> int | None:
    """None is what the object says. 0 needs --force: without it kubectl makes it 1."""
    arguments = call.arguments
    grace, force = arguments.number("grace-period"), arguments.truth("force")
    if arguments.truth("now"):
        if grace != -1:
            raise CommandError("--now and --grace-period cannot be specified together")
        grace = 1
    if force and grace > 0:
        raise CommandError("--force and --grace-period greater than 0 cannot be specified together")
    if force:
        return 0
    return None if grace < 0 else max(grace, 1)


def _delete(call: Call, target: Target, grace: int | None, propagation: str) -> str:
    """Begin the deletion; the uid of what is being deleted."""
    plural = target.resource.plural
    uid = str(call.api.get(plural, target.namespace, target.name)["metadata"].get("uid", ""))
    if not call.dry:
        call.api.delete(plural, target.namespace, target.name, grace_seconds=grace, propagation=propagation)
    return uid


def _propagation(call: Call) -> Routine[str]:
    """What `--cascade` makes of the dependents. Models parseCascadingFlag."""
    cascade = call.arguments.text("cascade")
    if cascade in ("true", "false"):
        strategy = "background" if cascade == "true" else "orphan"
        how = f"is deprecated (boolean value) and can be replaced with --cascade={strategy}"
        yield from call.err(f"warning: --cascade={cascade} {how}.\n")
        return strategy.capitalize()
    if cascade not in ("background", "foreground", "orphan"):
        choices = 'Must be "background", "foreground", or "orphan"'
        raise CommandError(f"invalid cascade value ({cascade}). {choices}")
    return cascade.capitalize()


def _warn(call: Call, targets: Sequence[Target]) -> Routine[None]:
    everywhere = "all-namespaces" in call.arguments.known and call.arguments.truth("all-namespaces")
    if call.arguments.given("namespace") and not everywhere and any(not t.resource.namespaced for t in targets):
        yield from call.err("Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n")


def _confirmed(call: Call, targets: Sequence[Target]) -> Routine[bool]:
    """What `-i` asks, and whether the answer is yes."""
    names = "".join(f"{target.title}\n" for target in targets)
    yield from call.out(f"You are about to delete the following {len(targets)} resource(s):\n{names}")
    yield from call.out("Do you want to continue? (y/N): ")
    answer = (yield from call.process.read_all(0)).decode("utf-8", "replace").partition("\n")[0]
    return answer.strip().lower() == "y"


def _message(call: Call, target: Target, grace: int | None) -> str:
    if call.arguments.text("output") == "name":
        return f"{target.title}\n"
    what = "force deleted" if grace == 0 else "deleted"
    where = f" from {target.namespace} namespace" if target.resource.namespaced else ""
    dry = {"client": " (dry run)", "server": " (server dry run)"}.get(call.arguments.text("dry-run"), "")
    return f'{target.resource.singular_group} "{target.name}" {what}{where}{dry}\n'


def wait_until_gone(call: Call, deleted: Sequence[tuple[Target, str]], timeout: str = "0s") -> Routine[None]:
    """One after the other, as kubectl does. Models kubectl pkg/cmd/wait/delete.go IsDeleted."""
    limit = milliseconds(timeout)
    until = call.now + limit if limit else None
    for target, uid in deleted:
        if _uid(call, target) != uid:
            continue
        yield from call.process.sleep(_LIST_MS)
        changes, cancel = watch_one(call, target)
        try:
            # From here on the name counts, not the uid: a Pod that came back in the meantime is waited for too.
            gone = _uid(call, target) is None
            while not gone:
                change = yield from changes.take(None if until is None else max(0, until - call.now))
                if change is None:
                    raise CommandError(f"timed out waiting for the condition on {target.resource.plural}/{target.name}")
                gone = change[0] == "DELETED"
        finally:
            cancel()


def watch_one(call: Call, target: Target) -> tuple[Inbox[tuple[Verb, Json]], Cancel]:
    """The changes of one object, by name, from now on."""
    changes: Inbox[tuple[Verb, Json]] = Inbox()

    def on_change(verb: Verb, obj: Json) -> None:
        if obj["metadata"]["name"] == target.name:
            changes.put((verb, obj))

    namespace = target.namespace if target.resource.namespaced else None
    return changes, call.api.watch(target.resource.plural, namespace, on_change)


def _uid(call: Call, target: Target) -> str | None:
    try:
        obj = call.api.get(target.resource.plural, target.namespace, target.name)
    except ApiError as error:
        if is_missing(error):
            return None
        raise
    return str(obj["metadata"].get("uid", ""))
