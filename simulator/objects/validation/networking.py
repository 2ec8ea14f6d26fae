"""Rules for NetworkPolicies and Ingresses. Models pkg/apis/networking/validation/validation.go."""

from __future__ import annotations

from simulator.objects.validation import formats
from simulator.objects.validation.field import Field
from simulator.objects.validation.metadata import label_selector, object_meta
from simulator.objects.validation.rules import Errors, Json, Rules, Scope

_POLICY_TYPES = ("Ingress", "Egress")
_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")


def _policy(obj: Json, root: Field, scope: Scope) -> Errors:
    """Models ValidateNetworkPolicySpec."""
    spec, at = obj["spec"], root.child("spec")
    yield from label_selector(spec["podSelector"], at.child("podSelector"))
    for direction, who in (("ingress", "from"), ("egress", "to")):
        for number, rule in enumerate(spec.get(direction) or ()):
            for place, peer in enumerate(rule.get(who) or ()):
                yield from _peer(peer, at.child(direction).index(number).child(who).index(place))
    for number, kind in enumerate(spec.get("policyTypes") or ()):
        if kind not in _POLICY_TYPES:
            yield at.child("policyTypes").index(number).not_supported("", kind, _POLICY_TYPES)


def _peer(peer: Json, at: Field) -> Errors:
    """Models ValidateNetworkPolicyPeer."""
    for name in ("podSelector", "namespaceSelector"):
        yield from label_selector(peer.get(name), at.child(name))
    if "ipBlock" in peer and not peer["ipBlock"]["cidr"]:
        yield at.child("ipBlock").required("cidr")
    if not peer:
        yield at.required("", "must specify a peer")
    elif "ipBlock" in peer and len(peer) > 1:
        yield at.forbidden("", "may not specify both ipBlock and another peer")


def _ingress(obj: Json, root: Field, scope: Scope) -> Errors:
    """Models ValidateIngressSpec."""
    spec, at = obj["spec"], root.child("spec")
    rules = spec.get("rules")
    if not rules and "defaultBackend" not in spec:
        yield at.invalid("", rules, "either `defaultBackend` or `rules` must be specified")
    if "defaultBackend" in spec:
        yield from _backend(spec["defaultBackend"], at.child("defaultBackend"))
    for number, rule in enumerate(rules or ()):
        if "http" in rule:
            yield from _paths(rule["http"].get("paths"), at.child("rules").index(number).child("http.paths"))


def _paths(paths: list[Json] | None, at: Field) -> Errors:
    """Models validateHTTPIngressRuleValue and validateHTTPIngressPath."""
    if not paths:
        yield at.required()
    for number, path in enumerate(paths or ()):
        here, kind, text = at.index(number), path.get("pathType"), path.get("path", "")
        if kind is None:
            yield here.required("pathType", "pathType must be specified")
            continue
        if kind not in _PATH_TYPES:
            yield here.not_supported("pathType", kind, _PATH_TYPES)
        elif not text.startswith("/") and (text or kind != "ImplementationSpecific"):
            yield here.invalid("path", text, "must be an absolute path")
        yield from _backend(path["backend"], here.child("backend"))


def _backend(backend: Json, at: Field) -> Errors:
    """Models validateIngressBackend."""
    service = backend.get("service")
    if service is not None and "resource" in backend:
        yield at.invalid("", "", "cannot set both resource and service backends")
        return
    if service is None:
        if "resource" not in backend:
            yield at.invalid("", "", "resource or service backend is required")
        return
    if not service["name"]:
        yield at.child("service").required("name")
    name, number = service["port"].get("name"), service["port"].get("number")
    if name and number:
        yield at.invalid("", "", "cannot set both port name & port number")
    elif name:
        yield from at.each_invalid("service.port.name", name, formats.is_port_name(name))
    elif number:
        yield from at.each_invalid("service.port.number", number, formats.is_port_number(number))
    else:
        yield at.required("", "port name or number is required")


NETWORK_POLICY: Rules = (object_meta(formats.is_dns1123_subdomain), _policy)
INGRESS: Rules = (object_meta(formats.is_dns1123_subdomain), _ingress)
INGRESS_CLASS: Rules = (object_meta(formats.is_dns1123_subdomain, namespaced=False),)
