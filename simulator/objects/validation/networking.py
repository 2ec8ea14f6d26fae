"""Rules for NetworkPolicies. Models pkg/apis/networking/validation/validation.go."""

from __future__ import annotations

import ipaddress

from simulator.objects.validation import formats
from simulator.objects.validation.field import Field
from simulator.objects.validation.metadata import label_selector, object_meta
from simulator.objects.validation.rules import Errors, Json, Rules, Scope

_POLICY_TYPES = ("Ingress", "Egress")
_PROTOCOLS = ("TCP", "UDP", "SCTP")


def _policy(obj: Json, root: Field, scope: Scope) -> Errors:
    """Models ValidateNetworkPolicySpec."""
    spec, at = obj["spec"], root.child("spec")
    yield from label_selector(spec["podSelector"], at.child("podSelector"))
    for direction, who in (("ingress", "from"), ("egress", "to")):
        for number, rule in enumerate(spec.get(direction) or ()):
            here = at.child(direction).index(number)
            for place, port in enumerate(rule.get("ports") or ()):
                yield from _port(port, here.child("ports").index(place))
            for place, peer in enumerate(rule.get(who) or ()):
                yield from _peer(peer, here.child(who).index(place))
    kinds = spec.get("policyTypes") or ()
    if len(kinds) > len(_POLICY_TYPES):
        yield at.invalid("policyTypes", kinds, "may not specify more than two policyTypes")
        return
    for number, kind in enumerate(kinds):
        if kind not in _POLICY_TYPES:
            yield at.child("policyTypes").index(number).not_supported("", kind, _POLICY_TYPES)


def _port(value: Json, at: Field) -> Errors:
    """Models ValidateNetworkPolicyPort."""
    protocol, port, end = value.get("protocol"), value.get("port"), value.get("endPort")
    if protocol is not None and protocol not in _PROTOCOLS:
        yield at.not_supported("protocol", protocol, _PROTOCOLS)
    if isinstance(port, int):
        yield from at.each_invalid("port", port, formats.is_port_number(port))
        if end is not None and end < port:
            yield at.invalid("endPort", port, "must be greater than or equal to `port`")
        yield from at.each_invalid("endPort", end, formats.is_port_number(end) if end is not None else ())
        return
    if end is not None:
        why = "not specified" if port is None else "non-numeric"
        yield at.invalid("endPort", end, f"may not be specified when `port` is {why}")
    yield from at.each_invalid("port", port, formats.is_port_name(port) if port is not None else ())


def _peer(peer: Json, at: Field) -> Errors:
    """Models ValidateNetworkPolicyPeer."""
    for name in ("podSelector", "namespaceSelector"):
        yield from label_selector(peer.get(name), at.child(name))
    if "ipBlock" in peer:
        yield from _block(peer["ipBlock"], at.child("ipBlock"))
    if not peer:
        yield at.required("", "must specify a peer")
    elif "ipBlock" in peer and len(peer) > 1:
        yield at.forbidden("", "may not specify both ipBlock and another peer")


def _block(block: Json, at: Field) -> Errors:
    """Models ValidateIPBlock: an exception lies within the block."""
    cidr = block["cidr"]
    if not cidr:
        yield at.required("cidr")
        return
    wrong = formats.is_cidr(cidr)
    yield from at.each_invalid("cidr", cidr, wrong)
    for number, text in enumerate(() if wrong else block.get("except") or ()):
        if not_one := formats.is_cidr(text):
            yield from at.each_invalid(f"except[{number}]", text, not_one)
        elif not _within(_network(text), _network(cidr)):
            yield at.invalid(f"except[{number}]", text, "must be a strict subset of `cidr`")


_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _network(text: str) -> _Network:
    address, _, bits = text.partition("/")
    return ipaddress.ip_network(f"{formats.loose_ip(address)}/{bits}", strict=False)


def _within(inner: _Network, outer: _Network) -> bool:
    return inner.prefixlen > outer.prefixlen and inner.network_address in outer


NETWORK_POLICY: Rules = (object_meta(formats.is_dns1123_subdomain), _policy)
