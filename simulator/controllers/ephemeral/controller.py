"""Makes the claim of each generic ephemeral volume; it belongs to the Pod, and goes with it.

Models pkg/controller/volume/ephemeral/controller.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.controllers.context import ControllerContext
from simulator.controllers.ownership import owner_reference
from simulator.controllers.workqueue import WorkQueue
from simulator.history import Json
from simulator.objects.errors import ApiError
from simulator.store import Change
from simulator.volume_claims import claim_name, not_its_own


class EphemeralVolumeController:
    """Looks at a Pod when it is new, and again when one of its claims goes."""

    def __init__(self, context: ControllerContext) -> None:
        self._store = context.store
        self._client = context.client()
        self._recorder = context.recorder("ephemeral_volume")
        self._queue = WorkQueue(context.engine, self._sync)
        context.store.watch("pods", self._on_pod)
        context.store.watch("persistentvolumeclaims", self._on_claim)

    def _on_pod(self, change: Change) -> None:
        meta = change.object["metadata"]
        if change.verb != "DELETED" and "deletionTimestamp" not in meta and _ephemeral(change.object):
            self._queue.add(meta["namespace"], meta["name"])

    def _on_claim(self, change: Change) -> None:
        if change.verb == "DELETED":
            meta = change.object["metadata"]
            for owner in meta.get("ownerReferences", ()):
                if owner.get("controller") and owner["kind"] == "Pod":
                    self._queue.add(meta["namespace"], owner["name"])

    def _sync(self, namespace: str, name: str) -> Iterator[int]:
        pod = self._store.get("pods", namespace, name)
        if pod is None or "deletionTimestamp" in pod["metadata"]:
            return
        for volume in _ephemeral(pod):
            yield from self._handle(pod, volume)

    def _handle(self, pod: Json, volume: Json) -> Iterator[int]:
        name = claim_name(pod, volume)
        found = self._store.get("persistentvolumeclaims", pod["metadata"]["namespace"], name)
        error = "" if found is None else not_its_own(pod, found)
        if found is None:
            try:
                yield from self._client.create(_claim(pod, volume))
            except ApiError as refused:
                error = f"create PVC {name}: {refused.message}"
        if error:
            message = f"ephemeral volume {volume['name']}: {error}"
            self._recorder.event(pod, "Warning", "FailedBinding", message)
            raise ApiError(500, "InternalError", message)


def _ephemeral(pod: Json) -> list[Json]:
    return [volume for volume in pod["spec"].get("volumes", ()) if "ephemeral" in volume]


def _claim(pod: Json, volume: Json) -> Json:
    template = volume["ephemeral"]["volumeClaimTemplate"]
    given = {key: value for key, value in (template.get("metadata") or {}).items() if key in ("labels", "annotations")}
    meta = {"name": claim_name(pod, volume), "namespace": pod["metadata"]["namespace"], **given}
    meta["ownerReferences"] = [owner_reference(pod)]
    return {"kind": "PersistentVolumeClaim", "apiVersion": "v1", "metadata": meta, "spec": template["spec"]}
