"""`kubectl rollout`. Models kubectl pkg/cmd/rollout and pkg/polymorphichelpers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from simulator.containers.syscalls import Routine
from simulator.history import Json, Verb
from simulator.kubectl.call import Call, Target, milliseconds
from simulator.kubectl.errors import CommandError, raise_all
from simulator.kubectl.pods import condition
from simulator.kubectl.targets import Found, Wish, find_targets
from simulator.kubectl.verbs.delete import watch_one
from simulator.kubectl.waiting import Inbox
from simulator.objects.errors import ApiError

_RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"

_Changer = Callable[[Call, Target], Json]


def rollout_targets(call: Call) -> Routine[Found]:
    """A kind alone means all of it."""
    if not call.arguments.args and not call.arguments.given("filename"):
        raise CommandError("required resource not specified")
    return (yield from find_targets(call, call.arguments.args, Wish(whole_kind=True)))


def _none_found(call: Call) -> Routine[None]:
    yield from call.err(f"No resources found in {call.namespace} namespace.\n")


def rollout_state(obj: Json) -> tuple[str, bool]:
    """What `rollout status` says, and whether it is over. Models rollout_status.go."""
    match obj.get("kind"):
        case "Deployment":
            return _deployment_state(obj)
        case "DaemonSet":
            return _daemon_set_state(obj)
        case "StatefulSet":
            return _stateful_set_state(obj)
        case kind:
            raise CommandError(f"no status viewer has been implemented for {kind}")


def _deployment_state(obj: Json) -> tuple[str, bool]:
    name, status = obj["metadata"]["name"], obj.get("status", {})
    if obj["metadata"].get("generation", 0) > status.get("observedGeneration", 0):
        return "Waiting for deployment spec update to be observed...\n", False
    progressing = condition(status, "Progressing")
    if progressing and progressing.get("reason") == "ProgressDeadlineExceeded":
        raise CommandError(f'deployment "{name}" exceeded its progress deadline')
    wanted, total = obj["spec"].get("replicas", 1), status.get("replicas", 0)
    updated, available = status.get("updatedReplicas", 0), status.get("availableReplicas", 0)
    start = f'Waiting for deployment "{name}" rollout to finish: '
    if updated < wanted:
        return f"{start}{updated} out of {wanted} new replicas have been updated...\n", False
    if total > updated:
        return f"{start}{total - updated} old replicas are pending termination...\n", False
    if available < updated:
        return f"{start}{available} of {updated} updated replicas are available...\n", False
    return f'deployment "{name}" successfully rolled out\n', True


def _daemon_set_state(obj: Json) -> tuple[str, bool]:
    name, status = obj["metadata"]["name"], obj.get("status", {})
    if obj["metadata"].get("generation", 0) > status.get("observedGeneration", 0):
        return "Waiting for daemon set spec update to be observed...\n", False
    wanted, updated = status.get("desiredNumberScheduled", 0), status.get("updatedNumberScheduled", 0)
    start = f'Waiting for daemon set "{name}" rollout to finish: '
    if updated < wanted:
        return f"{start}{updated} out of {wanted} new pods have been updated...\n", False
    if status.get("numberAvailable", 0) < wanted:
        return f"{start}{status.get('numberAvailable', 0)} of {wanted} updated pods are available...\n", False
    return f'daemon set "{name}" successfully rolled out\n', True


def _stateful_set_state(obj: Json) -> tuple[str, bool]:
    spec, status = obj["spec"], obj.get("status", {})
    if obj["metadata"].get("generation", 0) > status.get("observedGeneration", 0):
        return "Waiting for statefulset spec update to be observed...\n", False
    wanted, updated = spec.get("replicas", 1), status.get("updatedReplicas", 0)
    if status.get("readyReplicas", 0) < wanted:
        return f"Waiting for {wanted - status.get('readyReplicas', 0)} pods to be ready...\n", False
    rolling = (spec.get("updateStrategy") or {}).get("rollingUpdate")
    if rolling is not None:
        left = wanted - rolling.get("partition", 0)
        if updated < left:
            return (
                f"Waiting for partitioned roll out to finish: {updated} out of {left} new pods have been updated...\n"
            ), False
        return f"partitioned roll out complete: {updated} new pods have been updated...\n", True
    revision = status.get("updateRevision", "")
    if revision != status.get("currentRevision", ""):
        return f"waiting for statefulset rolling update to complete {updated} pods at revision {revision}...\n", False
    current = status.get("currentReplicas", 0)
    return f"statefulset rolling update complete {current} pods at revision {revision}...\n", True


def status(call: Call) -> Routine[int]:
    """A line for every change until the rollout is over."""
    found = yield from rollout_targets(call)
    raise_all(found.errors)
    if not found.targets:
        yield from _none_found(call)
    limit = milliseconds(call.arguments.text("timeout"))
    for target in found.targets:
        changes, cancel = watch_one(call, target)
        try:
            yield from _until_over(call, target, changes, call.now + limit if limit else None)
        finally:
            cancel()
    return 0


def _until_over(call: Call, target: Target, changes: Inbox[tuple[Verb, Json]], until: int | None) -> Routine[None]:
    obj = target.object
    while True:
        _check_revision(obj, call.arguments.number("revision"))
        text, over = rollout_state(obj)
        yield from call.out(text)
        if over or not call.arguments.truth("watch"):
            return
        change = yield from changes.take(None if until is None else max(0, until - call.now))
        if change is None:
            raise CommandError("timed out waiting for the condition")
        if change[0] == "DELETED":
            raise CommandError("object has been deleted")
        obj = change[1]


def _check_revision(obj: Json, wanted: int) -> None:
    annotations = obj["metadata"].get("annotations") or {}
    running = int(annotations.get("deployment.kubernetes.io/revision", 0))
    if wanted and obj.get("kind") == "Deployment" and wanted != running:
        raise CommandError(f"desired revision ({wanted}) is different from the running revision ({running})")


def _change(call: Call, what: str, change: _Changer) -> Routine[int]:
    found = yield from rollout_targets(call)
    errors = list(found.errors)
    if not found.targets and not errors:
        yield from _none_found(call)
    for target in found.targets:
        try:
            wanted = change(call, target)
            kept = call.replace(wanted)
            yield from call.report(target, what, kept)
        except (ApiError, CommandError) as error:
            errors.append(error)
    raise_all(errors)
    return 0


def restart(call: Call) -> Routine[int]:
    """A new annotation in the template makes every Pod new."""
    return (yield from _change(call, "restarted", _restarted))


def _restarted(call: Call, target: Target) -> Json:
    spec = target.object.get("spec") or {}
    if target.resource.plural not in ("deployments", "statefulsets", "daemonsets"):
        raise CommandError(f'error: {target.resource.plural_group} "{target.name}" restarting is not supported')
    if spec.get("paused"):
        why = "can't restart paused deployment (run rollout resume first)"
        raise CommandError(f'error: {target.resource.plural_group} "{target.name}" {why}')
    at = datetime.fromtimestamp(call.now // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    template = spec["template"]
    meta = template.get("metadata") or {}
    annotations = {**(meta.get("annotations") or {}), _RESTARTED_AT: at}
    template = {**template, "metadata": {**meta, "annotations": annotations}}
    return {**target.object, "spec": {**spec, "template": template}}


def pause(call: Call) -> Routine[int]:
    """Changes to the template wait until it is resumed."""
    return (yield from _change(call, "paused", lambda call, target: _paused(target, True)))


def resume(call: Call) -> Routine[int]:
    """The opposite of pause."""
    return (yield from _change(call, "resumed", lambda call, target: _paused(target, False)))


def _paused(target: Target, wanted: bool) -> Json:
    where = f'error: {target.resource.plural_group} "{target.name}"'
    if target.resource.plural != "deployments":
        raise CommandError(f"{where} {'pausing' if wanted else 'resuming'} is not supported")
    spec = {key: value for key, value in target.object["spec"].items() if key != "paused"}
    if bool(target.object["spec"].get("paused")) == wanted:
        raise CommandError(f"{where} is {'already' if wanted else 'not'} paused")
    return {**target.object, "spec": {**spec, **({"paused": True} if wanted else {})}}
