"""The service behind the container runtime's socket: it can be stopped while the containers go on.

Models what pkg/kubelet/runtime.go and kubelet.go updateRuntimeUp make of that: nothing is listed, and after half a
minute without an answer the kubelet's loop takes up nothing any more and its node is not ready. After three minutes
it is also said how long ago the runtime was last listed (pkg/kubelet/pleg/generic.go Healthy).
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.engine import Beat, Engine, Timer
from simulator.kubelet.latency import RUNTIME_CHECK_MS
from simulator.kubelet.node_status import NodeStatus
from simulator.kubelet.pleg import Pleg
from simulator.kubelet.sync_loop import SyncLoop
from simulator.objects.duration import go_duration

THRESHOLD_MS = 30_000  # maxWaitForContainerRuntime
RELIST_THRESHOLD_MS = 180_000  # genericPlegRelistThreshold
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
        status.runtime_errors = self._errors

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
        self._tell()

    def _tell(self) -> None:
        """And again in each round, once what there is to say differs from round to round."""
        self._status.soon()
        counted = self._pleg.relisted_at() + RELIST_THRESHOLD_MS
        self._look_at(max(counted, self._engine.now + self._status.beat.period), self._tell)

    def _errors(self) -> list[str]:
        if not self._down:
            return []
        silent = self._engine.now - self._pleg.relisted_at()
        errors = ["container runtime is down"]
        if silent > RELIST_THRESHOLD_MS:
            ago, most = go_duration(silent), go_duration(RELIST_THRESHOLD_MS)
            errors.append(f"PLEG is not healthy: pleg was last seen active {ago} ago; threshold is {most}")
        return errors

    def _recover(self) -> None:
        self._down = False
        self._status.soon()
        self._loop.release()
