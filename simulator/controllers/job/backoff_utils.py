"""How long a Job waits before it replaces a failed Pod. Models pkg/controller/job/backoff_utils.go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from simulator.calendar import Calendar
from simulator.controllers.job.pods import absolute_failure_count
from simulator.history import Json

FIRST_MS = 10_000
MAX_MS = 600_000


@dataclass(frozen=True, slots=True)
class BackoffRecord:
    """`last_failure` is when (ms) the last of `failures` since the last success happened."""

    failures: int = 0
    last_failure: int | None = None

    def after(self, succeeded: Sequence[int], failed: Sequence[int]) -> BackoffRecord:
        """With Pods that ended at these times, in the order of time (newBackoffRecord)."""
        if not succeeded:
            return BackoffRecord(self.failures + len(failed), failed[-1]) if failed else self
        later = [when for when in failed if when > succeeded[-1]]
        return BackoffRecord(len(later), later[-1]) if later else BackoffRecord()

    def remaining(self, now: int) -> int:
        return _remaining(now, self.failures, self.last_failure)


def remaining_for_index(calendar: Calendar, now: int, last_failed: Json | None) -> int:
    """For how long (ms) an index waits after its last failed Pod (getRemainingTimePerIndex)."""
    if last_failed is None:
        return 0
    return _remaining(now, absolute_failure_count(last_failed) + 1, finished_at(calendar, last_failed))


def _remaining(now: int, failures: int, last: int | None) -> int:
    if not failures or last is None:
        return 0
    backoff: int = min(FIRST_MS << min(failures - 1, 16), MAX_MS)
    return max(0, backoff - (now - last))


def finished_at(calendar: Calendar, pod: Json) -> int:
    """When (ms) the Pod ended: of its containers, its Ready condition and its deletion the first that says."""
    meta, status = pod["metadata"], pod["status"]
    ends = list(_container_ends(pod))
    if ends and None not in ends:
        return max(calendar.parse(end) for end in ends if end is not None)
    ready = next((c for c in status.get("conditions", ()) if c["type"] == "Ready"), None)
    if ready is not None and ready["status"] == "False" and ready.get("lastTransitionTime"):
        return calendar.parse(ready["lastTransitionTime"])
    if "deletionTimestamp" in meta:
        return calendar.parse(meta["deletionTimestamp"]) - 1000 * int(meta.get("deletionGracePeriodSeconds") or 0)
    return calendar.parse(meta["creationTimestamp"])


def _container_ends(pod: Json) -> Iterator[str | None]:
    """When its containers and sidecars ended; None for one that has not (getFinishTimeFromContainers)."""
    sidecars = {c["name"] for c in pod["spec"].get("initContainers", ()) if c.get("restartPolicy") == "Always"}
    inits: Iterable[Json] = pod["status"].get("initContainerStatuses", ())
    kept = (status for status in inits if status["name"] in sidecars)
    for status in (*pod["status"].get("containerStatuses", ()), *kept):
        yield (status.get("state", {}).get("terminated") or {}).get("finishedAt")
