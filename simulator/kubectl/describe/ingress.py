"""Descriptions of Ingresses and their classes. Models kubectl pkg/describe/describe.go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.history import Json
from simulator.kubectl.describe.core import ready_endpoints
from simulator.kubectl.describe.writer import Writer, write_annotations, write_events, write_labels

Related = Callable[[str, bool], list[Json]]


def describe_ingress(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describeIngressV1; nothing gives it an address."""
    meta, spec, writer = obj["metadata"], obj["spec"], Writer()
    writer.field(0, "Name", meta["name"])
    write_labels(writer, "Labels", meta.get("labels"))
    writer.field(0, "Namespace", meta["namespace"])
    writer.field(0, "Address", "")
    writer.field(0, "Ingress Class", spec.get("ingressClassName", "<none>"))
    fallback = _backend(spec["defaultBackend"], related) if "defaultBackend" in spec else "<default>"
    writer.field(0, "Default backend", fallback)
    if spec.get("tls"):
        _tls(writer, spec["tls"])
    _rules(writer, spec.get("rules") or (), fallback, related)
    write_annotations(writer, "Annotations", meta.get("annotations"))
    write_events(writer, events, now)
    return writer.text()


def _tls(writer: Writer, tls: Sequence[Json]) -> None:
    writer.line(0, "TLS:")
    for each in tls:
        hosts, secret = ",".join(each.get("hosts") or ()), each.get("secretName")
        writer.line(1, f"{secret} terminates {hosts}" if secret else f"SNI routes {hosts}")


def _rules(writer: Writer, rules: Sequence[Json], fallback: str, related: Related) -> None:
    writer.line(0, "Rules:")
    writer.line(1, "Host\tPath\tBackends")
    writer.line(1, "----\t----\t--------")
    served = [rule for rule in rules if "http" in rule]
    for rule in served:
        writer.line(1, f"{rule.get('host') or '*'}\t")
        for path in rule["http"].get("paths") or ():
            writer.line(2, f"\t{path.get('path', '')} \t{_backend(path['backend'], related)}")
    if not served:
        writer.line(1, f"*\t*\t{fallback}")


def _backend(backend: Json, related: Related) -> str:
    """Models describeBackendV1: the Service's port, and who answers there."""
    service = backend.get("service")
    if service is None:
        other = backend.get("resource") or {}
        group = other.get("apiGroup", "<none>")
        return f"APIGroup: {group}, Kind: {other.get('kind', '')}, Name: {other.get('name', '')}"
    name, port = service["name"], service["port"]
    shown = f"{name}:{port.get('number') or port.get('name', '')}"
    found = next((each for each in related("services", False) if each["metadata"]["name"] == name), None)
    if found is None:
        return f'{shown} (<error: services "{name}" not found>)'
    ports = found["spec"].get("ports") or ()
    meant = (
        p for p in ports if p["port"] == port.get("number") or (port.get("name") and p.get("name") == port["name"])
    )
    port_name = next((p.get("name", "") for p in meant), "")
    label = "kubernetes.io/service-name"
    slices = [s for s in related("endpointslices", False) if (s["metadata"].get("labels") or {}).get(label) == name]
    return f"{shown} ({ready_endpoints(slices, port_name)})"


def describe_ingress_class(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describeIngressClassV1."""
    meta, spec, writer = obj["metadata"], obj.get("spec") or {}, Writer()
    writer.field(0, "Name", meta["name"])
    write_labels(writer, "Labels", meta.get("labels"))
    write_annotations(writer, "Annotations", meta.get("annotations"))
    writer.field(0, "Controller", spec.get("controller", ""))
    if parameters := spec.get("parameters"):
        writer.line(0, "Parameters:")
        for title, key in (("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name")):
            if key in parameters:
                writer.field(1, title, parameters[key])
    write_events(writer, events, now)
    return writer.text()
