"""The row of a Pod in `kubectl get pods`: what READY, STATUS, RESTARTS and AGE say.

STATUS is no field of the Pod: the API server works it out from phase, conditions and container states each time it
prints one. The Pod goes in as API JSON, `now` is the wall clock in milliseconds since 1970.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from simulator.history import Json
from simulator.kubectl.duration import human_duration, parse_time, since

NONE = "<none>"


class PodRow(NamedTuple):
    """The columns after NAME."""

    ready: str
    status: str
    restarts: str
    age: str


@dataclass(slots=True)
class _Tally:
    """What is counted while the containers are walked through."""

    reason: str
    ready: int = 0
    restarts: int = 0
    newest: int = 0  # when the newest of the last terminations ended; 0 if none is known

    def count(self, status: Json) -> None:
        self.restarts += status.get("restartCount", 0)
        last = status.get("lastState", {}).get("terminated")
        if last:
            self.newest = max(self.newest, parse_time(last.get("finishedAt")) or 0)


def pod_row(pod: Json, now: int) -> PodRow:
    """Models pkg/printers/internalversion/printers.go printPod."""
    spec, status, meta = pod.get("spec", {}), pod.get("status", {}), pod.get("metadata", {})
    sidecars = {c["name"] for c in spec.get("initContainers", []) if c.get("restartPolicy") == "Always"}
    tally = _Tally(_first_reason(status))
    of_sidecars = _Tally("")
    initializing = _walk_init_containers(pod, sidecars, tally, of_sidecars)
    if not initializing or condition_is_true(status, "Initialized"):
        tally.restarts, tally.newest = of_sidecars.restarts, of_sidecars.newest
        _walk_containers(status, tally)
    reason = tally.reason
    if meta.get("deletionTimestamp"):
        if status.get("reason") == "NodeLost":
            reason = "Unknown"
        elif status.get("phase") not in ("Succeeded", "Failed"):
            reason = "Terminating"
    restarts = str(tally.restarts)
    if tally.restarts and tally.newest:
        restarts += f" ({human_duration(now - tally.newest)} ago)"
    total = len(spec.get("containers", [])) + len(sidecars)
    return PodRow(f"{tally.ready}/{total}", reason, restarts, since(meta.get("creationTimestamp"), now))


def pod_cells(pod: Json, now: int) -> tuple[str, ...]:
    """All nine cells of a Pod's row: NAME, the PodRow, then the four of `-o wide`."""
    spec, status = pod.get("spec", {}), pod.get("status", {})
    addresses = status.get("podIPs") or []
    return (
        pod.get("metadata", {}).get("name", ""),
        *pod_row(pod, now),
        (addresses[0].get("ip") if addresses else "") or NONE,
        spec.get("nodeName") or NONE,
        status.get("nominatedNodeName") or NONE,
        _readiness_gates(spec, status),
    )


def condition(status: Json, kind: str) -> Json | None:
    """The condition of that type, if the object has one."""
    return next((c for c in status.get("conditions") or [] if c.get("type") == kind), None)


def condition_is_true(status: Json, kind: str) -> bool:
    """Whether the object has that condition and it is True."""
    found = condition(status, kind)
    return found is not None and found.get("status") == "True"


def terminated_reason(terminated: Json) -> str:
    """What a terminated state is called where one word must do."""
    if terminated.get("reason"):
        return str(terminated["reason"])
    if terminated.get("signal"):
        return f"Signal:{terminated['signal']}"
    return f"ExitCode:{terminated.get('exitCode', 0)}"


def _first_reason(status: Json) -> str:
    scheduled = condition(status, "PodScheduled")
    if scheduled and scheduled.get("reason") == "SchedulingGated":
        return "SchedulingGated"
    return str(status.get("reason") or status.get("phase") or "")


def _walk_init_containers(pod: Json, sidecars: set[str], tally: _Tally, of_sidecars: _Tally) -> bool:
    """Count init containers up to the first that is not done; whether there is such a one."""
    total = len(pod.get("spec", {}).get("initContainers", []))
    for index, status in enumerate(pod.get("status", {}).get("initContainerStatuses") or []):
        tally.count(status)
        is_sidecar = status["name"] in sidecars
        if is_sidecar:
            of_sidecars.count(status)
        state = status.get("state", {})
        terminated = state.get("terminated")
        if terminated and not terminated.get("exitCode", 0):
            continue
        if is_sidecar and status.get("started"):
            tally.ready += bool(status.get("ready"))
            continue
        tally.reason = "Init:" + _init_reason(state, index, total)
        return True
    return False


def _init_reason(state: Json, index: int, total: int) -> str:
    if state.get("terminated"):
        return terminated_reason(state["terminated"])
    waiting = (state.get("waiting") or {}).get("reason", "")
    return waiting if waiting and waiting != "PodInitializing" else f"{index}/{total}"


def _walk_containers(status: Json, tally: _Tally) -> None:
    """Backwards, so that the first container with something to say has the last word."""
    running, error = False, ""
    for container in reversed(status.get("containerStatuses") or []):
        tally.count(container)
        state = container.get("state", {})
        waiting, terminated = (state.get("waiting") or {}).get("reason"), state.get("terminated")
        if waiting:
            tally.reason = waiting
        elif terminated:
            tally.reason = terminated_reason(terminated)
            error = tally.reason if terminated.get("exitCode", 0) else error
        elif container.get("ready") and "running" in state:
            running = True
            tally.ready += 1
    if tally.reason == "Completed":
        tally.reason = _completed(status, running, error)


def _completed(status: Json, running: bool, error: str) -> str:
    """Completed speaks for one container; the others may say otherwise."""
    if running and condition_is_true(status, "Ready"):
        return "Running"
    if error:
        return error
    return "NotReady" if running else "Completed"


def _readiness_gates(spec: Json, status: Json) -> str:
    gates = spec.get("readinessGates") or []
    if not gates:
        return NONE
    return f"{sum(condition_is_true(status, gate['conditionType']) for gate in gates)}/{len(gates)}"
