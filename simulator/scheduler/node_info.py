"""What the Pods on a node take up, added up as they come and go.

Models pkg/scheduler/framework/types.go NodeInfo and pkg/scheduler/backend/cache/cache.go: a Pod costs the same to place
however many there are already.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.history import Json
from simulator.objects import parse_quantity
from simulator.pod_conditions import ENDED
from simulator.scheduler.reserved import as_reserved
from simulator.store import Change, Store

PADDING = {"cpu": parse_quantity("100m").nano, "memory": parse_quantity("200Mi").nano}
NOTHING: dict[str, int] = {}
Port = tuple[str, str, int]  # the address of the node, the protocol, the number
ANYWHERE = "0.0.0.0"


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
    _padded: Counter[str] | None = None  # the sums for scoring, kept once somebody scores nodes

    @property
    def pods(self) -> int:
        return len(self._shares)

    def padded(self, name: str) -> int:
        """The sum where asking for nothing counts as asking for a little; what is asked of where nodes are compared."""
        if self._padded is None:
            self._padded = Counter()
            for share in self._shares.values():
                self._padded.update(padded_requests(share.spec))
        return self._padded[name]

    def copy(self) -> NodeInfo:
        """To try something out on."""
        return NodeInfo(self.node, Counter(self.requested), Counter(self.ports), dict(self._shares))

    def put(self, uid: str, pod: Json) -> None:
        """The Pod is on the node; harmless if that is known already."""
        spec = pod["spec"]
        known = self._shares.get(uid)
        if known is not None:
            if known.spec is spec:
                return
            self.remove(uid)
        share = self._shares[uid] = _Share(spec, requests(spec) or NOTHING, tuple(host_ports(spec)))
        self.requested.update(share.requests)
        if self._padded is not None:
            self._padded.update(padded_requests(spec))
        for port in share.ports:
            self.ports[port] += 1

    def remove(self, uid: str) -> None:
        """The Pod has ended or is gone; harmless if it was never there."""
        share = self._shares.pop(uid, None)
        if share is None:
            return
        self.requested.subtract(share.requests)
        if self._padded is not None:
            self._padded.subtract(padded_requests(share.spec))
        for port in share.ports:
            self.ports[port] -= 1


class SchedulerCache:
    """The nodes as the scheduler sees them, kept up by the store's watch."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # By name: a Pod may name a node that does not exist.
        self._infos: defaultdict[str, NodeInfo] = defaultdict(lambda: NodeInfo({}))
        self._assumed: dict[str, Json] = {}  # by uid: Pods that have a node, of which the API is not told yet
        store.watch("pods", self._on_pod)

    def snapshot(self) -> list[NodeInfo]:
        """Every node there is, in the order of creation."""
        return [self._of(node["metadata"]["name"], node) for node in self._store.list("nodes")]

    def pods(self, namespace: str | None = None) -> Iterator[Json]:
        """All Pods; those that are assumed to be on a node are shown there."""
        pods = self._store.list("pods", namespace)
        return (self._assumed.get(pod["metadata"]["uid"], pod) for pod in pods) if self._assumed else pods

    def assume(self, pod: Json, node: str) -> None:
        """Count the Pod as being on the node."""
        uid = pod["metadata"]["uid"]
        self._assumed[uid] = {**pod, "spec": {**pod["spec"], "nodeName": node}}
        self._infos[node].put(uid, as_reserved(pod))

    def is_assumed(self, pod: Json) -> bool:
        return pod["metadata"]["uid"] in self._assumed

    def forget(self, uid: str) -> None:
        """It did not come to the node after all."""
        pod = self._assumed.pop(uid)
        self._infos[pod["spec"]["nodeName"]].remove(uid)

    def _of(self, name: str, node: Json) -> NodeInfo:
        info = self._infos[name]
        info.node = node
        return info

    def _on_pod(self, change: Change) -> None:
        pod, uid = change.object, change.object["metadata"]["uid"]
        name = pod["spec"].get("nodeName")
        if not name:
            return
        self._assumed.pop(uid, None)
        info = self._infos[name]
        if change.verb == "DELETED" or pod.get("status", {}).get("phase") in ENDED:
            info.remove(uid)
        else:
            info.put(uid, as_reserved(pod))


def padded_requests(spec: Json) -> dict[str, int]:
    """The same for scoring. Models pkg/scheduler/util/pod_resources.go: a container asks at least for a little."""
    return requests(spec, PADDING)


def requests(spec: Json, least: Mapping[str, int] = NOTHING) -> dict[str, int]:
    """What a Pod asks for, in 10^-9 of each resource; `least` is what a container asks for that does not say.

    Models component-helpers resource PodRequests.
    """
    total: dict[str, int] = {}
    for container in spec["containers"]:
        _add(total, container, least)
    sidecars: dict[str, int] = {}
    peak: dict[str, int] = {}
    for container in spec.get("initContainers", ()):
        if container.get("restartPolicy") == "Always":
            _add(total, container, least)
            _add(sidecars, container, least)
            asked = dict(sidecars)
        else:
            asked = dict(sidecars)
            _add(asked, container, least)
        for name, amount in asked.items():
            peak[name] = max(peak.get(name, 0), amount)
    combined = {name: max(total.get(name, 0), peak.get(name, 0)) for name in {**total, **peak}}
    for name, quantity in ((spec.get("resources") or {}).get("requests") or {}).items():
        combined[name] = parse_quantity(quantity).nano  # what the Pod asks for as a whole stands
    for name, quantity in (spec.get("overhead") or {}).items():
        combined[name] = combined.get(name, 0) + parse_quantity(quantity).nano
    return combined


def _add(total: dict[str, int], container: Json, least: Mapping[str, int]) -> None:
    given = (container.get("resources") or {}).get("requests") or {}
    for name, quantity in given.items():
        total[name] = total.get(name, 0) + parse_quantity(quantity).nano
    for name, amount in least.items():
        if name not in given:
            total[name] = total.get(name, 0) + amount


def host_ports(spec: Json) -> Iterator[Port]:
    """The ports of the node that a Pod's containers take as long as it runs. Models util/utils.go GetHostPorts."""
    sidecars = (each for each in spec.get("initContainers", ()) if each.get("restartPolicy") == "Always")
    for container in (*sidecars, *spec["containers"]):
        for port in container.get("ports", ()):
            if port.get("hostPort"):
                yield port.get("hostIP") or ANYWHERE, port.get("protocol", "TCP"), port["hostPort"]


def are_taken(wanted: Iterable[Port], taken: Iterable[Port]) -> bool:
    """Whether one of the ports is taken on its address; who takes it anywhere takes it on all.

    Models framework/types.go HostPortInfo.CheckConflict.
    """
    known = list(taken)
    return any(
        port[1:] == other[1:] and (ANYWHERE in (port[0], other[0]) or port[0] == other[0])
        for port in wanted
        for other in known
    )
