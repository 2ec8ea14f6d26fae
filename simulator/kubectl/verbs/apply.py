"""`kubectl apply -f` and `kubectl replace -f`. Models kubectl pkg/cmd/apply and pkg/cmd/replace."""

from __future__ import annotations

import json
from typing import Any

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.arguments import FALSE, TRUE
from simulator.kubectl.call import Call, Target, is_missing, milliseconds
from simulator.kubectl.describe.writer import LAST_APPLIED
from simulator.kubectl.errors import CommandError, PrintedError, raise_all, with_source
from simulator.kubectl.patches import three_way_merge
from simulator.kubectl.targets import of_document
from simulator.kubectl.verbs import raw
from simulator.kubectl.verbs.delete import delete_each, wait_until_gone
from simulator.kubectl.verbs.prune import prune
from simulator.objects.errors import ApiError
from simulator.objects.resources import Resource

FLAGS = (
    "output,o dry-run=none server-side:bool force-conflicts:bool force:bool overwrite:bool=true validate=strict "
    "field-manager cascade=background wait:bool grace-period:int=-1 prune:bool all:bool selector,l timeout "
    "template allow-missing-template-keys:bool=true"
)

# Whatever it is, fields that are not known are refused here.
_VALIDATE = ("", "strict", "warn", "ignore", *TRUE, *FALSE)
_NO_FILES = "must specify one of -f and -k"


def run(call: Call) -> Routine[int]:
    """Create what is not there, change what is."""
    if call.arguments.args:
        args = " ".join(call.arguments.args)
        raise CommandError(f"Unexpected args: [{args}]\nSee 'kubectl apply -h' for help and examples")
    _check(call)
    errors: list[Exception] = []
    kept: list[Json] = []
    for target in (yield from documents(call, errors)):
        try:
            check_name(target.resource, target.namespace, target.object, target.source)
            live = live_object(call, target)
            if live is not None:
                yield from call.err(_missing_annotation(target, live))
            given = with_last_applied(target.object)
            if live is None:
                what, obj = _create(call, target, given)
            else:
                what, obj = yield from _change(call, target, given, live)
        except (ApiError, CommandError) as error:
            errors.append(error)
            continue
        kept.append(obj)
        yield from call.report(target, "serverside-applied" if call.arguments.truth("server-side") else what, obj)
    raise_all(errors)
    if call.arguments.truth("prune"):
        yield from prune(call, kept)
    return 0


def _check(call: Call) -> None:
    arguments = call.arguments
    if arguments.truth("force") and arguments.truth("server-side"):
        raise CommandError("--force cannot be used with --server-side")
    if arguments.truth("prune") and not arguments.truth("all") and not arguments.text("selector"):
        raise CommandError(
            "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all "
            "flag. If you did not mean to prune all resources, specify a label selector"
        )


def documents(call: Call, errors: list[Exception]) -> Routine[list[Target]]:
    """The objects of all files; documents that cannot be read go to `errors`."""
    if not call.arguments.given("filename"):
        raise CommandError(_NO_FILES)
    if "validate" in call.arguments.known and (how := call.arguments.text("validate")) not in _VALIDATE:
        one = "must be one of: strict (or true), warn, ignore (or false)"
        raise CommandError(f'invalid - validate option "{how}"; {one}')
    found = []
    for source, document in (yield from call.manifests()):
        try:
            if document.error:
                raise PrintedError(document.error.rstrip("\n"))
            found.append(of_document(call, document.object, source))
        except (CommandError, PrintedError) as error:
            errors.append(error)
    if not found and not errors:
        raise CommandError("no objects passed to " + call.verb)
    return found


def check_name(resource: Resource, namespace: str, obj: Json, source: str) -> None:
    """apply asks for an object before it sends it: it has to have a name. Models kubectl pkg/cmd/apply."""
    meta = obj.get("metadata") or {}
    if meta.get("name"):
        return
    if meta.get("generateName"):
        raise CommandError(f"from {meta['generateName']}: cannot use generate name with apply")
    group = resource.api_version if "/" in resource.api_version else f"/{resource.api_version}"
    raise CommandError(
        f'error when retrieving current configuration of:\nResource: "{group}, Resource={resource.plural}", '
        f'GroupVersionKind: "{group}, Kind={resource.kind}"\nName: "", Namespace: "{namespace}"\n'
        f'from server for: "{source}": resource name may not be empty'
    )


def live_object(call: Call, target: Target) -> Json | None:
    """The object as the cluster has it; None if it has none of that name."""
    try:
        return call.api.get(target.resource.plural, target.namespace, target.name)
    except ApiError as error:
        if is_missing(error):
            return None
        raise


def _create(call: Call, target: Target, given: Json) -> tuple[str, Json]:
    try:
        return "created", call.create(given)
    except ApiError as error:
        raise with_source("creating", target.source, error) from None


def _change(call: Call, target: Target, given: Json, live: Json) -> Routine[tuple[str, Json]]:
    wanted = three_way_merge(last_applied(live), given, live)
    if wanted == live:
        return "unchanged", live
    try:
        kept = call.replace(wanted)
    except ApiError as error:
        if not call.arguments.truth("force") or error.reason not in ("Conflict", "Invalid"):
            raise with_source("applying patch to", target.source, error) from None
        return "configured", (yield from _anew(call, target, given, live))
    return "configured", kept  # for a patch that is not empty, whatever comes of it


def _anew(call: Call, target: Target, given: Json, live: Json) -> Routine[Json]:
    """What cannot be changed is deleted and made again; what cannot be made comes back. Models deleteAndCreate."""
    grace = call.arguments.number("grace-period")
    plural, propagation = target.resource.plural, call.arguments.text("cascade").capitalize()
    call.api.delete(
        plural, target.namespace, target.name, grace_seconds=grace if grace >= 0 else None, propagation=propagation
    )
    yield from wait_until_gone(call, [(target, str(live["metadata"].get("uid", "")))])
    try:
        return call.create(given)
    except ApiError:
        call.create({**live, "metadata": {k: v for k, v in live["metadata"].items() if k != "uid"}})
        raise


def with_last_applied(obj: Json) -> Json:
    """The object with itself in an annotation, as Go writes JSON. Models kubectl pkg/util CreateApplyAnnotation."""
    meta: Json = obj["metadata"]
    annotations = {key: value for key, value in (meta.get("annotations") or {}).items() if key != LAST_APPLIED}
    plain = {**obj, "metadata": {**meta, "annotations": annotations}}
    text = json.dumps(plain, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    text = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return {**plain, "metadata": {**plain["metadata"], "annotations": {**annotations, LAST_APPLIED: text + "\n"}}}


def last_applied(live: Json) -> Any:
    """What the object said when it was applied before; {} if it never was."""
    text = (live["metadata"].get("annotations") or {}).get(LAST_APPLIED, "")
    try:
        return json.loads(text) if text else {}
    except ValueError:
        return {}


def _missing_annotation(target: Target, obj: Json) -> str:
    if LAST_APPLIED in (obj["metadata"].get("annotations") or {}):
        return ""
    return (
        f"Warning: resource {target.resource.plural}/{target.name} is missing the {LAST_APPLIED} annotation which is "
        "required by kubectl apply. kubectl apply should only be used on resources created declaratively by either "
        "kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n"
    )


def replace(call: Call) -> Routine[int]:
    """Put what the files say in place of what is there."""
    if call.arguments.text("raw"):
        return (yield from raw.replace(call))
    errors: list[Exception] = []
    targets = yield from documents(call, errors)
    if call.arguments.truth("force"):
        raise_all(errors)
        return (yield from _replace_by_force(call, targets))
    if call.arguments.number("grace-period") >= 0:
        raise CommandError("--grace-period must have --force specified")
    if milliseconds(call.arguments.text("timeout")):
        raise CommandError("--timeout must have --force specified")
    for target in targets:
        try:
            kept = call.replace(target.object, subresource=call.arguments.text("subresource"))
        except ApiError as error:
            errors.append(with_source("replacing", target.source, error))
            continue
        yield from call.report(target, "replaced", kept)
    raise_all(errors)
    return 0


def _replace_by_force(call: Call, targets: list[Target]) -> Routine[int]:
    """Delete, wait until all are gone, create. `--force` shortens no grace period here. Models forceReplace."""
    grace = call.arguments.number("grace-period")
    deleted = yield from delete_each(call, targets, max(grace, 1) if grace >= 0 else None, lenient=True, errors=[])
    yield from wait_until_gone(call, deleted)
    for target in targets:
        yield from call.report(target, "replaced", call.create(target.object))
    return 0
