"""ControllerRevisions: the Pod templates that a StatefulSet or a DaemonSet has had.

Models pkg/controller/history/controller_history.go.
"""

from __future__ import annotations

import json

from simulator.controllers.claiming import Claim
from simulator.controllers.client import Call, Client
from simulator.controllers.context import ControllerContext
from simulator.controllers.controller_utils import safe_encode
from simulator.controllers.ownership import owner_reference
from simulator.history import Json
from simulator.objects.errors import ApiError

KIND = "controllerrevisions"
HASH = "controller.kubernetes.io/hash"
_MAX_PREFIX = 223


def template_patch(owner: Json) -> Json:
    """What brings the owner's Pod template back when it is merged into the owner. Models getPatch."""
    return {"spec": {"template": {**owner["spec"]["template"], "$patch": "replace"}}}


def template_of(revision: Json) -> Json:
    """The Pod template that a revision keeps."""
    template = revision["data"]["spec"]["template"]
    return {key: value for key, value in template.items() if key != "$patch"}


def go_json(value: Json) -> bytes:
    """JSON as Go writes it: sorted, without spaces, with HTML's characters escaped."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text.encode("utf-8", "replace")


def hash_revision(data: Json, collisions: int) -> str:
    """Models HashControllerRevision: FNV-1 of the data and of how many names collided before."""
    value = 0x811C9DC5
    for byte in go_json(data) + str(collisions).encode():
        value = (value * 0x01000193 & 0xFFFFFFFF) ^ byte
    return safe_encode(str(value))


def revision_name(owner: Json, suffix: str) -> str:
    return f"{owner['metadata']['name'][:_MAX_PREFIX]}-{suffix}"


class Revisions:
    """The ControllerRevisions of owners of one kind; `owners` is its plural."""

    def __init__(self, context: ControllerContext, client: Client, owners: str) -> None:
        self._store = context.store
        self._client = client
        self._owners = owners
        self._owned = context.owned(KIND)

    def claim(self, owner: Json) -> Call[list[Json]]:
        """The owner's own, oldest first, with those it adopts."""
        claim = Claim(self._client, owner, KIND, self._owners)
        claimed = yield from claim.all(self._owned.candidates(owner))
        return sorted(claimed, key=_age)

    def create(self, revision: Json) -> Call[Json | None]:
        """Keep a new revision, or find the one that is the same; None if another has its name."""
        try:
            return (yield from self._client.create(revision))
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise
        meta = revision["metadata"]
        known = self._store.get(KIND, meta["namespace"], meta["name"])
        return known if known is not None and known["data"] == revision["data"] else None

    def renumber(self, revision: Json, number: int) -> Call[Json]:
        return (yield from self._client.update({**revision, "revision": number}))

    def delete(self, revision: Json) -> Call[None]:
        yield from self._client.delete(KIND, revision)


def _age(revision: Json) -> tuple[int, str, str]:
    meta = revision["metadata"]
    return revision.get("revision", 0), meta["creationTimestamp"], meta["name"]


def new_revision(owner: Json, name: str, labels: dict[str, str], number: int) -> Json:
    """Models NewControllerRevision: labelled as the template's Pods are, with the owner's annotations."""
    meta: Json = {
        "name": name,
        "namespace": owner["metadata"]["namespace"],
        "labels": {**(owner["spec"]["template"].get("metadata", {}).get("labels") or {}), **labels},
        "annotations": dict(owner["metadata"].get("annotations") or {}),
        "ownerReferences": [owner_reference(owner)],
    }
    return {
        "kind": "ControllerRevision",
        "apiVersion": "apps/v1",
        "metadata": meta,
        "data": template_patch(owner),
        "revision": number,
    }
