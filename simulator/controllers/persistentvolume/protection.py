"""Claims that Pods use, and volumes that claims use, stay until they are not used any more.

Models pkg/controller/volume/{pvcprotection,pvprotection}: the API server gives each the finalizer, these take it away.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.controllers.context import ControllerContext
from simulator.controllers.workqueue import WorkQueue
from simulator.history import Json
from simulator.store import Change
from simulator.volume_claims import PROTECTION, claims_of

VOLUME_FINALIZER = "kubernetes.io/pv-protection"


class StorageProtection:
    """Looks at what is being deleted, and again when a Pod goes."""

    def __init__(self, context: ControllerContext) -> None:
        self._store = context.store
        self._client = context.client()
        self._claims = WorkQueue(context.engine, self._free_claim)
        self._volumes = WorkQueue(context.engine, self._free_volume)
        context.store.watch("persistentvolumeclaims", lambda change: self._look(change, self._claims))
        context.store.watch("persistentvolumes", lambda change: self._look(change, self._volumes))
        context.store.watch("pods", self._on_pod)

    @staticmethod
    def _look(change: Change, queue: WorkQueue) -> None:
        meta = change.object["metadata"]
        if change.verb != "DELETED" and "deletionTimestamp" in meta:
            queue.add(meta.get("namespace", ""), meta["name"])

    def _on_pod(self, change: Change) -> None:
        if change.verb == "DELETED":
            for name in claims_of(change.object):
                self._claims.add(change.object["metadata"]["namespace"], name)

    def _free_claim(self, namespace: str, name: str) -> Iterator[int]:
        claim = self._store.get("persistentvolumeclaims", namespace, name)
        if claim is not None and not any(self._users(namespace, name)):
            yield from self._free("persistentvolumeclaims", claim, PROTECTION)

    def _users(self, namespace: str, name: str) -> Iterator[Json]:
        """A Pod without a node cannot start any more with a claim that is being deleted."""
        for pod in self._store.list("pods", namespace):
            if pod["spec"].get("nodeName") and name in claims_of(pod):
                yield pod

    def _free_volume(self, _namespace: str, name: str) -> Iterator[int]:
        volume = self._store.get("persistentvolumes", "", name)
        if volume is not None and volume["status"].get("phase") != "Bound":
            yield from self._free("persistentvolumes", volume, VOLUME_FINALIZER)

    def _free(self, kind: str, obj: Json, finalizer: str) -> Iterator[int]:
        meta = obj["metadata"]
        if "deletionTimestamp" in meta and finalizer in (meta.get("finalizers") or ()):
            yield from self._client.patch(kind, obj, lambda fresh: _without(fresh, finalizer))


def _without(obj: Json, finalizer: str) -> Json:
    meta = obj["metadata"]
    return {**obj, "metadata": {**meta, "finalizers": [each for each in meta["finalizers"] if each != finalizer]}}
