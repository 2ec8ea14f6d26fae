"""The kubelet of a node as its init system runs it: it can be stopped and started.

Models what a restart of pkg/kubelet keeps: what the runtime holds, volumes and what was allocated. All that it had in
memory is lost: back-offs, results of probes, counts of events.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from simulator.containers import Exit, Process
from simulator.engine import Engine, Scope, Timer
from simulator.events import Recorder
from simulator.history import Json
from simulator.kubelet.backoff import Backoff
from simulator.kubelet.kubelet import Kubelet
from simulator.kubelet.latency import KUBELET_START_MS, Beats
from simulator.kubelet.node import Node, PodAgent
from simulator.kubelet.node_status import NodeStatus
from simulator.lease import NodeLease

COMMAND = ["/usr/bin/kubelet", "--config=/var/lib/kubelet/config.yaml"]
RESTART_MS = 10_000  # RestartSec of the unit as kubeadm installs it


class KubeletService:
    """`node` belongs to the first process, whose engine is the cluster's; `blank` is its Node object."""

    def __init__(self, node: Node, recorder: Callable[[], Recorder], lease: NodeLease, blank: Json) -> None:
        self._engine: Engine = node.engine
        self._recorder = recorder
        self._blank = blank
        self._left: dict[str, PodAgent] = {}
        self._process = node.engine = Scope(node.engine)
        self.lease = lease
        self.since = node.engine.now  # when it was last started or stopped
        self.running = True
        self._node = node
        self._restart: Timer | None = None
        self._daemon = self._spawn()
        self.kubelet: Kubelet | None = Kubelet(node, self._status())

    @property
    def name(self) -> str:
        return self._node.name

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
        return self._node.machine.daemon(COMMAND, self._died)

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

    def _run(self) -> None:
        """The process is there: it registers its node and takes up what the one before has left."""
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
        status.register()
        status.sync()
        self.lease.begin(scope.now)
        left, self._left = self._left, {}
        self.kubelet = Kubelet(node, status, left)

    def _status(self) -> NodeStatus:
        node = self._node
        return NodeStatus(node.engine, node.store, node.calendar, node.recorder, self._blank, node.beats.status)
