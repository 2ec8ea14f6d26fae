"""The nodes of a cluster: for each a machine, and the kubelet that runs on it."""

from __future__ import annotations

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

    def objects(self, specs: tuple[NodeSpec, ...]) -> list[Json]:
        """The Node objects, without uids."""
        return [new_node(spec, _address(index), self.calendar.second(0)) for index, spec in enumerate(specs)]

    def machines(self, nodes: list[Json]) -> dict[str, Machine]:
        """By name; they are on one network."""
        made: dict[str, Machine] = {}
        for index, node in enumerate(nodes):
            name = node["metadata"]["name"]
            made[name] = Machine(
                self.engine,
                self.history,
                self.randoms,
                epoch_ms=self.calendar.epoch_ms,
                hostname=name,
                node_ip=_address(index),
                gateway=f"10.244.{index * SUBNETS}.1",
                memory=parse_quantity(node["status"]["capacity"]["memory"]).value,
                disk=parse_quantity(node["status"]["capacity"]["ephemeral-storage"]).value,
                beside=next(iter(made.values()), None),
            )
        return made

    def kubelet(self, index: int, blank: Json, machine: Machine) -> KubeletService:
        """The kubelet of the node of that index. `blank` is its Node object."""
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
        return KubeletService(node, recorder, NodeLease(name, self.randoms(chance("leases"))), blank)


def _address(index: int) -> str:
    return f"10.99.0.{2 + index}"
