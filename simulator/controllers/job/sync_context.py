"""What one sync of a Job goes by: its Pods sorted out, its counts, and whether it is over.

Models syncJobCtx and the first half of syncJob in pkg/controller/job/job_controller.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from simulator.calendar import Calendar
from simulator.controllers.availability import is_ready
from simulator.controllers.job.backoff_utils import BackoffRecord, finished_at
from simulator.controllers.job.indexed_job_utils import (
    Intervals,
    has_backoff_limit_per_index,
    indexes_of,
    is_indexed,
    newly_failed,
    newly_succeeded,
    valid_index,
)
from simulator.controllers.job.pod_failure_policy import match_pod_failure_policy
from simulator.controllers.job.pods import absolute_failure_count, has_finalizer, is_failed
from simulator.controllers.job.status import JobStatus
from simulator.controllers.replicaset.victims import is_active, is_terminating
from simulator.history import Json


@dataclass(slots=True)
class SyncContext:
    """`pods` are as they were when the sync began; `status` is what it makes of the Job's."""

    job: Json
    now: int
    second: str  # the same, as the API writes it
    status: JobStatus
    pods: list[Json]
    active_pods: list[Json]
    terminating: int
    ready: int
    succeeded: int = 0
    failed: int = 0
    backoff: BackoffRecord = field(default_factory=BackoffRecord)
    finished: Json | None = None  # the condition that the Job ends with, or is about to
    counted_succeeded: Intervals = field(default_factory=Intervals)  # of status.completedIndexes
    succeeded_indexes: Intervals = field(default_factory=Intervals)
    failed_indexes: Intervals | None = None
    # By index: the failed Pod that waits for its replacement, which takes its failure count over.
    delayed: dict[int, Json] = field(default_factory=dict)


def sync_context(job: Json, pods: Sequence[Json], backoff: BackoffRecord, calendar: Calendar, now: int) -> SyncContext:
    """Sort the Pods out and count them."""
    active = [pod for pod in pods if is_active(pod)]
    context = SyncContext(
        job=job,
        now=now,
        second=calendar.second(now),
        status=JobStatus.of(job),
        pods=list(pods),
        active_pods=active,
        terminating=sum(map(is_terminating, pods)),
        ready=sum(map(is_ready, active)),
    )
    _count(context, backoff, calendar)
    if is_indexed(job):
        _count_indexes(context, calendar)
    return context


def _count(context: SyncContext, backoff: BackoffRecord, calendar: Calendar) -> None:
    """Pods that ended and are in no counter yet count as well (getNewFinishedPods)."""
    job, status = context.job, context.status
    known = {*status.uncounted_succeeded, *status.uncounted_failed}
    fresh = [pod for pod in _uncounted(context) if pod["metadata"]["uid"] not in known]
    succeeded = [pod for pod in fresh if pod["status"].get("phase") == "Succeeded"]
    failed = [pod for pod in fresh if is_failed(pod, job)]
    policy = job["spec"].get("podFailurePolicy")
    counted = [pod for pod in failed if match_pod_failure_policy(policy, pod).counts]
    context.succeeded = status.succeeded + len(succeeded) + len(status.uncounted_succeeded)
    context.failed = status.failed + len(counted) + len(status.uncounted_failed)
    context.backoff = backoff.after(_ends(succeeded, calendar), _ends(failed, calendar))


def _uncounted(context: SyncContext) -> list[Json]:
    """Models getValidPodsWithFilter: with the finalizer and, of an Indexed Job, with an index it asks for."""
    job = context.job
    pods = [pod for pod in context.pods if has_finalizer(pod)]
    return [pod for pod in pods if valid_index(pod, job) is not None] if is_indexed(job) else pods


def _ends(pods: Sequence[Json], calendar: Calendar) -> list[int]:
    return sorted(finished_at(calendar, pod) for pod in pods)


def _count_indexes(context: SyncContext, calendar: Calendar) -> None:
    job, completions = context.job, context.job["spec"]["completions"]
    context.counted_succeeded = Intervals.parse(context.status.completed_indexes, completions)
    context.succeeded_indexes = context.counted_succeeded.with_indexes(newly_succeeded(job, context.pods))
    context.succeeded = len(context.succeeded_indexes)
    if has_backoff_limit_per_index(job):
        known = Intervals.parse(context.status.failed_indexes or "", completions)
        context.failed_indexes = known.with_indexes(newly_failed(job, context.pods))
        context.delayed = _delayed(context, context.failed_indexes, calendar)


def _delayed(context: SyncContext, given_up: Intervals, calendar: Calendar) -> dict[int, Json]:
    """Models getPodsWithDelayedDeletionPerIndex."""
    settled = context.succeeded_indexes.merge(given_up).with_indexes(indexes_of(context.active_pods))
    delayed: dict[int, Json] = {}
    for pod in _uncounted(context):
        index = valid_index(pod, context.job)
        if index is None or index in settled or not is_failed(pod, context.job):
            continue
        last = delayed.get(index)
        if last is None or _is_later(pod, last, calendar):
            delayed[index] = pod
    return delayed


def _is_later(pod: Json, last: Json, calendar: Calendar) -> bool:
    later = finished_at(calendar, pod) >= finished_at(calendar, last)
    return absolute_failure_count(pod) >= absolute_failure_count(last) and later
