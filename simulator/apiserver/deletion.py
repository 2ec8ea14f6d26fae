"""What a DELETE request does to an object: gone at once, or marked, until its time and its finalizers are over.

Models staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go BeforeDelete and
generic/registry/store.go updateForGracefulDeletionAndFinalizers.
"""

from __future__ import annotations

from simulator.calendar import Calendar
from simulator.engine import Engine
from simulator.history import Json
from simulator.store import Store

ORPHAN, FOREGROUND = "orphan", "foregroundDeletion"
_FINALIZERS = {"Orphan": ORPHAN, "Foreground": FOREGROUND}
_DEFAULTS = {"jobs": "Orphan"}  # for batch/v1, by the strategy of Jobs


class Deletion:
    """`propagation` is what happens to the dependents: Background, Foreground or Orphan, "" for the kind's default."""

    def __init__(self, engine: Engine, store: Store, calendar: Calendar) -> None:
        self._engine = engine
        self._store = store
        self._calendar = calendar

    def delete(self, kind: str, obj: Json, grace_seconds: int | None, propagation: str) -> None:
        """Nothing happens if the object is being deleted already and nobody is in more of a hurry now."""
        meta = obj["metadata"]
        if kind == "namespaces":
            self._terminate(obj)
            return
        finalizers = _finalizers(kind, meta, propagation)
        mark: Json | None = {}
        if kind == "pods":
            mark = self._graceful(obj, grace_seconds)
        elif finalizers:
            mark = self._mark(meta)
        if mark is None:
            return
        obj = {**obj, "metadata": _with(meta | mark, finalizers)}
        if mark:
            obj = self._store.update(kind, obj)
        if not mark.get("deletionGracePeriodSeconds"):
            self._store.delete(kind, obj)

    def _terminate(self, namespace: Json) -> None:
        """It stays until the namespace controller has emptied it. Models pkg/registry/core/namespace/storage."""
        if "deletionTimestamp" not in namespace["metadata"]:
            meta = namespace["metadata"] | {"deletionTimestamp": self._calendar.second(self._engine.now)}
            status = {**namespace.get("status", {}), "phase": "Terminating"}
            self._store.update("namespaces", {**namespace, "metadata": meta, "status": status})

    def _mark(self, meta: Json) -> Json:
        """Models markAsDeleting."""
        if "deletionTimestamp" in meta:
            return {"deletionGracePeriodSeconds": 0}
        later = {"generation": meta["generation"] + 1} if "generation" in meta else {}
        now = self._calendar.second(self._engine.now)
        return {"deletionTimestamp": now, "deletionGracePeriodSeconds": 0} | later

    def _graceful(self, pod: Json, asked: int | None) -> Json | None:
        """When the Pod is to be gone; None if it is being deleted and nothing changes."""
        meta = pod["metadata"]
        if "deletionTimestamp" not in meta:
            grace = _grace(pod, asked)
            due = self._engine.now + grace * 1000
            generation = {"generation": meta["generation"] + 1}
        elif asked is None or asked >= meta["deletionGracePeriodSeconds"]:
            return None
        else:
            shorter = (meta["deletionGracePeriodSeconds"] - asked) * 1000
            due = max(self._calendar.parse(meta["deletionTimestamp"]) - shorter, self._engine.now)
            # What is asked for has passed already: the kubelet still gets a second to stop what runs.
            grace = min(asked, 1) if due == self._engine.now else asked
            generation = {}
        return {"deletionTimestamp": self._calendar.second(due), "deletionGracePeriodSeconds": grace} | generation


def _with(meta: Json, finalizers: list[str]) -> Json:
    kept = {key: value for key, value in meta.items() if key != "finalizers"}
    return kept | ({"finalizers": finalizers} if finalizers else {})


def _finalizers(kind: str, meta: Json, propagation: str) -> list[str]:
    """The object's, with what the garbage collector has to do first. Models deletionFinalizersForGarbageCollection."""
    given = meta.get("finalizers") or []
    policy = _FINALIZERS.get(propagation)
    if not propagation:
        fallback = _FINALIZERS.get(_DEFAULTS.get(kind, ""))
        policy = next((each for each in given if each in (ORPHAN, FOREGROUND)), fallback)
    others = [each for each in given if each not in (ORPHAN, FOREGROUND)]
    return [*others, policy] if policy else others


def _grace(pod: Json, asked: int | None) -> int:
    """Models pkg/registry/core/pod/strategy.go CheckGracefulDelete."""
    if not pod["spec"].get("nodeName") or pod["status"].get("phase") in ("Succeeded", "Failed"):
        return 0
    return int(pod["spec"]["terminationGracePeriodSeconds"]) if asked is None else asked
