"""Objects that nobody keeps: they are worked out when somebody asks for them.

Endpoints come from EndpointSlices; a node's Lease from how often its kubelet renews it. Models what
pkg/kubelet/util/nodelease.go and component-helpers apimachinery/lease/controller.go write into it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from simulator.calendar import Calendar
from simulator.engine import Engine
from simulator.history import Json
from simulator.kubelet import KubeletService
from simulator.services import endpoints
from simulator.store import Store, key_of

LEASES = "leases"
UNKEPT = frozenset((LEASES, endpoints.KIND))  # a change of one of these is lost, as if it was put right at once
NAMESPACE = "kube-node-lease"
DURATION_SECONDS = 40  # nodeLeaseDurationSeconds


class Objects:
    """All objects of a cluster, kept or not. `kubelets` are by node."""

    def __init__(
        self, engine: Engine, store: Store, calendar: Calendar, kubelets: Mapping[str, KubeletService]
    ) -> None:
        self._engine = engine
        self._store = store
        self._calendar = calendar
        self._kubelets = kubelets
        self._renewals: Counter[tuple[str, str, str]] = Counter()  # by kind, namespace and name

    def find(self, kind: str, namespace: str, name: str) -> Json | None:
        """The object of that name, of any kind."""
        if kind not in UNKEPT:
            return self._store.get(kind, namespace, name)
        return next((each for each in self.listed(kind, namespace) if each["metadata"]["name"] == name), None)

    def listed(self, kind: str, namespace: str | None) -> list[Json]:
        """The objects of any kind, None for all namespaces."""
        if kind == LEASES:
            nodes = self._store.list("nodes") if namespace in (None, NAMESPACE) else ()
            found = [self._lease(node) for node in nodes if node["metadata"]["name"] in self._kubelets]
        else:
            found = endpoints.listed(self._store, kind, namespace)
        return [self._as_renewed(kind, each) for each in found] if kind in UNKEPT else found

    def renew(self, kind: str, obj: Json) -> None:
        """Somebody has deleted it: another takes its place at once."""
        self._renewals[kind, *key_of(obj)] += 1

    def _as_renewed(self, kind: str, obj: Json) -> Json:
        times = self._renewals[kind, *key_of(obj)]
        meta = obj["metadata"]
        return {**obj, "metadata": {**meta, "uid": _uid(f"{meta['uid']} {times}")}} if times else obj

    def _lease(self, node: Json) -> Json:
        meta = node["metadata"]
        renewed = self._kubelets[meta["name"]].lease.renewed_at(self._engine.now)
        return {
            "kind": "Lease",
            "apiVersion": "coordination.k8s.io/v1",
            "metadata": {
                "name": meta["name"],
                "namespace": NAMESPACE,
                "uid": _uid(f"lease {meta['uid']}"),
                "resourceVersion": meta["resourceVersion"],
                "creationTimestamp": meta["creationTimestamp"],
                "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": meta["name"], "uid": meta["uid"]}],
            },
            "spec": {
                "holderIdentity": meta["name"],
                "leaseDurationSeconds": DURATION_SECONDS,
                "renewTime": self._calendar.micro(renewed),
            },
        }


def _uid(seed: str) -> str:
    return str(UUID(hashlib.md5(seed.encode(), usedforsecurity=False).hexdigest(), version=4))
