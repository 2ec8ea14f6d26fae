"""Which finished Jobs a CronJob keeps. Models cleanupFinishedJobs of pkg/controller/cronjob/cronjob_controllerv2.go."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.controllers.job import finished_condition
from simulator.history import Json

_LIMITS = {"Complete": "successfulJobsHistoryLimit", "Failed": "failedJobsHistoryLimit"}


def surplus_jobs(cron_job: Json, jobs: Sequence[Json]) -> list[Json]:
    """Those that started first, beyond the limits; the successful ones before the failed ones."""
    surplus = []
    for kind, field in _LIMITS.items():
        limit = cron_job["spec"].get(field)
        ended = [job for job in jobs if (finished_condition(job) or {}).get("type") == kind]
        if limit is not None:
            ended.sort(key=_started)
            surplus += ended[: max(0, len(ended) - limit)]
    return surplus


def _started(job: Json) -> tuple[bool, str, str]:
    start = job["status"].get("startTime")
    return start is None, start or "", job["metadata"]["name"]
