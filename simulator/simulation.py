"""The one door: a simulated cluster, its clock, its history, and what a person can do to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from simulator.actions import ActionResult, Actions
from simulator.api import SimulatedApi
from simulator.calendar import Calendar
from simulator.containers import Machine, make_folder
from simulator.controllers import EndpointSliceController, PodGC, TaintEviction
from simulator.engine import Engine, Randoms
from simulator.events import Recorder, SeriesRecorder
from simulator.history import History, Json
from simulator.kubelet import Beats, Kubelet, MirrorClient, Node
from simulator.scheduler import Scheduler
from simulator.store import Store
from simulator.world import furnish

NODE_IP = "10.99.0.2"
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
        missing_images: frozenset[str] = frozenset(),
        host_directory: str = "",
    ) -> None:
        self.engine = Engine()
        self.history = History(self.engine)
        self.calendar = Calendar(start)
        self.namespace = namespace
        self.node_name = node
        self.host_directory = host_directory
        randoms = Randoms(seed)
        self.store = Store(self.engine, self.history, randoms)
        self.machine = Machine(
            self.engine, self.history, randoms, epoch_ms=self.calendar.epoch_ms, hostname=node, node_ip=NODE_IP
        )
        if host_directory:
            make_folder(self.machine, host_directory)
        furnish(self.store, self.calendar, node, NODE_IP, namespace)
        self.kubelet = Kubelet(self._node(randoms, missing_images))
        self._control(randoms)
        self.api = SimulatedApi(self.engine, self.store, self.calendar, randoms("names"), self.kubelet, namespace)
        self._give_pods_up(randoms)
        self._actions = Actions(self)

    def _node(self, randoms: Randoms, missing_images: frozenset[str]) -> Node:
        recorder = Recorder(self.engine, self.history, self.store, self.calendar, "kubelet", self.node_name)
        return Node(
            name=self.node_name,
            ip=NODE_IP,
            engine=self.engine,
            history=self.history,
            store=self.store,
            calendar=self.calendar,
            machine=self.machine,
            recorder=recorder,
            beats=Beats.draw(randoms("beats")),
            mirrors=MirrorClient(self.engine, self.store, self.calendar),
            random=randoms("kubelet"),
            missing_images=missing_images,
        )

    def _control(self, randoms: Randoms) -> None:
        instance = f"default-scheduler-{self.node_name}"
        recorder = SeriesRecorder(self.engine, self.history, self.store, self.calendar, "default-scheduler", instance)
        Scheduler(self.engine, self.store, self.calendar, recorder)
        EndpointSliceController(self.engine, self.store, self.calendar, randoms("names"))

    def _give_pods_up(self, randoms: Randoms) -> None:
        """The controllers that delete Pods."""

        def at_once(namespace: str, name: str) -> None:
            self.api.delete("pods", namespace, name, grace_seconds=0)

        def gracefully(namespace: str, name: str) -> None:
            self.api.delete("pods", namespace, name)

        PodGC(self.engine, self.store, self.calendar, randoms("podgc"), at_once)
        recorder = Recorder(self.engine, self.history, self.store, self.calendar, "taint-eviction-controller")
        TaintEviction(self.engine, self.store, self.calendar, recorder, gracefully)

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
    def act(self, verb: str, data: Json, on_result: Callable[[ActionResult], object] | None = None) -> ActionResult:
        """Do it now. Raises UnknownAction. What takes time goes on; `on_result` is called when it is over."""
        return self._actions.act(verb, data, on_result)

    def logs(self, namespace: str, pod: str, container: str, *, previous: bool = False) -> str:
        """What `kubectl logs` prints. Raises simulator.kubectl.api.ApiError."""
        return self.api.logs(namespace, pod, container, previous=previous)
