"""Rules for Services. Models pkg/apis/core/validation/validation.go ValidateServiceCreate."""

from __future__ import annotations

from simulator.objects.validation import formats
from simulator.objects.validation.containers import PROTOCOLS
from simulator.objects.validation.field import Field, FieldError, go_struct
from simulator.objects.validation.metadata import labels, object_meta
from simulator.objects.validation.probes import port_number_or_name
from simulator.objects.validation.rules import Errors, Json, Rules, Scope, one_of, one_of_if_set
from simulator.objects.validation.service_addresses import addresses, external_addresses

TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_target_port = port_number_or_name("targetPort")


def _headless(spec: Json) -> bool:
    return spec.get("clusterIP") == "None" or spec.get("clusterIPs", [""])[0] == "None"


def _type_needs(obj: Json, at: Field, scope: Scope) -> Errors:
    """The first part of validateService: what each type asks for."""
    spec, here = obj["spec"], at.child("spec")
    kind = spec.get("type", "")
    if not spec.get("ports") and not _headless(spec) and kind != "ExternalName":
        yield here.required("ports")
    if kind in ("LoadBalancer", "NodePort") and _headless(spec):
        yield here.invalid("clusterIPs[0]", "None", f"may not be set to 'None' for {kind} services")
    if kind != "ExternalName":
        return
    if spec.get("clusterIP") or spec.get("clusterIPs"):
        yield here.forbidden("clusterIPs", "may not be set for ExternalName services")
    for field in ("ipFamilies", "ipFamilyPolicy"):
        if spec.get(field):
            yield here.forbidden(field, "may not be set for ExternalName services")
    name = spec.get("externalName", "").removesuffix(".")
    if not name:
        yield here.required("externalName")
    else:
        yield from here.each_invalid("externalName", name, formats.is_dns1123_subdomain(name))


def _ports(obj: Json, at: Field, scope: Scope) -> Errors:
    """Models validateServicePort."""
    ports, names = obj["spec"].get("ports", []), set()
    for number, port in enumerate(ports):
        here, name = at.child("spec.ports").index(number), port.get("name", "")
        if name:
            yield from here.each_invalid("name", name, formats.is_dns1123_label(name))
            if name in names:
                yield here.duplicate("name", name)
            names.add(name)
        elif len(ports) > 1:
            yield here.required("name")
        yield from here.each_invalid("port", port.get("port", 0), formats.is_port_number(port.get("port", 0)))
        protocol = port.get("protocol", "")
        if protocol not in PROTOCOLS:
            yield here.not_supported("protocol", protocol, PROTOCOLS) if protocol else here.required("protocol")
        yield from _target_port(port, here, scope)
        if "appProtocol" in port:
            yield from here.each_invalid("appProtocol", port["appProtocol"], formats.is_label_key(port["appProtocol"]))


def _selector(obj: Json, at: Field, scope: Scope) -> Errors:
    return labels(obj["spec"].get("selector", {}), at.child("spec.selector"))


def _affinity(obj: Json, at: Field, scope: Scope) -> Errors:
    """Models validateClientIPAffinityConfig."""
    spec, here = obj["spec"], at.child("spec")
    yield from one_of("sessionAffinity", ("ClientIP", "None"))(spec, here, scope)
    seconds = ((spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}).get("timeoutSeconds")
    if seconds is not None and not 0 < seconds <= 86400:
        place = "sessionAffinityConfig.clientIP.timeoutSeconds"
        yield here.invalid(place, seconds, "must be greater than 0 and less than 86400")


def _type(obj: Json, at: Field, scope: Scope) -> Errors:
    return one_of("type", TYPES)(obj["spec"], at.child("spec"), scope)


def _doubles(obj: Json, at: Field, scope: Scope) -> Errors:
    """Node ports and ports that are used twice."""
    spec, here = obj["spec"], at.child("spec")
    ports = spec.get("ports", [])
    for number, port in enumerate(ports):
        if spec.get("type") == "ClusterIP" and port.get("nodePort"):
            yield here.forbidden(f"ports[{number}].nodePort", "may not be used when `type` is 'ClusterIP'")
    for field in ("nodePort", "port"):
        seen = set()
        for number, port in enumerate(ports):
            key = (port.get("protocol", ""), port.get(field, 0))
            if key in seen and (key[1] or field == "port"):
                yield _double(here, number, field, key)
            seen.add(key)


def _double(here: Field, number: int, field: str, key: tuple[str, int]) -> FieldError:
    if field == "nodePort":
        return here.duplicate(f"ports[{number}].nodePort", key[1])
    # The API server prints its internal struct.
    shown = go_struct({"protocol": key[0], "port": key[1]}, "ServicePort")
    return here.child("ports").index(number).duplicate("", shown)


def _load_balancer(obj: Json, at: Field, scope: Scope) -> Errors:
    spec, here = obj["spec"], at.child("spec")
    if spec.get("type") == "LoadBalancer":
        for number, text in enumerate(spec.get("loadBalancerSourceRanges") or ()):
            yield from here.each_invalid(
                f"LoadBalancerSourceRanges[{number}]", text.strip(), formats.is_cidr(text.strip())
            )
        if name := spec.get("loadBalancerClass"):
            yield from here.each_invalid("loadBalancerClass", name, formats.is_label_key(name))
        return
    for field, spelled in (
        ("loadBalancerSourceRanges", "LoadBalancerSourceRanges"),
        ("allocateLoadBalancerNodePorts", "allocateLoadBalancerNodePorts"),
        ("loadBalancerClass", "loadBalancerClass"),
    ):
        if spec.get(field) is not None:
            yield here.forbidden(spelled, "may only be used when `type` is 'LoadBalancer'")


def _policies(obj: Json, at: Field, scope: Scope) -> Errors:
    """Models validateServiceExternalTrafficPolicy and validateServiceInternalTrafficFieldsValue."""
    spec, here = obj["spec"], at.child("spec")
    external = spec.get("externalTrafficPolicy")
    outside = spec.get("type") in ("NodePort", "LoadBalancer") or bool(spec.get("externalIPs"))
    if external and not outside:
        detail = "may only be set for externally-accessible services"
        yield here.invalid("externalTrafficPolicy", external, detail)
    elif external and external not in ("Cluster", "Local"):
        yield here.not_supported("externalTrafficPolicy", external, ("Cluster", "Local"))
    yield from one_of_if_set("internalTrafficPolicy", ("Cluster", "Local"))(spec, here, scope)
    distributions = ("PreferClose", "PreferSameZone", "PreferSameNode")
    yield from one_of_if_set("trafficDistribution", distributions)(spec, here, scope)


SERVICE: Rules = (  # ValidateServiceCreate
    object_meta(formats.is_dns1035_label),
    _type_needs,
    _ports,
    _selector,
    _affinity,
    addresses,
    external_addresses,
    _type,
    _doubles,
    _load_balancer,
    _policies,
)
