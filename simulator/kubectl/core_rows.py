"""Cells of Services, Endpoints, Nodes, Namespaces and the kinds that hold data."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.history import Json
from simulator.kubectl.duration import since
from simulator.kubectl.pods import NONE, condition
from simulator.kubectl.selectors import format_labels

Cells = tuple[object, ...]

_LOAD_BALANCER_WIDTH = 16
_SHOWN_ADDRESSES = 3


def service_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printService."""
    spec = obj.get("spec", {})
    addresses = spec.get("clusterIPs") or []
    cells = (_name(obj), spec.get("type", ""), addresses[0] if addresses else NONE, _external_ip(obj))
    return (*cells, service_ports(spec.get("ports") or []) or NONE, _age(obj, now), format_labels(spec.get("selector")))


def service_ports(ports: Sequence[Json]) -> str:
    """`80/TCP,443:30443/TCP`. Models printers.go makePortString."""
    return ",".join(
        f"{port['port']}:{port['nodePort']}/{port['protocol']}"
        if port.get("nodePort")
        else f"{port['port']}/{port['protocol']}"
        for port in ports
    )


def _external_ip(obj: Json) -> str:
    spec = obj.get("spec", {})
    given = spec.get("externalIPs") or []
    match spec.get("type"):
        case "ClusterIP" | "NodePort":
            return ",".join(given) or NONE
        case "LoadBalancer":
            ingress = obj.get("status", {}).get("loadBalancer", {}).get("ingress") or []
            text = ",".join(sorted({i.get("ip") or i.get("hostname", "") for i in ingress} - {""}))
            if len(text) > _LOAD_BALANCER_WIDTH:
                text = text[: _LOAD_BALANCER_WIDTH - 3] + "..."
            return ",".join([*([text] if text else []), *given]) or "<pending>"
        case "ExternalName":
            return str(spec.get("externalName", ""))
        case _:
            return "<unknown>"


def endpoints_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printEndpoints."""
    found: list[str] = []
    for subset in obj.get("subsets") or []:
        addresses = [address["ip"] for address in subset.get("addresses") or []]
        ports = [f":{port['port']}" for port in subset.get("ports") or []] or [""]
        found += [address + port for port in ports for address in addresses]
    return (_name(obj), _first_few(found, "" if obj.get("subsets") else NONE), _age(obj, now))


def endpoint_slice_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printEndpointSlice."""
    ports = [str(port.get("port") or port.get("name") or "*") for port in obj.get("ports") or []]
    addresses = [address for endpoint in obj.get("endpoints") or [] for address in endpoint["addresses"]]
    return (
        _name(obj),
        obj.get("addressType", ""),
        _first_few(ports, "<unset>"),
        _first_few(addresses, "<unset>"),
        _age(obj, now),
    )


def _first_few(items: Sequence[str], empty: str) -> str:
    text = ",".join(items[:_SHOWN_ADDRESSES])
    if len(items) > _SHOWN_ADDRESSES:
        return f"{text} + {len(items) - _SHOWN_ADDRESSES} more..."
    return text or empty


def node_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printNode."""
    status = obj.get("status", {})
    info = status.get("nodeInfo", {})
    return (
        _name(obj),
        _node_status(obj),
        node_roles(obj) or NONE,
        _age(obj, now),
        info.get("kubeletVersion", ""),
        _address(status, "InternalIP"),
        _address(status, "ExternalIP"),
        info.get("osImage") or "<unknown>",
        info.get("kernelVersion") or "<unknown>",
        info.get("containerRuntimeVersion") or "<unknown>",
    )


def _node_status(obj: Json) -> str:
    ready = condition(obj.get("status", {}), "Ready")
    status = ready["status"] if ready else "none"
    word = {"none": "Unknown", "True": "Ready"}.get(status, "NotReady")
    return word + (",SchedulingDisabled" if obj.get("spec", {}).get("unschedulable") else "")


def node_roles(obj: Json) -> str:
    """The roles that a Node's labels give it. Models printers.go findNodeRoles."""
    roles = set()
    for key, value in (obj["metadata"].get("labels") or {}).items():
        if key.startswith("node-role.kubernetes.io/"):
            roles.add(key.removeprefix("node-role.kubernetes.io/"))
        elif key == "kubernetes.io/role":
            roles.add(value)
    return ",".join(sorted(roles - {""}))


def _address(status: Json, kind: str) -> str:
    found = [a["address"] for a in status.get("addresses") or [] if a["type"] == kind]
    return str(found[0]) if found else NONE


def namespace_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printNamespace."""
    return (_name(obj), obj.get("status", {}).get("phase", ""), _age(obj, now))


def config_map_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printConfigMap."""
    return (_name(obj), len(obj.get("data") or {}) + len(obj.get("binaryData") or {}), _age(obj, now))


def secret_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printSecret."""
    return (_name(obj), obj.get("type", ""), len(obj.get("data") or {}), _age(obj, now))


_ACCESS_MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}


def access_modes(modes: Sequence[str] | None) -> str:
    """Their short names, in one order and each once. Models kubectl pkg/util/storage GetAccessModesAsString."""
    return ",".join(short for mode, short in _ACCESS_MODES.items() if mode in (modes or ()))


def claim_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printPersistentVolumeClaim."""
    spec, status = obj.get("spec", {}), obj.get("status", {})
    phase = "Terminating" if obj["metadata"].get("deletionTimestamp") else status.get("phase", "")
    capacity = modes = ""
    if spec.get("volumeName"):
        capacity = status.get("capacity", {}).get("storage", "0")
        modes = access_modes(status.get("accessModes"))
    return (
        _name(obj),
        phase,
        spec.get("volumeName", ""),
        capacity,
        modes,
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName") or "<unset>",
        _age(obj, now),
        spec.get("volumeMode") or "<unset>",
    )


def volume_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printPersistentVolume."""
    spec, status = obj["spec"], obj.get("status", {})
    claim = spec.get("claimRef") or {}
    return (
        _name(obj),
        (spec.get("capacity") or {}).get("storage", "0"),
        access_modes(spec.get("accessModes")),
        spec.get("persistentVolumeReclaimPolicy", ""),
        "Terminating" if obj["metadata"].get("deletionTimestamp") else status.get("phase", ""),
        f"{claim['namespace']}/{claim['name']}" if claim else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName") or "<unset>",
        status.get("reason", ""),
        _age(obj, now),
        spec.get("volumeMode") or "<unset>",
    )


def quota_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printResourceQuota."""
    status = obj.get("status", {})
    used = status.get("used") or {}
    shown = {name: f"{name}: {used.get(name, '0')}/{hard}" for name, hard in sorted((status.get("hard") or {}).items())}
    requests = ", ".join(text for name, text in shown.items() if not name.startswith("limits."))
    return (_name(obj), requests, ", ".join(t for n, t in shown.items() if n.startswith("limits.")), _age(obj, now))


def storage_class_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printStorageClass."""
    annotations = obj["metadata"].get("annotations") or {}
    is_default = annotations.get("storageclass.kubernetes.io/is-default-class") == "true"
    return (
        f"{_name(obj)} (default)" if is_default else _name(obj),
        obj.get("provisioner", ""),
        obj.get("reclaimPolicy", "Delete"),
        obj.get("volumeBindingMode", "Immediate"),
        str(bool(obj.get("allowVolumeExpansion"))).lower(),
        _age(obj, now),
    )


def priority_class_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printPriorityClass."""
    is_default = str(bool(obj.get("globalDefault"))).lower()
    return (
        _name(obj),
        obj.get("value", 0),
        is_default,
        _age(obj, now),
        obj.get("preemptionPolicy", "PreemptLowerPriority"),
    )


def lease_cells(obj: Json, now: int) -> Cells:
    """Models printers.go printLease."""
    return (_name(obj), obj.get("spec", {}).get("holderIdentity", ""), _age(obj, now))


def _name(obj: Json) -> str:
    return str(obj["metadata"]["name"])


def _age(obj: Json, now: int) -> str:
    return since(obj["metadata"].get("creationTimestamp"), now)
