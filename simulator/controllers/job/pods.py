"""What the Job controller reads from a Pod: its index, its failures, whether it counts.

Models pkg/controller/job/{indexed_job_utils,job_controller,tracking_utils}.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from simulator.controllers.availability import ready_condition
from simulator.controllers.replicaset.victims import restarts
from simulator.history import Json

TRACKING_FINALIZER = "batch.kubernetes.io/job-tracking"
INDEX = "batch.kubernetes.io/job-completion-index"
INDEX_FAILURES = "batch.kubernetes.io/job-index-failure-count"
INDEX_IGNORED_FAILURES = "batch.kubernetes.io/job-index-ignored-failure-count"
_MAX_INT32 = 2**31 - 1


def _annotation(pod: Json, key: str) -> int | None:
    """A whole number that is not negative, None for anything else a person may have written there."""
    text = (pod["metadata"].get("annotations") or {}).get(key, "")
    return int(text) if text.isascii() and text.isdecimal() and int(text) <= _MAX_INT32 else None


def completion_index(pod: Json) -> int | None:
    """Models getCompletionIndex."""
    return _annotation(pod, INDEX)


def failure_count(pod: Json) -> int:
    """How often its index had failed before this Pod, as far as that counts (getIndexFailureCount)."""
    return _annotation(pod, INDEX_FAILURES) or 0


def ignored_failure_count(pod: Json) -> int:
    return _annotation(pod, INDEX_IGNORED_FAILURES) or 0


def absolute_failure_count(pod: Json) -> int:
    """Models getIndexAbsoluteFailureCount."""
    return failure_count(pod) + ignored_failure_count(pod)


def has_finalizer(pod: Json) -> bool:
    """Whether the Job has not counted it yet (hasJobTrackingFinalizer)."""
    return TRACKING_FINALIZER in (pod["metadata"].get("finalizers") or ())


def only_replaces_failed(job: Json) -> bool:
    """Whether a Pod on its way out holds its place until it is gone (onlyReplaceFailedPods)."""
    spec = job["spec"]
    return spec.get("podReplacementPolicy") == "Failed" or spec.get("podFailurePolicy") is not None


def is_failed(pod: Json, job: Json) -> bool:
    """Models isPodFailed: a Pod that is being deleted counts as failed, unless the Job waits for its end."""
    phase = pod["status"].get("phase")
    if phase == "Failed":
        return True
    if only_replaces_failed(job):
        return False
    return "deletionTimestamp" in pod["metadata"] and phase != "Succeeded"


def without_finalizer(pod: Json) -> Json:
    """The Pod, let go by its Job (removeTrackingFinalizerPatch)."""
    meta = dict(pod["metadata"])
    left = [each for each in meta.pop("finalizers", None) or () if each != TRACKING_FINALIZER]
    return {**pod, "metadata": meta | ({"finalizers": left} if left else {})}


def removal_order(pods: Iterable[Json]) -> list[Json]:
    """Those first that have come least far (ActivePods of pkg/controller/controller_utils.go)."""
    return sorted(pods, key=_progress)


def _progress(pod: Json) -> tuple[object, ...]:
    ready = ready_condition(pod)
    regular, side = restarts(pod)
    return (
        bool(pod["spec"].get("nodeName")),
        {"Unknown": 1, "Running": 2}.get(pod["status"].get("phase"), 0),
        ready is not None,
        -_moment(ready["lastTransitionTime"]) if ready is not None else 0,
        -regular,
        -side,
        -_moment(pod["metadata"]["creationTimestamp"]),
    )


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
