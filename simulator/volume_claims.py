"""What a claim and a volume say of each other.

Models staging/src/k8s.io/component-helpers/storage/volume.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from simulator.history import Json
from simulator.objects import parse_quantity, selector_matches
from simulator.store import Store

SELECTED_NODE = "volume.kubernetes.io/selected-node"
PROVISIONERS = ("volume.beta.kubernetes.io/storage-provisioner", "volume.kubernetes.io/storage-provisioner")
BIND_COMPLETED = "pv.kubernetes.io/bind-completed"
BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller"
PROVISIONED_BY = "pv.kubernetes.io/provisioned-by"
PROTECTION = "kubernetes.io/pvc-protection"
DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
NO_PROVISIONER = "kubernetes.io/no-provisioner"


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


def default_class(store: Store) -> str:
    """The name of the class of claims that name none, or "": of several the newest. Models GetDefaultClass."""
    known = [each for each in store.list("storageclasses") if annotation(each, DEFAULT_CLASS) == "true"]
    known.sort(key=lambda each: str(each["metadata"]["name"]))
    newest = max(known, key=lambda each: str(each["metadata"]["creationTimestamp"]), default=None)
    return "" if newest is None else str(newest["metadata"]["name"])


def waits_for_consumer(store: Store, claim: Json) -> bool:
    """Whether a volume is made only when a Pod that uses the claim has a node. Models IsDelayBindingMode."""
    found = storage_class(store, claim)
    return found is not None and found.get("volumeBindingMode") == "WaitForFirstConsumer"


def claims_of(pod: Json) -> Iterator[str]:
    """The names of the claims that a Pod uses."""
    yield from filter(None, (claim_name(pod, volume) for volume in pod["spec"].get("volumes", ())))


def claim_name(pod: Json, volume: Json) -> str:
    """The claim that a volume stands for, or "". Models component-helpers/storage/ephemeral VolumeClaimName."""
    if "ephemeral" in volume:
        return f"{pod['metadata']['name']}-{volume['name']}"
    return str((volume.get("persistentVolumeClaim") or {}).get("claimName") or "")


def not_its_own(pod: Json, claim: Json) -> str:
    """Why the claim is not that of the Pod's ephemeral volume, or "". Models VolumeIsForPod."""
    owners = claim["metadata"].get("ownerReferences") or ()
    if any(owner.get("controller") and owner["uid"] == pod["metadata"]["uid"] for owner in owners):
        return ""
    names = [f"{each['metadata']['namespace']}/{each['metadata']['name']}" for each in (claim, pod)]
    return f"PVC {names[0]} was not created for pod {names[1]} (pod is not owner)"


def is_bound_to(volume: Json, claim: Json) -> bool:
    """Whether the volume is this claim's, or is meant for it by its name. Models IsVolumeBoundToClaim."""
    reference, meta = volume["spec"].get("claimRef"), claim["metadata"]
    if reference is None or (reference.get("namespace"), reference.get("name")) != (meta["namespace"], meta["name"]):
        return False
    return reference.get("uid", "") in ("", meta["uid"])


def bound_to(volume: Json, claim: Json) -> Json:
    """The volume with the claim in it. Models GetBindVolumeToClaim."""
    meta, before = claim["metadata"], volume["spec"].get("claimRef")
    if before is not None and before.get("uid"):
        return volume
    reference = {key: meta[key] for key in ("namespace", "name", "uid", "resourceVersion")}
    claimed = {"kind": "PersistentVolumeClaim", "apiVersion": "v1", **reference}
    if before is None:
        volume = annotated_with(volume, {BOUND_BY_CONTROLLER: "yes"})
    return {**volume, "spec": {**volume["spec"], "claimRef": claimed}}


def find_matching(
    claim: Json,
    volumes: Iterable[Json],
    *,
    fits: Callable[[Json], bool] | None = None,
    delayed: bool = False,
    taken: Collection[str] = (),
) -> Json | None:
    """The claim's own volume, or the smallest free one that does for it. Models FindMatchingVolume.

    `fits` says whether a volume can be had on the node that the scheduler looks at; without a node, no free volume is
    given to a claim whose binding is delayed.
    """
    found = []
    for volume in volumes:
        if volume["metadata"]["name"] in taken or not _could_do(volume, claim):
            continue
        at_hand = fits is None or fits(volume)
        if is_bound_to(volume, claim):
            return volume if at_hand else None
        if at_hand and not (fits is None and delayed) and _satisfies(volume, claim):
            found.append(volume)
    return min(found, key=lambda volume: parse_quantity(volume["spec"]["capacity"]["storage"]).nano, default=None)


def _could_do(volume: Json, claim: Json) -> bool:
    spec = volume["spec"]
    if (spec.get("claimRef") is not None and not is_bound_to(volume, claim)) or "deletionTimestamp" in volume[
        "metadata"
    ]:
        return False
    return not mismatch(volume, claim, deep=False)


def _satisfies(volume: Json, claim: Json) -> bool:
    """A volume counts as available as soon as it is there: a client's requests are further apart than that takes."""
    selector, labels = claim["spec"].get("selector"), volume["metadata"].get("labels") or {}
    selected = selector is None or selector_matches(selector, labels) is True
    return volume["status"].get("phase") in ("Available", "Pending") and selected and not mismatch(volume, claim)


def mismatch(volume: Json, claim: Json, *, deep: bool = True) -> str:
    """Why the volume does not do for the claim, or "". Models checkVolumeSatisfyClaim of pv_controller.go."""
    spec, wanted = volume["spec"], claim["spec"]
    asked, there = wanted["resources"]["requests"]["storage"], spec["capacity"]["storage"]
    if parse_quantity(there).nano < parse_quantity(asked).nano:
        return "requested PV is too small"
    if deep and spec.get("storageClassName", "") != (wanted.get("storageClassName") or ""):
        return "storageClassName does not match"
    if spec.get("volumeMode", "Filesystem") != wanted.get("volumeMode", "Filesystem"):
        return "incompatible volumeMode"
    if deep and not {*wanted["accessModes"]} <= {*spec["accessModes"]}:
        return "incompatible accessMode"
    return ""
