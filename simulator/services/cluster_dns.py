"""The names that the cluster's DNS server knows: Services, the Pods behind headless ones, and Pods by address.

Models the DNS-based service discovery of Kubernetes, as CoreDNS' kubernetes plugin answers it.
"""

from __future__ import annotations

from simulator.history import Json
from simulator.services.addresses import DNS_IP
from simulator.services.kube_proxy import slices_of
from simulator.store import Store

DOMAIN = "cluster.local"
MAX_HOPS = 8


class ClusterDNS:
    """Reads the store at every question, and keeps nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def lookup(self, name: str, server: str, hops: int = 0) -> list[str]:
        """Addresses of a full name, [] if there is no such name or `server` is not the cluster's.

        An ExternalName Service is another name for something; only names of the cluster lead on from there.
        """
        labels = name.rstrip(".").lower().split(".")
        if server != DNS_IP or ".".join(labels[-2:]) != DOMAIN:
            return []
        match labels[:-2]:
            case [service, namespace, "svc"]:
                if hops < MAX_HOPS and (other := self._alias(namespace, service)):
                    return self.lookup(other, server, hops + 1)
                return self._service(namespace, service)
            case [hostname, service, namespace, "svc"]:
                return self._member(namespace, service, hostname)
            case [address, _, "pod"]:
                return [address.replace("-", ".")] if address.count("-") == 3 else []
        return []

    def _alias(self, namespace: str, name: str) -> str:
        spec = (self._store.get("services", namespace, name) or {}).get("spec", {})
        return str(spec["externalName"]) if spec.get("type") == "ExternalName" else ""

    def _service(self, namespace: str, name: str) -> list[str]:
        service = self._store.get("services", namespace, name)
        if service is None or service["spec"].get("type") == "ExternalName":
            return []
        if service["spec"].get("clusterIP") != "None":
            return list(service["spec"].get("clusterIPs", ()))
        return [address for endpoint in self._ready(namespace, name) for address in endpoint["addresses"]]

    def _member(self, namespace: str, service: str, hostname: str) -> list[str]:
        """One Pod behind a headless Service: by its hostname, else by its address."""
        for endpoint in self._ready(namespace, service):
            known = endpoint.get("hostname") or endpoint["addresses"][0].replace(".", "-")
            if known == hostname:
                return list(endpoint["addresses"])
        return []

    def _ready(self, namespace: str, service: str) -> list[Json]:
        mine = slices_of(self._store, namespace, service)
        return [e for slice_ in mine for e in slice_.get("endpoints") or () if e["conditions"]["ready"]]
