"""Makes Jobs on a schedule. Models pkg/controller/cronjob/cronjob_controllerv2.go."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.controllers.client import Call
from simulator.controllers.context import ControllerContext
from simulator.controllers.cronjob.cleanup import surplus_jobs
from simulator.controllers.cronjob.job_template import job_from_template, job_name
from simulator.controllers.cronjob.schedule import ScheduleError, Timetable, too_many_missed
from simulator.controllers.cronjob.status import CronJobStatus
from simulator.controllers.job import finished_condition
from simulator.controllers.ownership import controller_of, controllers_to_sync
from simulator.controllers.workqueue import WorkQueue
from simulator.events import object_reference
from simulator.history import Json
from simulator.objects.errors import ApiError
from simulator.store import Change, key_of

COMPONENT = "cronjob-controller"


class CronJobController:
    """One timer a CronJob, for the next time that it is due."""

    def __init__(self, context: ControllerContext) -> None:
        self._context = context
        self._client = context.client()
        self._recorder = context.recorder(COMPONENT)
        self._jobs = context.owned("jobs")
        self._queue = WorkQueue(self._context.engine, self._sync)
        self._context.store.watch("cronjobs", self._on_cron_job)
        self._context.store.watch("jobs", self._on_job)

    # ---- what makes it look ------------------------------------------------------
    def _on_cron_job(self, change: Change) -> None:
        """A changed schedule moves the next look, anything else is looked at now (updateCronJob)."""
        cron_job, old = change.object, change.old
        fields = ("schedule", "timeZone")
        if old is not None and any(cron_job["spec"].get(field) != old["spec"].get(field) for field in fields):
            wait = Timetable.of(cron_job, self._context.calendar).wait(self._context.engine.now)
            self._queue.add_after(*key_of(cron_job), wait)
        else:
            self._queue.add(*key_of(cron_job))

    def _on_job(self, change: Change) -> None:
        for owner in controllers_to_sync(change, "CronJob"):
            self._queue.add(*owner)

    # ---- one look ----------------------------------------------------------------
    def _sync(self, namespace: str, name: str) -> Call[None]:
        cron_job = self._context.store.get("cronjobs", namespace, name)
        if cron_job is None:
            return
        status = CronJobStatus.of(cron_job)
        before = status.json()
        jobs = self._jobs.of(cron_job)
        deleted = yield from self._clean_up(cron_job, status, jobs)
        failure: ApiError | None = None
        wait: int | None = None
        try:
            wait = yield from self._reconcile(cron_job, status, jobs)
        except ApiError as error:
            failure = error
        if deleted or status.json() != before:
            yield from self._client.update_status({**cron_job, "status": status.json()})
        if failure is not None:
            raise failure
        if wait is not None:
            self._queue.add_after(namespace, name, wait)

    def _reconcile(self, cron_job: Json, status: CronJobStatus, jobs: Sequence[Json]) -> Call[int | None]:
        """Models syncCronJob: how long until the next look, None if nothing is due any more."""
        for job in jobs:
            self._look_at(cron_job, status, job)
        yield from self._forget_missing(cron_job, status, jobs)
        if "deletionTimestamp" in cron_job["metadata"] or cron_job["spec"].get("suspend"):
            return None
        timetable = Timetable.of(cron_job, self._context.calendar)
        try:
            due = self._due(cron_job, timetable)
        except ScheduleError as error:
            words = f"invalid schedule: {cron_job['spec']['schedule']} : {error}"
            self._recorder.event(cron_job, "Warning", "InvalidSchedule", words)
            return None
        now = self._context.engine.now
        if due is None or not self._may_start(cron_job, status, due):
            return timetable.wait(now)
        started = yield from self._start(cron_job, status, due)
        return timetable.wait(now, due) if started else None

    def _look_at(self, cron_job: Json, status: CronJobStatus, job: Json) -> None:
        name, condition = job["metadata"]["name"], finished_condition(job)
        if condition is None:
            if not status.has(job):
                words = f"Saw a job that the controller did not create or forgot: {name}"
                self._recorder.event(cron_job, "Warning", "UnexpectedJob", words)
            return
        if status.has(job):
            status.forget(job["metadata"]["uid"])
            words = f"Saw completed job: {name}, condition: {condition['type']}"
            self._recorder.event(cron_job, "Normal", "SawCompletedJob", words)
        done = job["status"].get("completionTime")
        if condition["type"] == "Complete" and done and done > (status.last_successful_time or ""):
            status.last_successful_time = done

    def _forget_missing(self, cron_job: Json, status: CronJobStatus, jobs: Sequence[Json]) -> Call[None]:
        known = {job["metadata"]["uid"] for job in jobs}
        for each in [each for each in status.active if each["uid"] not in known]:
            try:
                yield from self._client.get("jobs", {"metadata": each})
            except ApiError as error:
                if error.reason != "NotFound":
                    raise
                self._recorder.event(cron_job, "Normal", "MissingJob", f"Active job went missing: {each['name']}")
                status.forget(each["uid"])

    def _due(self, cron_job: Json, timetable: Timetable) -> int | None:
        """The time that a Job is to be started for now (nextScheduleTime). Raises ScheduleError."""
        now, earliest = self._context.engine.now, timetable.earliest
        deadline = cron_job["spec"].get("startingDeadlineSeconds")
        if deadline is not None:
            earliest = max(earliest, now - deadline * 1000)
        due, missed = timetable.latest(earliest, now)
        if due is not None and too_many_missed(missed):
            words = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
            self._recorder.event(cron_job, "Warning", "TooManyMissedTimes", words)
        return due

    def _may_start(self, cron_job: Json, status: CronJobStatus, due: int) -> bool:
        spec, now = cron_job["spec"], self._context.engine.now
        deadline = spec.get("startingDeadlineSeconds")
        if deadline is not None and due + deadline * 1000 < now:
            moment = f"{self._context.calendar.at(due):%a, %d %b %Y %H:%M:%S} +0000"
            self._recorder.event(cron_job, "Warning", "MissSchedule", f"Missed scheduled time to start a job: {moment}")
            return False
        name = job_name(cron_job, self._context.calendar, due)
        if any(
            each["name"] == name for each in status.active
        ) or status.last_schedule_time == self._context.calendar.second(due):
            return False
        if spec["concurrencyPolicy"] == "Forbid" and status.active:
            words = "Not starting job because prior execution is running and concurrency policy is Forbid"
            self._recorder.event(cron_job, "Normal", "JobAlreadyActive", words)
            return False
        return True

    # ---- what it does ------------------------------------------------------------
    def _start(self, cron_job: Json, status: CronJobStatus, due: int) -> Call[bool]:
        """Make the Job of a time; False if somebody else's Job has its name. Raises ApiError."""
        if cron_job["spec"]["concurrencyPolicy"] == "Replace":
            for each in list(status.active):
                yield from self._replace(cron_job, status, each)
        wanted = job_from_template(cron_job, self._context.calendar, due)
        try:
            job = yield from self._client.create(wanted)
        except ApiError as error:
            if error.reason != "AlreadyExists":
                self._recorder.event(cron_job, "Warning", "FailedCreate", f"Error creating job: {error.message}")
                raise
            job = self._context.store.get("jobs", *key_of(wanted)) or wanted
            owner = controller_of(job)
            if owner is None or owner["uid"] != cron_job["metadata"]["uid"] or status.has(job):
                return False
        else:
            self._recorder.event(cron_job, "Normal", "SuccessfulCreate", f"Created job {job['metadata']['name']}")
        status.active.append(object_reference(job))
        status.last_schedule_time = self._context.calendar.second(due)
        return True

    def _replace(self, cron_job: Json, status: CronJobStatus, reference: Json) -> Call[None]:
        try:
            job = yield from self._client.get("jobs", {"metadata": reference})
        except ApiError as error:
            self._recorder.event(cron_job, "Warning", "FailedGet", f"Get job: {error.message}")
            raise
        yield from self._delete(cron_job, status, job)

    def _delete(self, cron_job: Json, status: CronJobStatus, job: Json) -> Call[None]:
        """Models deleteJob. Raises ApiError."""
        try:
            yield from self._client.delete("jobs", job, propagation="Background")
        except ApiError as error:
            self._recorder.event(cron_job, "Warning", "FailedDelete", f"Deleted job: {error.message}")
            raise
        status.forget(job["metadata"]["uid"])
        self._recorder.event(cron_job, "Normal", "SuccessfulDelete", f"Deleted job {job['metadata']['name']}")

    def _clean_up(self, cron_job: Json, status: CronJobStatus, jobs: Sequence[Json]) -> Call[bool]:
        """Delete finished Jobs beyond the history limits; whether any was."""
        deleted = False
        for job in surplus_jobs(cron_job, jobs):
            try:
                yield from self._delete(cron_job, status, job)
            except ApiError:
                continue  # the event tells; the next sync tries again
            deleted = True
        return deleted
