"""Pods that have to go because the node runs short of memory or disk.

Models pkg/kubelet/eviction/eviction_manager.go synchronize: a look every ten seconds, which is not made while there is
plenty. The kernel's OOM killer may be faster, as on a real node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from simulator.engine import Timer
from simulator.history import Json
from simulator.kubelet.admission import Refusal
from simulator.kubelet.node import Node, PodAgent
from simulator.kubelet.node_status import NodeStatus
from simulator.kubelet.policy import is_critical
from simulator.kubelet.signals import DISK, MEMORY, Signal, disk_signal, memory_signal
from simulator.objects import qos_class
from simulator.scheduler.filters import tolerates

TRANSITION_MS = 300_000
GRACE_S = 1
CLEANUP_MS, CLEANUP_LIMIT_MS = 1_000, 30_000
Pods = Callable[[], Iterable[PodAgent]]


class NodeEviction:
    """`pods` gives those that may be evicted, `present` also those that end; `is_gone` says that nothing is left."""

    def __init__(
        self, node: Node, status: NodeStatus, pods: Pods, present: Pods, is_gone: Callable[[str], bool]
    ) -> None:
        self._node = node
        self._status = status
        self._pods = pods
        self._is_gone = is_gone
        self._signals: Sequence[Signal] = (memory_signal(node.machine), disk_signal(node.machine, present))
        self._seen_at: dict[str, int] = {}  # by condition: when there was too little for the last time
        self._timer: Timer | None = None
        node.machine.memory.on_exhausted = self._note_kill

    def start(self) -> None:
        """From now on somebody looks; all Pods that the node has are known."""
        if any(signal.is_short for signal in self._signals):
            self._wake()
        else:
            self._watch()

    def refuse(self, pod: Json) -> Refusal | None:
        """A node that is short of something takes no Pod, or of memory alone none that asked for none. Models Admit."""
        under = self._status.under
        if not under or is_critical(pod):
            return None
        taint = {"key": "node.kubernetes.io/memory-pressure", "effect": "NoSchedule"}
        if under == {MEMORY} and (qos_class(pod) != "BestEffort" or tolerates(pod["spec"], taint)):
            return None
        return Refusal("Evicted", f"The node had condition: [{' '.join(sorted(under, reverse=True))}]. ")

    def _note_kill(self, command: str, pid: int) -> None:
        """Models pkg/kubelet/oom/oom_watcher_linux.go."""
        message = f"System OOM encountered, victim process: {command}, pid: {pid}"
        self._node.engine.after(0, self._status.tell, "SystemOOM", message, "Warning")

    def _watch(self) -> None:
        for signal in self._signals:
            signal.watch(self._wake)

    def _wake(self) -> None:
        self._look_at(self._node.beats.eviction.after(self._node.engine.now))

    def _look_at(self, when: int) -> None:
        if self._timer is not None and self._timer.pending:
            if self._timer.when <= when:
                return
            self._timer.cancel()
        self._timer = self._node.engine.at(when, self._look)

    def _look(self) -> None:
        """Models synchronize."""
        now, beat = self._node.engine.now, self._node.beats.eviction
        self._timer = None
        short = [signal for signal in self._signals if signal.is_short]
        self._seen_at |= {signal.condition: now for signal in short}
        pressed = [kind for kind, at in self._seen_at.items() if now - at < TRANSITION_MS]
        for kind in (MEMORY, DISK):
            self._status.set_pressure(kind, under=kind in pressed)
        if short:
            self._reclaim(short[0])
            return
        if pressed:
            self._look_at(beat.after(min(self._seen_at[kind] for kind in pressed) + TRANSITION_MS - 1))
        self._watch()

    def _reclaim(self, signal: Signal) -> None:
        """Memory comes before the disk; one Pod goes at a time."""
        now = self._node.engine.now
        self._status.tell("EvictionThresholdMet", f"Attempting to reclaim {signal.resource}", "Warning")
        victim = min((a for a in self._pods() if not is_critical(a.pod)), key=signal.order, default=None)
        if victim is None:
            self._look_at(self._node.beats.eviction.after(now))
            return
        self._evict(victim, signal)
        self._node.engine.after(CLEANUP_MS, self._wait_for, victim.uid, now + CLEANUP_LIMIT_MS)

    def _wait_for(self, uid: str, until: int) -> None:
        """The next look comes when the victim is gone, or after half a minute (waitForPodsCleanup)."""
        if self._is_gone(uid) or self._node.engine.now >= until:
            self._look()
        else:
            self._node.engine.after(CLEANUP_MS, self._wait_for, uid, until)

    def _evict(self, agent: PodAgent, signal: Signal) -> None:
        message = signal.message(agent)
        number = self._node.history.fact("eviction", agent.key, "", {"message": message})
        self._node.engine.cause = number
        agent.event("Warning", "Evicted", message)
        agent.disrupt(message)
        agent.evict(agent.uid, {"phase": "Failed", "reason": "Evicted", "message": message}, GRACE_S)
