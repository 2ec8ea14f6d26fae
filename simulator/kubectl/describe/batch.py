"""Descriptions of Jobs and CronJobs. Models kubectl pkg/describe/describe.go."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.history import Json
from simulator.kubectl.describe.workloads import Related, controller_head, describe_template
from simulator.kubectl.describe.writer import (
    Writer,
    write_annotations,
    write_controller,
    write_events,
    write_labels,
)
from simulator.kubectl.duration import human_duration, parse_time, rfc1123z
from simulator.kubectl.selectors import format_label_selector

_MANY_INDEXES = 50  # characters


def describe_job(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describeJob."""
    spec, status, writer = obj["spec"], obj.get("status", {}), controller_head(obj)
    write_controller(writer, obj)
    writer.field(0, "Parallelism", spec.get("parallelism", 1))
    writer.field(0, "Completions", spec.get("completions", "<unset>"))
    for title, key in (
        ("Completion Mode", "completionMode"),
        ("Suspend", "suspend"),
        ("Backoff Limit", "backoffLimit"),
        ("TTL Seconds After Finished", "ttlSecondsAfterFinished"),
    ):
        if spec.get(key) is not None:
            writer.field(0, title, str(spec[key]).lower() if isinstance(spec[key], bool) else spec[key])
    _times(writer, status)
    if spec.get("activeDeadlineSeconds") is not None:
        writer.field(0, "Active Deadline Seconds", f"{spec['activeDeadlineSeconds']}s")
    ready = f" ({status['ready']} Ready)" if status.get("ready") is not None else ""
    done = f"{status.get('succeeded', 0)} Succeeded / {status.get('failed', 0)} Failed"
    writer.field(0, "Pods Statuses", f"{status.get('active', 0)} Active{ready} / {done}")
    if spec.get("completionMode") == "Indexed":
        writer.field(0, "Completed Indexes", _capped(status.get("completedIndexes", "")))
    describe_template(writer, spec["template"])
    write_events(writer, events, now)
    return writer.text()


def _times(writer: Writer, status: Json) -> None:
    start, end = parse_time(status.get("startTime")), parse_time(status.get("completionTime"))
    if start is not None:
        writer.field(0, "Start Time", rfc1123z(status["startTime"]))
    if end is not None:
        writer.field(0, "Completed At", rfc1123z(status["completionTime"]))
    if start is not None and end is not None:
        writer.field(0, "Duration", human_duration(end - start))


def _capped(indexes: str) -> str:
    """Models capIndexesListOrNone: a long list is cut at a comma."""
    cut = indexes.find(",", _MANY_INDEXES)
    return f"{indexes[: cut + 1]}..." if cut >= 0 else indexes or "<none>"


def describe_cron_job(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describeCronJob."""
    meta, spec, status, writer = obj["metadata"], obj["spec"], obj.get("status", {}), Writer()
    writer.field(0, "Name", meta["name"])
    writer.field(0, "Namespace", meta["namespace"])
    write_labels(writer, "Labels", meta.get("labels"))
    write_annotations(writer, "Annotations", meta.get("annotations"))
    writer.field(0, "Schedule", spec["schedule"])
    writer.field(0, "Concurrency Policy", spec.get("concurrencyPolicy", ""))
    writer.field(0, "Suspend", str(spec.get("suspend", "<unset>")))
    writer.field(0, "Successful Job History Limit", spec.get("successfulJobsHistoryLimit", "<unset>"))
    writer.field(0, "Failed Job History Limit", spec.get("failedJobsHistoryLimit", "<unset>"))
    deadline = spec.get("startingDeadlineSeconds")
    writer.field(0, "Starting Deadline Seconds", "<unset>" if deadline is None else f"{deadline}s")
    _job_template(writer, spec["jobTemplate"]["spec"])
    last = status.get("lastScheduleTime")
    writer.field(0, "Last Schedule Time", rfc1123z(last) if last else "<unset>")
    writer.field(0, "Active Jobs", ", ".join(job["name"] for job in status.get("active") or ()) or "<none>")
    write_events(writer, events, now)
    return writer.text()


def _job_template(writer: Writer, job: Json) -> None:
    """Models describeJobTemplate."""
    selector = job.get("selector")
    writer.field(0, "Selector", "<unset>" if selector is None else format_label_selector(selector))
    writer.field(0, "Parallelism", job.get("parallelism", "<unset>"))
    writer.field(0, "Completions", job.get("completions", "<unset>"))
    if job.get("activeDeadlineSeconds") is not None:
        writer.field(0, "Active Deadline Seconds", f"{job['activeDeadlineSeconds']}s")
    describe_template(writer, job["template"])
