"""The claims of a Pod: without them there is no node for it, and some of them wait until there is one.

Models pkg/scheduler/framework/plugins/{volumebinding,volumerestrictions,volumezone}.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from simulator.history import Json
from simulator.scheduler.filters import Plugin, Rejection, node_term_matches
from simulator.scheduler.neighbours import runs
from simulator.scheduler.node_info import SchedulerCache
from simulator.store import Key, Store, key_of
from simulator.volume_claims import (
    BIND_COMPLETED,
    NO_PROVISIONER,
    SELECTED_NODE,
    annotated_with,
    annotation,
    bound_to,
    claim_name,
    claims_of,
    find_matching,
    not_its_own,
    storage_class,
    waits_for_consumer,
)

ELSEWHERE = Rejection(("node(s) didn't match PersistentVolume's node affinity",), True, Plugin.VOLUMES)
IN_USE = Rejection(
    (
        "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use "
        "by another pod",
    ),
    False,
    Plugin.RESTRICTIONS,
)
GONE = Rejection(("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)",), True, Plugin.VOLUMES)
OUTSIDE = Rejection(("node(s) had no available volume zone",), True, Plugin.VOLUMES)
ZONES = ("topology.kubernetes.io/zone", "topology.kubernetes.io/region")
NONE_FREE = Rejection(("node(s) didn't find available persistent volumes to bind",), True, Plugin.VOLUMES)


class BindError(Exception):
    """The Pod's volumes cannot be bound; the words are the scheduler's."""


class VolumeBinder:
    """Reads claims, and tells those that wait for a Pod which node it gets."""

    def __init__(self, store: Store, cache: SchedulerCache) -> None:
        self._store = store
        self._cache = cache

    def reject(self, pod: Json) -> Rejection | None:
        """What keeps the Pod from every node (PreFilter). Who misses a claim waits for nothing but that."""
        own = {claim_name(pod, volume) for volume in pod["spec"].get("volumes", ()) if "ephemeral" in volume}
        claims = list(self._claims(pod))
        missing = next((name for name, claim in claims if claim is None and name not in own), None)
        if missing is not None:
            return Rejection((f'persistentvolumeclaim "{missing}" not found',), True, Plugin.RESTRICTIONS)
        words = next(filter(None, (_unfit(pod, name, claim, own) for name, claim in claims)), "")
        if not words and any(claim and self._is_unbound(claim) for _name, claim in claims):
            words = "pod has unbound immediate PersistentVolumeClaims"
        return Rejection((words,), True, Plugin.VOLUMES) if words else None

    def _is_unbound(self, claim: Json) -> bool:
        """A claim that names its volume is not the scheduler's to bind either (GetPodVolumeClaims)."""
        chosen = bool(claim["spec"].get("volumeName"))
        return not _is_bound(claim) and (chosen or not waits_for_consumer(self._store, claim))

    def contested(self, pod: Json, gone: Set[str]) -> Rejection | None:
        """Whether another Pod, unless it is in `gone`, has a claim that only one may have (VolumeRestrictions)."""
        own = {
            name
            for name, claim in self._claims(pod)
            if claim is not None and "ReadWriteOncePod" in claim["spec"].get("accessModes", ())
        }
        others = self._cache.pods(pod["metadata"]["namespace"]) if own else ()
        used = (other for other in others if runs(other) and other["metadata"]["uid"] not in gone)
        return IN_USE if any(not own.isdisjoint(claims_of(other)) for other in used) else None

    def misplaced(self, pod: Json, node: Json) -> Rejection | None:
        """Whether a volume of the Pod is on another node (Filter)."""
        taken: set[str] = set()
        for _name, claim in self._claims(pod):
            name = claim["spec"].get("volumeName") if claim is not None else None
            volume = self._store.get("persistentvolumes", "", name) if name else None
            if name and volume is None:
                return GONE
            if volume is not None and not _is_at_hand(volume, node):
                return ELSEWHERE
            if claim is None or name:
                continue
            if annotation(claim, SELECTED_NODE) not in ("", node["metadata"]["name"]):
                return NONE_FREE
            found = self._free_volume(claim, node, taken)
            if found is not None:
                taken.add(found["metadata"]["name"])
            elif not self._is_provisioned(claim):
                return NONE_FREE
        return None if self._is_in_zone(pod, node) else OUTSIDE

    def _is_in_zone(self, pod: Json, node: Json) -> bool:
        """Whether the node is where the labels of the Pod's volumes say that they are. Models plugins/volumezone."""
        labels = node["metadata"].get("labels") or {}
        if not any(key in labels for key in ZONES):
            return True
        for _name, claim in self._claims(pod):
            volume = self._store.get("persistentvolumes", "", (claim or {"spec": {}})["spec"].get("volumeName", ""))
            told = (volume["metadata"].get("labels") or {}) if volume is not None else {}
            if any(labels.get(key) not in told[key].split("__") for key in ZONES if key in told):
                return False
        return True

    def _free_volume(self, claim: Json, node: Json, taken: set[str]) -> Json | None:
        """One that is there already and can be had on the node (findMatchingVolumes)."""
        volumes = self._store.list("persistentvolumes")
        return find_matching(claim, volumes, fits=lambda volume: _is_at_hand(volume, node), taken=taken)

    def _is_provisioned(self, claim: Json) -> bool:
        """Whether somebody makes a volume for the claim (checkVolumeProvisions)."""
        found = storage_class(self._store, claim)
        return found is not None and found["provisioner"] != NO_PROVISIONER

    def has_all(self, pod: Json) -> bool:
        """Whether all claims have their volumes (arePodVolumesBound)."""
        return all(claim is not None and _is_bound(claim) for _name, claim in self._claims(pod))

    def ask(self, pod: Json, node: str) -> list[Key]:
        """Claims without a volume are told for which node to get one; these are waited for (bindAPIUpdate)."""
        waiting = [claim for _name, claim in self._claims(pod) if claim is not None and not _is_bound(claim)]
        taken: set[str] = set()
        for claim in waiting:
            found = self._free_volume(claim, self._store.get("nodes", "", node) or {}, taken)
            if found is not None:
                taken.add(found["metadata"]["name"])
                self._store.update("persistentvolumes", bound_to(found, claim))
            elif not annotation(claim, SELECTED_NODE):
                self._store.update("persistentvolumeclaims", annotated_with(claim, {SELECTED_NODE: node}))
        return [key_of(claim) for claim in waiting]

    def check(self, awaited: Iterable[Key], node: str) -> bool:
        """Whether the claims have got their volumes. Raises BindError if that is not to be (checkBindings)."""
        for key in awaited:
            claim = self._store.get("persistentvolumeclaims", *key)
            if claim is None:
                why = f'could not find v1.PersistentVolumeClaim "{"/".join(key)}"'
                raise BindError(f"failed to check provisioning pvc: {why}")
            if annotation(claim, SELECTED_NODE) not in ("", node):
                raise BindError(f'provisioning failed for PVC "{key[1]}"')
            if not _is_bound(claim):
                return False
        return True

    def _claims(self, pod: Json) -> Iterator[tuple[str, Json | None]]:
        for name in claims_of(pod):
            yield name, self._store.get("persistentvolumeclaims", pod["metadata"]["namespace"], name)


def _unfit(pod: Json, name: str, claim: Json | None, own: Set[str]) -> str:
    """Why a Pod cannot have its claim; `own` are the names of those that are made for it. Models podHasPVCs."""
    if claim is None:
        return f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{name}"'
    if claim["status"].get("phase") == "Lost":
        gone = claim["spec"].get("volumeName", "")
        return f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{gone}"'
    if "deletionTimestamp" in claim["metadata"]:
        return f'persistentvolumeclaim "{name}" is being deleted'
    return not_its_own(pod, claim) if name in own else ""


def _is_at_hand(volume: Json, node: Json) -> bool:
    """Whether the node is one of those where the volume is (CheckNodeAffinity)."""
    required = (volume["spec"].get("nodeAffinity") or {}).get("required")
    return not required or any(node_term_matches(term, node) for term in required["nodeSelectorTerms"])


def _is_bound(claim: Json) -> bool:
    return bool(claim["spec"].get("volumeName") and annotation(claim, BIND_COMPLETED))
