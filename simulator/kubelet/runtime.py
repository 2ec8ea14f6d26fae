"""The container runtime's books, as the kubelet reads them over the CRI: sandboxes and containers of each Pod.

What runs inside is `simulator.containers`; here is only what `crictl` would list.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from simulator.containers import Container, Machine, Namespace, PidNamespace, PodMemory
from simulator.engine import Future

LONG_AGO = -(10**9)
"""Before anything of this cluster (ms)."""


class State(StrEnum):
    CREATED = "created"
    RUNNING = "running"
    EXITED = "exited"


@dataclass(frozen=True, slots=True)
class ContainerStatus:
    """One instance of a container. Times are ms of the cluster's clock. Models pkg/kubelet/container Status."""

    id: str
    name: str
    restart_count: int
    image: str  # as the runtime names it: docker.io/library/nginx:latest
    image_id: str
    definition: tuple[str, str]  # name and image, as the spec gave them: a change means another container
    sandbox: str  # the id of the one that it was made in
    created_at: int
    state: State = State.CREATED
    started_at: int | None = None
    finished_at: int | None = None
    exit_code: int = 0
    reason: str = ""
    message: str = ""
    changed_by: int = 0  # the log entry that brought this state


@dataclass(frozen=True, slots=True)
class SandboxStatus:
    id: str
    attempt: int
    ready: bool
    ip: str
    changed_by: int = 0


@dataclass(frozen=True, slots=True)
class PodStatus:
    """A Pod as the runtime sees it at one moment; newest instances first."""

    ip: str = ""
    sandboxes: tuple[SandboxStatus, ...] = ()
    containers: tuple[ContainerStatus, ...] = ()

    def find(self, name: str) -> ContainerStatus | None:
        """The newest instance. Models pkg/kubelet/container/runtime.go FindContainerStatusByName."""
        return next((c for c in self.containers if c.name == name), None)

    def exited(self, name: str) -> ContainerStatus | None:
        """The newest instance that has exited."""
        return next((c for c in self.containers if c.name == name and c.state is State.EXITED), None)

    @property
    def running(self) -> tuple[ContainerStatus, ...]:
        return tuple(c for c in self.containers if c.state is State.RUNNING)


@dataclass(slots=True)
class RuntimePod:
    """What the runtime holds of one Pod."""

    uid: str
    namespace: Namespace | None = None
    sandboxes: list[SandboxStatus] = field(default_factory=list)
    containers: list[ContainerStatus] = field(default_factory=list)  # newest first
    insides: dict[str, Container] = field(default_factory=dict)  # by container ID
    endings: dict[str, Future[None]] = field(default_factory=dict)  # by container ID
    pids: PidNamespace | None = None  # shared by the Pod's containers, if the Pod asks for it
    memory: PodMemory | None = None  # what all may take together, if the Pod says so
    last_ip: str = ""
    on_change: Callable[[str], object] = lambda uid: None

    def status(self) -> PodStatus:
        """Models pkg/kubelet/kuberuntime/kuberuntime_manager.go GetPodStatus; the IP outlives the sandbox."""
        if self.sandboxes and self.sandboxes[0].ready:
            self.last_ip = self.sandboxes[0].ip
        return PodStatus(self.last_ip, tuple(self.sandboxes), tuple(self.containers))

    def add(self, status: ContainerStatus, inside: Container | None) -> None:
        self.containers.insert(0, status)
        if inside is not None:
            self.insides[status.id] = inside
            self.endings[status.id] = Future()
        self.on_change(self.uid)

    def ended(self, container_id: str) -> Future[None]:
        """Resolves when that instance has exited."""
        return self.endings[container_id]

    def change(self, container_id: str, **values: object) -> ContainerStatus:
        """Replace fields of one instance's status."""
        for index, status in enumerate(self.containers):
            if status.id == container_id:
                changed = replace(status, **values)  # type: ignore[arg-type]
                self.containers[index] = changed
                self.on_change(self.uid)
                return changed
        raise KeyError(container_id)

    def forget_older(self) -> None:
        """Keep one dead instance a container. Models pkg/kubelet/pod_container_deletor.go."""
        seen: set[str] = set()
        kept = []
        for status in self.containers:
            if status.state is State.EXITED:
                if status.name in seen:
                    self.insides.pop(status.id, None)
                    self.endings.pop(status.id, None)
                    continue
                seen.add(status.name)
            kept.append(status)
        if len(kept) < len(self.containers):
            self.containers = kept
            self.on_change(self.uid)

    def purge(self, names: set[str], known: PodStatus) -> None:
        """Drop the records of these containers. Models kuberuntime_container.go purgeInitContainers."""
        doomed = {c.id for c in known.containers if c.name in names}
        self.containers = [c for c in self.containers if c.id not in doomed]
        for container_id in doomed:
            self.insides.pop(container_id, None)
            self.endings.pop(container_id, None)

    def leave(self, machine: Machine) -> None:
        """The sandbox's namespaces go with it."""
        if self.namespace is not None:
            machine.drop_network_namespace(self.namespace)
        if self.pids is not None:
            machine.drop_pid_namespace(self.pids)
            self.pids = None

    def stop_sandbox(self, changed_by: int) -> None:
        if self.sandboxes and self.sandboxes[0].ready:
            self.sandboxes[0] = replace(self.sandboxes[0], ready=False, changed_by=changed_by)
            self.on_change(self.uid)
