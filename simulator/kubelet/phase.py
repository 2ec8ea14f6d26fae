"""The Pod's phase, from its containers' states.

Models pkg/kubelet/kubelet_pods.go getPhase.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.history import Json
from simulator.kubelet.policy import is_sidecar, is_static, should_restart


@dataclass(slots=True)
class _Count:
    pending_init: int = 0
    pending_sidecars: int = 0
    failed_init: int = 0  # and not to be restarted
    unknown: int = 0
    running: int = 0
    waiting: int = 0
    stopped: int = 0
    stopped_for_good: int = 0
    succeeded: int = 0


def get_phase(pod: Json, statuses: dict[str, Json], *, terminal: bool, initialized: bool) -> str:
    """`statuses` are the API's container statuses by name; `terminal` that nothing will be restarted any more."""
    count = _Count()
    for container in pod["spec"].get("initContainers", ()):
        status = statuses.get(container["name"])
        if is_sidecar(container):
            _count_sidecar(count, status)
        else:
            _count_init(count, container, pod["spec"], status)
    for container in pod["spec"]["containers"]:
        _count_regular(count, container, pod["spec"], statuses.get(container["name"]))
    return _decide(count, terminal=terminal and not is_static(pod), initialized=initialized)


def _last_exit(status: Json) -> Json | None:
    """How the container ended: now, or before it began to wait."""
    state = status["state"]
    if "waiting" in state:
        state = status["lastState"]
    ended: Json | None = state.get("terminated")
    return ended


def _count_init(count: _Count, container: Json, spec: Json, status: Json | None) -> None:
    ended = None if status is None else _last_exit(status)
    if ended is None:
        count.pending_init += 1
    elif ended["exitCode"] != 0 and not should_restart(container, spec, ended["exitCode"]):
        count.failed_init += 1


def _count_sidecar(count: _Count, status: Json | None) -> None:
    if status is None:
        count.unknown += 1
    elif "running" in status["state"]:
        count.pending_sidecars += not status["started"]
        count.running += 1
    elif "waiting" in status["state"] and "terminated" not in status["lastState"]:
        count.pending_sidecars += 1
        count.waiting += 1


def _count_regular(count: _Count, container: Json, spec: Json, status: Json | None) -> None:
    if status is None:
        count.unknown += 1
    elif "running" in status["state"]:
        count.running += 1
    elif (ended := _last_exit(status)) is None:
        count.waiting += 1
    else:
        count.stopped += 1
        count.stopped_for_good += not should_restart(container, spec, ended["exitCode"])
        count.succeeded += "terminated" in status["state"] and ended["exitCode"] == 0


def _decide(count: _Count, *, terminal: bool, initialized: bool) -> str:
    if count.failed_init:
        return "Failed"
    if count.pending_init or (count.pending_sidecars and not initialized) or count.waiting:
        return "Pending"
    if count.running and not count.unknown:
        return "Running"
    if count.running or not count.stopped or count.unknown:
        return "Pending"
    if not terminal and count.stopped != count.stopped_for_good:
        return "Running"
    return "Succeeded" if count.stopped == count.succeeded else "Failed"
