"""What the kubelet keeps of each Pod that it looks after. Models pkg/kubelet/pod_workers.go podSyncStatus."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.engine import Beat, Engine
from simulator.history import Json
from simulator.kubelet.active_deadline import ActiveDeadline
from simulator.kubelet.node import PodAgent
from simulator.kubelet.pod_worker import PodWorker, Work
from simulator.kubelet.runtime import RuntimePod

COLLECTION_MS = 60_000


@dataclass(slots=True)
class KnownPod:
    agent: PodAgent
    worker: PodWorker
    deadline: ActiveDeadline
    wanted: bool = True  # False for one that no source has any more
    again: Json = field(default_factory=dict)  # the same Pod, whose manifest came back before it was gone

    @property
    def ended(self) -> bool:
        return self.worker.finished or self.worker.work is Work.TERMINATED


class Remains:
    """What the runtime still has of Pods that are gone, until it is collected.

    A Pod whose manifest comes back before has the same UID, and so finds containers that have ended. Models
    pkg/kubelet/kubelet.go StartGarbageCollection.
    """

    def __init__(self, engine: Engine, started_at: int) -> None:
        self._engine = engine
        self._beat = Beat(started_at % COLLECTION_MS, COLLECTION_MS)
        self._pods: dict[str, RuntimePod] = {}

    def keep(self, pod: RuntimePod) -> None:
        self._pods[pod.uid] = pod
        self._engine.at(self._beat.after(self._engine.now), self._pods.pop, pod.uid, None)

    def take(self, uid: str) -> RuntimePod | None:
        return self._pods.pop(uid, None)
