"""Mirrors: the copies of static Pods that the API shows. Models pkg/kubelet/pod/mirror_client.go."""

from __future__ import annotations

from simulator.apiserver.admission import is_terminating
from simulator.apiserver.topology_labels import with_topology_labels
from simulator.calendar import Calendar
from simulator.engine import Engine
from simulator.history import Json
from simulator.kubelet.static_manifests import HASH
from simulator.objects import MIRROR, prioritize, qos_class
from simulator.store import Store


class MirrorClient:
    """The copies of static Pods that the API shows."""

    def __init__(self, engine: Engine, store: Store, calendar: Calendar) -> None:
        self._engine = engine
        self._store = store
        self._calendar = calendar

    def create(self, pod: Json) -> None:
        """Make the mirror unless it is there."""
        meta = pod["metadata"]
        if self._store.get("pods", meta["namespace"], meta["name"]) is not None:
            return
        if self._is_closed(meta["namespace"]):
            return  # the static Pod runs all the same
        node = self._store.get("nodes", "", pod["spec"]["nodeName"])
        assert node is not None
        owner = {"apiVersion": "v1", "kind": "Node", "name": node["metadata"]["name"], "uid": node["metadata"]["uid"]}
        mirror = {
            "name": meta["name"],
            "namespace": meta["namespace"],
            "uid": self._store.new_uid(),
            "resourceVersion": "",
            "generation": 1,
            "creationTimestamp": self._calendar.second(self._engine.now),
        }
        if meta.get("labels"):
            mirror["labels"] = meta["labels"]
        mirror = with_topology_labels(mirror, pod["spec"]["nodeName"], self._store)
        mirror["annotations"] = meta["annotations"] | {MIRROR: meta["annotations"][HASH]}
        mirror["ownerReferences"] = [owner | {"controller": True}]
        spec = dict(pod["spec"])
        if prioritize(spec, list(self._store.list("priorityclasses"))):
            return
        status = {"phase": "Pending", "qosClass": qos_class(pod)}
        cause = self._engine.cause
        self._store.create(
            "pods", {"kind": "Pod", "apiVersion": "v1", "metadata": mirror, "spec": spec, "status": status}
        )
        self._engine.cause = cause

    def _is_closed(self, namespace: str) -> bool:
        """Whether the API server takes nothing new there."""
        found = self._store.get("namespaces", "", namespace)
        return found is None or is_terminating(self._store, namespace)

    def delete(self, pod: Json) -> None:
        """At once, with no grace; one more version, then none. The API server does so with every Pod."""
        now = self._calendar.second(self._engine.now)
        meta = pod["metadata"]
        generation = meta["generation"] + ("deletionTimestamp" not in meta)
        ending = {"deletionTimestamp": now, "deletionGracePeriodSeconds": 0, "generation": generation}
        last = self._store.update("pods", {**pod, "metadata": {**meta, **ending}})
        self._store.delete("pods", last)


def mirrored_uid(pod: Json) -> str | None:
    """The UID of the static Pod that this is the mirror of, if it is one."""
    uid = pod["metadata"].get("annotations", {}).get(MIRROR)
    return None if uid is None else str(uid)
