"""What an EndpointSlice says of a Service and its Pods. Models staging/src/k8s.io/endpointslice/utils.go."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.controllers.availability import is_ready
from simulator.history import Json
from simulator.objects import SERVICE_NAME

MANAGER = "endpointslice-controller.k8s.io"
MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
HEADLESS = "service.kubernetes.io/headless"
ZONE = "topology.kubernetes.io/zone"
_RESERVED = (SERVICE_NAME, MANAGED_BY, HEADLESS)


def slice_labels(service: Json) -> Json:
    """Those of the Service, but for the ones that a slice has by itself (setEndpointSliceLabels)."""
    given = service["metadata"].get("labels") or {}
    labels = {key: value for key, value in given.items() if key not in _RESERVED}
    labels |= {MANAGED_BY: MANAGER, SERVICE_NAME: service["metadata"]["name"]}
    return labels | ({HEADLESS: ""} if service["spec"].get("clusterIP") == "None" else {})


def is_listed(pod: Json) -> bool:
    """Whether the Pod has a place in the slice (ShouldPodBeInEndpoints)."""
    return bool(pod["status"].get("podIP")) and pod["status"].get("phase") not in ("Succeeded", "Failed")


def endpoint(service: Json, pod: Json, node: Json | None) -> Json:
    """Models podToEndpoint."""
    meta, spec = pod["metadata"], pod["spec"]
    serving = is_ready(pod)
    terminating = "deletionTimestamp" in meta
    ready = (serving and not terminating) or bool(service["spec"].get("publishNotReadyAddresses"))
    named = spec.get("hostname") and spec.get("subdomain") == service["metadata"]["name"]
    zone = (node["metadata"].get("labels") or {}).get(ZONE) if node is not None else None
    return {
        "addresses": [pod["status"]["podIP"]],
        "conditions": {"ready": ready, "serving": serving, "terminating": terminating},
        **({"hostname": spec["hostname"]} if named else {}),
        "targetRef": {"kind": "Pod", "namespace": meta["namespace"], "name": meta["name"], "uid": meta["uid"]},
        "nodeName": spec["nodeName"],
        **({"zone": zone} if zone else {}),
    }


def planned(known: Sequence[Json], groups: Sequence[Json]) -> tuple[list[tuple[Json | None, Json]], list[Json]]:
    """(What each slice is to tell, None being a new one; slices that are of no use any more).

    A slice keeps its ports; for other ones a slice is taken that would be deleted. Models reconcileByAddressType and
    finalize of reconciler.go.
    """
    left, fresh = list(known), []
    plan: list[tuple[Json | None, Json]] = []
    for said in groups:
        slice_ = next((each for each in left if each["ports"] == said["ports"]), None)
        if slice_ is None:
            fresh.append(said)
        else:
            left.remove(slice_)
            plan.append((slice_, {**said, "endpoints": _in_order(said["endpoints"], slice_["endpoints"])}))
    plan += [(left.pop(0) if left else None, said) for said in fresh]
    return plan, left


def _in_order(endpoints: list[Json] | None, known: list[Json] | None) -> list[Json] | None:
    """Those that were there keep their order, new ones come after them (reconcileByPortMapping)."""
    places = {_identity(each): place for place, each in enumerate(known or ())}
    return endpoints and sorted(endpoints, key=lambda each: places.get(_identity(each), len(places)))


def _identity(each: Json) -> tuple[str, str, str]:
    return each["addresses"][0], each.get("hostname", ""), each["targetRef"]["uid"]


def endpoint_ports(service: Json, pod: Json) -> list[Json] | None:
    """Ports that the Pod does not name are left out (getEndpointPorts)."""
    found = []
    for port in service["spec"].get("ports", ()):
        number = _find_port(port, pod)
        if number is not None:
            entry = {"name": port.get("name", ""), "protocol": port.get("protocol", "TCP"), "port": number}
            found.append(entry | ({"appProtocol": port["appProtocol"]} if "appProtocol" in port else {}))
    return found or None


def _find_port(port: Json, pod: Json) -> int | None:
    """Models FindPort: a name is looked for in the containers, and then in the sidecars."""
    target = port.get("targetPort", port["port"])
    if not isinstance(target, str):
        return int(port.get("targetPort") or port["port"])
    sidecars = (c for c in pod["spec"].get("initContainers") or () if c.get("restartPolicy") == "Always")
    wanted = target, port.get("protocol", "TCP")
    for container in (*pod["spec"]["containers"], *sidecars):
        for each in container.get("ports") or ():
            if (each.get("name"), each.get("protocol", "TCP")) == wanted:
                return int(each["containerPort"])
    return None
