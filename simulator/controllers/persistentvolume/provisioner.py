"""A folder of the node for every claim of the class `standard`.

Models the local-path provisioner (rancher.io/local-path) as a single-node cluster has it: it makes a volume once the
scheduler has chosen a node, and takes it away with the claim.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from simulator.controllers.context import ControllerContext
from simulator.history import Json
from simulator.objects import suffix
from simulator.store import Change
from simulator.volume_claims import PROVISIONED_BY, PROVISIONERS, SELECTED_NODE, annotation, waits_for_consumer

NAME = "rancher.io/local-path"
ROOT = "/var/local-path-provisioner"
RETRY_FIRST_MS, RETRY_CAP_MS = 15_000, 1_000_000
PROVISION_MS = 3000  # a Pod of its own makes the folder, or removes it


class LocalPathProvisioner:
    """`discard` removes a folder of the node; `make` makes one, in which everybody may write, on the node named."""

    def __init__(
        self, context: ControllerContext, discard: Callable[[str], None], make: Callable[[str, str], None]
    ) -> None:
        self._context = context
        self._discard = discard
        self._make = make
        self._begun: set[str] = set()  # uids of claims and volumes
        random = context.randoms("local-path")
        pod = f"local-path-provisioner-{suffix(random, 10)}-{suffix(random)}"
        self._recorder = context.recorder(f"{NAME}_{pod}_{UUID(int=random.getrandbits(128), version=4)}")
        context.store.watch("persistentvolumeclaims", self._on_claim)
        context.store.watch("persistentvolumes", self._on_volume)

    def _on_claim(self, change: Change) -> None:
        claim, meta = change.object, change.object["metadata"]
        chosen = annotation(claim, SELECTED_NODE) or not waits_for_consumer(self._context.store, claim)
        asked = annotation(claim, PROVISIONERS[-1]) == NAME and chosen
        if change.verb == "DELETED":
            self._begun.discard(meta["uid"])
        elif asked and not claim["spec"].get("volumeName") and meta["uid"] not in self._begun:
            self._begun.add(meta["uid"])
            self._context.engine.after(0, self._begin, claim)

    def _begin(self, asked: Json, wait: int = RETRY_FIRST_MS) -> None:
        """Models sig-storage-lib-external-provisioner provisionClaimOperation."""
        namespace, name = asked["metadata"]["namespace"], asked["metadata"]["name"]
        claim = self._context.store.get("persistentvolumeclaims", namespace, name)
        if claim is None or claim["metadata"]["uid"] != asked["metadata"]["uid"] or claim["spec"].get("volumeName"):
            return
        if claim["spec"].get("volumeMode") == "Block":
            why = f"{NAME} does not support block volume provisioning"
        else:
            words = f'External provisioner is provisioning volume for claim "{namespace}/{name}"'
            self._recorder.event(claim, "Normal", "Provisioning", words)
            why = _fault(claim)
            if not why:
                self._context.engine.after(PROVISION_MS, self._provision, claim)
                return
        self._recorder.event(claim, "Warning", "ProvisioningFailed", why)
        self._context.engine.after(wait, self._begin, claim, min(2 * wait, RETRY_CAP_MS))

    def _provision(self, asked: Json) -> None:
        meta = asked["metadata"]
        claim = self._context.store.get("persistentvolumeclaims", meta["namespace"], meta["name"])
        if claim is None or claim["metadata"]["uid"] != meta["uid"]:
            return
        made = self._volume(claim)
        self._make(annotation(claim, SELECTED_NODE), made["spec"]["hostPath"]["path"])
        volume = self._context.store.create("persistentvolumes", made)
        words = f"Successfully provisioned volume {volume['metadata']['name']}"
        self._recorder.event(claim, "Normal", "ProvisioningSucceeded", words)

    def _volume(self, claim: Json) -> Json:
        meta, spec = claim["metadata"], claim["spec"]
        name = f"pvc-{meta['uid']}"
        found = self._context.store.get("storageclasses", "", spec["storageClassName"]) or {}
        reference = {key: meta[key] for key in ("namespace", "name", "uid", "resourceVersion")}
        return {
            "kind": "PersistentVolume",
            "apiVersion": "v1",
            "metadata": {
                "name": name,
                "uid": self._context.store.new_uid(),
                "creationTimestamp": self._context.now(),
                "annotations": {PROVISIONED_BY: NAME},
                "finalizers": ["kubernetes.io/pv-protection"],
            },
            "spec": {
                "capacity": {"storage": spec["resources"]["requests"]["storage"]},
                "hostPath": {"path": f"{ROOT}/{name}_{meta['namespace']}_{meta['name']}", "type": "DirectoryOrCreate"},
                "accessModes": spec["accessModes"],
                "claimRef": {"kind": "PersistentVolumeClaim", "apiVersion": "v1", **reference},
                "persistentVolumeReclaimPolicy": found.get("reclaimPolicy", "Delete"),
                "storageClassName": spec["storageClassName"],
                "volumeMode": spec.get("volumeMode", "Filesystem"),
                "nodeAffinity": {"required": {"nodeSelectorTerms": [_only_on(annotation(claim, SELECTED_NODE))]}},
            },
            "status": {"phase": "Pending"},
        }

    def _on_volume(self, change: Change) -> None:
        volume, uid = change.object, change.object["metadata"]["uid"]
        if change.verb == "DELETED":
            self._begun.discard(uid)
        elif _is_to_go(volume) and uid not in self._begun:
            self._begun.add(uid)
            self._context.engine.after(PROVISION_MS, self._remove, volume)

    def _remove(self, volume: Json) -> None:
        self._discard(volume["spec"]["hostPath"]["path"])
        if self._context.store.get("persistentvolumes", "", volume["metadata"]["name"]) is not None:
            self._context.api.delete("persistentvolumes", "", volume["metadata"]["name"])


def _fault(claim: Json) -> str:
    """Why there can be no such folder, or ""."""
    spec, why = claim["spec"], ""
    if spec.get("selector") is not None:
        why = "claim.Spec.Selector is not supported"
    elif not {*spec["accessModes"]} <= {"ReadWriteOnce", "ReadWriteOncePod"}:
        why = "NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes"
    elif not annotation(claim, SELECTED_NODE):
        why = "configuration error, no node was specified"
    return why and f'failed to provision volume with StorageClass "{spec["storageClassName"]}": {why}'


def _is_to_go(volume: Json) -> bool:
    policy = volume["spec"].get("persistentVolumeReclaimPolicy")
    return annotation(volume, PROVISIONED_BY) == NAME and policy == "Delete" and volume["status"]["phase"] == "Released"


def _only_on(node: str) -> Json:
    return {"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}]}
