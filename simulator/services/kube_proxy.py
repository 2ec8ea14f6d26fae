"""Who answers at a Service's address: a ready Pod behind it, chosen at random for each connection.

Models pkg/proxy/iptables/proxier.go and pkg/proxy/topology.go. The rules follow every change at once.
"""

from __future__ import annotations

from random import Random

from simulator.history import Json
from simulator.store import Change, Key, Store, key_of

SERVICE_NAME = "kubernetes.io/service-name"
Address = tuple[str, int]
NOBODY: Address = ("", 0)  # the connection is refused


class ServiceProxy:
    """The rules of every node: (address, port) of a Service -> (address, port) of the Pods that may answer."""

    def __init__(self, store: Store, random: Random) -> None:
        self._store = store
        self._random = random
        self._rules: dict[Address, list[Address]] = {}
        self._node_ports: dict[int, list[Address]] = {}
        self._services: dict[Address | int, Key] = {}  # whose each rule and node port is
        self._of: dict[Key, tuple[list[Address], list[int]]] = {}  # by Service: its rules' addresses and node ports
        store.watch("services", self._on_service)
        store.watch("endpointslices", self._on_slice)

    def route(self, ip: str, port: int) -> Address | None:
        """Where a connection to `ip` ends; None if that is no Service's address, NOBODY if no Pod stands behind it."""
        backends = self._rules.get((ip, port))
        if backends is None and port in self._node_ports and self._is_node(ip):
            backends = self._node_ports[port]
        if backends is None:
            return None
        return self._random.choice(backends) if backends else NOBODY

    def service_at(self, ip: str, port: int) -> str:
        """Whose address that is, as namespace/name; "" for no Service's."""
        key = self._services.get((ip, port))
        if key is None and port in self._node_ports and self._is_node(ip):
            key = self._services[port]
        return "/".join(key) if key else ""

    def _is_node(self, ip: str) -> bool:
        if ip == "127.0.0.1":
            return True
        nodes = self._store.list("nodes")
        return any(address["address"] == ip for node in nodes for address in node["status"].get("addresses", ()))

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
            del self._rules[address], self._services[address]
        for number in node_ports:
            del self._node_ports[number], self._services[number]
        service = self._store.get("services", *key)
        if service is not None and service["spec"].get("type") != "ExternalName":
            self._add(key, service["spec"])

    def _add(self, key: Key, spec: Json) -> None:
        slices = slices_of(self._store, *key)
        ips = [ip for ip in (*spec.get("clusterIPs", ()), *spec.get("externalIPs", ())) if ip != "None"]
        addresses, node_ports = self._of[key] = ([], [])
        for port in spec.get("ports", ()):
            backends = _backends(slices, port.get("name", ""))
            for ip in ips:
                address = ip, port["port"]
                self._rules[address], self._services[address] = backends, key
                addresses.append(address)
            if number := port.get("nodePort"):
                self._node_ports[number], self._services[number] = backends, key
                node_ports.append(number)


def slices_of(store: Store, namespace: str, service: str) -> list[Json]:
    """The EndpointSlices that say which Pods stand behind a Service."""
    slices = store.list("endpointslices", namespace)
    return [s for s in slices if s["metadata"].get("labels", {}).get(SERVICE_NAME) == service]


def _backends(slices: list[Json], port: str) -> list[Address]:
    """Ready endpoints or, where there are none, those that still serve while they end."""
    ready: list[Address] = []
    ending: list[Address] = []
    for slice_ in slices:
        numbers = [p["port"] for p in slice_.get("ports") or () if p.get("name", "") == port]
        for endpoint in slice_.get("endpoints") or () if numbers else ():
            conditions = endpoint["conditions"]
            found = [(address, numbers[0]) for address in endpoint["addresses"]]
            if conditions["ready"]:
                ready += found
            elif conditions.get("serving") and conditions.get("terminating"):
                ending += found
    return ready or ending
