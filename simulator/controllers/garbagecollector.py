"""What is left of an owner that is gone, or going, goes too.

Models pkg/controller/garbagecollector/{graph_builder,garbagecollector}.go. An object is deleted once none of the owners
that it names is there. An owner that is deleted in the foreground waits for its dependents; one that orphans them
takes itself out of their references first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from simulator.apiserver.deletion import FOREGROUND, ORPHAN
from simulator.controllers.client import Call, Client, together
from simulator.controllers.context import ControllerContext
from simulator.controllers.workqueue import WorkQueue
from simulator.history import Json
from simulator.objects.errors import ApiError
from simulator.objects.resources import RESOURCES, resource_of_kind
from simulator.store import Change, key_of

WORKERS = 20  # --concurrent-gc-syncs
TOKEN_MS = 25  # twice the rate of the other controllers, as each deletion takes two calls
KINDS = tuple(resource.plural for resource in RESOURCES if resource.plural != "events")

Key = tuple[str, str]  # "pods/default" and a name


class GarbageCollector:
    """Does nothing while every owner is there and none is being deleted."""

    def __init__(self, context: ControllerContext) -> None:
        self._store = context.store
        self._engine = context.engine
        self._history = context.history
        self._client = Client(context.engine, context.api, token_ms=TOKEN_MS)
        self._recorder = context.recorder("garbage-collector-controller")
        self._dependents: defaultdict[str, dict[Key, None]] = defaultdict(dict)  # by uid of the owner
        self._to_delete = WorkQueue(context.engine, self._attempt_to_delete, workers=WORKERS)
        self._to_orphan = WorkQueue(context.engine, self._orphan_dependents, workers=WORKERS)
        for kind in KINDS:
            context.store.watch(kind, self._on_change)

    # ---- the graph ---------------------------------------------------------------
    def _on_change(self, change: Change) -> None:
        """Models processGraphChanges."""
        obj, key = change.object, _key(change.kind, change.object)
        gone = change.verb == "DELETED"
        before = _references(change.old) if change.old is not None else {}
        owners = {} if gone else _references(obj)
        if owners != before:
            self._link(obj, key, before, owners)
        if gone:
            for dependent in self._dependents.pop(obj["metadata"]["uid"], ()):
                self._to_delete.add(*dependent)
        elif "deletionTimestamp" in obj["metadata"]:
            self._on_going(obj, change.old, key)

    def _link(self, obj: Json, key: Key, before: dict[str, Json], owners: dict[str, Json]) -> None:
        for uid, reference in before.items():
            if uid not in owners:
                self._unlink(uid, key)
            if reference.get("blockOwnerDeletion") and not owners.get(uid, {}).get("blockOwnerDeletion"):
                self._look_at_owner(obj, reference)
        for uid, reference in owners.items():
            self._dependents[uid][key] = None
            if uid not in before and self._is_dangling(obj, reference):
                self._report_misplaced(obj, reference)
                self._to_delete.add(*key)

    def _unlink(self, uid: str, key: Key) -> None:
        if (group := self._dependents.get(uid)) is not None:
            group.pop(key, None)
            if not group:
                del self._dependents[uid]

    def _look_at_owner(self, obj: Json, reference: Json) -> None:
        """An owner that waited for this dependent need not any more (addUnblockedOwnersToDeleteQueue)."""
        owner = self._owner(obj, reference)
        resource = resource_of_kind(reference["kind"])
        if owner is not None and resource is not None and _waits_for_dependents(owner):
            self._to_delete.add(*_key(resource.plural, owner))

    def _on_going(self, obj: Json, old: Json | None, key: Key) -> None:
        """Models processTransitions."""
        for finalizer, queue in ((ORPHAN, self._to_orphan), (FOREGROUND, self._to_delete)):
            if _is_going(obj, finalizer) and (old is None or not _is_going(old, finalizer)):
                for dependent in self._dependents.get(obj["metadata"]["uid"], ()) if finalizer == FOREGROUND else ():
                    queue.add(*dependent)
                queue.add(*key)

    def _owner(self, obj: Json, reference: Json) -> Json | None:
        """The object that a reference means, if it is there."""
        resource = resource_of_kind(reference["kind"])
        if resource is None:
            return None
        namespace = obj["metadata"].get("namespace", "") if resource.namespaced else ""
        owner = self._store.get(resource.plural, namespace, reference["name"])
        return owner if owner is not None and owner["metadata"]["uid"] == reference["uid"] else None

    def _is_dangling(self, obj: Json, reference: Json) -> bool:
        """Of a kind that is not simulated nobody can say that it is gone."""
        return self._owner(obj, reference) is None and resource_of_kind(reference["kind"]) is not None

    def _report_misplaced(self, obj: Json, reference: Json) -> None:
        """An owner that is there, but elsewhere, is none (reportInvalidNamespaceOwnerRef)."""
        resource, uid = resource_of_kind(reference["kind"]), reference["uid"]
        if resource is None or all(each["metadata"]["uid"] != uid for each in self._store.list(resource.plural)):
            return
        where = obj["metadata"].get("namespace", "")
        named = {key: obj["metadata"][key] for key in ("namespace", "name", "uid") if key in obj["metadata"]}
        about = {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "metadata": named}
        owner = f"{reference['apiVersion']}/{reference['kind']}, namespace: {where}, name: {reference['name']}"
        words = f'ownerRef [{owner}, uid: {uid}] does not exist in namespace "{where}"'
        self._recorder.event(about, "Warning", "OwnerRefInvalidNamespace", words)

    # ---- what the workers do -----------------------------------------------------
    def _attempt_to_delete(self, group: str, name: str) -> Iterator[int]:
        """Models attemptToDeleteItem."""
        kind, obj = self._find(group, name)
        if obj is None or ("deletionTimestamp" in obj["metadata"] and not _waits_for_dependents(obj)):
            return
        try:
            obj = yield from self._client.get(kind, obj)
            if _waits_for_dependents(obj):
                yield from self._wait_for_dependents(kind, obj)
            elif obj["metadata"].get("ownerReferences"):
                yield from self._judge(kind, obj)
        except ApiError as error:
            if error.reason != "NotFound":
                raise

    def _find(self, group: str, name: str) -> tuple[str, Json | None]:
        kind, namespace = group.split("/")
        return kind, self._store.get(kind, namespace, name)

    def _judge(self, kind: str, obj: Json) -> Call[None]:
        """By what has become of the owners (classifyReferences)."""
        references = list(_references(obj).values())
        if any(_is_impossible(obj, each) for each in references):
            return
        dangling = [each for each in references if self._is_dangling(obj, each)]
        waiting = [each for each in references if self._waits(obj, each)]
        unwanted = {each["uid"] for each in (*dangling, *waiting)}
        if len(unwanted) < len(references):
            if unwanted:
                yield from self._client.patch(kind, obj, _without_owners(unwanted))
        elif waiting and self._dependents.get(obj["metadata"]["uid"]):
            yield from self._client.delete(kind, obj, propagation="Foreground")
        else:
            finalizers = obj["metadata"].get("finalizers") or ()
            self._tell_why(kind, obj, dangling)
            chosen = (p for f, p in ((ORPHAN, "Orphan"), (FOREGROUND, "Foreground")) if f in finalizers)
            yield from self._client.delete(kind, obj, propagation=next(chosen, "Background"))

    def _tell_why(self, kind: str, obj: Json, dangling: list[Json]) -> None:
        """Nothing in the API says why a Pod goes that nobody deleted."""
        if kind == "pods" and dangling:
            data = {"owner": f"{dangling[0]['kind']} {dangling[0]['name']}"}
            pod = "/".join(key_of(obj))
            self._engine.cause = self._history.fact("collected", pod, "", data, ("metadata.ownerReferences",))

    def _waits(self, obj: Json, reference: Json) -> bool:
        owner = self._owner(obj, reference)
        return owner is not None and _waits_for_dependents(owner)

    def _wait_for_dependents(self, kind: str, obj: Json) -> Call[None]:
        """Models processDeletingDependentsItem."""
        uid = obj["metadata"]["uid"]
        blocking = [key for key in self._dependents.get(uid, ()) if self._blocks(key, uid)]
        if not blocking:
            yield from self._client.patch(kind, obj, _without_finalizer(FOREGROUND))
        for key in blocking:
            _kind, dependent = self._find(*key)
            if dependent is not None and not _waits_for_dependents(dependent):
                self._to_delete.add(*key)

    def _blocks(self, key: Key, uid: str) -> bool:
        _kind, dependent = self._find(*key)
        return dependent is not None and bool(_references(dependent).get(uid, {}).get("blockOwnerDeletion"))

    def _orphan_dependents(self, group: str, name: str) -> Iterator[int]:
        """Models attemptToOrphanWorker."""
        kind, obj = self._find(group, name)
        if obj is None or not _is_going(obj, ORPHAN):
            return
        uid = obj["metadata"]["uid"]
        found = [self._find(*key) for key in self._dependents.get(uid, ())]
        change = _without_owners({uid})
        patches = (self._client.patch(plural, each, change) for plural, each in found if each is not None)
        for result in (yield from together(patches)):
            if isinstance(result, ApiError) and result.reason != "NotFound":
                raise result
        yield from self._client.patch(kind, obj, _without_finalizer(ORPHAN))


def _key(kind: str, obj: Json) -> Key:
    return f"{kind}/{obj['metadata'].get('namespace', '')}", obj["metadata"]["name"]


def _is_impossible(obj: Json, reference: Json) -> bool:
    """What is in no namespace cannot be owned by what is in one; nobody can say whether that is gone (isDangling)."""
    resource = resource_of_kind(reference["kind"])
    return resource is not None and resource.namespaced and "namespace" not in obj["metadata"]


def _references(obj: Json) -> dict[str, Json]:
    references = obj["metadata"].get("ownerReferences")
    return {reference["uid"]: reference for reference in references} if references else {}


def _is_going(obj: Json, finalizer: str) -> bool:
    return "deletionTimestamp" in obj["metadata"] and finalizer in (obj["metadata"].get("finalizers") or ())


def _waits_for_dependents(obj: Json) -> bool:
    return _is_going(obj, FOREGROUND)


def _without_owners(uids: set[str]) -> Callable[[Json], Json]:
    return _without("ownerReferences", lambda reference: reference["uid"] in uids)


def _without_finalizer(finalizer: str) -> Callable[[Json], Json]:
    return _without("finalizers", lambda each: each == finalizer)


def _without(field: str, unwanted: Callable[[Any], bool]) -> Callable[[Json], Json]:
    """A change of the metadata that takes out of a list what is unwanted, and the list if nothing is left."""

    def change(obj: Json) -> Json:
        meta = {key: value for key, value in obj["metadata"].items() if key != field}
        left = [each for each in obj["metadata"].get(field) or () if not unwanted(each)]
        return {**obj, "metadata": meta | ({field: left} if left else {})}

    return change
