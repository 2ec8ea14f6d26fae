"""Why a workload does not get where it wants to, in one sentence; nothing while it is under way or there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboard.presenters.conditions import condition_of
from dashboard.presenters.pieces import Json
from simulator.kubectl.duration import parse_time
from simulator.kubectl.pods import pod_row

if TYPE_CHECKING:
    from dashboard.presenters.workloads import Workload

CALM_MS = 10_000  # so long a Pod may take to become ready before anything is said of it
_PULL = gettext_lazy("%(pod)s cannot pull its image")
_LACKS = gettext_lazy("%(pod)s lacks something that it refers to")
_NO_START = gettext_lazy("A container of %(pod)s cannot be started")
TROUBLE = {  # by kubectl's STATUS
    "ImagePullBackOff": _PULL,
    "ErrImagePull": _PULL,
    "ErrImageNeverPull": _PULL,
    "InvalidImageName": gettext_lazy("The image of %(pod)s has no valid name"),
    "CreateContainerConfigError": _LACKS,
    "CreateContainerError": _NO_START,
    "RunContainerError": _NO_START,
    "StartError": _NO_START,
    "CrashLoopBackOff": gettext_lazy("%(pod)s ends again and again"),
    "Error": gettext_lazy("%(pod)s failed"),
    "OOMKilled": gettext_lazy("%(pod)s takes more memory than it may"),
    "SchedulingGated": gettext_lazy("%(pod)s is held back by a scheduling gate"),
}


def reason(workload: Workload, now_ms: int) -> str:
    """`now_ms`: since 1970."""
    if held := _held(workload.object):
        return held
    if workload.plural == "cronjobs":
        return reason(workload.owned[-1], now_ms) if workload.owned else ""
    if _arrived(workload):
        return ""
    if refused := _refused(workload.object):
        return refused
    cause = _of_pods(workload, now_ms)
    late = _("The rollout is over its deadline") if _is_late(workload.object) else ""
    return _("%(cause)s. %(late)s") % {"cause": cause, "late": late} if cause and late else cause or late


def _held(obj: Json) -> str:
    """A person holds it back."""
    spec = obj.get("spec") or {}
    if spec.get("paused"):
        return _("The rollout is paused")
    return _("Suspended: no Pod is started") if spec.get("suspend") else ""


def _arrived(workload: Workload) -> bool:
    spec, status = workload.object.get("spec") or {}, workload.object.get("status") or {}
    if workload.plural == "jobs":
        return any(each["type"] == "Complete" and each["status"] == "True" for each in status.get("conditions") or ())
    if workload.plural == "daemonsets":
        wanted = status.get("desiredNumberScheduled", 0)
        return {status.get("numberReady", 0), status.get("updatedNumberScheduled", 0)} == {wanted}
    wanted = spec.get("replicas", 1)
    counts = {status.get("replicas", 0), status.get("readyReplicas", 0)}
    if workload.plural == "deployments":
        counts |= {status.get("updatedReplicas", 0), status.get("availableReplicas", 0)}
    return counts == {wanted}


def _refused(obj: Json) -> str:
    """What its controller wrote down: a Job that failed, Pods that the API server refuses."""
    conditions = (obj.get("status") or {}).get("conditions") or ()
    told = (each for each in conditions if each["type"] in ("ReplicaFailure", "Failed") and each["status"] == "True")
    return next((str(each.get("message", "")) for each in told), "")


def _is_late(obj: Json) -> bool:
    conditions = (obj.get("status") or {}).get("conditions") or ()
    return any(each.get("reason") == "ProgressDeadlineExceeded" for each in conditions)


# ---- its Pods ------------------------------------------------------------------------


def _of_pods(workload: Workload, now_ms: int) -> str:
    if workload.plural == "jobs" and (tried := _tried(workload)):
        return tried
    for pod in _alive(workload):
        if words := _in_trouble(pod, now_ms):
            return _and_next(workload, pod, words)
    for pod in _alive(workload):
        if words := _unready(workload, pod, now_ms):
            return _and_next(workload, pod, words)
    return ""


def _alive(workload: Workload) -> Iterator[Json]:
    return (pod for pod in workload.all_pods() if (pod.get("status") or {}).get("phase") not in ("Failed", "Succeeded"))


def _tried(workload: Workload) -> str:
    """A Job replaces what failed, with a pause that doubles."""
    failed = (workload.object.get("status") or {}).get("failed", 0)
    if not failed or any(_alive(workload)):
        return ""
    words = ngettext(
        "Failed %(n)s time so far: the next Pod comes after a pause, which doubles",
        "Failed %(n)s times so far: the next Pod comes after a pause, which doubles",
        failed,
    )
    return words % {"n": failed}


def _in_trouble(pod: Json, now_ms: int) -> str:
    name, status = {"pod": pod["metadata"]["name"]}, pod_row(pod, 0).status.removeprefix("Init:")
    again = (pod.get("spec") or {}).get("restartPolicy", "Always") == "Always" and status in ("Error", "Completed")
    if words := TROUBLE.get("CrashLoopBackOff" if again else status):
        return words % name
    due = parse_time(pod["metadata"].get("deletionTimestamp"))
    if due is not None and now_ms - due > CALM_MS:
        return _("%(pod)s should be gone, but its node does not confirm it") % name
    scheduled = condition_of(pod, "PodScheduled")
    return _("%(pod)s fits on no node") % name if scheduled.get("reason") == "Unschedulable" else ""


def _unready(workload: Workload, pod: Json, now_ms: int) -> str:
    """It stands there without being ready for longer than a start takes."""
    ready = condition_of(pod, "Ready")
    since = parse_time(ready.get("lastTransitionTime") or pod["metadata"].get("creationTimestamp"))
    if ready.get("status") == "True" or pod["metadata"].get("deletionTimestamp"):
        return ""
    if workload.plural == "jobs" or since is None or now_ms - since < CALM_MS:
        return ""
    name = {"pod": pod["metadata"]["name"]}
    status = pod_row(pod, 0).status
    if status.startswith("Init:"):
        return _("%(pod)s waits for its init containers") % name
    if status != "Running":
        return _("%(pod)s has not started yet: its events say why") % name
    if _is_replacing(workload):
        return _("Rollout waits: the new Pods are not ready, and no more old ones may go")
    return _("%(pod)s runs, but is not ready") % name


def _is_replacing(workload: Workload) -> bool:
    """A Deployment that still has Pods of an older version."""
    status = workload.object.get("status") or {}
    return workload.plural == "deployments" and status.get("replicas", 0) > status.get("updatedReplicas", 0)


def _and_next(workload: Workload, pod: Json, words: str) -> str:
    """A StatefulSet makes its Pods one after the other: who waits for this one."""
    spec = workload.object.get("spec") or {}
    name, _dash, number = str(pod["metadata"]["name"]).rpartition("-")
    ordered = workload.plural == "statefulsets" and spec.get("podManagementPolicy", "OrderedReady") == "OrderedReady"
    first = (spec.get("ordinals") or {}).get("start", 0)
    after = int(number) + 1 if ordered and number.isdecimal() else 0
    there = {each["metadata"]["name"] for each in workload.all_pods()}
    if not ordered or after >= first + spec.get("replicas", 1) or f"{name}-{after}" in there:
        return words
    return _("%(cause)s; %(next)s waits for it") % {"cause": words, "next": f"{name}-{after}"}
