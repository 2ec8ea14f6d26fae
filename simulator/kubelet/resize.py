"""Changing the resources of a running Pod in place.

Models pkg/kubelet/allocation/allocation_manager.go handlePodResourcesResize, pkg/kubelet/events/resize.go and
kuberuntime_manager.go computePodResizeAction: what the Pod asks for is first allocated, then actuated.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from simulator.containers import Container
from simulator.history import Json
from simulator.kubelet.admission import admit
from simulator.kubelet.policy import is_sidecar
from simulator.objects import parse_quantity, qos_class
from simulator.scheduler.node_info import NodeInfo, requests

if TYPE_CHECKING:
    from simulator.kubelet.node import PodAgent

NANO = 10**9
UNITS = {"cpu": 10**6, "memory": NANO}
LISTS = ("initContainers", "containers")
PENDING, IN_PROGRESS = "PodResizePending", "PodResizeInProgress"
ERROR = "Error"
LEAST_BYTES = 1 << 20  # what even a process that sleeps has in memory, its share of the kernel's included


def resources_of(container: Json) -> Json:
    return dict(container.get("resources") or {})


def memory_limit(resources: Json) -> int:
    """In bytes; 0 for none."""
    limit = (resources.get("limits") or {}).get("memory")
    return parse_quantity(limit).value if limit else 0


def resizable(spec: Json) -> list[Json]:
    """Sidecars and regular containers; no other init container changes its resources."""
    main: list[Json] = spec["containers"]
    sidecars = [*filter(is_sidecar, spec.get("initContainers", ()))]
    return sidecars + main if sidecars else main


class ResizeManager:
    """The allocated and the actuated resources of one Pod's containers, by name."""

    def __init__(self, agent: PodAgent, before: ResizeManager | None = None) -> None:
        self._agent = agent
        self._allocated = {c["name"]: resources_of(c) for c in resizable(agent.pod["spec"])}
        self._actuated: dict[str, Json] = {}
        self._conditions: dict[str, Json] = {}
        if before is not None:  # the kubelet keeps this in files, which outlive it
            self._allocated, self._actuated = before._allocated, before._actuated
            self._backfill()

    def _backfill(self) -> None:
        """What it had in memory it reads from the API. Models status_manager.go BackfillPodResizeConditions."""
        for known in self._agent.pod.get("status", {}).get("conditions", ()):
            kind = known["type"]
            if kind in (PENDING, IN_PROGRESS):
                fresh = self._condition(self._agent.pod, kind, known.get("reason", ""), known.get("message", ""))
                self._conditions[kind] = fresh | {"observedGeneration": known["observedGeneration"]}

    def applied_to(self, pod: Json) -> Json:
        """The Pod with what was allocated to it instead of what it asks for. Models UpdatePodFromAllocation."""
        spec = pod["spec"]
        if all(self._allocated.get(c["name"]) == resources_of(c) for c in resizable(spec)):
            return pod
        allocated = {kind: list(map(self._as_allocated, spec[kind])) for kind in LISTS if kind in spec}
        return {**pod, "spec": {**spec, **allocated}}

    def _as_allocated(self, container: Json) -> Json:
        allocated = self._allocated.get(container["name"])
        return container if allocated is None else {**container, "resources": allocated}

    def consider(self, pod: Json, others: NodeInfo) -> None:
        """Take up what the Pod asks for now, or note why that has to wait. Models handlePodResourcesResize."""
        wanted = {c["name"]: resources_of(c) for c in resizable(pod["spec"])}
        if wanted == self._allocated:
            self._conditions.pop(PENDING, None)
            return
        reason, message = _refusal(pod, others)
        if reason:
            self._wait(pod, reason, message)
            return
        self._allocated = wanted
        self._conditions = {}  # errors of a resize before this one are forgotten
        self._conditions[IN_PROGRESS] = self._condition(pod, IN_PROGRESS)
        self._agent.event("Normal", "ResizeStarted", _message(pod, "started"))

    def _wait(self, pod: Json, reason: str, message: str) -> None:
        known = self._conditions.get(PENDING)
        fresh = self._conditions[PENDING] = self._condition(pod, PENDING, reason, message)
        if known is None or any(known[key] != fresh[key] for key in ("reason", "observedGeneration")):
            self._agent.event("Warning", f"Resize{reason}", _message(pod, reason, message))

    @property
    def deferred(self) -> bool:
        return self._conditions.get(PENDING, {}).get("reason") == "Deferred"

    @property
    def turn(self) -> tuple[int, bool, str]:
        """The smallest is tried first once there is room. Models sortPendingResizes."""
        pod = self._agent.pod
        since = self._conditions.get(PENDING, {}).get("lastTransitionTime", "")
        return -int(pod["spec"].get("priority") or 0), qos_class(pod) != "Guaranteed", since

    def _condition(self, pod: Json, kind: str, reason: str = "", message: str = "") -> Json:
        """Its transitions are changes of the reason. Models status_manager.go updatedPodResizeCondition."""
        now = self._agent.node.calendar.second(self._agent.node.engine.now)
        known = self._conditions.get(kind, {})
        since = known["lastTransitionTime"] if known and known.get("reason", "") == reason else now
        made = {"type": kind, "observedGeneration": pod["metadata"]["generation"], "status": "True"}
        made |= {"lastProbeTime": now, "lastTransitionTime": since}
        return made | ({"reason": reason, "message": message} if reason else {})

    # ---- what a sync asks --------------------------------------------------------
    def settle(self) -> None:
        """All is actuated: the resize is over. Models the start of kubelet.go SyncPod."""
        if IN_PROGRESS in self._conditions and not self.pending_containers():
            generation = self._conditions.pop(IN_PROGRESS)["observedGeneration"]
            self._agent.event("Normal", "ResizeCompleted", _message(self._agent.pod, "completed", "", generation))

    def fail(self, error: str) -> None:
        """It could not be actuated, and is tried again. Models the end of kubelet.go SyncPod."""
        pod, known = self._agent.pod, self._conditions.get(IN_PROGRESS, {})
        fresh = self._condition(pod, IN_PROGRESS, ERROR, error)
        generation: int = known["observedGeneration"] if known else fresh["observedGeneration"]
        fresh["observedGeneration"] = generation
        self._conditions[IN_PROGRESS] = fresh
        if (known.get("reason"), known.get("message")) != (ERROR, error):
            self._agent.event("Warning", "ResizeError", _message(pod, "error", error, generation))

    def obstacle(self, pending: Iterable[Json], running: Mapping[str, Container]) -> str:
        """Why memory limits cannot be lowered now, or nothing. Models validateMemoryResizeAction."""
        changed = [c for c in pending if c["name"] in running]
        used = {name: max(inside.memory, LEAST_BYTES) for name, inside in running.items()}
        wanted = {c["name"]: memory_limit(resources_of(c)) for c in changed}
        lowered = {
            name: limit
            for name, limit in wanted.items()
            if limit and not 0 < memory_limit(self._actuated.get(name, {})) <= limit
        }
        errors = self._too_little_for_the_pod(sum(used.values())) if lowered else []
        errors += [
            f'attempting to set container "{name}" memory limit ({limit}) below current usage ({sum(used.values())})'
            for name, limit in lowered.items()
            if used[name] >= limit
        ]
        together = errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]"
        return f"cannot decrease memory limits: {together}" if errors else ""

    def _too_little_for_the_pod(self, used: int) -> list[str]:
        """The Pod has a limit where all its containers have one."""
        limits = [memory_limit(resources_of(c)) for c in resizable(self._agent.pod["spec"])]
        if not all(limits) or used < sum(limits):
            return []
        return [f"attempting to set pod memory limit ({sum(limits)}) below current usage ({used})"]

    def conditions(self) -> list[Json]:
        return [self._conditions[kind] for kind in (PENDING, IN_PROGRESS) if kind in self._conditions]

    def actual(self, container: Json) -> Json:
        """What a running container really has."""
        return self._actuated.get(container["name"], resources_of(container))

    def pending_containers(self) -> list[Json]:
        """Running containers whose resources are not yet what was allocated."""
        spec = self._agent.pod["spec"]
        return [c for c in resizable(spec) if self._actuated.get(c["name"], resources_of(c)) != resources_of(c)]

    def needs_restart(self, container: Json) -> bool:
        """Whether a resource changes that the container can only take up anew."""
        before, after = self.actual(container), resources_of(container)
        policies = {p["resourceName"]: p["restartPolicy"] for p in container.get("resizePolicy", ())}
        return any(
            policies.get(name) == "RestartContainer"
            for name in UNITS
            for kind in ("requests", "limits")
            if (before.get(kind) or {}).get(name) != (after.get(kind) or {}).get(name)
        )

    def actuate(self, container: Json) -> None:
        """The container has them now: it was started with them, or its cgroup was changed."""
        self._actuated[container["name"]] = resources_of(container)


def _refusal(pod: Json, others: NodeInfo) -> tuple[str, str]:
    asked = requests(pod["spec"])
    for name in ("memory", "cpu"):
        capacity = parse_quantity(others.node["status"]["allocatable"][name]).nano
        if asked.get(name, 0) > capacity:
            unit = UNITS[name]
            words = f"{name}, requested: {asked[name] // unit}, capacity: {capacity // unit}"
            return "Infeasible", f"Node didn't have enough capacity: {words}"
    refused = admit(pod, others)
    return ("Deferred", refused.message) if refused is not None else ("", "")


def _allocation(container: Json) -> Json:
    resources = resources_of(container)
    ordered = {key: dict(sorted(resources[key].items())) for key in ("limits", "requests") if resources.get(key)}
    return {"name": container["name"], "resources": ordered}


def _message(pod: Json, what: str, error: str = "", generation: int = 0) -> str:
    """Models podResizeMessage: Go's field order, empty fields left out."""
    summary: Json = {kind: list(map(_allocation, pod["spec"][kind])) for kind in LISTS if pod["spec"].get(kind)}
    summary["generation"] = generation or pod["metadata"]["generation"]
    if error:
        summary["error"] = error
    return f"Pod resize {what}: {json.dumps(summary, separators=(',', ':'))}"
