"""`kubectl rollout history` and `undo`: the templates that a workload has had, and the way back to one.

Models kubectl pkg/polymorphichelpers/{history,rollback}.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import CHANGE_CAUSE, Call, Target
from simulator.kubectl.describe.workloads import pod_template_text, without_hash
from simulator.kubectl.describe.writer import LAST_APPLIED
from simulator.kubectl.errors import CommandError, raise_all
from simulator.kubectl.table import TabWriter
from simulator.kubectl.verbs.rollout import rollout_targets

REVISION = "deployment.kubernetes.io/revision"
_HASH = "pod-template-hash"
# What a Deployment keeps for itself when it goes back to a ReplicaSet's annotations.
_OWN = (
    LAST_APPLIED,
    REVISION,
    "deployment.kubernetes.io/revision-history",
    "deployment.kubernetes.io/desired-replicas",
    "deployment.kubernetes.io/max-replicas",
    "deprecated.deployment.rollback.to",
)


@dataclass(frozen=True, slots=True)
class Past:
    """One revision of a workload."""

    number: int
    template: Json
    annotations: dict[str, str]
    object: Json


def _pasts(call: Call, target: Target, role: str) -> list[Past]:
    """The workload's revisions, oldest first. `role` is what kubectl calls who wants to know."""
    match target.resource.plural:
        case "deployments":
            found = _of_replica_sets(call, target)
        case "daemonsets" | "statefulsets":
            found = _of_controller_revisions(call, target)
        case _:
            kind = f"{target.resource.kind}.{target.resource.group}".rstrip(".")
            raise CommandError(f'no {role} has been implemented for "{kind}"')
    return sorted(found, key=lambda past: past.number)


def _owned(call: Call, target: Target, kind: str) -> Iterator[Json]:
    uid = target.object["metadata"].get("uid")
    for obj in call.api.list(kind, target.namespace):
        if any(owner.get("uid") == uid for owner in obj["metadata"].get("ownerReferences") or []):
            yield obj


def _of_replica_sets(call: Call, target: Target) -> Iterator[Past]:
    for obj in _owned(call, target, "replicasets"):
        annotations = obj["metadata"].get("annotations") or {}
        yield Past(int(annotations.get(REVISION, "0") or 0), obj["spec"]["template"], annotations, obj)


def _of_controller_revisions(call: Call, target: Target) -> Iterator[Past]:
    for obj in _owned(call, target, "controllerrevisions"):
        template = {key: value for key, value in obj["data"]["spec"]["template"].items() if key != "$patch"}
        annotations, owner = obj["metadata"].get("annotations") or {}, target.object
        whole = {**owner, "spec": {**owner["spec"], "template": template}}
        yield Past(int(obj.get("revision", 0)), template, annotations, whole)


def history(call: Call) -> Routine[int]:
    """The revisions in a table, or the template of one."""
    wanted = call.arguments.number("revision")
    if wanted < 0:
        raise CommandError(f"revision must be a positive integer: {wanted}")
    found = yield from rollout_targets(call)
    raise_all(found.errors)
    for target in found.targets:
        pasts = _pasts(call, target, "history viewer")
        if (form := call.format).name:
            for past in [_chosen(pasts, wanted)] if wanted else pasts:
                yield from call.show(form, [past.object], single=True)
            continue
        text = _view(pasts, wanted)
        yield from call.out(f"{target.title} {f'with revision #{wanted}' if wanted else ''}\n{text}\n")
    return 0


def _view(pasts: list[Past], wanted: int) -> str:
    if not pasts:
        return "No rollout history found."
    if wanted:
        return pod_template_text(_with_cause(_chosen(pasts, wanted)))
    lines = ["REVISION\tCHANGE-CAUSE\n"]
    lines += [f"{past.number}\t{past.annotations.get(CHANGE_CAUSE) or '<none>'}\n" for past in pasts]
    return TabWriter(min_width=0, padding=2, remember=False).format("".join(lines))


def _chosen(pasts: list[Past], wanted: int) -> Past:
    chosen = next((past for past in pasts if past.number == wanted), None)
    if chosen is None:
        raise CommandError("unable to find the specified revision")
    return chosen


def _with_cause(past: Past) -> Json:
    """A ReplicaSet's template is shown with the cause of its change."""
    cause, meta = past.annotations.get(CHANGE_CAUSE), past.template.get("metadata") or {}
    if not cause or _HASH not in (meta.get("labels") or {}):
        return past.template
    annotations = {**(meta.get("annotations") or {}), CHANGE_CAUSE: cause}
    return {**past.template, "metadata": {**meta, "annotations": annotations}}


def undo(call: Call) -> Routine[int]:
    """Back to the template of an older revision."""
    wanted = call.arguments.number("to-revision")
    found = yield from rollout_targets(call)
    raise_all(found.errors)
    for target in found.targets:
        past = _older(target, _pasts(call, target, "rollbacker"), wanted)
        if call.arguments.text("dry-run") == "client":
            start = "" if target.resource.plural == "deployments" else "will roll back to "
            yield from call.report(target, start + pod_template_text(past.template))
            continue
        _check_paused(target)
        if without_hash(past.template) == without_hash(target.object["spec"]["template"]):
            yield from call.report(target, f"skipped rollback (current template already matches revision {wanted})")
            continue
        changed = _restored(target, past)
        kept = call.replace(changed)
        yield from call.report(target, "rolled back", kept)
    return 0


def _older(target: Target, pasts: list[Past], wanted: int) -> Past:
    is_deployment = target.resource.plural == "deployments"
    if wanted:
        chosen = next((past for past in pasts if past.number == wanted), None)
        if chosen is None:
            raise CommandError(f"unable to find specified revision {wanted} in history")
        return chosen
    if len(pasts) < 2:
        none = f'no rollout history found for deployment "{target.name}"'
        raise CommandError(none if is_deployment else "no last revision to roll back to")
    return pasts[-2]


def _check_paused(target: Target) -> None:
    if target.resource.plural == "deployments" and target.object["spec"].get("paused"):
        raise CommandError(
            "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"
        )


def _restored(target: Target, past: Past) -> Json:
    """A Deployment takes the ReplicaSet's annotations too."""
    obj = target.object
    changed = {**obj, "spec": {**obj["spec"], "template": without_hash(past.template)}}
    if target.resource.plural == "deployments":
        kept = {key: value for key, value in (obj["metadata"].get("annotations") or {}).items() if key in _OWN}
        kept |= {key: value for key, value in past.annotations.items() if key not in _OWN}
        changed["metadata"] = {**obj["metadata"], "annotations": kept}
    return changed
