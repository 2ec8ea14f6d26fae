"""The descriptions of EndpointSlices and of Endpoints. Models kubectl pkg/describe/describe.go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from simulator.history import Json
from simulator.kubectl.describe.writer import Writer, write_annotations, write_events, write_labels

Related = Callable[[str, bool], list[Json]]
_UNSET = "<unset>"


def describe_endpoint_slice(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describeEndpointSliceV1."""
    writer = _head(obj)
    writer.field(0, "AddressType", obj["addressType"])
    if obj.get("ports"):
        _ports(writer, 0, obj["ports"])
    else:
        writer.line(0, f"Ports: {_UNSET}")
    writer.line(0, "Endpoints:" if obj.get("endpoints") else "Endpoints: <none>")
    for each in obj.get("endpoints") or ():
        _endpoint(writer, each)
    write_events(writer, events, now)
    return writer.text()


def _endpoint(writer: Writer, each: Json) -> None:
    writer.field(1, "- Addresses", ", ".join(each["addresses"]) or "<none>")
    writer.line(2, "Conditions:")
    ready = each["conditions"].get("ready")
    writer.field(3, "Ready", _UNSET if ready is None else str(ready).lower())
    writer.field(2, "Hostname", each.get("hostname", _UNSET))
    if target := each.get("targetRef"):
        writer.field(2, "TargetRef", f"{target['kind']}/{target['name']}")
    writer.field(2, "NodeName", each.get("nodeName", _UNSET))
    writer.field(2, "Zone", each.get("zone", _UNSET))


def describe_endpoints(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describeEndpoints."""
    writer = _head(obj)
    writer.line(0, "Subsets:")
    for subset in obj.get("subsets") or ():
        writer.field(1, "Addresses", _ips(subset.get("addresses")))
        writer.field(1, "NotReadyAddresses", _ips(subset.get("notReadyAddresses")))
        if subset.get("ports"):
            _ports(writer, 1, subset["ports"])
        writer.line(0, "")
    write_events(writer, events, now)
    return writer.text()


def _head(obj: Json) -> Writer:
    meta, writer = obj["metadata"], Writer()
    writer.field(0, "Name", meta["name"])
    writer.field(0, "Namespace", meta["namespace"])
    write_labels(writer, "Labels", meta.get("labels"))
    write_annotations(writer, "Annotations", meta.get("annotations"))
    return writer


def _ports(writer: Writer, level: int, ports: Iterable[Json]) -> None:
    writer.line(level, "Ports:")
    writer.line(level + 1, "Name\tPort\tProtocol")
    writer.line(level + 1, "----\t----\t--------")
    for port in ports:
        writer.line(level + 1, f"{port.get('name') or _UNSET}\t{port.get('port', _UNSET)}\t{port['protocol']}")


def _ips(addresses: Iterable[Json] | None) -> str:
    return ",".join(each["ip"] for each in addresses or ()) or "<none>"
