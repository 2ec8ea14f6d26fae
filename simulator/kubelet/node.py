"""What the kubelet's parts share: the node they run on, and what is known of one Pod."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from simulator.calendar import Calendar
from simulator.containers import Machine
from simulator.engine import Engine, Future
from simulator.events import Recorder
from simulator.history import History, Json
from simulator.kubelet.backoff import Backoff
from simulator.kubelet.journal import Journal
from simulator.kubelet.latency import Beats
from simulator.kubelet.mirrors import MirrorClient, mirrored_uid
from simulator.kubelet.policy import field_path, find_container, is_static, path_of, pod_key
from simulator.kubelet.results import Results
from simulator.kubelet.runtime import LONG_AGO, RuntimePod
from simulator.store import Store

if TYPE_CHECKING:
    from simulator.kubelet.probe_manager import ProbeManager
    from simulator.kubelet.resize import ResizeManager
    from simulator.kubelet.status_manager import StatusManager
    from simulator.kubelet.volumes import VolumeManager


DEADLINE_MESSAGE = "Pod was active on the node longer than the specified deadline"


@dataclass(slots=True)
class Node:
    """One node: its machine, and the kubelet's parts that serve all its Pods."""

    name: str
    ip: str
    engine: Engine
    history: History
    store: Store
    calendar: Calendar
    machine: Machine
    recorder: Recorder
    beats: Beats
    mirrors: MirrorClient
    random: Random
    missing_images: frozenset[str] = frozenset()
    crash_backoff: Backoff = field(default_factory=Backoff)
    image_backoff: Backoff = field(default_factory=Backoff)
    addresses: int = 1  # the last one given to a Pod
    subnet: int = 0  # the first that is this node's of the Pods' addresses
    started_at: int = LONG_AGO  # when the kubelet began to run (ms)
    runtime_answers: bool = True  # the container runtime's service runs
    journal: Journal = field(default_factory=Journal)
    host_ips: list[Json] = field(init=False)  # as every Pod's status names it

    def __post_init__(self) -> None:
        self.host_ips = [{"ip": self.ip}]

    def new_id(self) -> str:
        """A container or sandbox ID of the runtime."""
        return f"{self.random.getrandbits(256):064x}"

    def new_address(self) -> str:
        self.addresses += 1
        return f"10.244.{self.subnet + self.addresses // 254}.{self.addresses % 254 + 1}"


@dataclass(slots=True)
class PodAgent:
    """What the kubelet knows of one Pod. `pod` is its newest version from the API."""

    node: Node
    pod: Json
    runtime: RuntimePod
    status: StatusManager
    results: Results = field(default_factory=Results)
    reasons: dict[str, tuple[str, str]] = field(default_factory=dict)
    backoffs: dict[str, int] = field(default_factory=dict)  # container name -> end of the one already noted
    restarts_before: dict[str, int] = field(default_factory=dict)  # of containers whose records are gone
    deadline: int | None = None  # when the Pod has been active for too long (ms)
    eviction: Json = field(default_factory=dict)  # phase, reason and message, once it is decided
    disruption: Json = field(default_factory=dict)  # the condition that goes with it
    grace_override: int | None = None  # seconds
    evict: Callable[[str, Json, int | None], object] = lambda uid, fate, grace: None  # set by the kubelet
    reinspect: Callable[[str], object] = lambda uid: None  # make the next relist look at the Pod and sync it
    cancelled: Future[None] = field(default_factory=Future)  # resolves when the Pod is to be stopped
    stopped: Future[None] = field(default_factory=Future)  # resolves when none of its containers runs any more
    probes: ProbeManager = field(init=False)
    volumes: VolumeManager = field(init=False)
    resize: ResizeManager = field(init=False)
    seen: str = field(init=False)  # when the kubelet first heard of the Pod

    def __post_init__(self) -> None:
        self.seen = self.node.calendar.micro(self.node.engine.now)

    @property
    def uid(self) -> str:
        return self.runtime.uid

    @property
    def key(self) -> str:
        return pod_key(self.pod)

    @property
    def directory(self) -> str:
        """What the kubelet keeps of the Pod on the node's disk."""
        return f"/var/lib/kubelet/pods/{self.uid}"

    @property
    def deleting(self) -> bool:
        return "deletionTimestamp" in self.pod["metadata"]

    def lose(self) -> list[str]:
        """The machine goes down, and the Pod's containers with it. Gives the ids of those that ran."""
        running = [container.id for container in self.runtime.status().running]
        for container in running:
            self.runtime.insides[container].lose()
        self.lose_sandbox()
        return running

    def lose_sandbox(self) -> None:
        """Its pause is gone, and nobody asked for that."""
        sandboxes = self.runtime.sandboxes
        if sandboxes and sandboxes[0].ready:
            self.runtime.stop_sandbox(self.fact("sandbox", "", {"phase": "stopped", "ip": sandboxes[0].ip}))
            self.runtime.leave(self.node.machine)

    def disrupt(self, message: str) -> None:
        """The kubelet ends the Pod for the sake of others: the condition that says so."""
        self.disruption = {
            "type": "DisruptionTarget",
            "observedGeneration": self.pod["metadata"]["generation"],
            "status": "True",
            "lastProbeTime": None,
            "reason": "TerminationByKubelet",
            "message": message,
        }

    def decide_fate(self) -> Json:
        """Phase, reason and message that the active deadline decides. Models active_deadline.go ShouldEvict."""
        if self.deadline is None or self.node.engine.now < self.deadline:
            return {}
        self.event("Normal", "DeadlineExceeded", DEADLINE_MESSAGE)
        return {"phase": "Failed", "reason": "DeadlineExceeded", "message": DEADLINE_MESSAGE}

    def reconcile_mirror(self) -> None:
        """Make a static Pod's mirror anew if it is gone, outdated or being deleted. Models tryReconcileMirrorPods."""
        if is_static(self.pod):
            meta = self.pod["metadata"]
            mirror = self.node.store.get("pods", meta["namespace"], meta["name"])
            outdated = mirror is not None and mirrored_uid(mirror) != self.uid
            if mirror is not None and (outdated or "deletionTimestamp" in mirror["metadata"]):
                self.node.mirrors.delete(mirror)
            self.node.mirrors.create(self.pod)

    def falls_back_to_logs(self, container: str) -> bool:
        """Whether the end of its log stands in for a termination message that a failing container did not leave."""
        _, _, spec = find_container(self.pod["spec"], container)
        return bool(spec.get("terminationMessagePolicy") == "FallbackToLogsOnError")

    def event(self, kind: str, reason: str, message: str, container: str = "") -> None:
        """Record an event about the Pod, or about one of its containers."""
        path = field_path(self.pod["spec"], container) if container else ""
        self.node.recorder.event(self.pod, kind, reason, message, path)

    def fact(self, kind: str, container: str, data: Json, *fields: str) -> int:
        """Write a fact about a container; `fields` are relative to it: livenessProbe.periodSeconds."""
        base = path_of(self.pod["spec"], container) if container else "spec"
        return self.node.history.fact(kind, self.key, container, data, tuple(f"{base}.{name}" for name in fields))
