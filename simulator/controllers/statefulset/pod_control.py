"""Making, correcting and deleting the Pods of a StatefulSet, and the claims that they use.

Models pkg/controller/statefulset/stateful_pod_control.go.
"""

from __future__ import annotations

from functools import partial

from simulator.controllers.client import Call, Client
from simulator.controllers.statefulset.claims import (
    CONFLICT,
    deletes_when_scaled,
    has_unexpected_controller,
    is_stale,
    is_up_to_date,
    new_claims,
    with_owners,
)
from simulator.controllers.statefulset.identity import identity_matches, storage_matches, with_identity, with_storage
from simulator.events import Recorder
from simulator.history import Json
from simulator.objects.errors import ApiError
from simulator.store import Store


class StatefulPodControl:
    """Writes an Event about the set for all that it does."""

    def __init__(self, client: Client, store: Store, recorder: Recorder) -> None:
        self._client = client
        self._store = store
        self._recorder = recorder

    def create(self, stateful_set: Json, pod: Json) -> Call[None]:
        """The Pod's claims first, then the Pod. Models CreateStatefulPod."""
        try:
            yield from self._create_claims(stateful_set, pod)
            yield from self._client.create(pod)
        except ApiError as error:
            if error.reason != "AlreadyExists":
                self._record("create", stateful_set, pod, error)
            raise
        yield from self.update_claims(stateful_set, pod)
        self._record("create", stateful_set, pod)

    def update(self, stateful_set: Json, pod: Json) -> Call[None]:
        """Give the Pod its labels, volumes and claims back. Models UpdateStatefulPod."""
        wanted = pod if identity_matches(stateful_set, pod) else with_identity(stateful_set, pod)
        try:
            if not storage_matches(stateful_set, wanted):
                wanted = with_storage(stateful_set, wanted)
                yield from self._create_claims(stateful_set, wanted)
            yield from self.update_claims(stateful_set, wanted)
            yield from self._client.update(wanted)
        except ApiError as error:
            self._record("update", stateful_set, pod, error)
            raise
        self._record("update", stateful_set, pod)

    def delete(self, stateful_set: Json, pod: Json) -> Call[None]:
        """Models DeleteStatefulPod."""
        try:
            yield from self._client.delete("pods", pod)
        except ApiError as error:
            self._record("delete", stateful_set, pod, error)
            raise
        self._record("delete", stateful_set, pod)

    def create_missing_claims(self, stateful_set: Json, pod: Json) -> Call[None]:
        """Models createMissingPersistentVolumeClaims."""
        yield from self._create_claims(stateful_set, pod)
        yield from self.update_claims(stateful_set, pod)

    def waits_for_stale_claim(self, stateful_set: Json, pod: Json) -> bool:
        """Whether a claim still belongs to a Pod of that name that is gone. Models PodClaimIsStale."""
        if not deletes_when_scaled(stateful_set):
            return False
        return any(is_stale(claim, pod) for claim in self._claims(stateful_set, pod))

    def claims_match(self, stateful_set: Json, pod: Json) -> bool:
        """Whether the Pod's claims belong to whom the policy says. Models ClaimsMatchRetentionPolicy."""
        return all(is_up_to_date(claim, stateful_set, pod) for claim in self._claims(stateful_set, pod))

    def _claims(self, stateful_set: Json, pod: Json) -> list[Json]:
        """Those of the Pod's claims that are there."""
        wanted = (claim["metadata"] for claim in new_claims(stateful_set, pod))
        found = (self._store.get("persistentvolumeclaims", meta["namespace"], meta["name"]) for meta in wanted)
        return [claim for claim in found if claim is not None]

    def _create_claims(self, stateful_set: Json, pod: Json) -> Call[None]:
        """Models createPersistentVolumeClaims: a claim that is being deleted is waited for."""
        faults = []
        for claim in new_claims(stateful_set, pod):
            meta = claim["metadata"]
            known = self._store.get("persistentvolumeclaims", meta["namespace"], meta["name"])
            if known is None:
                if fault := (yield from self._create_claim(stateful_set, pod, claim)):
                    faults.append(f"failed to create PVC {meta['name']}: {fault}")
            elif "deletionTimestamp" in known["metadata"]:
                faults.append(f"pvc {meta['name']} is being deleted")
        if faults:
            raise ApiError(500, "InternalError", faults[0] if len(faults) == 1 else f"[{', '.join(faults)}]")

    def _create_claim(self, stateful_set: Json, pod: Json, claim: Json) -> Call[str]:
        """Why the API server refused it; "" if it did not."""
        where = f"Pod {pod['metadata']['name']} in StatefulSet {stateful_set['metadata']['name']}"
        name = claim["metadata"]["name"]
        try:
            yield from self._client.create(claim)
        except ApiError as error:
            if error.reason != "AlreadyExists":
                message = f"Create Claim {name} for {where} failed error: {error.message}"
                self._recorder.event(stateful_set, "Warning", "FailedCreate", message)
            return error.message
        self._recorder.event(stateful_set, "Normal", "SuccessfulCreate", f"Create Claim {name} {where} success")
        return ""

    def update_claims(self, stateful_set: Json, pod: Json) -> Call[None]:
        """Models UpdatePodClaimForRetentionPolicy."""
        for claim in self._claims(stateful_set, pod):
            if has_unexpected_controller(claim, stateful_set, pod):
                message = CONFLICT % claim["metadata"]["name"]
                self._recorder.event(stateful_set, "Warning", "ConflictingController", message)
            if not is_up_to_date(claim, stateful_set, pod):
                change = partial(with_owners, stateful_set=stateful_set, pod=pod)
                yield from self._client.patch("persistentvolumeclaims", claim, change)

    def _record(self, verb: str, stateful_set: Json, pod: Json, error: ApiError | None = None) -> None:
        """Models recordPodEvent."""
        title = verb.title()
        what = f"{title} Pod {pod['metadata']['name']} in StatefulSet {stateful_set['metadata']['name']}"
        if error is None:
            self._recorder.event(stateful_set, "Normal", f"Successful{title}", f"{what} successful")
        else:
            self._recorder.event(stateful_set, "Warning", f"Failed{title}", f"{what} failed error: {error.message}")
