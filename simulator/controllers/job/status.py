"""A Job's status while it is worked on, and its conditions.

Models JobStatus of staging/src/k8s.io/api/batch/v1/types.go and pkg/controller/job/util/utils.go.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

from simulator.history import Json


@dataclass(slots=True)
class JobStatus:
    """`uncounted_...` are the uids of Pods that ended and that the counters do not hold yet."""

    conditions: list[Json] = field(default_factory=list)
    start_time: str | None = None
    completion_time: str | None = None
    active: int = 0
    succeeded: int = 0
    failed: int = 0
    terminating: int | None = None
    completed_indexes: str = ""
    failed_indexes: str | None = None
    uncounted_succeeded: list[str] = field(default_factory=list)
    uncounted_failed: list[str] = field(default_factory=list)
    ready: int | None = None

    @classmethod
    def of(cls, job: Json) -> JobStatus:
        status = job.get("status", {})
        uncounted = status.get("uncountedTerminatedPods") or {}
        return cls(
            conditions=list(status.get("conditions") or ()),
            start_time=status.get("startTime"),
            completion_time=status.get("completionTime"),
            active=status.get("active", 0),
            succeeded=status.get("succeeded", 0),
            failed=status.get("failed", 0),
            terminating=status.get("terminating"),
            completed_indexes=status.get("completedIndexes", ""),
            failed_indexes=status.get("failedIndexes"),
            uncounted_succeeded=list(uncounted.get("succeeded") or ()),
            uncounted_failed=list(uncounted.get("failed") or ()),
            ready=status.get("ready"),
        )

    def json(self) -> Json:
        """As the API server stores it: what is empty is left out, but for what Go keeps behind a pointer."""
        uncounted = {"succeeded": self.uncounted_succeeded, "failed": self.uncounted_failed}
        plain = {
            "conditions": list(self.conditions),
            "startTime": self.start_time,
            "completionTime": self.completion_time,
            "active": self.active,
            "succeeded": self.succeeded,
            "failed": self.failed,
        }
        pointers = {
            "terminating": self.terminating,
            "completedIndexes": self.completed_indexes or None,
            "failedIndexes": self.failed_indexes,
            "uncountedTerminatedPods": {key: list(uids) for key, uids in uncounted.items() if uids},
            "ready": self.ready,
        }
        kept = {key: value for key, value in plain.items() if value}
        return kept | {key: value for key, value in pointers.items() if value is not None}

    @property
    def uncounted(self) -> int:
        return len(self.uncounted_succeeded) + len(self.uncounted_failed)

    def count_those_without_finalizer(self, held: Container[str]) -> bool:
        """Pods that let go of their finalizer move into the counters; whether any did.

        Models cleanUncountedPodsWithoutFinalizers.
        """
        before = self.uncounted
        succeeded = [uid for uid in self.uncounted_succeeded if uid in held]
        failed = [uid for uid in self.uncounted_failed if uid in held]
        self.succeeded += len(self.uncounted_succeeded) - len(succeeded)
        self.failed += len(self.uncounted_failed) - len(failed)
        self.uncounted_succeeded, self.uncounted_failed = succeeded, failed
        return self.uncounted != before

    def ensure(self, condition: Json) -> bool:
        """Models ensureJobConditionStatus: what was never true does not become false."""
        for place, known in enumerate(self.conditions):
            if known["type"] == condition["type"]:
                changed = any(known[key] != condition[key] for key in ("status", "reason", "message"))
                if changed:
                    self.conditions[place] = condition
                return changed
        if condition["status"] == "False":
            return False
        self.conditions.append(condition)
        return True


def new_condition(kind: str, reason: str, message: str, now: str, *, status: str = "True") -> Json:
    return {
        "type": kind,
        "status": status,
        "lastProbeTime": now,
        "lastTransitionTime": now,
        "reason": reason,
        "message": message,
    }


def true_condition(status: Json, kind: str) -> Json | None:
    """The condition of a Job's status, if it is true."""
    wanted = (c for c in status.get("conditions") or () if c["type"] == kind and c["status"] == "True")
    return next(wanted, None)


def finished_condition(job: Json) -> Json | None:
    """The one by which a Job is over for good (FinishedCondition)."""
    status = job.get("status", {})
    return true_condition(status, "Complete") or true_condition(status, "Failed")


def is_suspended(job: Json) -> bool:
    return bool(job["spec"].get("suspend"))
