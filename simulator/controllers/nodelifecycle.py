"""Nodes that are not heard of: their conditions, taints and Pods.

Models pkg/controller/nodelifecycle/node_lifecycle_controller.go. It looks at the nodes every five seconds; a look that
could find nothing new is not made.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from simulator.calendar import Calendar
from simulator.controllers.zones import Zones
from simulator.engine import Beat, Engine, Timer
from simulator.events import Recorder
from simulator.history import Json
from simulator.lease import NodeLease
from simulator.pod_conditions import with_condition
from simulator.store import Change, Store

# A look takes some milliseconds, and the next begins five seconds after its end.
MONITOR_MS = 5_005
GRACE_MS = 50_000
TAINT_MS = 100
REACT_MS = 3
NOT_READY, UNREACHABLE = "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"
UNSCHEDULABLE = "node.kubernetes.io/unschedulable"
TAINTS = {
    ("Ready", "False"): NOT_READY,
    ("Ready", "Unknown"): UNREACHABLE,
    ("MemoryPressure", "True"): "node.kubernetes.io/memory-pressure",
    ("DiskPressure", "True"): "node.kubernetes.io/disk-pressure",
    ("PIDPressure", "True"): "node.kubernetes.io/pid-pressure",
    ("NetworkUnavailable", "True"): "node.kubernetes.io/network-unavailable",
}
POSTED = ("MemoryPressure", "DiskPressure", "PIDPressure", "Ready")


class NodeLifecycle:
    """`leases` are those of the kubelets there are."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        calendar: Calendar,
        recorder: Recorder,
        random: Random,
        leases: Sequence[NodeLease],
    ) -> None:
        self._engine = engine
        self._store = store
        self._calendar = calendar
        self._recorder = recorder
        self._monitor = Beat(random.randrange(MONITOR_MS) - MONITOR_MS, MONITOR_MS)
        self._tainter = Beat(random.randrange(TAINT_MS) - TAINT_MS, TAINT_MS)
        self._leases: dict[str, NodeLease] = {}
        self._known = {node["metadata"]["name"]: node for node in store.list("nodes")}
        self._queue: dict[str, None] = {}  # nodes that are to get a NoExecute taint
        self._zones = Zones()
        self._looks: dict[int, Timer] = {}
        self._tainting: Timer | None = None
        for lease in leases:
            self.heed(lease)
        store.watch("nodes", self._on_node)

    def heed(self, lease: NodeLease) -> None:
        """There is one more kubelet."""
        self._leases[lease.node] = lease
        lease.on_change = self._lease_changed

    # ---- when to look --------------------------------------------------------------
    def _lease_changed(self) -> None:
        """A kubelet has begun or stopped to renew its lease."""
        self._look_after(self._engine.now)
        for lease in self._leases.values():
            if lease.ended:
                self._look_after(self._heard(lease) + GRACE_MS)

    def _on_node(self, change: Change) -> None:
        name = change.object["metadata"]["name"]
        if change.verb != "DELETED":
            self._engine.after(REACT_MS, self._taint_by_conditions, name)
        if change.old is None or change.verb == "DELETED" or _ready(change.object) != _ready(change.old):
            self._look_after(self._engine.now)

    def _look_after(self, when: int) -> None:
        at = self._monitor.after(max(when, self._engine.now))
        if at not in self._looks:
            self._looks[at] = self._engine.at(at, self._look)

    def _heard(self, lease: NodeLease) -> int:
        """When the controller noticed the newest renewal: at its first look after that."""
        return self._monitor.after(lease.renewed_at(self._engine.now) - 1)

    # ---- one look: monitorNodeHealth -----------------------------------------------
    def _look(self) -> None:
        now = self._engine.now
        self._looks.pop(now, None)
        nodes = {node["metadata"]["name"]: node for node in self._store.list("nodes")}
        self._classify(nodes)
        for name, node in nodes.items():
            lease = self._leases.get(name)
            if _ready(node) == "True" and lease is not None and lease.ended and now > self._heard(lease) + GRACE_MS:
                nodes[name] = self._lose(node)
            elif _ready(node) != "True":
                self._queue_up(node)
            else:
                self._reachable(name)
        if self._zones.update(nodes.values()):
            # Nothing is heard of any node: the fault is rather on this side.
            for name in nodes:
                self._reachable(name)
        self._schedule_tainting()

    def _classify(self, nodes: dict[str, Json]) -> None:
        for name, node in nodes.items():
            if name not in self._known:
                self._tell(node, "RegisteredNode", f"Node {name} event: Registered Node {name} in Controller")
        for name, node in self._known.items():
            if name not in nodes:
                self._queue.pop(name, None)
                self._tell(node, "RemovingNode", f"Node {name} event: Removing Node {name} from Controller")
        self._known = dict(nodes)

    def _lose(self, node: Json) -> Json:
        """What the kubelet last said of its node holds no longer (tryUpdateNodeHealth)."""
        now = self._calendar.second(self._engine.now)
        unknown = {"status": "Unknown", "reason": "NodeStatusUnknown", "lastTransitionTime": now}
        unknown["message"] = "Kubelet stopped posting node status."
        conditions = [c | unknown if c["type"] in POSTED else c for c in node["status"]["conditions"]]
        lost = self._store.update("nodes", {**node, "status": {**node["status"], "conditions": conditions}})
        self._queue_up(lost)
        name = node["metadata"]["name"]
        self._tell(lost, "NodeNotReady", f"Node {name} status is now: NodeNotReady")
        self._unready_pods(name)
        return lost

    def _unready_pods(self, node: str) -> None:
        """Models pkg/controller/util/node/controller_utils.go MarkPodsNotReady."""
        now = self._calendar.second(self._engine.now)
        for pod in self._store.list("pods"):
            ready = next((c for c in pod["status"].get("conditions", ()) if c["type"] == "Ready"), None)
            if pod["spec"].get("nodeName") == node and ready is not None and ready["status"] != "False":
                unready = ready | {"status": "False", "lastTransitionTime": now}
                pod = self._store.update("pods", {**pod, "status": with_condition(pod["status"], unready)})
                self._recorder.event(pod, "Warning", "NodeNotReady", "Node is not ready")

    def _tell(self, node: Json, reason: str, message: str) -> None:
        self._recorder.event(node, "Normal", reason, message)

    # ---- taints ----------------------------------------------------------------------
    def _taint_by_conditions(self, name: str) -> None:
        """The NoSchedule taints follow the conditions at once (doNoScheduleTaintingPass)."""
        node = self._store.get("nodes", "", name)
        if node is None:
            return
        states = [(c["type"], c["status"]) for c in node["status"]["conditions"]]
        wanted = [TAINTS[state] for state in states if state in TAINTS]
        if node["spec"].get("unschedulable"):
            wanted.append(UNSCHEDULABLE)
        ours = {*TAINTS.values(), UNSCHEDULABLE}
        have = [t["key"] for t in node["spec"].get("taints", ()) if t["effect"] == "NoSchedule" and t["key"] in ours]
        removed = [(key, "NoSchedule") for key in have if key not in wanted]
        self._swap(node, [(key, "NoSchedule") for key in wanted if key not in have], removed)

    def _queue_up(self, node: Json) -> None:
        """Models processTaintBaseEviction: one of the two taints, after the other nodes of the zone."""
        name, key = node["metadata"]["name"], _evicting(node)
        here = [t["key"] for t in node["spec"].get("taints", ()) if t["effect"] == "NoExecute"]
        other = NOT_READY if key == UNREACHABLE else UNREACHABLE
        if other in here:
            self._swap(node, [(key, "NoExecute")], [(other, "NoExecute")])
        elif key not in here:
            self._queue[name] = None

    def _reachable(self, name: str) -> None:
        """Models markNodeAsReachable."""
        self._queue.pop(name, None)
        node = self._store.get("nodes", "", name)
        if node is not None:
            self._swap(node, [], [(UNREACHABLE, "NoExecute"), (NOT_READY, "NoExecute")])

    def _schedule_tainting(self) -> None:
        if self._queue and self._tainting is None:
            times = [self._zones.free_at(self._known[name], self._engine.now) for name in self._queue]
            if soonest := min((at for at in times if at is not None), default=None):
                self._tainting = self._engine.at(self._tainter.after(max(soonest, self._engine.now)), self._taint)

    def _taint(self) -> None:
        """Models doNoExecuteTaintingPass."""
        self._tainting = None
        for name in list(self._queue):
            node = self._store.get("nodes", "", name)
            if node is None or _ready(node) == "True":
                del self._queue[name]
            elif self._zones.take(node, self._engine.now):
                del self._queue[name]
                self._swap(node, [(_evicting(node), "NoExecute")], [])
        self._schedule_tainting()

    def _swap(self, node: Json, add: Sequence[tuple[str, str]], remove: Sequence[tuple[str, str]]) -> None:
        """Models SwapNodeControllerTaint; nothing is written if nothing changes."""
        before = node["spec"].get("taints", [])
        now = self._calendar.second(self._engine.now)
        kept = [t for t in before if (t["key"], t["effect"]) not in (*remove, *add)]
        after = [*kept, *({"key": key, "effect": effect, "timeAdded": now} for key, effect in add)]
        if after != before:
            spec = {key: value for key, value in node["spec"].items() if key != "taints"}
            self._store.update("nodes", {**node, "spec": spec | ({"taints": after} if after else {})})


def _ready(node: Json) -> str:
    return next((str(c["status"]) for c in node["status"]["conditions"] if c["type"] == "Ready"), "Unknown")


def _evicting(node: Json) -> str:
    return NOT_READY if _ready(node) == "False" else UNREACHABLE
