"""Which Pods a Service sends traffic to.

Models pkg/controller/endpointslice and staging/src/k8s.io/endpointslice/utils.go; one slice a Service.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from simulator.calendar import Calendar
from simulator.controllers.availability import is_ready
from simulator.controllers.client import CALL_MS
from simulator.controllers.workqueue import WorkQueue
from simulator.engine import Engine
from simulator.history import Json
from simulator.objects import SERVICE_NAME, generate_name
from simulator.store import Change, Store, key_of

MANAGER = "endpointslice-controller.k8s.io"


class EndpointSliceController:
    """Keeps one EndpointSlice a Service with a selector."""

    def __init__(self, engine: Engine, store: Store, calendar: Calendar, random: Random) -> None:
        self._engine = engine
        self._store = store
        self._calendar = calendar
        self._random = random
        self._queue = WorkQueue(engine, self._sync)
        store.watch("services", self._on_service)
        store.watch("pods", self._on_pod)

    def _on_service(self, change: Change) -> None:
        meta = change.object["metadata"]
        if change.verb == "DELETED":
            slice_ = self._slice(meta["namespace"], meta["name"])
            if slice_ is not None:
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

    def _slice(self, namespace: str, service: str) -> Json | None:
        for slice_ in self._store.list("endpointslices", namespace):
            if slice_["metadata"]["labels"].get(SERVICE_NAME) == service:
                return slice_
        return None

    def _sync(self, namespace: str, name: str) -> Iterator[int]:
        """The slice tells of the Pods as they were when the sync began."""
        service = self._store.get("services", namespace, name)
        if service is None or not service["spec"].get("selector"):
            return
        pods = [p for p in self._store.list("pods", namespace) if _selects(service, p) and _listed(p)]
        endpoints = [_endpoint(service, pod) for pod in pods] or None
        ports = [_port(port, pods[0]) for port in service["spec"].get("ports", ())] if pods else None
        current = self._slice(namespace, name)
        if current is None or (current["endpoints"], current["ports"]) != (endpoints, ports):
            yield CALL_MS
            self._write(service, endpoints, ports)

    def _write(self, service: Json, endpoints: list[Json] | None, ports: list[Json] | None) -> None:
        namespace, name = key_of(service)
        current = self._slice(namespace, name)
        if current is not None:
            meta = {**current["metadata"], "generation": current["metadata"]["generation"] + 1}
            self._store.update("endpointslices", {**current, "metadata": meta, "endpoints": endpoints, "ports": ports})
        elif self._store.get("services", namespace, name) is not None:
            self._store.create("endpointslices", self._new(service, endpoints, ports))

    def _new(self, service: Json, endpoints: list[Json] | None, ports: list[Json] | None) -> Json:
        meta = service["metadata"]
        owner = {"apiVersion": "v1", "kind": "Service", "name": meta["name"], "uid": meta["uid"]}
        return {
            "kind": "EndpointSlice",
            "apiVersion": "discovery.k8s.io/v1",
            "metadata": {
                "name": generate_name(f"{meta['name']}-", self._random),
                "generateName": f"{meta['name']}-",
                "namespace": meta["namespace"],
                "uid": self._store.new_uid(),
                "generation": 1,
                "creationTimestamp": self._calendar.second(self._engine.now),
                "labels": _labels(service),
                "ownerReferences": [owner | {"controller": True, "blockOwnerDeletion": True}],
            },
            "addressType": "IPv4",
            "endpoints": endpoints,
            "ports": ports,
        }


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


def _labels(service: Json) -> Json:
    """Models setEndpointSliceLabels."""
    labels = {**service["metadata"].get("labels", {}), "endpointslice.kubernetes.io/managed-by": MANAGER}
    labels[SERVICE_NAME] = service["metadata"]["name"]
    return labels | ({"service.kubernetes.io/headless": ""} if service["spec"].get("clusterIP") == "None" else {})


def _selects(service: Json, pod: Json) -> bool:
    selector = service["spec"].get("selector") or {}
    labels = pod["metadata"].get("labels") or {}
    return bool(selector) and all(labels.get(key) == value for key, value in selector.items())


def _listed(pod: Json) -> bool:
    return bool(pod["status"].get("podIP")) and pod["status"].get("phase") not in ("Succeeded", "Failed")


def _endpoint(service: Json, pod: Json) -> Json:
    meta = pod["metadata"]
    serving = is_ready(pod)
    terminating = "deletionTimestamp" in meta
    ready = (serving and not terminating) or bool(service["spec"].get("publishNotReadyAddresses"))
    spec = pod["spec"]
    named = spec.get("hostname") and spec.get("subdomain") == service["metadata"]["name"]
    return {
        "addresses": [pod["status"]["podIP"]],
        "conditions": {"ready": ready, "serving": serving, "terminating": terminating},
        **({"hostname": spec["hostname"]} if named else {}),
        "targetRef": {"kind": "Pod", "namespace": meta["namespace"], "name": meta["name"], "uid": meta["uid"]},
        "nodeName": pod["spec"]["nodeName"],
    }


def _port(port: Json, pod: Json) -> Json:
    target = port.get("targetPort", port["port"])
    if isinstance(target, str):
        named = (
            p["containerPort"] for c in pod["spec"]["containers"] for p in c.get("ports", ()) if p.get("name") == target
        )
        target = next(named, port["port"])
    return {"name": port.get("name", ""), "protocol": port.get("protocol", "TCP"), "port": target}
