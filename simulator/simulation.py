"""The one door: a simulated cluster, its clock, its history, and what a person can do to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from simulator.actions import ActionResult, Actions
from simulator.apiserver.server import SimulatedApi
from simulator.calendar import Calendar
from simulator.containers import make_folder, remove_folder
from simulator.controllers import (
    ControllerContext,
    EndpointSliceController,
    NodeLifecycle,
    PodGC,
    TaintEviction,
    start_controllers,
    start_storage,
)
from simulator.engine import Engine, Randoms
from simulator.events import Recorder, SeriesRecorder
from simulator.history import History, Json
from simulator.nodes import Cluster, Nodes
from simulator.objects import NodeSpec
from simulator.scheduler import Scheduler
from simulator.services.cluster_dns import ClusterDNS
from simulator.services.kube_proxy import ServiceProxy
from simulator.services.traffic import Traffic
from simulator.store import Store
from simulator.world import furnish

DEFAULT_START = datetime(2026, 1, 1, tzinfo=UTC)


class Simulation:
    """The same seed, start, settings and actions at the same times give the same history, byte for byte."""

    def __init__(
        self,
        *,
        seed: int = 0,
        start: datetime = DEFAULT_START,
        namespace: str = "default",
        node: str = "node1",
        nodes: Sequence[NodeSpec] = (),
        missing_images: frozenset[str] = frozenset(),
        host_directory: str = "",
    ) -> None:
        """There is one node, called `node`, unless `nodes` says more; work is done on the first of them."""
        self.engine = Engine()
        self.history = History(self.engine)
        self.calendar = Calendar(start)
        self.namespace = namespace
        self.host_directory = host_directory
        randoms = Randoms(seed)
        self.store = Store(self.engine, self.history, randoms)
        cluster = Cluster(self.engine, self.history, self.store, self.calendar, randoms, missing_images)
        self._nodes = Nodes(cluster, tuple(nodes) or (NodeSpec(node),))
        self.machines = self._nodes.machines
        self.node_name, self.machine = next(iter(self.machines.items()))
        if host_directory:
            make_folder(self.machine, host_directory)
        furnish(self.store, self.calendar, self._nodes.blanks, namespace)
        self._nodes.start()
        self.kubelets = self._nodes.kubelets
        self._control(randoms)
        self.api = SimulatedApi(self.engine, self.store, self.calendar, randoms, self.kubelets, namespace)
        self._serve(randoms)
        self._give_pods_up(randoms)
        context = ControllerContext(self.engine, self.history, self.store, self.calendar, randoms, self.api)
        start_controllers(context)
        start_storage(context, self._discard, self._make)
        self._actions = Actions(self)

    def _serve(self, randoms: Randoms) -> None:
        """What makes Services work: addresses that lead to Pods, names for them."""
        proxy, dns = ServiceProxy(self.engine, self.store, randoms("kube-proxy")), ClusterDNS(self.store)
        traffic = Traffic(self.engine, self.history, proxy)
        for machine in self.machines.values():
            machine.network.router, machine.network.resolver = proxy.route, dns.lookup
            machine.network.observer = traffic.seen

    def _make(self, node: str, folder: str) -> None:
        make_folder(self._nodes.machines[node], folder, 0o777)

    def _discard(self, folder: str) -> None:
        for machine in self.machines.values():
            remove_folder(machine, folder)

    def _control(self, randoms: Randoms) -> None:
        instance = f"default-scheduler-{self.node_name}"
        recorder = SeriesRecorder(self.engine, self.history, self.store, self.calendar, "default-scheduler", instance)
        Scheduler(self.engine, self.store, self.calendar, recorder, self._delete_gracefully, randoms("scheduler"))
        EndpointSliceController(self.engine, self.store, self.calendar, randoms("names"))

    def _give_pods_up(self, randoms: Randoms) -> None:
        """The controllers that delete Pods."""

        def at_once(namespace: str, name: str) -> None:
            self.api.delete("pods", namespace, name, grace_seconds=0)

        PodGC(self.engine, self.store, self.calendar, randoms("podgc"), at_once)
        recorder = Recorder(self.engine, self.history, self.store, self.calendar, "node-controller")
        leases = [service.lease for service in self.kubelets.values()]
        lifecycle = (self.engine, self.store, self.calendar, recorder, randoms("node-lifecycle"))
        self._lifecycle = NodeLifecycle(*lifecycle, leases)
        recorder = Recorder(self.engine, self.history, self.store, self.calendar, "taint-eviction-controller")
        TaintEviction(self.engine, self.store, self.calendar, recorder, self._delete_gracefully)

    def _delete_gracefully(self, namespace: str, name: str) -> None:
        self.api.delete("pods", namespace, name)

    # ---- time ----------------------------------------------------------------
    @property
    def now(self) -> int:
        """The cluster's clock, ms since its start."""
        return self.engine.now

    def next_at(self) -> int | None:
        """When something is due next (ms), or None if nothing will ever happen again by itself."""
        return self.engine.next_at()

    def advance(self, to_ms: int, *, max_transitions: int | None = None) -> bool:
        """Let time pass up to and including `to_ms`. False if `max_transitions` were used before that."""
        if max_transitions is None:
            self.engine.run_until(to_ms)
            return True
        left = max_transitions
        while (due := self.engine.next_at()) is not None and due <= to_ms:
            if not left:
                return False
            left -= 1
            self.engine.step()
        self.engine.run_until(to_ms)
        return True

    def step(self, *, limit_ms: int | None = None) -> bool:
        """Let time pass until the history has grown; False if nothing happens (up to `limit_ms`)."""
        before = len(self.history)
        while (due := self.engine.next_at()) is not None and (limit_ms is None or due <= limit_ms):
            self.engine.run_until(due)
            if len(self.history) > before:
                return True
        return False

    # ---- what a person does --------------------------------------------------
    def join(self, spec: NodeSpec) -> None:
        """One more node joins the cluster."""
        self._lifecycle.heed(self._nodes.join(spec).lease)

    def act(self, verb: str, data: Json, on_result: Callable[[ActionResult], object] | None = None) -> ActionResult:
        """Do it now. Raises UnknownAction. What takes time goes on; `on_result` is called when it is over."""
        return self._actions.act(verb, data, on_result)

    def logs(self, namespace: str, pod: str, container: str, *, previous: bool = False) -> str:
        """What `kubectl logs` prints. Raises simulator.objects.errors.ApiError."""
        return self.api.logs(namespace, pod, container, previous=previous)
