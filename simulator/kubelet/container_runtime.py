"""The service behind the container runtime's socket: it can be stopped while the containers go on.

Models what pkg/kubelet/runtime.go and kubelet.go updateRuntimeUp make of that: nothing is listed, and after half a
minute without an answer the kubelet's loop takes up nothing any more and its node is not ready.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.engine import Beat, Engine, Timer
from simulator.kubelet.latency import RUNTIME_CHECK_MS
from simulator.kubelet.node_status import NodeStatus
from simulator.kubelet.pleg import Pleg
from simulator.kubelet.sync_loop import SyncLoop

THRESHOLD_MS = 30_000  # maxWaitForContainerRuntime
SOCKET = "unix /run/containerd/containerd.sock"
UNAVAILABLE = (
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: '
    f'dial {SOCKET}: connect: connection refused"'
)


class RuntimeWatch:
    """How one kubelet notices that the runtime is away, and that it is there again."""

    def __init__(self, engine: Engine, started_at: int, status: NodeStatus, pleg: Pleg, loop: SyncLoop) -> None:
        self._engine = engine
        self._beat = Beat(started_at % RUNTIME_CHECK_MS, RUNTIME_CHECK_MS)
        self._status = status
        self._pleg = pleg
        self._loop = loop
        self._timer: Timer | None = None
        self._down = False

    def gone(self) -> None:
        self._pleg.suspend()
        last = self._beat.last(self._engine.now)
        self._look_at(last + THRESHOLD_MS, self._give_up)

    def back(self) -> None:
        self._pleg.resume()
        if self._down:
            self._look_at(self._beat.after(self._engine.now), self._recover)
        elif self._timer is not None:
            self._timer.cancel()

    def _look_at(self, when: int, do: Callable[[], object]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._engine.at(when, do)

    def _give_up(self) -> None:
        self._down = True
        self._loop.hold()
        self._status.set_runtime_up(up=False)

    def _recover(self) -> None:
        self._down = False
        self._status.set_runtime_up(up=True)
        self._loop.release()
