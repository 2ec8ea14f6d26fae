"""The nodes of a cluster: for each a machine, and the kubelet that runs on it. More may join later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simulator.calendar import Calendar
from simulator.containers import Machine
from simulator.engine import Engine, Randoms
from simulator.events import Recorder
from simulator.history import History, Json
from simulator.kubelet import Beats, KubeletService, MirrorClient, Node
from simulator.lease import NodeLease
from simulator.objects import NodeSpec, parse_quantity
from simulator.store import Store
from simulator.world import new_node

SUBNETS = 16  # the part of the Pods' addresses that is a node's: 10.244.0 to 10.244.15, 10.244.16 to 10.244.31


@dataclass(frozen=True, slots=True)
class Cluster:
    """What all nodes share."""

    engine: Engine
    history: History
    store: Store
    calendar: Calendar
    randoms: Randoms
    missing_images: frozenset[str] = frozenset()

    def node(self, index: int, spec: NodeSpec) -> Json:
        """The Node object, without its uid."""
        return new_node(spec, _address(index), self.calendar.second(self.engine.now))

    def machine(self, index: int, node: Json, beside: Machine | None) -> Machine:
        """What the node runs on; it is on one network with the one `beside` it."""
        capacity = node["status"]["capacity"]
        return Machine(
            self.engine,
            self.history,
            self.randoms,
            epoch_ms=self.calendar.epoch_ms,
            hostname=node["metadata"]["name"],
            node_ip=_address(index),
            gateway=f"10.244.{index * SUBNETS}.1",
            memory=parse_quantity(capacity["memory"]).value,
            disk=parse_quantity(capacity["ephemeral-storage"]).value,
            beside=beside,
        )

    def kubelet(self, index: int, blank: Json, machine: Machine, *, runs: bool = True) -> KubeletService:
        """The kubelet of the node of that index. `blank` is its Node object; unless it `runs` it has to be started."""
        name = blank["metadata"]["name"]

        def recorder() -> Recorder:
            return Recorder(self.engine, self.history, self.store, self.calendar, "kubelet", name)

        def chance(purpose: str) -> str:
            # The first node draws as if it was alone.
            return f"{purpose} {name}" if index else purpose

        node = Node(
            name=name,
            ip=_address(index),
            engine=self.engine,
            history=self.history,
            store=self.store,
            calendar=self.calendar,
            machine=machine,
            recorder=recorder(),
            beats=Beats.draw(self.randoms(chance("beats"))),
            mirrors=MirrorClient(self.engine, self.store, self.calendar),
            random=self.randoms(chance("kubelet")),
            missing_images=self.missing_images,
            subnet=index * SUBNETS,
        )
        return KubeletService(node, recorder, NodeLease(name, self.randoms(chance("leases"))), blank, runs=runs)


class Nodes:
    """All nodes by name: those that the cluster begins with, and those that join it."""

    def __init__(self, cluster: Cluster, specs: Iterable[NodeSpec]) -> None:
        self._cluster = cluster
        self.blanks = [cluster.node(index, spec) for index, spec in enumerate(specs)]
        self.machines: dict[str, Machine] = {}
        self.kubelets: dict[str, KubeletService] = {}
        for index, blank in enumerate(self.blanks):
            self._machine(index, blank)

    def _machine(self, index: int, blank: Json) -> Machine:
        first = next(iter(self.machines.values()), None)
        machine = self._cluster.machine(index, blank, first)
        self.machines[machine.hostname] = machine
        return machine

    def start(self) -> None:
        """The kubelets of the first nodes run from the beginning; their Node objects have to be there."""
        for index, (blank, machine) in enumerate(zip(self.blanks, self.machines.values(), strict=True)):
            self.kubelets[machine.hostname] = self._cluster.kubelet(index, blank, machine)

    def join(self, spec: NodeSpec) -> KubeletService:
        """A new machine on the same network. It is a node once its kubelet, which starts now, has registered it."""
        index, first = len(self.machines), next(iter(self.machines.values()))
        blank = self._cluster.node(index, spec)
        machine = self._machine(index, blank)
        machine.network.join(first.network)
        service = self.kubelets[spec.name] = self._cluster.kubelet(index, blank, machine, runs=False)
        service.start()
        return service


def _address(index: int) -> str:
    return f"10.99.0.{2 + index}"
