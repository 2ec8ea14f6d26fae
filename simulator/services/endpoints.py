"""Endpoints, the older form of EndpointSlices: worked out from them when they are asked for.

Models pkg/controller/endpoint/endpoints_controller.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.history import Json
from simulator.services.kube_proxy import SERVICE_NAME
from simulator.store import Store

KIND = "endpoints"
_OF_THE_SLICE = ("uid", "resourceVersion", "creationTimestamp", "annotations")


def listed(store: Store, kind: str, namespace: str | None) -> list[Json]:
    """The objects of any kind, None for all namespaces."""
    return list(store.list(kind, namespace) if kind != KIND else _endpoints(store, namespace))


def _endpoints(store: Store, namespace: str | None) -> Iterator[Json]:
    slices: dict[tuple[str, str], list[Json]] = {}
    for slice_ in store.list("endpointslices", namespace):
        meta = slice_["metadata"]
        slices.setdefault((meta["namespace"], meta.get("labels", {}).get(SERVICE_NAME, "")), []).append(slice_)
    for key, mine in slices.items():
        service = store.get("services", *key)
        if service is not None:
            yield _object(service, mine)


def _object(service: Json, slices: list[Json]) -> Json:
    named, spec = service["metadata"], service["spec"]
    labels = {**named.get("labels", {}), "endpoints.kubernetes.io/managed-by": "endpoint-controller"}
    labels |= {"service.kubernetes.io/headless": ""} if spec.get("clusterIP") == "None" else {}
    meta = {"name": named["name"], "namespace": named["namespace"], "labels": labels}
    first = slices[0]["metadata"]
    meta |= {key: first[key] for key in _OF_THE_SLICE if key in first}
    subsets = [found for each in slices if (found := _subset(spec, each))]
    return {"kind": "Endpoints", "apiVersion": "v1", "metadata": meta, **({"subsets": subsets} if subsets else {})}


def _subset(spec: Json, slice_: Json) -> Json:
    """What one slice tells; nothing if nobody of it can be reached.

    A Pod that ends is left out, unless its Service wants its address all the same (ShouldPodBeInEndpoints).
    """
    endpoints = [
        each
        for each in slice_.get("endpoints") or ()
        if not each["conditions"]["terminating"] or spec.get("publishNotReadyAddresses")
    ]
    groups = {
        "addresses": [_address(each) for each in endpoints if each["conditions"]["ready"]],
        "notReadyAddresses": [_address(each) for each in endpoints if not each["conditions"]["ready"]],
    }
    subset: Json = {key: addresses for key, addresses in groups.items() if addresses}
    if subset and slice_.get("ports"):
        subset["ports"] = [{key: value for key, value in port.items() if value} for port in slice_["ports"]]
    return subset if slice_.get("ports") or not spec.get("ports") else {}


def _address(endpoint: Json) -> Json:
    address = {"ip": endpoint["addresses"][0], "nodeName": endpoint.get("nodeName", "")}
    return address | {key: endpoint[key] for key in ("hostname", "targetRef") if key in endpoint}
