"""Counting the Pods that ended, each exactly once, and ending the Job.

A Pod's uid is noted in the status first; then its finalizer goes; then the counter rises. Models
trackJobStatusAndRemoveFinalizers of pkg/controller/job/job_controller.go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simulator.controllers.client import Call, Client, together
from simulator.controllers.job.backoff_utils import BackoffRecord
from simulator.controllers.job.indexed_job_utils import has_backoff_limit_per_index, is_indexed, valid_index
from simulator.controllers.job.pod_failure_policy import match_pod_failure_policy
from simulator.controllers.job.pods import completion_index, has_finalizer, is_failed, without_finalizer
from simulator.controllers.job.status import new_condition
from simulator.controllers.job.sync_context import SyncContext
from simulator.controllers.job.termination import failed_for
from simulator.events import Recorder
from simulator.history import Json
from simulator.objects.errors import ApiError

MAX_UNCOUNTED = 500


@dataclass(frozen=True, slots=True)
class Tracker:
    """`remember` keeps the back-off record of a Job once its status is written."""

    client: Client
    recorder: Recorder
    remember: Callable[[Json, BackoffRecord], None]

    def track(self, context: SyncContext, changed: bool) -> Call[None]:
        """Write the status if anything changed, let the counted Pods go, and end the Job if that is due."""
        if is_indexed(context.job):
            context.pods.sort(key=lambda pod: _index_or_before(pod))
        held = {pod["metadata"]["uid"] for pod in context.pods if has_finalizer(pod)}
        changed |= context.status.count_those_without_finalizer(held)
        done, noted, limited = _note_ended(context)
        changed |= noted
        if is_indexed(context.job):
            changed |= _note_indexes(context)
        changed |= _note_interim_condition(context)
        changed = yield from self._flush(context, done, held, changed)
        finished = not limited and _finish(context)
        if changed or finished:
            yield from self._write(context)
        if finished:
            self._tell(context)

    def _flush(self, context: SyncContext, done: list[Json], held: set[str], changed: bool) -> Call[bool]:
        """Models flushUncountedAndRemoveFinalizers; whether something is left to write."""
        if changed:
            yield from self._write(context)
            self.remember(context.job, context.backoff)
        freed = yield from together([self.client.patch("pods", pod, without_finalizer) for pod in done])
        failures = [each for each in freed if isinstance(each, ApiError) and each.reason != "NotFound"]
        held -= {pod["metadata"]["uid"] for pod, each in zip(done, freed, strict=True) if each not in failures}
        changed = context.status.count_those_without_finalizer(held)
        if failures:
            if changed:
                yield from self._write(context)
            raise failures[0]
        return changed

    def _write(self, context: SyncContext) -> Call[None]:
        job = {**context.job, "status": context.status.json()}
        context.job = yield from self.client.update_status(job)

    def _tell(self, context: SyncContext) -> None:
        """Models recordJobFinished."""
        job, finished, completions = context.job, context.finished, context.job["spec"].get("completions")
        if finished is None:
            return
        if finished["type"] != "Complete":
            self.recorder.event(job, "Warning", finished["reason"], finished["message"])
            return
        if completions is not None and context.status.succeeded > completions:
            words = "Too many succeeded pods running after completion count reached"
            self.recorder.event(job, "Warning", "TooManySucceededPods", words)
        self.recorder.event(job, "Normal", "Completed", "Job completed")


def _index_or_before(pod: Json) -> int:
    index = completion_index(pod)
    return -1 if index is None else index


def _note_ended(context: SyncContext) -> tuple[list[Json], bool, bool]:
    """(Pods that may go, whether one of them is new to the status, whether there are more than it can hold)."""
    done: list[Json] = []
    indexes: list[int] = []
    noted = False
    for pod in context.pods:
        if not has_finalizer(pod) or not _may_go(context, pod):
            continue
        done.append(pod)
        noted |= _note(context, pod, indexes)
        if len(indexes) + context.status.uncounted >= MAX_UNCOUNTED:
            return done, noted, True
    return done, noted, False


def _may_go(context: SyncContext, pod: Json) -> bool:
    """Models canRemoveFinalizer."""
    deleted = "deletionTimestamp" in context.job["metadata"]
    if deleted or context.finished is not None or pod["status"].get("phase") == "Succeeded":
        return True
    if not is_failed(pod, context.job):
        return False
    waits = context.delayed.get(_index_or_before(pod)) if has_backoff_limit_per_index(context.job) else None
    return waits is None or waits["metadata"]["uid"] != pod["metadata"]["uid"]


def _note(context: SyncContext, pod: Json, indexes: list[int]) -> bool:
    """Note a Pod that ended, once; whether that changed the status. Succeeded indexes go to `indexes`."""
    uid, status = pod["metadata"]["uid"], context.status
    if pod["status"].get("phase") == "Succeeded" and uid not in status.uncounted_failed:
        return _note_success(context, pod, indexes)
    over = context.finished is not None and context.finished["type"] != "SuccessCriteriaMet"
    if not (is_failed(pod, context.job) or over) or uid in status.uncounted_failed:
        return False
    # An index that is not asked for any more does not count; when the Job is over, all that did not succeed has failed.
    out_of_range = is_indexed(context.job) and valid_index(pod, context.job) is None
    policy = context.job["spec"].get("podFailurePolicy")
    if out_of_range or not match_pod_failure_policy(policy, pod).counts:
        return False
    status.uncounted_failed.append(uid)
    return True


def _note_success(context: SyncContext, pod: Json, indexes: list[int]) -> bool:
    """The index itself is enough to count an Indexed Job's success once."""
    status, uid = context.status, pod["metadata"]["uid"]
    if is_indexed(context.job):
        index = valid_index(pod, context.job)
        if index is None or index in context.counted_succeeded:
            return False
        indexes.append(index)
        return True
    if uid in status.uncounted_succeeded:
        return False
    status.uncounted_succeeded.append(uid)
    return True


def _note_indexes(context: SyncContext) -> bool:
    status = context.status
    before = (status.completed_indexes, status.failed_indexes)
    status.succeeded = len(context.succeeded_indexes)
    status.completed_indexes = str(context.succeeded_indexes)
    status.failed_indexes = None if context.failed_indexes is None else str(context.failed_indexes)
    return before != (status.completed_indexes, status.failed_indexes)


def _note_interim_condition(context: SyncContext) -> bool:
    """FailureTarget and SuccessCriteriaMet are told before the finalizers go, the final condition after."""
    finished, status = context.finished, context.status
    if finished is None:
        return False
    if finished["type"] == "FailureTarget":
        status.conditions.append(finished)
        context.finished = failed_for(finished, context)
        return True
    if finished["type"] == "SuccessCriteriaMet":
        new = all(c["type"] != "SuccessCriteriaMet" for c in status.conditions)
        status.conditions += [finished] if new else []
        context.finished = new_condition("Complete", finished["reason"], finished["message"], context.second)
        return new
    return False


def _finish(context: SyncContext) -> bool:
    """Models enactJobFinished: not while a Pod is uncounted or on its way out."""
    finished, status = context.finished, context.status
    if finished is None or status.uncounted or context.terminating > 0:
        return False
    status.ensure(finished)
    if finished["type"] == "Complete":
        status.completion_time = finished["lastTransitionTime"]
    return True
