"""What a sync has to do with a Pod's sandbox and containers: a pure decision.

Models pkg/kubelet/kuberuntime/kuberuntime_manager.go computePodActions and
kuberuntime_container.go computeInitContainerActions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from simulator.history import Json
from simulator.kubelet.conditions import sandbox_ready
from simulator.kubelet.policy import (
    any_regular_container_created,
    is_restartable,
    is_sidecar,
    should_be_restarted,
)
from simulator.kubelet.results import FAILURE, SUCCESS, Results
from simulator.kubelet.runtime import ContainerStatus, PodStatus, State


class KillReason(StrEnum):
    NONE = ""
    LIVENESS = "livenessProbe"
    STARTUP = "startupProbe"
    POST_START = "postStart"


@dataclass(frozen=True, slots=True)
class Kill:
    """A container to stop. `cause` is the log entry that doomed it."""

    instance: ContainerStatus
    message: str
    reason: KillReason
    cause: int = 0


@dataclass(slots=True)
class PodActions:
    kill_pod: bool = False
    create_sandbox: bool = False
    attempt: int = 0
    ephemeral: list[Json] = field(default_factory=list)
    inits: list[Json] = field(default_factory=list)
    containers: list[Json] = field(default_factory=list)
    kill: list[Kill] = field(default_factory=list)

    @property
    def none(self) -> bool:
        return not (
            self.kill_pod or self.create_sandbox or self.ephemeral or self.inits or self.containers or self.kill
        )


def compute_pod_actions(
    pod: Json, status: PodStatus, results: Results, resize_restarts: Callable[[Json], bool] = lambda container: False
) -> PodActions:
    """`results` are the probes' stored results; `resize_restarts` tells whose new resources need a restart."""
    spec = pod["spec"]
    if not sandbox_ready(status):
        return _with_new_sandbox(pod, status)
    actions = PodActions(attempt=status.sandboxes[0].attempt)
    actions.ephemeral = [c for c in spec.get("ephemeralContainers", ()) if status.find(c["name"]) is None]
    initialized = _InitContainers(pod, status, results, actions, resize_restarts).compute()
    if actions.kill_pod or not initialized:
        return actions
    kept = sum(_regular(pod, container, status, results, actions, resize_restarts) for container in spec["containers"])
    if not kept and not actions.containers:
        actions.kill_pod = True
        actions.inits = []
    return actions


def _with_new_sandbox(pod: Json, status: PodStatus) -> PodActions:
    spec = pod["spec"]
    attempt = status.sandboxes[0].attempt + 1 if status.sandboxes else 0
    actions = PodActions(kill_pod=True, create_sandbox=True, attempt=attempt)
    if spec["restartPolicy"] == "Never" and attempt and status.containers:
        actions.create_sandbox = False
        return actions
    start = [c for c in spec["containers"] if not _done_once(c, spec, status)]
    if not start and any_regular_container_created(pod, status):
        actions.create_sandbox = False
    elif spec.get("initContainers"):
        actions.inits = [spec["initContainers"][0]]
    else:
        actions.containers = start
    return actions


def _done_once(container: Json, spec: Json, status: PodStatus) -> bool:
    once = (container.get("restartPolicy") or spec["restartPolicy"]) == "OnFailure"
    current = status.find(container["name"])
    return once and current is not None and current.state is State.EXITED and current.exit_code == 0


def _changed(container: Json, instance: ContainerStatus) -> bool:
    return instance.definition != (container["name"], container["image"])


def _regular(
    pod: Json,
    container: Json,
    status: PodStatus,
    results: Results,
    actions: PodActions,
    resize_restarts: Callable[[Json], bool],
) -> bool:
    """Decide on one regular container; whether it is kept as it is."""
    current = status.find(container["name"])
    if current is None or current.state is not State.RUNNING:
        if should_be_restarted(container, pod, status):
            actions.containers.append(container)
        return False
    doomed = _doom(container, current, results, "Container")
    if doomed is None and resize_restarts(container):
        actions.kill.append(_resized(current))
        actions.containers.append(container)
        return False
    if doomed is None:
        return True
    message, reason, cause = doomed
    if reason is KillReason.NONE or is_restartable(container, pod["spec"]):
        message += ", will be restarted"
        actions.containers.append(container)
    actions.kill.append(Kill(current, message, reason, cause))
    return False


def _doom(container: Json, current: ContainerStatus, results: Results, word: str) -> tuple[str, KillReason, int] | None:
    """Why a running container must be stopped, if it must."""
    name = container["name"]
    if _changed(container, current):
        return f"{word} {name} definition changed", KillReason.NONE, 0
    for probe, reason in (("liveness", KillReason.LIVENESS), ("startup", KillReason.STARTUP)):
        result = results.get(probe, current.id)
        if result is not None and result.value == FAILURE:
            return f"{word} {name} failed {probe} probe", reason, result.cause
    return None


def _resized(current: ContainerStatus) -> Kill:
    return Kill(current, f"Container {current.name} resize requires restart", KillReason.NONE)


@dataclass(slots=True)
class _InitContainers:
    """Walks the init containers from last to first to find how far the Pod has come."""

    pod: Json
    status: PodStatus
    results: Results
    actions: PodActions
    resize_restarts: Callable[[Json], bool]
    initialized: bool = False  # every init container is through
    previously: bool = False  # something later in the order has been seen already

    def compute(self) -> bool:
        """Whether regular containers may run."""
        containers = self.pod["spec"].get("initContainers", [])
        if not containers:
            return True
        self.initialized = self.previously = self._regular_container_lives()
        for index in range(len(containers) - 1, -1, -1):
            self._one(containers, index)
            if self.actions.kill_pod:
                return False
        if not self.previously:
            self.actions.inits.append(containers[0])
        self.actions.inits.reverse()
        return self.initialized

    def _regular_container_lives(self) -> bool:
        found = (self.status.find(c["name"]) for c in self.pod["spec"]["containers"])
        return any(current is not None and current.state is not State.EXITED for current in found)

    def _one(self, containers: list[Json], index: int) -> None:
        container = containers[index]
        sidecar = is_sidecar(container)
        current = self.status.find(container["name"])
        if current is None:
            if self.previously and sidecar:
                self.actions.inits.append(container)
            return
        if self.previously and not sidecar:
            return
        if current.state is State.CREATED:
            self.actions.inits.append(container)
        elif current.state is State.RUNNING:
            if sidecar:
                self._running_sidecar(containers, index, current)
        elif sidecar:
            self.actions.inits.append(container)
        else:
            self._exited_init(containers, index, current)
        self.previously = True

    def _next(self, containers: list[Json], index: int) -> None:
        """This one is through: the next may start, or all are."""
        if index == len(containers) - 1:
            self.initialized = True
        elif not self.previously:
            self.actions.inits.append(containers[index + 1])

    def _running_sidecar(self, containers: list[Json], index: int, current: ContainerStatus) -> None:
        container = containers[index]
        if "startupProbe" in container:
            startup = self.results.get("startup", current.id)
            if startup is not None and startup.value == FAILURE:
                message = f"Init container {current.name} failed startup probe"
                self._again(container, Kill(current, message, KillReason.STARTUP, startup.cause))
            if startup is None or startup.value != SUCCESS:
                return
        self._next(containers, index)
        doomed = _doom(container, current, self.results, "Init container")
        if doomed is not None:
            self._again(container, Kill(current, *doomed))
        elif self.resize_restarts(container):
            self._again(container, _resized(current))

    def _again(self, container: Json, kill: Kill) -> None:
        self.actions.kill.append(kill)
        self.actions.inits.append(container)

    def _exited_init(self, containers: list[Json], index: int, current: ContainerStatus) -> None:
        container = containers[index]
        if current.exit_code == 0:
            self._next(containers, index)
        elif should_be_restarted(container, self.pod, self.status):
            self.actions.inits.append(container)
        else:
            self.actions.kill_pod = True
            self.actions.inits = []
