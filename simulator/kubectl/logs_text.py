"""Which logs the kubelet would refuse, and how lines are chosen.

Models pkg/kubelet/kubelet_pods.go validateContainerLogStatus.
"""

from __future__ import annotations

from simulator.history import Json

_GROUPS = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")


def container_status(pod: Json, container: str) -> Json | None:
    """The status of a container of whatever kind."""
    status = pod.get("status", {})
    return next((s for group in _GROUPS for s in status.get(group) or [] if s["name"] == container), None)


def refusal(pod: Json, container: str, *, previous: bool) -> str:
    """Why there is no log (the server answers BadRequest), or "" if there may be one."""
    name = pod["metadata"]["name"]
    if not pod["spec"].get("nodeName"):
        return ""  # no kubelet to ask: the server answers with an empty log
    status = container_status(pod, container)
    if status is None:
        return f'container "{container}" in pod "{name}" is not available'
    state, last = status.get("state") or {}, (status.get("lastState") or {}).get("terminated") or {}
    if previous:
        return (
            "" if last.get("containerID") else f'previous terminated container "{container}" in pod "{name}" not found'
        )
    if "running" in state or (state.get("terminated") or last).get("containerID") or last.get("containerID"):
        return ""
    if "terminated" in state or last:
        return f'container "{container}" in pod "{name}" is terminated'
    if "waiting" not in state:
        return f'container "{container}" in pod "{name}" is waiting to start - no logs yet'
    reason = (state["waiting"] or {}).get("reason", "")
    why = {"ErrImagePull": "image can't be pulled", "ImagePullBackOff": "trying and failing to pull image"}
    return f'container "{container}" in pod "{name}" is waiting to start: {why.get(reason, reason)}'


def logged_instance(pod: Json, container: str, *, previous: bool) -> str:
    """Whose log `refusal` has let through: while a container waits to be started again, that of its last run.

    Models pkg/kubelet/kubelet_pods.go validateContainerLogStatus.
    """
    status = container_status(pod, container) or {}
    state, last = status.get("state") or {}, (status.get("lastState") or {}).get("terminated") or {}
    ended = (state.get("terminated") or {}).get("containerID")
    if previous:
        return str(last.get("containerID", ""))
    return str(status.get("containerID", "") if "running" in state else ended or last.get("containerID", ""))


def last_lines(text: str, count: int) -> str:
    """The last lines of a log; all of them for a negative count."""
    if count < 0:
        return text
    lines = text.splitlines(keepends=True)
    return "".join(lines[-count:]) if count else ""
