"""Whether a Job is over, and why. Models the order of evaluation in syncJob of pkg/controller/job/job_controller.go."""

from __future__ import annotations

from simulator.calendar import Calendar
from simulator.controllers.job.indexed_job_utils import is_indexed
from simulator.controllers.job.pod_failure_policy import match_pod_failure_policy
from simulator.controllers.job.pods import is_failed
from simulator.controllers.job.status import is_suspended, new_condition, true_condition
from simulator.controllers.job.success_policy import match_success_policy
from simulator.controllers.job.sync_context import SyncContext
from simulator.history import Json

COMPLETIONS = ("CompletionsReached", "Reached expected number of succeeded pods")
_BACKOFF_LIMIT = ("BackoffLimitExceeded", "Job has reached the specified backoff limit")
_DEADLINE = ("DeadlineExceeded", "Job was active longer than specified deadline")
_MAX_INDEXES = ("MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes")
_INDEXES = ("FailedIndexes", "Job has failed indexes")


def evaluate(context: SyncContext, calendar: Calendar) -> Json | None:
    """The condition that the Job ends with: what was found before, else failures, else success by its policy."""
    status = context.status.json()
    if (met := true_condition(status, "SuccessCriteriaMet")) is not None:
        return met
    if (target := true_condition(status, "FailureTarget")) is not None:
        return failed_for(target, context)
    failure = _policy(context) or _limits(context, calendar) or _indexes(context)
    if failure is not None:
        return new_condition("FailureTarget", *failure, context.second)
    words = _success(context)
    return new_condition("SuccessCriteriaMet", "SuccessPolicy", words, context.second) if words is not None else None


def failed_for(target: Json, context: SyncContext) -> Json:
    """The final condition after an interim FailureTarget (newFailedConditionForFailureTarget)."""
    return new_condition("Failed", target["reason"], target["message"], context.second)


def _policy(context: SyncContext) -> tuple[str, str] | None:
    """Models getFailJobMessage."""
    policy = context.job["spec"].get("podFailurePolicy")
    for pod in context.pods if policy is not None else ():
        if is_failed(pod, context.job):
            message = match_pod_failure_policy(policy, pod).failure
            if message is not None:
                return "PodFailurePolicy", message
    return None


def _limits(context: SyncContext, calendar: Calendar) -> tuple[str, str] | None:
    if context.failed > context.job["spec"]["backoffLimit"] or _past_limit_by_restarts(context):
        return _BACKOFF_LIMIT
    left = deadline_left(context, calendar)
    return _DEADLINE if left is not None and left <= 0 else None


def _past_limit_by_restarts(context: SyncContext) -> bool:
    """With OnFailure restarts count in place of Pods (pastBackoffLimitOnFailure)."""
    spec = context.job["spec"]
    if spec["template"]["spec"]["restartPolicy"] != "OnFailure":
        return False
    restarts: int = sum(
        status.get("restartCount", 0)
        for pod in context.pods
        if pod["status"].get("phase") in ("Running", "Pending")
        for kind in ("initContainerStatuses", "containerStatuses")
        for status in pod["status"].get(kind, ())
    )
    return restarts >= max(1, int(spec["backoffLimit"]))


def deadline_left(context: SyncContext, calendar: Calendar) -> int | None:
    """How long (ms) until activeDeadlineSeconds are over; None without them, and while the Job is suspended."""
    seconds, start = context.job["spec"].get("activeDeadlineSeconds"), context.status.start_time
    if seconds is None or start is None or is_suspended(context.job):
        return None
    return int(seconds) * 1000 - (context.now - calendar.parse(start))


def _indexes(context: SyncContext) -> tuple[str, str] | None:
    """Too many failed indexes, or nothing left to do but failed ones (backoffLimitPerIndex)."""
    spec, given_up = context.job["spec"], context.failed_indexes
    if given_up is None:
        return None
    if spec.get("maxFailedIndexes") is not None and len(given_up) > spec["maxFailedIndexes"]:
        return _MAX_INDEXES
    return _INDEXES if len(given_up) and len(given_up) + context.succeeded >= spec["completions"] else None


def _success(context: SyncContext) -> str | None:
    spec = context.job["spec"]
    if not is_indexed(context.job):
        return None
    return match_success_policy(spec.get("successPolicy"), spec["completions"], context.succeeded_indexes)


def is_complete(context: SyncContext, active: int) -> bool:
    """Whether enough Pods succeeded and none is left; without `completions` one success ends the Job."""
    completions = context.job["spec"].get("completions")
    return active == 0 and context.succeeded >= (1 if completions is None else completions)
