"""What the Pods on a node take up, added up as they come and go.

Models pkg/scheduler/framework/types.go NodeInfo and pkg/scheduler/backend/cache/cache.go: a Pod costs the same to place
however many there are already.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.history import Json
from simulator.objects import parse_quantity
from simulator.store import Change, Store

ENDED = ("Succeeded", "Failed")
Port = tuple[int, str]


class _Share(NamedTuple):
    """What one Pod takes up, and the spec that says so."""

    spec: Json
    requests: dict[str, int]
    ports: tuple[Port, ...]


@dataclass(slots=True)
class NodeInfo:
    """A node and the sums over the Pods that are on it."""

    node: Json
    requested: Counter[str] = field(default_factory=Counter)  # 10^-9 of each resource
    ports: Counter[Port] = field(default_factory=Counter)
    _shares: dict[str, _Share] = field(default_factory=dict)  # by Pod UID

    @property
    def pods(self) -> int:
        return len(self._shares)

    def put(self, uid: str, pod: Json) -> None:
        """The Pod is on the node; harmless if that is known already."""
        spec = pod["spec"]
        known = self._shares.get(uid)
        if known is not None:
            if known.spec is spec:
                return
            self.remove(uid)
        share = self._shares[uid] = _Share(spec, requests(spec), tuple(host_ports(spec)))
        for name, amount in share.requests.items():
            self.requested[name] += amount
        for port in share.ports:
            self.ports[port] += 1

    def remove(self, uid: str) -> None:
        """The Pod has ended or is gone; harmless if it was never there."""
        share = self._shares.pop(uid, None)
        if share is None:
            return
        for name, amount in share.requests.items():
            self.requested[name] -= amount
        for port in share.ports:
            self.ports[port] -= 1


class SchedulerCache:
    """The nodes as the scheduler sees them, kept up by the store's watch."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # By name: a Pod may name a node that does not exist.
        self._infos: defaultdict[str, NodeInfo] = defaultdict(lambda: NodeInfo({}))
        store.watch("pods", self._on_pod)

    def snapshot(self) -> list[NodeInfo]:
        """Every node there is, in the order of creation."""
        return [self._of(node["metadata"]["name"], node) for node in self._store.list("nodes")]

    def _of(self, name: str, node: Json) -> NodeInfo:
        info = self._infos[name]
        info.node = node
        return info

    def _on_pod(self, change: Change) -> None:
        pod, uid = change.object, change.object["metadata"]["uid"]
        name = pod["spec"].get("nodeName")
        if not name:
            return
        info = self._infos[name]
        if change.verb == "DELETED" or pod.get("status", {}).get("phase") in ENDED:
            info.remove(uid)
        else:
            info.put(uid, pod)


def requests(spec: Json) -> dict[str, int]:
    """What a Pod asks for, in 10^-9 of each resource. Models component-helpers resource PodRequests."""
    total: dict[str, int] = {}
    for container in spec["containers"]:
        _add(total, container)
    sidecars: dict[str, int] = {}
    peak: dict[str, int] = {}
    for container in spec.get("initContainers", ()):
        if container.get("restartPolicy") == "Always":
            _add(total, container)
            _add(sidecars, container)
            asked = dict(sidecars)
        else:
            asked = dict(sidecars)
            _add(asked, container)
        for name, amount in asked.items():
            peak[name] = max(peak.get(name, 0), amount)
    combined = {name: max(total.get(name, 0), peak.get(name, 0)) for name in {**total, **peak}}
    for name, quantity in (spec.get("overhead") or {}).items():
        combined[name] = combined.get(name, 0) + parse_quantity(quantity).nano
    return combined


def _add(total: dict[str, int], container: Json) -> None:
    for name, quantity in ((container.get("resources") or {}).get("requests") or {}).items():
        total[name] = total.get(name, 0) + parse_quantity(quantity).nano


def host_ports(spec: Json) -> Iterable[Port]:
    """The ports of the node that a Pod's containers take."""
    for container in spec["containers"]:
        for port in container.get("ports", ()):
            if port.get("hostPort"):
                yield port["hostPort"], port.get("protocol", "TCP")
