"""The description of a NetworkPolicy. Models kubectl pkg/describe/describe.go describeNetworkPolicy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.history import Json
from simulator.kubectl.describe.writer import Writer, write_annotations, write_labels
from simulator.kubectl.selectors import format_label_selector

Related = Callable[[str, bool], list[Json]]
INDENT = "    "


def describe_network_policy(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """What it would allow: here every Pod reaches every other."""
    meta, spec, writer = obj["metadata"], obj["spec"], Writer()
    writer.field(0, "Name", meta["name"])
    writer.field(0, "Namespace", meta["namespace"])
    created = meta.get("creationTimestamp", "").replace("T", " ").replace("Z", " +0000 UTC")
    writer.field(0, "Created on", created)
    write_labels(writer, "Labels", meta.get("labels"))
    write_annotations(writer, "Annotations", meta.get("annotations"))
    writer.line(0, "Spec:")
    everyone = "<none> (Allowing the specific traffic to all pods in this namespace)"
    chosen = spec["podSelector"]
    writer.line(1, f"PodSelector: {INDENT}{format_label_selector(chosen) if chosen else everyone}")
    for kind, who in (("ingress", "From"), ("egress", "To")):
        if kind.capitalize() in spec["policyTypes"]:
            writer.line(1, f"Allowing {kind} traffic:")
            _rules(writer, spec.get(kind) or (), kind, who)
        else:
            writer.line(1, f"Not affecting {kind} traffic")
    writer.line(1, f"Policy Types: {', '.join(spec['policyTypes'])}")
    return writer.text()


def _rules(writer: Writer, rules: Sequence[Json], kind: str, who: str) -> None:
    if not rules:
        writer.line(0, f"{INDENT}<none> (Selected pods are isolated for {kind} connectivity)")
    for number, rule in enumerate(rules):
        if number:
            writer.line(0, f"{INDENT}----------")
        _ports(writer, rule.get("ports") or ())
        peers = rule.get(who.lower()) or ()
        if not peers:
            place = "source" if who == "From" else "destination"
            writer.line(0, f"{INDENT}{who}: <any> (traffic not restricted by {place})")
        for peer in peers:
            writer.line(0, f"{INDENT}{who}:")
            _peer(writer, peer)


def _ports(writer: Writer, ports: Sequence[Json]) -> None:
    if not ports:
        writer.line(0, f"{INDENT}To Port: <any> (traffic allowed to all ports)")
    for port in ports:
        number, protocol = port.get("port", "<nil>"), port.get("protocol", "TCP")
        if "endPort" in port:
            writer.line(0, f"{INDENT}To Port Range: {number}-{port['endPort']}/{protocol}")
        else:
            writer.line(0, f"{INDENT}To Port: {number}/{protocol}")


def _peer(writer: Writer, peer: Json) -> None:
    for title, key in (("NamespaceSelector", "namespaceSelector"), ("PodSelector", "podSelector")):
        if key in peer:
            writer.line(1, f"{INDENT}{title}: {format_label_selector(peer[key])}")
    if "ipBlock" in peer:
        writer.line(1, f"{INDENT}IPBlock:")
        writer.line(2, f"{INDENT}CIDR: {peer['ipBlock']['cidr']}")
        writer.line(2, f"{INDENT}Except: {', '.join(peer['ipBlock'].get('except') or ())}")
