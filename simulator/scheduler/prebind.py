"""Between the choice of a node and the binding: the scheduler waits for the volumes of a Pod.

Models bindingCycle of pkg/scheduler/schedule_one.go and BindPodVolumes of plugins/volumebinding/binder.go: meanwhile
the Pod counts as being on the node, for which it is nominated.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.engine import Engine
from simulator.history import Json
from simulator.scheduler.node_info import SchedulerCache
from simulator.scheduler.nominations import nominated
from simulator.scheduler.volume_binding import BindError, VolumeBinder
from simulator.store import Key, Store, key_of

POLL_MS = 1000
TIMEOUT_MS = 600_000  # bindTimeoutSeconds of VolumeBindingArgs
FAILED = 'running PreBind plugin "VolumeBinding": binding volumes: '


class PreBind:
    """Waits for volumes; `bind` is called with the Pod and its node, or `fail` with the Pod as it was and why."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        cache: SchedulerCache,
        volumes: VolumeBinder,
        bind: Callable[[Json, str], None],
        fail: Callable[[Json, str], None],
    ) -> None:
        self._engine = engine
        self._store = store
        self._cache = cache
        self._volumes = volumes
        self._bind = bind
        self._fail = fail

    def begin(self, pod: Json, node: str) -> None:
        self._cache.assume(pod, node)
        known = self._store.update("pods", {**pod, "status": nominated(pod["status"], node)})
        awaited = self._volumes.ask(pod, node)
        self._engine.after(POLL_MS, self._look, known, node, awaited, self._engine.now + TIMEOUT_MS)

    def _look(self, known: Json, node: str, awaited: list[Key], deadline: int) -> None:
        uid = known["metadata"]["uid"]
        pod = self._store.get("pods", *key_of(known))
        try:
            if pod is None or pod["metadata"]["uid"] != uid:
                raise BindError(f'pod does not exist any more: pod "{known["metadata"]["name"]}" not found')
            done = self._volumes.check(awaited, node)
            if not done and self._engine.now >= deadline:
                raise BindError("context deadline exceeded")
        except BindError as error:
            self._cache.forget(uid)
            self._fail(known, f"{FAILED}{error}")
            return
        if done:
            self._bind(pod, node)
        else:
            self._engine.after(POLL_MS, self._look, pod, node, awaited, deadline)
