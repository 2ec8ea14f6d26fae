"""Cluster IPs and node ports: what the API server gives a Service.

Models pkg/registry/core/service/{storage/alloc.go,storage/storage.go,ipallocator,portallocator}.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from ipaddress import IPv4Network, ip_address
from random import Random
from typing import TypeVar

from simulator.history import Json
from simulator.objects.validation import Field, FieldError
from simulator.store import Store

RANGE = IPv4Network("10.0.0.0/24")
KUBERNETES_IP = "10.0.0.1"  # of the API server's own Service
DNS_IP = "10.0.0.10"
STATIC_BAND = 16  # addresses at the range's beginning that are given only when asked for, or when all others are gone
NODE_PORTS = range(30000, 32768)
STATIC_PORTS = 86  # the same for node ports
Free = TypeVar("Free", str, int)


class RangeFullError(Exception):
    """Nothing is left to give; says of what."""


class ServiceAddresses:
    """Reads what is taken from the store; a Service that is deleted has given its addresses back."""

    def __init__(self, store: Store, random: Random) -> None:
        self._store = store
        self._random = random

    def allocate(self, service: Json) -> list[FieldError]:
        """Fill in what `service` has not named itself; says what it cannot have.

        Raises RangeFullError.
        """
        spec = service["spec"]
        errors: list[FieldError] = []
        if _needs_ip(spec):
            errors += self._cluster_ip(spec, _names(service))
        elif _is_headless(spec):
            spec["clusterIP"], spec["clusterIPs"] = "None", ["None"]
        else:
            spec.pop("clusterIP", None)
            spec.pop("clusterIPs", None)
        if spec.get("type") != "ExternalName":
            spec.setdefault("ipFamilies", ["IPv4"])
            spec.setdefault("ipFamilyPolicy", "SingleStack")
        if _needs_port(spec):
            errors += self._node_ports(spec, _names(service))
        return errors

    def _cluster_ip(self, spec: Json, own: tuple[str, str]) -> Iterable[FieldError]:
        taken = {KUBERNETES_IP, DNS_IP}
        for other in self._store.list("services"):
            if _names(other) != own:
                taken.update(other["spec"].get("clusterIPs", ()))
        asked = spec.get("clusterIP") or (spec.get("clusterIPs") or [""])[0]
        if not asked:
            asked = self._free([str(ip) for ip in RANGE.hosts()], STATIC_BAND, taken, "serviceIP")
        spec["clusterIP"], spec["clusterIPs"] = asked, [asked]
        if why := _unavailable(asked, taken):
            detail = f"failed to allocate IP {asked}: {why}"
            yield Field("spec").invalid("clusterIPs", [asked], detail)

    def _node_ports(self, spec: Json, own: tuple[str, str]) -> Iterable[FieldError]:
        taken: set[int] = set()
        for other in self._store.list("services"):
            if _names(other) != own:
                taken.update(port["nodePort"] for port in other["spec"].get("ports", ()) if port.get("nodePort"))
        for number, port in enumerate(spec.get("ports", ())):
            asked = port.get("nodePort")
            if not asked:
                port["nodePort"] = self._free(NODE_PORTS, STATIC_PORTS, taken, "nodePort")
            elif asked not in NODE_PORTS:
                bounds = f"{NODE_PORTS.start}-{NODE_PORTS.stop - 1}"
                detail = f"provided port is not in the valid range. The range of valid ports is {bounds}"
                yield Field("spec.ports").index(number).invalid("nodePort", asked, detail)
            elif asked in taken:
                yield Field("spec.ports").index(number).invalid("nodePort", asked, "provided port is already allocated")
            taken.add(port["nodePort"])

    def _free(self, candidates: Sequence[Free], band: int, taken: Container[Free], what: str) -> Free:
        """By chance, from beyond the static band while there is one left."""
        for part in (candidates[band:], candidates[:band]):
            if free := [candidate for candidate in part if candidate not in taken]:
                return self._random.choice(free)
        raise RangeFullError(f"failed to allocate a {what}: range is full")


def _names(service: Json) -> tuple[str, str]:
    meta = service["metadata"]
    return meta.get("namespace", ""), meta["name"]


def _is_headless(spec: Json) -> bool:
    return "None" in (spec.get("clusterIP"), *spec.get("clusterIPs", ()))


def _needs_ip(spec: Json) -> bool:
    return spec.get("type") in ("ClusterIP", "NodePort", "LoadBalancer") and not _is_headless(spec)


def _needs_port(spec: Json) -> bool:
    kind = spec.get("type")
    return kind == "NodePort" or (kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts", True))


def _unavailable(ip: str, taken: set[str]) -> str:
    if ip_address(ip) not in RANGE:
        return f"the provided IP ({ip}) is not in the valid range. The range of valid IPs is {RANGE}"
    return "provided IP is already allocated" if ip in taken else ""


def keep_addresses(spec: Json, old: Json) -> None:
    """What an update does not say stays. Models patchAllocatedValues."""
    _drop_what_the_type_has_no_use_for(spec, old)
    if _needs_ip(spec) and _needs_ip(old):
        for name in ("clusterIP", "clusterIPs"):
            if not spec.get(name) and old.get(name):
                spec[name] = old[name]
    if _needs_port(spec) and _needs_port(old):
        known = {port.get("name", ""): port.get("nodePort", 0) for port in old.get("ports", ())}
        used = {port.get("nodePort") for port in spec.get("ports", ())} & set(known.values())
        for port in spec.get("ports", ()):
            if not port.get("nodePort") and (before := known.get(port.get("name", ""))) and before not in used:
                port["nodePort"] = before


def _drop_what_the_type_has_no_use_for(spec: Json, old: Json) -> None:
    """What was given to a Service of another type goes, if the update leaves it as it was.

    Models dropTypeDependentFields of pkg/registry/core/service/strategy.go.
    """
    if _uses_ip(old) and not _uses_ip(spec):
        for name in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"):
            if spec.get(name) == old.get(name):
                spec.pop(name, None)
    if _needs_port(old) and not _needs_port(spec):
        known = {port.get("nodePort", 0) for port in old.get("ports", ())}
        ports = spec.get("ports", ())
        if all(port.get("nodePort", 0) in {0, *known} for port in ports):
            for port in ports:
                port.pop("nodePort", None)
    gone = {
        "allocateLoadBalancerNodePorts": old.get("type") == "LoadBalancer" != spec.get("type"),
        "loadBalancerClass": old.get("type") == "LoadBalancer" != spec.get("type"),
        "externalTrafficPolicy": _is_exposed(old) and not _is_exposed(spec),
    }
    for name, is_gone in gone.items():
        if is_gone and spec.get(name) == old.get(name):
            spec.pop(name, None)


def _uses_ip(spec: Json) -> bool:
    return spec.get("type") != "ExternalName"


def _is_exposed(spec: Json) -> bool:
    """Models ExternallyAccessible of pkg/api/service/util.go."""
    kind = spec.get("type")
    return kind in ("NodePort", "LoadBalancer") or (kind == "ClusterIP" and bool(spec.get("externalIPs")))
