"""Descriptions of Services, ConfigMaps, Secrets and Namespaces. Models kubectl pkg/describe/describe.go."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence

from simulator.history import Json
from simulator.kubectl.describe.quotas import write_limits, write_quotas
from simulator.kubectl.describe.writer import Writer, write_annotations, write_events, write_labels
from simulator.kubectl.duration import rfc1123z
from simulator.kubectl.selectors import format_labels
from simulator.objects import SERVICE_NAME

Related = Callable[[str, bool], list[Json]]
_MAX_ENDPOINTS = 3


def _head(obj: Json) -> Writer:
    meta, writer = obj["metadata"], Writer()
    writer.field(0, "Name", meta["name"])
    if "namespace" in meta:
        writer.field(0, "Namespace", meta["namespace"])
    write_labels(writer, "Labels", meta.get("labels"))
    write_annotations(writer, "Annotations", meta.get("annotations"))
    return writer


def describe_service(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describeService."""
    spec, writer = obj["spec"], _head(obj)
    writer.field(0, "Selector", format_labels(spec.get("selector")))
    writer.field(0, "Type", spec.get("type", ""))
    if spec.get("ipFamilyPolicy"):
        writer.field(0, "IP Family Policy", spec["ipFamilyPolicy"])
    writer.field(0, "IP Families", ",".join(spec.get("ipFamilies") or []) or "<none>")
    writer.field(0, "IP", spec.get("clusterIP", ""))
    writer.field(0, "IPs", ",".join(spec.get("clusterIPs") or []) or "<none>")
    _given(writer, spec, _ADDRESSES)
    slices = [
        s
        for s in related("endpointslices", False)
        if (s["metadata"].get("labels") or {}).get(SERVICE_NAME) == obj["metadata"]["name"]
    ]
    for port in spec.get("ports") or []:
        _port(writer, port, slices)
    writer.field(0, "Session Affinity", spec.get("sessionAffinity", "None"))
    _given(writer, spec, _POLICIES)
    write_events(writer, events, now)
    return writer.text()


_ADDRESSES = (
    ("External IPs", "externalIPs"),
    ("Desired LoadBalancer IP", "loadBalancerIP"),
    ("External Name", "externalName"),
)
_POLICIES = (
    ("External Traffic Policy", "externalTrafficPolicy"),
    ("Internal Traffic Policy", "internalTrafficPolicy"),
    ("HealthCheck NodePort", "healthCheckNodePort"),
    ("LoadBalancer Source Ranges", "loadBalancerSourceRanges"),
    ("Traffic Distribution", "trafficDistribution"),
)


def _given(writer: Writer, spec: Json, fields: Sequence[tuple[str, str]]) -> None:
    """Those fields that somebody has set."""
    for title, key in fields:
        if value := spec.get(key):
            writer.field(0, title, ",".join(value) if isinstance(value, list) else value)


def _port(writer: Writer, port: Json, slices: Sequence[Json]) -> None:
    name, protocol = port.get("name") or "<unset>", port.get("protocol", "TCP")
    writer.field(0, "Port", f"{name}\t{port['port']}/{protocol}")
    writer.field(0, "TargetPort", f"{port.get('targetPort', port['port'])}/{protocol}")
    if port.get("nodePort"):
        writer.field(0, "NodePort", f"{name}\t{port['nodePort']}/{protocol}")
    writer.field(0, "Endpoints", ready_endpoints(slices, port.get("name", "")))


def ready_endpoints(slices: Sequence[Json], port_name: str) -> str:
    """Models formatEndpointSlices: ready ones only, three at most."""
    if not slices:
        return "<none>"
    found: list[str] = []
    more = False
    for address, ready in (pair for each in slices for pair in _addresses(each, port_name)):
        more = more or len(found) == _MAX_ENDPOINTS  # one that is not ready tells of more too
        found += [address] if ready else []
    rest = f" + {len(found) - _MAX_ENDPOINTS} more..." if more else ""
    return ",".join(found[:_MAX_ENDPOINTS]) + rest


def _addresses(endpoint_slice: Json, port_name: str) -> Iterator[tuple[str, bool]]:
    """Where a slice leads to for a port, and whether somebody is ready there; a slice may have no ports at all."""
    ports = endpoint_slice.get("ports")
    meant = [f":{port['port']}" for port in ports if port.get("name", "") == port_name] if ports else [""]
    for end in meant:
        for endpoint in endpoint_slice.get("endpoints") or []:
            address = endpoint["addresses"][0]
            host = f"[{address}]" if end and ":" in address else address
            yield host + end, (endpoint.get("conditions") or {}).get("ready") is not False


def describe_config_map(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models ConfigMapDescriber."""
    writer = _head(obj)
    for text in ("", "Data", "===="):
        writer.line(0, text)
    for key, value in sorted((obj.get("data") or {}).items()):
        for text in (f"{key}:", "----", value, ""):
            writer.line(0, text)
    for text in ("", "BinaryData", "===="):
        writer.line(0, text)
    for key, value in sorted((obj.get("binaryData") or {}).items()):
        writer.line(0, f"{key}: {len(b64decode(value))} bytes")
    writer.line(0, "")
    write_events(writer, events, now)
    return writer.text()


def describe_secret(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Sizes, not values. Models describeSecret."""
    writer = _head(obj)
    writer.line(0, "")
    writer.field(0, "Type", obj.get("type", "Opaque"))
    for text in ("", "Data", "===="):
        writer.line(0, text)
    for key, value in sorted((obj.get("data") or {}).items()):
        writer.field(0, key, f"{len(b64decode(value))} bytes")
    return writer.text()


def describe_namespace(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describeNamespace."""
    writer, status, name = _head(obj), obj.get("status", {}), obj["metadata"]["name"]
    writer.field(0, "Status", status.get("phase", ""))
    if status.get("conditions"):
        writer.line(0, "Conditions:")
        writer.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage")
        writer.line(1, "----\t------\t------------------\t------\t-------")
    for each in status.get("conditions") or ():
        since = rfc1123z(each.get("lastTransitionTime"))
        writer.line(1, f"{each['type']}\t{each['status']}\t{since}\t{each['reason']}\t{each['message']}")
    writer.line(0, "")
    write_quotas(writer, [q for q in related("resourcequotas", True) if q["metadata"]["namespace"] == name])
    writer.line(0, "")
    write_limits(writer, [r for r in related("limitranges", True) if r["metadata"]["namespace"] == name])
    return writer.text()
