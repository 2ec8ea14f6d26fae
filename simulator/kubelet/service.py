"""The kubelet of a node as its init system runs it, the container runtime beside it, and the machine under both.

Models what a restart of pkg/kubelet keeps: what the runtime holds, volumes and what was allocated. All that it had in
memory is lost: back-offs, results of probes, counts of events.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from simulator.containers import EmptyDir, Exit, Process
from simulator.engine import Engine, Scope, Timer
from simulator.events import Recorder
from simulator.history import Json
from simulator.kubelet.backoff import Backoff
from simulator.kubelet.journal import Journal
from simulator.kubelet.kubelet import Kubelet
from simulator.kubelet.latency import (
    BOOT_MS,
    FIRST_READY_MS,
    KUBELET_START_MS,
    RUNTIME_START_MS,
    SHUTDOWN_MS,
    Beats,
)
from simulator.kubelet.node import Node, PodAgent
from simulator.kubelet.node_status import NodeStatus, boot_id
from simulator.lease import NodeLease

COMMAND = ["/usr/bin/kubelet", "--config=/var/lib/kubelet/config.yaml"]
RESTART_MS = 10_000  # RestartSec of the unit as kubeadm installs it


class KubeletService:
    """`node` belongs to the first process, whose engine is the cluster's; `blank` is its Node object.

    Unless it `runs` from the beginning it has to be started, and then makes the Node.
    """

    def __init__(
        self, node: Node, recorder: Callable[[], Recorder], lease: NodeLease, blank: Json, *, runs: bool = True
    ) -> None:
        self._engine: Engine = node.engine
        self._recorder = recorder
        self._blank = blank
        self._left: dict[str, PodAgent] = {}
        self._process = node.engine = Scope(node.engine)
        self.lease = lease
        self.since = node.engine.now  # when it was last started or stopped
        self.running = runs
        self._node = node
        self._restart: Timer | None = None
        self.kubelet: Kubelet | None = None
        self._boots = 0
        self._rebooting = False
        self.down = False  # the machine is, and comes up again
        self.runtime_since = node.engine.now
        if runs:
            self._daemon = self._spawn()
            self.kubelet = Kubelet(node, self._status())

    @property
    def name(self) -> str:
        return self._node.name

    @property
    def journal(self) -> Journal:
        return self._node.journal

    @property
    def address(self) -> str:
        return self._node.ip

    def agent(self, uid: str) -> PodAgent | None:
        """What is known of a Pod; what its containers do stays known while the kubelet does not run."""
        return self.kubelet.agent(uid) if self.kubelet is not None else self._left.get(uid)

    @property
    def restarting(self) -> bool:
        """Somebody killed it, and it will be started again."""
        return self._restart is not None

    def stop(self) -> None:
        """Probes, statuses, restarts and events end; the containers go on."""
        self._forget_restart()
        if self.running:
            self._halt()
            self._node.machine.end(self._daemon)

    def _forget_restart(self) -> None:
        if self._restart is not None:
            self._restart.cancel()
            self._restart = None

    def _spawn(self) -> Process:
        process = self._node.machine.daemon(COMMAND, self._died)
        self.journal.pid = process.pid
        return process

    def _died(self, _: Exit) -> None:
        """The init system starts it again after a while, unless it ended it itself."""
        if self.running:
            self._halt()
            self._restart = self._engine.after(RESTART_MS, self.start)

    def _halt(self) -> None:
        self._note("stopped")
        if self.kubelet is not None:
            self._left, self.kubelet = self.kubelet.stop(), None
            self.lease.end(self._engine.now)
        self._process.end()

    def start(self) -> None:
        self._forget_restart()
        if not self.running:
            self._note("started")
            self._daemon = self._spawn()
            self._process = Scope(self._engine)
            self._process.after(KUBELET_START_MS, self._run)

    def _note(self, phase: str) -> None:
        self.running, self.since = phase == "started", self._engine.now
        self._engine.cause = self._node.history.fact("kubelet", "", "", {"phase": phase, "node": self.name})

    # ---- the container runtime ---------------------------------------------------
    @property
    def runtime_running(self) -> bool:
        return self._node.runtime_answers

    def stop_runtime(self) -> None:
        """Containers go on without it; the kubelet sees and starts nothing."""
        if self._node.runtime_answers:
            self._set_runtime("stopped")
            if self.kubelet is not None:
                self.kubelet.runtime_gone()

    def start_runtime(self) -> None:
        self._engine.after(RUNTIME_START_MS, self._runtime_started)

    def _runtime_started(self) -> None:
        if not self._node.runtime_answers:
            self._set_runtime("started")
            if self.kubelet is not None:
                self.kubelet.runtime_back()

    def _set_runtime(self, phase: str) -> None:
        self._node.runtime_answers, self.runtime_since = phase == "started", self._engine.now
        self._engine.cause = self._node.history.fact("runtime", "", "", {"phase": phase, "node": self.name})

    # ---- the machine -------------------------------------------------------------
    def reboot(self) -> None:
        """All that runs ends, what is on the disk stays."""
        if not self._rebooting:
            self._rebooting = True
            self._engine.after(SHUTDOWN_MS, self._go_down)

    def _go_down(self) -> None:
        self.stop()
        self.down, node = True, self._node
        self._engine.cause = node.history.fact("machine", "", "", {"phase": "down", "node": self.name})
        lost = [(agent, container) for agent in self._left.values() for container in agent.lose()]
        node.machine.end_everything()
        self._engine.after(BOOT_MS, self._boot, lost)

    def _boot(self, lost: list[tuple[PodAgent, str]]) -> None:
        """The runtime finds containers whose end nobody saw. Models containerd's internal/cri/server/restart.go."""
        self.down, self._rebooting, node = False, False, self._node
        node.runtime_answers = True
        self._boots += 1
        info = {**self._blank["status"]["nodeInfo"], "bootID": boot_id(self.name, self._boots)}
        self._blank = {**self._blank, "status": {**self._blank["status"], "nodeInfo": info}}
        self._engine.cause = node.history.fact("machine", "", "", {"phase": "up", "node": self.name})
        for agent, container in lost:
            agent.runtime.change(container, finished_at=self._engine.now)
        for agent in self._left.values():
            in_memory = [k for k, v in agent.volumes.mounted.items() if isinstance(v, EmptyDir) and v.medium]
            for name in in_memory:
                del agent.volumes.mounted[name]
        self.start()

    def _run(self) -> None:
        """The process is there: it registers its node and takes up what the one before has left."""
        if not self._node.runtime_answers:
            self._node.machine.end(self._daemon)  # it does not come up without
            return
        scope = self._process
        node = self._node = replace(
            self._node,
            engine=scope,
            recorder=self._recorder(),
            beats=Beats.draw(self._node.random),
            started_at=scope.now,
            crash_backoff=Backoff(),
            image_backoff=Backoff(),
        )
        status = self._status()
        if status.register():
            scope.after(FIRST_READY_MS, status.sync)
        else:
            status.sync()
        self.lease.begin(scope.now)
        left, self._left = self._left, {}
        self.kubelet = Kubelet(node, status, left)

    def _status(self) -> NodeStatus:
        node = self._node
        return NodeStatus(node.engine, node.store, node.calendar, node.recorder, self._blank, node.beats.status)
