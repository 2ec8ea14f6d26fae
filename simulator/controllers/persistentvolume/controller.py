"""Bringing claims and volumes together.

Models pkg/controller/volume/persistentvolume/pv_controller.go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from simulator.controllers.client import Call
from simulator.controllers.context import ControllerContext
from simulator.controllers.workqueue import WorkQueue
from simulator.history import Json
from simulator.store import Change
from simulator.volume_claims import (
    BIND_COMPLETED,
    BOUND_BY_CONTROLLER,
    PROVISIONED_BY,
    PROVISIONERS,
    SELECTED_NODE,
    annotated_with,
    annotation,
    bound_to,
    claims_of,
    default_class,
    find_matching,
    is_bound_to,
    mismatch,
    storage_class,
    waits_for_consumer,
)

CLAIMS, VOLUMES = "persistentvolumeclaims", "persistentvolumes"
RESYNC_MS = 15_000  # --pvclaimbinder-sync-period
_DELETABLE = re.compile(r"/tmp/.+")
LOST = "Bound claim has lost its PersistentVolume. Data on the volume is lost!"


class PersistentVolumeController:
    """Looks at a claim when it or its volume changes, and again and again while it has none."""

    def __init__(self, context: ControllerContext, discard: Callable[[str], None]) -> None:
        """`discard` removes a folder of the node."""
        self._context = context
        self._discard = discard
        self._store = context.store
        self._client = context.client()
        self._recorder = context.recorder("persistentvolume-controller")
        self._first: dict[str, tuple[str, str]] = {}  # by uid: what a new claim waits for
        self._claims = WorkQueue(context.engine, self._sync_claim)
        self._volumes = WorkQueue(context.engine, self._sync_volume)
        context.store.watch(CLAIMS, self._on_claim)
        context.store.watch(VOLUMES, self._on_volume)

    def _on_claim(self, change: Change) -> None:
        meta, name = change.object["metadata"], change.object["spec"].get("volumeName")
        if change.verb == "ADDED":
            # It is looked at before the next request of whoever made it comes.
            self._first[meta["uid"]] = self._waits_for(change.object)
        elif change.verb == "DELETED":
            self._first.pop(meta["uid"], None)
        if change.verb == "DELETED" and name:
            self._volumes.add("", name)
        else:
            self._claims.add(meta["namespace"], meta["name"])

    def _on_volume(self, change: Change) -> None:
        claim = change.object["spec"].get("claimRef")
        if claim is not None:
            self._claims.add(claim["namespace"], claim["name"])
        before = (change.old or change.object)["spec"].get("claimRef")
        if before is not None and claim is None:
            self._claims.add_after(before["namespace"], before["name"], RESYNC_MS)
        if change.verb == "ADDED" or (claim is None and change.verb == "MODIFIED"):
            self._volumes.add("", change.object["metadata"]["name"])

    def _sync_claim(self, namespace: str, name: str) -> Iterator[int]:
        claim = self._store.get(CLAIMS, namespace, name)
        if claim is None:
            return
        if annotation(claim, BIND_COMPLETED):
            yield from self._sync_bound(claim)
        elif claim["spec"].get("volumeName"):
            yield from self._sync_named(claim, self._store.get(VOLUMES, "", claim["spec"]["volumeName"]))
        elif (volume := self._volume_for(claim)) is not None:
            yield from self._bind(volume, claim)
        elif "deletionTimestamp" not in claim["metadata"]:
            yield from self._ask_for_volume(claim)
            self._claims.add_after(namespace, name, RESYNC_MS)

    def _sync_named(self, claim: Json, volume: Json | None) -> Call[None]:
        """A person asked for this volume. Models the second half of syncUnboundClaim."""
        why, kind = "", "FailedBinding"
        if volume is not None and volume["spec"].get("claimRef") is None:
            if why := mismatch(volume, claim):
                why, kind = f'Cannot bind to requested volume "{volume["metadata"]["name"]}": {why}', "VolumeMismatch"
        elif volume is not None and not is_bound_to(volume, claim):
            why = f'volume "{volume["metadata"]["name"]}" already bound to a different claim.'
        if volume is not None and not why:
            yield from self._bind(volume, claim)
            return
        if why:
            self._recorder.event(claim, "Warning", kind, why)
        self._claims.add_after(claim["metadata"]["namespace"], claim["metadata"]["name"], RESYNC_MS)

    def _sync_bound(self, claim: Json) -> Call[None]:
        """Models syncBoundClaim: a volume that is gone may come back, and one that was let go is bound again."""
        volume = self._store.get(VOLUMES, "", claim["spec"].get("volumeName", ""))
        if volume is not None and volume["spec"].get("claimRef") is None:
            yield from self._bind(volume, claim)
        elif volume is None and claim["status"].get("phase") != "Lost":
            lost = yield from self._client.update_status({**claim, "status": {"phase": "Lost"}})
            self._recorder.event(lost, "Warning", "ClaimLost", LOST)

    def _volume_for(self, claim: Json) -> Json | None:
        delayed = waits_for_consumer(self._store, claim)
        return find_matching(claim, self._store.list(VOLUMES), delayed=delayed)

    def _ask_for_volume(self, claim: Json) -> Call[None]:
        """Models syncUnboundClaim, assignDefaultStorageClass and provisionClaimOperationExternal."""
        if "storageClassName" not in claim["spec"] and (default := default_class(self._store)):
            given = {**claim, "spec": {**claim["spec"], "storageClassName": default}}
            yield from self._client.update(given)
            return
        found, name = storage_class(self._store, claim), claim["spec"].get("storageClassName")
        if not name:
            words = "no persistent volumes available for this claim and no storage class is set"
            self._recorder.event(claim, "Normal", "FailedBinding", words)
        elif waits_for_consumer(self._store, claim) and not annotation(claim, SELECTED_NODE):
            first = self._first.pop(claim["metadata"]["uid"], None)
            self._recorder.event(claim, "Normal", *(first or self._waits_for(claim)))
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
        if (claimed := bound_to(volume, claim)) is not volume:
            volume = yield from self._client.update(claimed)
        yield from self._move(volume, {"phase": "Bound"})
        chosen = {} if claim["spec"].get("volumeName") else {BOUND_BY_CONTROLLER: "yes"}
        bound = annotated_with(claim, {BIND_COMPLETED: "yes", **chosen})
        bound = {**bound, "spec": {**bound["spec"], "volumeName": volume["metadata"]["name"]}}
        bound = yield from self._client.update(bound)
        spec = volume["spec"]
        status = {"phase": "Bound", "accessModes": spec["accessModes"], "capacity": spec["capacity"]}
        yield from self._client.update_status({**bound, "status": status})

    def _sync_volume(self, _namespace: str, name: str) -> Iterator[int]:
        """A volume that nobody claims is available; one whose claim is gone is released. Models syncVolume."""
        volume = self._store.get(VOLUMES, "", name)
        if volume is None:
            return
        reference = volume["spec"].get("claimRef") or {}
        if not reference.get("uid"):
            yield from self._move(volume, {"phase": "Available"})
            return
        claim = self._store.get(CLAIMS, reference["namespace"], reference["name"])
        if claim is None or claim["metadata"]["uid"] != reference["uid"]:
            released = yield from self._move(volume, {"phase": "Released"})
            yield from self._reclaim(released)

    def _move(self, volume: Json, status: Json) -> Call[Json]:
        """Into another phase, of which the beginning is kept. Models registry/core/persistentvolume/strategy.go."""
        same = volume["status"].get("phase") == status["phase"]
        since = volume["status"].get("lastPhaseTransitionTime") if same else self._context.now()
        timed = {**status, "lastPhaseTransitionTime": since} if since else status
        return (yield from self._client.update_status({**volume, "status": timed}))

    def _reclaim(self, volume: Json) -> Call[None]:
        """Who provisioned a volume takes it away; of others only test folders can be deleted. Models reclaimVolume."""
        spec, name = volume["spec"], volume["metadata"]["name"]
        if spec.get("persistentVolumeReclaimPolicy") != "Delete" or annotation(volume, PROVISIONED_BY):
            return
        path = (spec.get("hostPath") or {}).get("path", "")
        if _DELETABLE.match(path):
            self._discard(path)
            yield from self._client.delete(VOLUMES, volume)
            return
        why = f"host_path deleter only supports /tmp/.+ but received provided {path}"
        if "hostPath" not in spec:
            why = f'error getting deleter volume plugin for volume "{name}": no deletable volume plugin matched'
        failed = yield from self._move(volume, {"phase": "Failed", "message": why})
        self._recorder.event(failed, "Warning", "VolumeFailedDelete", why)
