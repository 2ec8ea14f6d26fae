"""As many Pods as a Job wants, no more and no fewer. Models manageJob of pkg/controller/job/job_controller.go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass

from simulator.calendar import Calendar
from simulator.controllers.availability import is_ready
from simulator.controllers.client import Call, Client, together
from simulator.controllers.job.backoff_utils import remaining_for_index
from simulator.controllers.job.indexed_job_utils import (
    first_pending,
    has_backoff_limit_per_index,
    indexes_of,
    is_indexed,
    split_duplicates,
)
from simulator.controllers.job.pods import TRACKING_FINALIZER, only_replaces_failed, removal_order, without_finalizer
from simulator.controllers.job.status import is_suspended
from simulator.controllers.job.sync_context import SyncContext
from simulator.controllers.job.template import indexed_template, pod_name_prefix
from simulator.controllers.pod_control import PodControl
from simulator.controllers.replicaset.victims import is_terminating
from simulator.history import Json
from simulator.objects.errors import ApiError

MAX_PODS = 500  # that one sync makes or deletes
BATCH_MS = 1000  # SyncJobBatchPeriod


@dataclass(frozen=True, slots=True)
class Manager:
    """`again` asks for another sync of the Job in so many ms."""

    client: Client
    pods: PodControl
    calendar: Calendar
    again: Callable[[Json, int], None]

    def manage(self, context: SyncContext) -> Call[tuple[int, ApiError | None]]:
        """Make or delete Pods; how many are active then, and what went wrong."""
        job, active = context.job, len(context.active_pods)
        if is_suspended(job):
            return (yield from self._remove(context, context.active_pods))
        wanted = _wanted(context, active)
        surplus = _surplus(job, context.active_pods, max(0, active - wanted))
        if surplus:
            return (yield from self._remove(context, surplus[:MAX_PODS]))
        held = context.terminating if only_replaces_failed(job) else 0
        missing = wanted - held - active
        if missing > 0:
            return (yield from self._add(context, active, min(missing, MAX_PODS)))
        return active, None

    def delete_active(self, context: SyncContext) -> Call[tuple[int, ApiError | None]]:
        """The Job is over: no Pod stays. They keep their finalizers until they are counted (deleteActivePods)."""
        return (yield from self._delete(context, context.active_pods))

    # ---- fewer -------------------------------------------------------------------
    def _remove(self, context: SyncContext, pods: Sequence[Json]) -> Call[tuple[int, ApiError | None]]:
        """Pods that are not needed, and do not count as failed (deleteJobPods)."""
        freed = yield from together([self.client.patch("pods", pod, without_finalizer) for pod in pods])
        failures = {number: each for number, each in enumerate(freed) if isinstance(each, ApiError)}
        refused = {number: each for number, each in failures.items() if each.reason != "NotFound"}
        going = [pod for number, pod in enumerate(pods) if number not in refused]
        active, failure = yield from self._delete(context, going)
        return active, failure or next(iter(refused.values()), None)

    def _delete(self, context: SyncContext, pods: Sequence[Json]) -> Call[tuple[int, ApiError | None]]:
        done = yield from together([self.pods.delete(pod, context.job) for pod in pods])
        failures = [each for each in done if isinstance(each, ApiError) and each.reason != "NotFound"]
        deleted = len(pods) - len(failures)
        context.terminating += deleted
        context.ready -= sum(map(is_ready, pods))
        return len(context.active_pods) - deleted, next(iter(failures), None)

    # ---- more --------------------------------------------------------------------
    def _add(self, context: SyncContext, active: int, missing: int) -> Call[tuple[int, ApiError | None]]:
        job = context.job
        wait = 0 if has_backoff_limit_per_index(job) else context.backoff.remaining(context.now)
        indexes: list[int] = []
        if wait == 0 and is_indexed(job):
            indexes, wait = self._due_indexes(context, missing)
        if wait > 0:
            # As upstream has it: while it waits, no Pod is reported as active.
            self.again(job, max(wait, BATCH_MS))
            return 0, None
        wishes: list[int | None] = [*indexes] if is_indexed(job) else [None] * missing
        made, failure = yield from self._slow_start([self._create(context, index) for index in wishes])
        return active + made, failure

    def _due_indexes(self, context: SyncContext, missing: int) -> tuple[list[int], int]:
        """The indexes to make Pods for now; if there is none, for how long (ms) the first has to wait."""
        job, taken = context.job, context.succeeded_indexes.with_indexes(indexes_of(context.active_pods))
        if only_replaces_failed(job):
            taken = taken.with_indexes(indexes_of(filter(is_terminating, context.pods)))
        if context.failed_indexes is not None:
            taken = taken.merge(context.failed_indexes)
        pending = first_pending(taken, missing, job["spec"]["completions"])
        if not has_backoff_limit_per_index(job):
            return pending, 0
        waits = {i: remaining_for_index(self.calendar, context.now, context.delayed.get(i)) for i in pending}
        due = [index for index in pending if not waits[index]]
        return due, 0 if due else min(waits.values(), default=0)

    def _create(self, context: SyncContext, index: int | None) -> Call[Json]:
        job = context.job
        template = deepcopy(job["spec"]["template"])
        finalizers = template.setdefault("metadata", {}).setdefault("finalizers", [])
        if TRACKING_FINALIZER not in finalizers:
            finalizers.append(TRACKING_FINALIZER)
        if index is None:
            return self.pods.create(template, job)
        indexed_template(template, job, index, context.delayed.get(index))
        return self.pods.create(template, job, generate_name=pod_name_prefix(job, index))

    def _slow_start(self, calls: Sequence[Call[Json]]) -> Call[tuple[int, ApiError | None]]:
        """One, then two, then four at a time; a batch with a refusal is the last."""
        made, begun, size = 0, 0, 1
        while begun < len(calls):
            done = yield from together(calls[begun : begun + size])
            failures = [each for each in done if isinstance(each, ApiError)]
            made += len(done) - len(failures)
            if failures:
                return made, failures[0]
            begun, size = begun + size, 2 * size
        return made, None


def _wanted(context: SyncContext, active: int) -> int:
    """How many Pods should run: never more than there are completions left."""
    spec = context.job["spec"]
    parallelism, completions = int(spec["parallelism"]), spec.get("completions")
    if completions is None:
        return active if context.succeeded > 0 else parallelism
    return max(0, min(int(completions) - context.succeeded, parallelism))


def _surplus(job: Json, active: Iterable[Json], at_least: int) -> list[Json]:
    """Models activePodsForRemoval: second Pods of an index, then those that have come least far."""
    ordered = removal_order(active)
    remove, left = split_duplicates(ordered, job["spec"]["completions"]) if is_indexed(job) else ([], ordered)
    return remove + left[: max(0, at_least - len(remove))]
