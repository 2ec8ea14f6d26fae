"""Whose an object is, and the objects that are somebody's, without looking through all of them.

Models staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/controller_ref.go and the indexers of
pkg/controller/controller_utils.go (PodControllerIndex).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from simulator.history import Json
from simulator.objects import selector_matches
from simulator.store import Change, Key, Store, key_of

Owner = tuple[str, str]  # a namespace and a name


def owner_reference(owner: Json) -> Json:
    """A reference that makes `owner` the controller of what holds it (NewControllerRef)."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def controller_of(obj: Json) -> Json | None:
    """The reference to the one owner that controls the object, if there is one."""
    references = obj["metadata"].get("ownerReferences")
    if not references:  # as most have none, and every change of a Pod asks
        return None
    return next((reference for reference in references if reference.get("controller")), None)


def selects(controller: Json, obj: Json) -> bool:
    """Whether the selector of a workload means the object; an empty selector means nothing here."""
    selector = controller["spec"].get("selector") or {}
    labels = obj["metadata"].get("labels") or {}
    return bool(selector) and selector_matches(selector, labels) is True


class Owned:
    """The objects of one kind by the uid of their controller, and those without one by namespace."""

    def __init__(self, store: Store, kind: str) -> None:
        self.kind = kind
        self._by_uid: defaultdict[str, dict[Key, Json]] = defaultdict(dict)
        self._orphans: defaultdict[str, dict[Key, Json]] = defaultdict(dict)
        for obj in store.list(kind):
            self._group(obj)[key_of(obj)] = obj
        store.watch(kind, self._on_change)

    def of(self, owner: Json) -> list[Json]:
        """What `owner` controls, in the order of creation."""
        return self.of_uid(owner["metadata"]["uid"])

    def of_uid(self, uid: str) -> list[Json]:
        """What the owner with that uid controls."""
        return list(self._by_uid.get(uid, {}).values())

    def orphans(self, namespace: str) -> list[Json]:
        """What nobody controls, in the order of creation."""
        return list(self._orphans.get(namespace, {}).values())

    def candidates(self, owner: Json) -> list[Json]:
        """What `owner` controls and what it might adopt."""
        found = self.of(owner) + [o for o in self.orphans(owner["metadata"]["namespace"]) if selects(owner, o)]
        return sorted(found, key=lambda obj: str(obj["metadata"]["creationTimestamp"]))

    def _group(self, obj: Json) -> dict[Key, Json]:
        controller = controller_of(obj)
        if controller is None:
            return self._orphans[obj["metadata"].get("namespace", "")]
        return self._by_uid[controller["uid"]]

    def _on_change(self, change: Change) -> None:
        key, group = key_of(change.object), self._group(change.object)
        if change.old is not None and (before := self._group(change.old)) is not group:
            before.pop(key, None)
        if change.verb == "DELETED":
            group.pop(key, None)
            self._forget_empty(change.object)
        else:
            group[key] = change.object

    def _forget_empty(self, obj: Json) -> None:
        controller = controller_of(obj)
        if controller is not None and not self._by_uid[controller["uid"]]:
            del self._by_uid[controller["uid"]]


def controllers_to_sync(change: Change, kind: str) -> Iterator[Owner]:
    """The `kind` objects that a change of one of their dependents concerns: its controller now, and the one before."""
    seen = set()
    for version in (change.object, change.old):
        reference = controller_of(version) if version is not None else None
        if reference is not None and reference["kind"] == kind and reference["uid"] not in seen:
            seen.add(reference["uid"])
            yield change.object["metadata"].get("namespace", ""), reference["name"]


def is_orphan_to_look_at(change: Change) -> bool:
    """Whether a change made an object without a controller that some controller may want to adopt."""
    if change.verb == "DELETED" or controller_of(change.object) is not None:
        return False
    if change.old is None:
        return True
    labels = (change.object["metadata"].get("labels"), change.old["metadata"].get("labels"))
    return labels[0] != labels[1] or controller_of(change.old) is not None
