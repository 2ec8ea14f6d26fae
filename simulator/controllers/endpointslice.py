"""Which Pods a Service sends traffic to.

Models pkg/controller/endpointslice and staging/src/k8s.io/endpointslice/reconciler.go; a slice is never full.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from simulator.calendar import Calendar
from simulator.controllers.availability import is_ready
from simulator.controllers.client import CALL_MS
from simulator.controllers.endpointslice_utils import (
    MANAGED_BY,
    MANAGER,
    endpoint,
    endpoint_ports,
    is_listed,
    planned,
    slice_labels,
)
from simulator.controllers.ownership import owner_reference
from simulator.controllers.trigger_time_tracker import TriggerTimeTracker, with_annotation
from simulator.controllers.workqueue import WorkQueue
from simulator.engine import Engine
from simulator.history import Json
from simulator.objects import SERVICE_NAME, generate_name
from simulator.store import Change, Store, key_of


class EndpointSliceController:
    """Keeps the EndpointSlices of Services with a selector: one, or one for each set of ports that Pods have."""

    def __init__(self, engine: Engine, store: Store, calendar: Calendar, random: Random) -> None:
        self._engine = engine
        self._store = store
        self._calendar = calendar
        self._random = random
        self._tracker = TriggerTimeTracker()
        self._writing = False
        self._queue = WorkQueue(engine, self._sync)
        store.watch("services", self._on_service)
        store.watch("pods", self._on_pod)
        store.watch("endpointslices", self._on_slice)

    def _on_service(self, change: Change) -> None:
        meta = change.object["metadata"]
        if change.verb == "DELETED":
            self._tracker.forget(change.object)
            for slice_ in self._slices(meta["namespace"], meta["name"]):
                self._store.delete("endpointslices", slice_)
        else:
            self._queue.add(meta["namespace"], meta["name"])

    def _on_pod(self, change: Change) -> None:
        if not _matters(change):
            return
        meta = change.object["metadata"]
        for service in self._store.list("services", meta["namespace"]):
            versions = (change.object, change.old)
            if any(version is not None and _selects(service, version) for version in versions):
                self._queue.add(meta["namespace"], service["metadata"]["name"])

    def _on_slice(self, change: Change) -> None:
        """What somebody else does to a slice is put right (onEndpointSliceUpdate, onEndpointSliceDelete)."""
        meta = change.object["metadata"]
        labels = meta.get("labels") or {}
        if not self._writing and change.verb != "ADDED" and labels.get(MANAGED_BY) == MANAGER:
            self._queue.add(meta["namespace"], labels.get(SERVICE_NAME, ""))

    def _slices(self, namespace: str, service: str) -> list[Json]:
        wanted = {SERVICE_NAME: service, MANAGED_BY: MANAGER}.items()
        return [s for s in self._store.list("endpointslices", namespace) if wanted <= s["metadata"]["labels"].items()]

    def _sync(self, namespace: str, name: str) -> Iterator[int]:
        """The slices tell of the Pods as they were when the sync began."""
        service = self._store.get("services", namespace, name)
        if service is None or service["spec"].get("type") == "ExternalName" or not service["spec"].get("selector"):
            return
        selected = [pod for pod in self._store.list("pods", namespace) if _selects(service, pod)]
        trigger = self._tracker.compute(service, selected)
        groups = self._groups(service, filter(is_listed, selected))
        plan, unused = planned(self._slices(namespace, name), groups)
        for current, said in plan:
            if current is None or _said(current) != (slice_labels(service), said):
                yield CALL_MS
                self._write(service, current, said, trigger)
        for slice_ in unused:
            yield CALL_MS
            self._remove(slice_)

    def _groups(self, service: Json, pods: Iterable[Json]) -> list[Json]:
        """What there is to tell: the endpoints by their ports."""
        groups: dict[str, Json] = {}
        for pod in pods:
            ports = endpoint_ports(service, pod)
            group = groups.setdefault(str(ports), {"endpoints": [], "ports": ports})
            group["endpoints"].append(endpoint(service, pod, self._store.get("nodes", "", pod["spec"]["nodeName"])))
        return list(groups.values()) or [{"endpoints": None, "ports": None}]

    def _write(self, service: Json, current: Json | None, said: Json, trigger: str | None) -> None:
        self._writing = True
        if current is None:
            if self._store.get("services", *key_of(service)) is not None:
                self._store.create("endpointslices", self._new(service, trigger) | said)
        elif (current := self._store.get("endpointslices", *key_of(current))) is not None:
            generation = current["metadata"]["generation"] + 1
            meta = {**current["metadata"], "generation": generation, "labels": slice_labels(service)}
            self._store.update("endpointslices", {**current, "metadata": with_annotation(meta, trigger), **said})
        self._writing = False

    def _remove(self, slice_: Json) -> None:
        if (known := self._store.get("endpointslices", *key_of(slice_))) is not None:
            self._writing = True
            self._store.delete("endpointslices", known)
            self._writing = False

    def _new(self, service: Json, trigger: str | None) -> Json:
        meta = service["metadata"]
        made = {
            "name": generate_name(f"{meta['name']}-", self._random),
            "generateName": f"{meta['name']}-",
            "namespace": meta["namespace"],
            "uid": self._store.new_uid(),
            "generation": 1,
            "creationTimestamp": self._calendar.second(self._engine.now),
            "labels": slice_labels(service),
            "ownerReferences": [owner_reference(service)],
        }
        return {
            "kind": "EndpointSlice",
            "apiVersion": "discovery.k8s.io/v1",
            "metadata": with_annotation(made, trigger),
            "addressType": "IPv4",
        }


def _said(slice_: Json) -> tuple[Json, Json]:
    """Its labels, and what it tells."""
    return slice_["metadata"]["labels"], {"endpoints": slice_["endpoints"], "ports": slice_["ports"]}


def _matters(change: Change) -> bool:
    """Whether a change of a Pod is looked at; that one which was not ready comes to its end is not.

    Models podEndpointsChanged. A Pod that is being deleted always counts: two copies of the time are told apart.
    """
    new, old = change.object, change.old
    if change.verb == "DELETED" or old is None or "deletionTimestamp" in new["metadata"]:
        return True
    return _traits(new) != _traits(old)


def _traits(pod: Json) -> tuple[Json | None, bool, Json | None]:
    return pod["metadata"].get("labels"), is_ready(pod), pod["status"].get("podIPs")


def _selects(service: Json, pod: Json) -> bool:
    selector = service["spec"].get("selector") or {}
    labels = pod["metadata"].get("labels") or {}
    return bool(selector) and all(labels.get(key) == value for key, value in selector.items())
