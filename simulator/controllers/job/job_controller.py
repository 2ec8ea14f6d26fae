"""Runs Jobs to their end. Models pkg/controller/job/job_controller.go."""

from __future__ import annotations

from simulator.controllers.claiming import Claim
from simulator.controllers.client import Call
from simulator.controllers.context import ControllerContext
from simulator.controllers.job.backoff_utils import BackoffRecord
from simulator.controllers.job.manage import BATCH_MS, Manager
from simulator.controllers.job.orphans import OrphanPods
from simulator.controllers.job.pods import TRACKING_FINALIZER, has_finalizer
from simulator.controllers.job.status import finished_condition, is_suspended, new_condition
from simulator.controllers.job.sync_context import SyncContext, sync_context
from simulator.controllers.job.termination import COMPLETIONS, deadline_left, evaluate, is_complete
from simulator.controllers.job.tracking import Tracker
from simulator.controllers.ownership import controller_of, controllers_to_sync, is_orphan_to_look_at, selects
from simulator.controllers.pod_control import PodControl
from simulator.controllers.workqueue import WorkQueue
from simulator.history import Json
from simulator.objects.errors import ApiError
from simulator.store import Change, Key, key_of

COMPONENT = "job-controller"
MANAGER = "kubernetes.io/job-controller"
RETRY_MS = 1000  # DefaultJobApiBackOff
MAX_RETRY_MS = 60_000


class JobController:
    """Costs nothing between the changes of a Job and its Pods, but one timer for a deadline or a back-off."""

    def __init__(self, context: ControllerContext) -> None:
        self._engine = context.engine
        self._store = context.store
        self._calendar = context.calendar
        self._client = context.client()
        self._recorder = context.recorder(COMPONENT)
        self._owned = context.owned("pods")
        self._backoffs: dict[Key, BackoffRecord] = {}
        self._queue = WorkQueue(self._engine, self._sync, retry_ms=RETRY_MS, max_retry_ms=MAX_RETRY_MS)
        self._orphans = OrphanPods(self._engine, self._store, self._client, self._owned)
        pods = PodControl(self._client, self._recorder)
        self._manager = Manager(self._client, pods, self._calendar, self._again)
        self._tracker = Tracker(self._client, self._recorder, self._remember)
        self._store.watch("jobs", self._on_job)
        self._store.watch("pods", self._on_pod)

    def _again(self, job: Json, ms: int) -> None:
        self._queue.add_after(*key_of(job), ms)

    def _remember(self, job: Json, backoff: BackoffRecord) -> None:
        self._backoffs[key_of(job)] = backoff

    # ---- what makes it look ------------------------------------------------------
    def _on_job(self, change: Change) -> None:
        job, old = change.object, change.old
        if change.verb == "DELETED":
            self._backoffs.pop(key_of(job), None)
            self._orphans.add_all_of(job)
        elif finished_condition(job) is not None:
            self._orphans.add_all_of(job)
        elif old is None or old["metadata"]["generation"] != job["metadata"]["generation"]:
            self._queue.add(*key_of(job))
        else:
            self._again(job, BATCH_MS)

    def _on_pod(self, change: Change) -> None:
        pod = change.object
        for namespace, name in controllers_to_sync(change, "Job"):
            job = self._store.get("jobs", namespace, name)
            if job is not None and finished_condition(job) is None:
                self._again(job, BATCH_MS)
        if is_orphan_to_look_at(change):
            for job in self._store.list("jobs", pod["metadata"]["namespace"]):
                if selects(job, pod):
                    self._again(job, BATCH_MS)
        if change.verb != "DELETED" and has_finalizer(pod) and self._is_left_alone(pod):
            self._orphans.add(pod)

    def _is_left_alone(self, pod: Json) -> bool:
        """Whether no Job will count this Pod any more."""
        reference = controller_of(pod)
        if reference is None:
            return True
        if reference["kind"] != "Job" or "deletionTimestamp" not in pod["metadata"]:
            return False
        job = self._store.get("jobs", pod["metadata"]["namespace"], reference["name"])
        return job is None or job["metadata"]["uid"] != reference["uid"] or finished_condition(job) is not None

    # ---- one look ----------------------------------------------------------------
    def _sync(self, namespace: str, name: str) -> Call[None]:
        """Models syncJob."""
        job = self._store.get("jobs", namespace, name)
        if job is None or finished_condition(job) is not None:
            self._backoffs.pop((namespace, name), None)
            return
        if job["spec"].get("managedBy", MANAGER) != MANAGER:
            return
        context = yield from self._context(job)
        before = (context.status.active, context.status.ready, context.status.terminating)
        if context.status.start_time is None and not is_suspended(job):
            context.status.start_time = context.second
        context.finished = evaluate(context, self._calendar)
        self._watch_the_deadline(context)
        active, suspended_or_resumed, failure = yield from self._bring_about(context)
        status = context.status
        status.active, status.ready, status.terminating = active, context.ready, context.terminating
        changed = suspended_or_resumed or before != (active, context.ready, context.terminating)
        yield from self._tracker.track(context, changed)
        if failure is not None:
            raise failure

    def _context(self, job: Json) -> Call[SyncContext]:
        claim = Claim(self._client, job, "pods", "jobs", (TRACKING_FINALIZER,))
        pods = yield from claim.all(self._owned.candidates(job))
        backoff = self._backoffs.get(key_of(job), BackoffRecord())
        return sync_context(job, pods, backoff, self._calendar, self._engine.now)

    def _watch_the_deadline(self, context: SyncContext) -> None:
        left = deadline_left(context, self._calendar)
        if left is not None and left > 0 and context.finished is None:
            self._again(context.job, left)

    def _bring_about(self, context: SyncContext) -> Call[tuple[int, bool, ApiError | None]]:
        """Delete or make Pods; (how many are active, whether the Job was suspended or resumed, what went wrong)."""
        if context.finished is not None:
            active, failure = yield from self._manager.delete_active(context)
            if active:
                context.finished = None  # not as long as a Pod is left
            return active, False, failure
        active, failure, managed = len(context.active_pods), None, "deletionTimestamp" not in context.job["metadata"]
        if managed:
            active, failure = yield from self._manager.manage(context)
        changed = False
        if is_complete(context, active):
            context.finished = new_condition("SuccessCriteriaMet", *COMPLETIONS, context.second)
        elif managed:
            changed = self._note_suspension(context)
        return active, changed, failure

    def _note_suspension(self, context: SyncContext) -> bool:
        """A Job that is resumed starts anew: its deadline does not run while it is suspended."""
        status, now = context.status, context.second
        if is_suspended(context.job):
            changed = status.ensure(new_condition("Suspended", "JobSuspended", "Job suspended", now))
            if changed:
                self._recorder.event(context.job, "Normal", "Suspended", "Job suspended")
            return changed
        changed = status.ensure(new_condition("Suspended", "JobResumed", "Job resumed", now, status="False"))
        if changed:
            self._recorder.event(context.job, "Normal", "Resumed", "Job resumed")
            status.start_time = now
        return changed
