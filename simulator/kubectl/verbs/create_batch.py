"""`kubectl create job` and `create cronjob`. Models kubectl pkg/cmd/create/create_{job,cronjob}.go."""

from __future__ import annotations

from copy import deepcopy

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call
from simulator.kubectl.errors import CommandError
from simulator.kubectl.verbs.create import create_object, only_name

JOB_FLAGS = "image from"
CRON_JOB_FLAGS = "image schedule restart"


def job(call: Call) -> Routine[int]:
    """`create job NAME --image=IMAGE -- COMMAND`, or `--from=cronjob/NAME`."""
    arguments = call.arguments
    image, source = arguments.text("image"), arguments.text("from")
    only_name(call)
    if bool(image) == bool(source):
        raise CommandError("either --image or --from must be specified")
    if arguments.after and source:
        raise CommandError("cannot specify --from and command")
    meta, spec = _of_cron_job(call, source) if source else ({}, {"template": _template(call, "Never")})
    obj: Json = {"apiVersion": "batch/v1", "kind": "Job", "metadata": meta, "spec": spec, "status": {}}
    return (yield from create_object(call, obj, "failed to create job: "))


def cron_job(call: Call) -> Routine[int]:
    """`create cronjob NAME --image=IMAGE --schedule='0/5 * * * ?' -- COMMAND`."""
    arguments, name = call.arguments, only_name(call)
    missing = [flag for flag in ("image", "schedule") if not arguments.given(flag)]
    if missing:
        flags = ", ".join(f'"{flag}"' for flag in missing)
        raise CommandError(f"required flag(s) {flags} not set")
    spec = {"template": _template(call, arguments.text("restart") or "OnFailure")}
    template = {"metadata": {"name": name}, "spec": spec}
    obj: Json = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "spec": {"jobTemplate": template, "schedule": arguments.text("schedule")},
        "status": {},
    }
    return (yield from create_object(call, obj, "failed to create cronjob: "))


def _template(call: Call, restart: str) -> Json:
    container: Json = {"name": only_name(call), "image": call.arguments.text("image"), "resources": {}}
    if call.arguments.after:
        container["command"] = list(call.arguments.after)
    return {"metadata": {}, "spec": {"containers": [container], "restartPolicy": restart}}


def _of_cron_job(call: Call, source: str) -> tuple[Json, Json]:
    """Metadata and spec of a Job that is made by hand; the CronJob owns it (createJobFromCronJob)."""
    found = call.named("", source)
    if found.resource.kind != "CronJob":
        raise CommandError(f"unknown object type *v1.{found.resource.kind}")
    template = deepcopy(found.object["spec"]["jobTemplate"])
    given = template.get("metadata") or {}
    owner = {"apiVersion": "batch/v1", "kind": "CronJob", "name": found.name, "controller": True}
    owner["uid"] = found.object["metadata"]["uid"]
    meta = {"annotations": {"cronjob.kubernetes.io/instantiate": "manual", **(given.get("annotations") or {})}}
    labels = {"labels": given["labels"]} if given.get("labels") else {}
    return meta | labels | {"ownerReferences": [owner]}, template["spec"]
