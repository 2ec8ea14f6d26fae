"""The Job of one time of a CronJob. Models getJobFromTemplate2 of pkg/controller/cronjob/utils.go."""

from __future__ import annotations

from copy import deepcopy

from simulator.calendar import Calendar
from simulator.controllers.ownership import owner_reference
from simulator.history import Json
from simulator.objects import load_location

SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp"


def job_name(cron_job: Json, calendar: Calendar, due: int) -> str:
    """One name a minute, so that no Job is made twice for the same time."""
    return f"{cron_job['metadata']['name']}-{(calendar.epoch_ms + due) // 60_000}"


def job_from_template(cron_job: Json, calendar: Calendar, due: int) -> Json:
    template, meta = cron_job["spec"]["jobTemplate"], cron_job["metadata"]
    given = template.get("metadata") or {}
    local = calendar.at(due).astimezone(load_location(cron_job["spec"].get("timeZone") or ""))
    when = local.replace(microsecond=0).isoformat()
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": job_name(cron_job, calendar, due),
            "namespace": meta["namespace"],
            "labels": dict(given.get("labels") or {}),
            "annotations": {**(given.get("annotations") or {}), SCHEDULED: when.replace("+00:00", "Z")},
            "ownerReferences": [owner_reference(cron_job)],
        },
        "spec": deepcopy(template["spec"]),
    }
