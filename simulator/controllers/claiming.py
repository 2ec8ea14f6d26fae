"""A workload adopts what its selector means and nobody controls, and lets go of what it does not mean any more.

Models pkg/controller/controller_ref_manager.go.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.controllers.client import Call, Client
from simulator.controllers.ownership import controller_of, owner_reference, selects
from simulator.history import Json
from simulator.objects.errors import ApiError


class Claim:
    """One sync's claim: `finalizers` are put on what is adopted and taken from what is released."""

    def __init__(
        self, client: Client, controller: Json, kind: str, controllers: str, finalizers: tuple[str, ...] = ()
    ) -> None:
        self._client = client
        self._controller = controller
        self._kind = kind
        self._controllers = controllers
        self._finalizers = finalizers
        self._may_adopt: bool | None = None

    def all(self, objects: Iterable[Json]) -> Call[list[Json]]:
        """Those of `objects` that the controller may count as its own. Raises the first refusal, when all are tried."""
        claimed: list[Json] = []
        failure: ApiError | None = None
        for obj in objects:
            try:
                mine = yield from self._one(obj)
            except ApiError as error:
                failure = failure or error
            else:
                claimed += [mine] if mine is not None else []
        if failure is not None:
            raise failure
        return claimed

    def _one(self, obj: Json) -> Call[Json | None]:
        """Models BaseControllerRefManager.ClaimObject."""
        meta, reference = self._controller["metadata"], controller_of(obj)
        meant = selects(self._controller, obj)
        if reference is not None:
            if reference["uid"] != meta["uid"]:
                return None
            if meant or "deletionTimestamp" in meta:
                return obj if meant else None
            return (yield from self._try(self._release(obj)))
        if "deletionTimestamp" in meta or not meant or "deletionTimestamp" in obj["metadata"]:
            return None
        return (yield from self._try(self._adopt(obj)))

    def _try(self, change: Call[Json | None]) -> Call[Json | None]:
        """What is gone already needs neither."""
        try:
            return (yield from change)
        except ApiError as error:
            if error.reason == "NotFound":
                return None
            raise

    def _adopt(self, obj: Json) -> Call[Json | None]:
        if self._may_adopt is None:
            fresh = yield from self._client.get(self._controllers, self._controller)
            self._may_adopt = "deletionTimestamp" not in fresh["metadata"]
        if not self._may_adopt:
            raise ApiError(409, "Conflict", f"{self._controller['metadata']['name']} has just been deleted")
        return (yield from self._client.patch(self._kind, obj, self._adopted))

    def _adopted(self, obj: Json) -> Json:
        meta = obj["metadata"]
        # A strategic merge patch: a reference to the controller that does not say that it controls is completed.
        references = {each["uid"]: each for each in meta.get("ownerReferences") or ()}
        mine = owner_reference(self._controller)
        references[mine["uid"]] = references.get(mine["uid"], {}) | mine
        finalizers = list(dict.fromkeys([*(meta.get("finalizers") or ()), *self._finalizers]))
        kept = {"ownerReferences": list(references.values())} | ({"finalizers": finalizers} if finalizers else {})
        return {**obj, "metadata": {**meta, **kept}}

    def _release(self, obj: Json) -> Call[Json | None]:
        yield from self._client.patch(self._kind, obj, self._released)
        return None

    def _released(self, obj: Json) -> Json:
        uid = self._controller["metadata"]["uid"]
        meta = dict(obj["metadata"])
        kept = {
            "ownerReferences": [r for r in meta.pop("ownerReferences", None) or () if r["uid"] != uid],
            "finalizers": [f for f in meta.pop("finalizers", None) or () if f not in self._finalizers],
        }
        return {**obj, "metadata": meta | {key: value for key, value in kept.items() if value}}
