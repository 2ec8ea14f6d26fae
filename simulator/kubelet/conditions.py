"""The Pod conditions that the kubelet owns.

Models pkg/kubelet/status/generate.go.
"""

from __future__ import annotations

from simulator.history import Json
from simulator.kubelet.policy import is_sidecar, sidecars
from simulator.kubelet.runtime import PodStatus

# In the order in which they are written.
KUBELET_CONDITIONS = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")
RESIZE_CONDITIONS = ("PodResizePending", "PodResizeInProgress")
OWNED = frozenset(KUBELET_CONDITIONS + RESIZE_CONDITIONS)  # the types of conditions that the kubelet writes

Verdict = tuple[bool, str, str]  # status, reason, message
TRUE: Verdict = (True, "", "")


def generate(pod: Json, foreign: list[Json], runtime: PodStatus, statuses: dict[str, Json], phase: str) -> list[Json]:
    """All five, without times; `statuses` are the API's container statuses by name."""
    containers_ready = _containers_ready(pod, statuses, phase)
    verdicts = (
        (sandbox_ready(runtime), "", ""),
        _initialized(pod, statuses, phase),
        _ready(pod, foreign, containers_ready),
        containers_ready,
        TRUE,
    )
    generation = pod["metadata"]["generation"]
    return [condition(kind, generation, verdict) for kind, verdict in zip(KUBELET_CONDITIONS, verdicts, strict=True)]


def refresh_ready(pod: Json, conditions: list[Json], statuses: dict[str, Json], phase: str) -> list[Json]:
    """The same conditions with Ready and ContainersReady computed anew: a container's readiness changed."""
    containers_ready = _containers_ready(pod, statuses, phase)
    verdicts = {"Ready": _ready(pod, conditions, containers_ready), "ContainersReady": containers_ready}
    generation = pod["metadata"]["generation"]
    return [condition(c["type"], generation, verdicts[c["type"]]) if c["type"] in verdicts else c for c in conditions]


def is_readiness_outdated(pod: Json) -> bool:
    """Whether Ready is not what the API's copy itself says. Models status_manager.go NeedToReconcilePodReadiness."""
    if not pod["spec"].get("readinessGates"):
        return False
    status = pod["status"]
    conditions = status.get("conditions", [])
    known = next((c for c in conditions if c["type"] == "Ready"), None)
    if known is None:
        return False
    statuses = {c["name"]: c for c in status.get("containerStatuses", ())}
    holds, _, message = _ready(pod, conditions, _containers_ready(pod, statuses, status["phase"]))
    return bool((known["status"] == "True") != holds or known.get("message", "") != message)


def condition(kind: str, generation: int, verdict: Verdict) -> Json:
    holds, reason, message = verdict
    made: Json = {"type": kind}
    if generation:  # a static Pod has none
        made["observedGeneration"] = generation
    made |= {"status": "True" if holds else "False", "lastProbeTime": None, "lastTransitionTime": None}
    if reason:
        made["reason"] = reason
    if message:
        made["message"] = message
    return made


def sandbox_ready(runtime: PodStatus) -> bool:
    """Models runtimeutil.PodSandboxChanged, the other way round."""
    return bool(runtime.sandboxes) and runtime.sandboxes[0].ready and sum(s.ready for s in runtime.sandboxes) == 1


def terminal_ready(phase: str) -> Verdict:
    """Models generateContainersReadyConditionForTerminalPhase."""
    return False, {"Succeeded": "PodCompleted", "Failed": "PodFailed"}[phase], ""


def _names(message: str, names: list[str]) -> list[str]:
    return [f"{message}: [{' '.join(names)}]"] if names else []


def _containers_ready(pod: Json, statuses: dict[str, Json], phase: str) -> Verdict:
    names = [c["name"] for c in (*sidecars(pod["spec"]), *pod["spec"]["containers"])]
    unknown = [name for name in names if name not in statuses]
    unready = [name for name in names if name in statuses and not statuses[name]["ready"]]
    if phase == "Failed" or (phase == "Succeeded" and not unknown):
        return terminal_ready(phase)
    messages = _names("containers with unknown status", unknown) + _names("containers with unready status", unready)
    return (False, "ContainersNotReady", ", ".join(messages)) if messages else TRUE


def _ready(pod: Json, conditions: list[Json], containers_ready: Verdict) -> Verdict:
    if not containers_ready[0]:
        return containers_ready
    by_type = {c["type"]: c for c in conditions}
    messages = []
    for gate in pod["spec"].get("readinessGates", ()):
        found = by_type.get(gate["conditionType"])
        if found is None:
            kind = gate["conditionType"]
            messages.append(f'corresponding condition of pod readiness gate "{kind}" does not exist.')
        elif found["status"] != "True":
            kind, status = gate["conditionType"], found["status"]
            messages.append(f'the status of pod readiness gate "{kind}" is not "True", but {status}')
    return (False, "ReadinessGatesNotReady", ", ".join(messages)) if messages else TRUE


def _initialized(pod: Json, statuses: dict[str, Json], phase: str) -> Verdict:
    containers = pod["spec"].get("initContainers", ())
    unknown = [c["name"] for c in containers if c["name"] not in statuses]
    incomplete = [
        c["name"]
        for c in containers
        if c["name"] in statuses and not statuses[c["name"]]["started" if is_sidecar(c) else "ready"]
    ]
    if phase == "Succeeded" and not unknown:
        return True, "PodCompleted", ""
    if any(_has_run(statuses.get(c["name"])) for c in pod["spec"]["containers"]):
        return TRUE
    messages = _names("containers with unknown status", unknown)
    messages += _names("containers with incomplete status", incomplete)
    return (False, "ContainersNotInitialized", ", ".join(messages)) if messages else TRUE


def _has_run(status: Json | None) -> bool:
    return status is not None and ("running" in status["state"] or "terminated" in status["state"])
