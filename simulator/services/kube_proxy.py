"""Who answers at a Service's address: a ready Pod behind it, chosen at random for each connection.

Models pkg/proxy/iptables/proxier.go and pkg/proxy/topology.go. The rules follow every change at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from simulator.engine import Engine
from simulator.history import Json
from simulator.store import Change, Key, Store, key_of

SERVICE_NAME = "kubernetes.io/service-name"
# Labels of Services that kube-proxy leaves to others (cmd/kube-proxy/app/server.go).
_ANOTHERS = {"service.kubernetes.io/service-proxy-name", "service.kubernetes.io/headless"}
Address = tuple[str, int]
NOBODY: Address = ("", 0)  # the connection is refused
DROPPED: Address = ("0.0.0.0", 0)  # nobody has this address, so the connection only times out


@dataclass(frozen=True, slots=True)
class _Backend:
    node: str
    address: Address


@dataclass(frozen=True, slots=True)
class _Rule:
    """One port of a Service. `inside` and `outside`: whether traffic of that kind stays on the node it comes to."""

    service: Key
    port: str
    ready: tuple[_Backend, ...]
    ending: tuple[_Backend, ...]
    inside: bool
    outside: bool
    sticky_ms: int  # how long a client stays with its Pod; 0 if it does not

    def backends(self, node: str) -> tuple[_Backend, ...]:
        """Ready endpoints or, where there are none, those that still serve while they end; `node`: only there."""
        for found in (self.ready, self.ending):
            if here := tuple(backend for backend in found if not node or backend.node == node):
                return here
        return ()


class ServiceProxy:
    """The rules of every node: (address, port) of a Service -> (address, port) of the Pods that may answer."""

    def __init__(self, engine: Engine, store: Store, random: Random) -> None:
        self._engine = engine
        self._store = store
        self._random = random
        self._rules: dict[Address, _Rule] = {}
        self._node_ports: dict[int, _Rule] = {}
        self._of: dict[Key, tuple[list[Address], list[int]]] = {}  # by Service: its rules' addresses and node ports
        # By node, Service, port and client: where it was led, and when it was seen last.
        self._recent: dict[tuple[str, Key, str, str], tuple[_Backend, int]] = {}
        store.watch("services", self._on_service)
        store.watch("endpointslices", self._on_slice)

    def route(self, asked: Address, client: str, node: str) -> Address | None:
        """Where a connection that `client` makes on `node` ends; None if `asked` is no Service's.

        NOBODY if no Pod stands behind the Service, DROPPED if there is none where the traffic has to stay.
        """
        rule, stays_on = self._rules.get(asked), ""
        if rule is not None:
            stays_on = node if rule.inside else ""
        elif (rule := self._node_ports.get(asked[1])) is not None and (there := self._node_at(asked[0], node)):
            # What Pods and the node itself ask for counts as coming from inside of the cluster.
            comes_from_outside = there != node and self._node_at(client, node) == node
            stays_on = there if rule.outside and comes_from_outside else ""
        if rule is None:
            return None
        if not (backends := rule.backends(stays_on)):
            return DROPPED if rule.backends("") else NOBODY
        return self._chosen(rule, backends, client, node).address

    def _chosen(self, rule: _Rule, backends: tuple[_Backend, ...], client: str, node: str) -> _Backend:
        """The Pod that the client was led to before, if the Service is to remember that."""
        if not rule.sticky_ms:
            return self._random.choice(backends)
        key, now = (node, rule.service, rule.port, client), self._engine.now
        backend, seen = self._recent.get(key, (None, 0))
        if backend not in backends or now - seen > rule.sticky_ms:
            backend = self._random.choice(backends)
        assert backend is not None
        self._recent[key] = backend, now
        return backend

    def service_at(self, ip: str, port: int) -> str:
        """Whose address that is, as namespace/name; "" for no Service's."""
        rule = self._rules.get((ip, port))
        if rule is None and port in self._node_ports and self._node_at(ip, "here"):
            rule = self._node_ports[port]
        return "/".join(rule.service) if rule else ""

    def _node_at(self, ip: str, here: str) -> str:
        """The name of the node that has the address, "" for none."""
        if ip == "127.0.0.1":
            return here
        for node in self._store.list("nodes"):
            if any(address["address"] == ip for address in node["status"].get("addresses", ())):
                return str(node["metadata"]["name"])
        return ""

    def _on_service(self, change: Change) -> None:
        self._refresh(key_of(change.object))

    def _on_slice(self, change: Change) -> None:
        meta = change.object["metadata"]
        name = meta.get("labels", {}).get(SERVICE_NAME)
        if name:
            self._refresh((meta["namespace"], name))

    def _refresh(self, key: Key) -> None:
        addresses, node_ports = self._of.pop(key, ([], []))
        for address in addresses:
            del self._rules[address]
        for number in node_ports:
            del self._node_ports[number]
        service = self._store.get("services", *key)
        if service is None or service["spec"].get("type") == "ExternalName":
            return
        if not _ANOTHERS & (service["metadata"].get("labels") or {}).keys():
            self._add(key, service["spec"])

    def _add(self, key: Key, spec: Json) -> None:
        slices = slices_of(self._store, *key)
        ips = [ip for ip in (*spec.get("clusterIPs", ()), *spec.get("externalIPs", ())) if ip != "None"]
        addresses, node_ports = self._of[key] = ([], [])
        for port in spec.get("ports", ()):
            rule = _rule(key, spec, port.get("name", ""), slices)
            for ip in ips:
                address = ip, port["port"]
                self._rules[address] = rule
                addresses.append(address)
            if number := port.get("nodePort"):
                self._node_ports[number] = rule
                node_ports.append(number)


def slices_of(store: Store, namespace: str, service: str) -> list[Json]:
    """The EndpointSlices that say which Pods stand behind a Service."""
    slices = store.list("endpointslices", namespace)
    return [s for s in slices if s["metadata"].get("labels", {}).get(SERVICE_NAME) == service]


def _rule(key: Key, spec: Json, port: str, slices: list[Json]) -> _Rule:
    ready: list[_Backend] = []
    ending: list[_Backend] = []
    for number, endpoint in _endpoints(slices, port):
        conditions, node = endpoint["conditions"], endpoint.get("nodeName", "")
        found = [_Backend(node, (address, number)) for address in endpoint["addresses"]]
        if conditions["ready"]:
            ready += found
        elif conditions.get("serving") and conditions.get("terminating"):
            ending += found
    inside, outside = (spec.get(f"{which}TrafficPolicy") == "Local" for which in ("internal", "external"))
    client = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
    sticky = client.get("timeoutSeconds", 0) * 1000 if spec.get("sessionAffinity") == "ClientIP" else 0
    return _Rule(key, port, tuple(ready), tuple(ending), inside, outside, sticky)


def _endpoints(slices: list[Json], port: str) -> Iterator[tuple[int, Json]]:
    """The endpoints that have a port of that name, and its number."""
    for slice_ in slices:
        numbers = [p["port"] for p in slice_.get("ports") or () if p.get("name", "") == port]
        for endpoint in slice_.get("endpoints") or () if numbers else ():
            yield numbers[0], endpoint
