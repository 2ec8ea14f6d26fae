"""What the kubelet keeps of each Pod that it looks after. Models pkg/kubelet/pod_workers.go podSyncStatus."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.history import Json
from simulator.kubelet.active_deadline import ActiveDeadline
from simulator.kubelet.node import PodAgent
from simulator.kubelet.pod_worker import PodWorker, Work


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
