"""Bringing claims and volumes together.

Models pkg/controller/volume/persistentvolume/pv_controller.go, with volumes from an external provisioner only.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.controllers.client import Call
from simulator.controllers.context import ControllerContext
from simulator.controllers.workqueue import WorkQueue
from simulator.history import Json
from simulator.store import Change
from simulator.volume_claims import (
    BIND_COMPLETED,
    BOUND_BY_CONTROLLER,
    PROVISIONERS,
    SELECTED_NODE,
    annotated_with,
    annotation,
    claims_of,
    storage_class,
    waits_for_consumer,
)

CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"
RESYNC_MS = 15_000  # --pvclaimbinder-sync-period
LOST = "Bound claim has lost its PersistentVolume. Data on the volume is lost!"


class PersistentVolumeController:
    """Looks at a claim when it or its volume changes, and again and again while it has none."""

    def __init__(self, context: ControllerContext) -> None:
        self._context = context
        self._store = context.store
        self._client = context.client()
        self._recorder = context.recorder("persistentvolume-controller")
        self._claims = WorkQueue(context.engine, self._sync_claim)
        self._volumes = WorkQueue(context.engine, self._sync_volume)
        context.store.watch(CLAIMS, self._on_claim)
        context.store.watch(VOLUMES, self._on_volume)

    def _on_claim(self, change: Change) -> None:
        meta, name = change.object["metadata"], change.object["spec"].get("volumeName")
        if change.verb == "DELETED" and name:
            self._volumes.add("", name)
        else:
            self._claims.add(meta["namespace"], meta["name"])

    def _on_volume(self, change: Change) -> None:
        claim = change.object["spec"].get("claimRef")
        if claim is not None:
            self._claims.add(claim["namespace"], claim["name"])

    def _sync_claim(self, namespace: str, name: str) -> Iterator[int]:
        claim = self._store.get(CLAIMS, namespace, name)
        if claim is None:
            return
        if annotation(claim, BIND_COMPLETED):
            yield from self._sync_bound(claim)
        elif (volume := self._volume_for(claim)) is not None:
            yield from self._bind(volume, claim)
        elif not claim["spec"].get("volumeName") and "deletionTimestamp" not in claim["metadata"]:
            yield from self._ask_for_volume(claim)
            self._claims.add_after(namespace, name, RESYNC_MS)

    def _sync_bound(self, claim: Json) -> Call[None]:
        """Models syncBoundClaim: a volume that is gone does not come back."""
        gone = self._store.get(VOLUMES, "", claim["spec"].get("volumeName", "")) is None
        if gone and claim["status"].get("phase") != "Lost":
            lost = yield from self._client.update_status({**claim, "status": {"phase": "Lost"}})
            self._recorder.event(lost, "Warning", "ClaimLost", LOST)

    def _volume_for(self, claim: Json) -> Json | None:
        """The provisioner names a volume by the claim's uid."""
        return self._store.get(VOLUMES, "", f"pvc-{claim['metadata']['uid']}")

    def _ask_for_volume(self, claim: Json) -> Call[None]:
        """Models syncUnboundClaim and provisionClaimOperationExternal."""
        found, name = storage_class(self._store, claim), claim["spec"].get("storageClassName")
        if not name:
            words = "no persistent volumes available for this claim and no storage class is set"
            self._recorder.event(claim, "Normal", "FailedBinding", words)
        elif waits_for_consumer(self._store, claim) and not annotation(claim, SELECTED_NODE):
            self._recorder.event(claim, "Normal", *self._waits_for(claim))
        elif found is None:
            words = f'storageclass.storage.k8s.io "{name}" not found'
            self._recorder.event(claim, "Warning", "ProvisioningFailed", words)
        else:
            yield from self._ask_provisioner(claim, found["provisioner"])

    def _waits_for(self, claim: Json) -> tuple[str, str]:
        """Models emitEventForUnboundDelayBindingClaim."""
        meta = claim["metadata"]
        pods = [
            pod["metadata"]["name"]
            for pod in self._store.list("pods", meta["namespace"])
            if not pod["spec"].get("nodeName") and meta["name"] in claims_of(pod)
        ]
        if not pods:
            return "WaitForFirstConsumer", "waiting for first consumer to be created before binding"
        return "WaitForPodScheduled", f"waiting for pod{'s'[: len(pods) - 1]} {','.join(pods)} to be scheduled"

    def _ask_provisioner(self, claim: Json, provisioner: str) -> Call[None]:
        asked = annotated_with(claim, dict.fromkeys(PROVISIONERS, provisioner))
        if asked != claim:
            claim = yield from self._client.update(asked)
        words = (
            f"Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the "
            "system administrator. If volume creation is delayed, please verify that the provisioner is running and "
            "correctly registered."
        )
        self._recorder.event(claim, "Normal", "ExternalProvisioning", words)

    def _bind(self, volume: Json, claim: Json) -> Call[None]:
        """The volume first, so that a claim is never bound to one that is not its own."""
        yield from self._client.update_status({**volume, "status": {"phase": "Bound"}})
        bound = annotated_with(claim, {BIND_COMPLETED: "yes", BOUND_BY_CONTROLLER: "yes"})
        bound = {**bound, "spec": {**bound["spec"], "volumeName": volume["metadata"]["name"]}}
        bound = yield from self._client.update(bound)
        spec = volume["spec"]
        status = {"phase": "Bound", "accessModes": spec["accessModes"], "capacity": spec["capacity"]}
        yield from self._client.update_status({**bound, "status": status})

    def _sync_volume(self, _namespace: str, name: str) -> Iterator[int]:
        """A volume whose claim is gone is released; who made it takes it away."""
        volume = self._store.get(VOLUMES, "", name)
        reference = (volume or {}).get("spec", {}).get("claimRef")
        if volume is None or reference is None:
            return
        claim = self._store.get(CLAIMS, reference["namespace"], reference["name"])
        if claim is None or claim["metadata"]["uid"] != reference["uid"]:
            yield from self._client.update_status({**volume, "status": {"phase": "Released"}})
