"""What a claim and a volume say of each other.

Models staging/src/k8s.io/component-helpers/storage/volume.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.history import Json
from simulator.store import Store

SELECTED_NODE = "volume.kubernetes.io/selected-node"
PROVISIONERS = ("volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/storage-provisioner")
BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"


def annotation(obj: Json, name: str) -> str:
    return str((obj["metadata"].get("annotations") or {}).get(name, ""))


def annotated_with(obj: Json, given: dict[str, str]) -> Json:
    """The object with more annotations."""
    annotations = {**(obj["metadata"].get("annotations") or {}), **given}
    return {**obj, "metadata": {**obj["metadata"], "annotations": annotations}}


def storage_class(store: Store, claim: Json) -> Json | None:
    """The claim's class, if there is one of that name."""
    name = claim["spec"].get("storageClassName")
    return store.get("storageclasses", "", name) if name else None


def waits_for_consumer(store: Store, claim: Json) -> bool:
    """Whether a volume is made only when a Pod that uses the claim has a node. Models IsDelayBindingMode."""
    found = storage_class(store, claim)
    return found is not None and found.get("volumeBindingMode") == "WaitForFirstConsumer"


def claims_of(pod: Json) -> Iterator[str]:
    """The names of the claims that a Pod uses."""
    for volume in pod["spec"].get("volumes", ()):
        if name := (volume.get("persistentVolumeClaim") or {}).get("claimName"):
            yield str(name)
