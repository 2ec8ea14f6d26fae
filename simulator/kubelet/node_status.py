"""What the kubelet writes into its Node object, and the events about it.

Models pkg/kubelet/kubelet_node_status.go and pkg/kubelet/nodestatus/setters.go. What is always the same is not written
again: heartbeats are left to the lease.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from simulator.calendar import Calendar
from simulator.engine import Beat, Engine
from simulator.events import Recorder
from simulator.history import Json
from simulator.store import Change, Store


@dataclass(frozen=True, slots=True)
class _State:
    """What a condition says in one state, and the event that tells of it."""

    status: str
    reason: str
    message: str
    event: str


READY = _State("True", "KubeletReady", "kubelet is posting ready status", "NodeReady")
# What storage says until the kubelet has made its CSINode (pkg/volume/csi/csi_plugin.go).
NEW = _State("False", "KubeletNotReady", "CSINode is not yet initialized", "NodeNotReady")
NEW_TAINT = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
PRESSURES: dict[str, tuple[_State, _State]] = {
    "MemoryPressure": (
        _State(
            "False",
            "KubeletHasSufficientMemory",
            "kubelet has sufficient memory available",
            "NodeHasSufficientMemory",
        ),
        _State(
            "True",
            "KubeletHasInsufficientMemory",
            "kubelet has insufficient memory available",
            "NodeHasInsufficientMemory",
        ),
    ),
    "DiskPressure": (
        _State("False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure", "NodeHasNoDiskPressure"),
        _State("True", "KubeletHasDiskPressure", "kubelet has disk pressure", "NodeHasDiskPressure"),
    ),
    "PIDPressure": (
        _State("False", "KubeletHasSufficientPID", "kubelet has sufficient PID available", "NodeHasSufficientPID"),
        _State("True", "KubeletHasInsufficientPID", "kubelet has insufficient PID available", "NodeHasInsufficientPID"),
    ),
}


def _not_ready(errors: Sequence[str]) -> _State:
    """Several errors are told as vendor/k8s.io/apimachinery/pkg/util/errors Aggregate tells them."""
    message = errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]"
    return _State("False", "KubeletNotReady", message, "NodeNotReady")


def boot_id(node: str, boots: int) -> str:
    """What the kernel makes up each time it starts."""
    return str(UUID(hashlib.md5(f"{node} {boots}".encode(), usedforsecurity=False).hexdigest(), version=4))


def machine_id(node: str) -> str:
    """What the installer of the system makes up once."""
    return hashlib.md5(node.encode(), usedforsecurity=False).hexdigest()


def healthy_conditions(now: str) -> list[Json]:
    """The conditions of a node that has all it needs."""
    return _conditions(now, READY)


def _conditions(now: str, ready: _State) -> list[Json]:
    states = [(kind, states[0]) for kind, states in PRESSURES.items()]
    return [_condition(kind, state, now, now) for kind, state in (*states, ("Ready", ready))]


def _condition(kind: str, state: _State, now: str, since: str) -> Json:
    return {
        "type": kind,
        "status": state.status,
        "lastHeartbeatTime": now,
        "lastTransitionTime": since,
        "reason": state.reason,
        "message": state.message,
    }


@dataclass(slots=True)
class NodeStatus:
    """Of one node. `blank` is the Node object as the kubelet registers it."""

    engine: Engine
    store: Store
    calendar: Calendar
    recorder: Recorder
    blank: Json
    beat: Beat  # of the loop that writes it
    under: set[str] = field(default_factory=set)  # the pressures that the node is under
    runtime_errors: Callable[[], Sequence[str]] = tuple  # why no Pod can be synced

    def register(self) -> bool:
        """Say that the kubelet starts, and make the Node unless it is there. Whether it was made."""
        self.tell("Starting", "Starting kubelet.")
        for kind, states in PRESSURES.items():
            self._tell_state(states[kind in self.under])
        self.tell("NodeAllocatableEnforced", "Updated Node Allocatable limit across pods")
        if self.store.get("nodes", "", self._name) is not None:
            return False
        self._create()
        return True

    def _create(self) -> None:
        """A new node is not ready yet, and is tainted for it by plugin/pkg/admission/nodetaint/admission.go."""
        now = self.calendar.second(self.engine.now)
        meta = self.blank["metadata"] | {"uid": self.store.new_uid(), "creationTimestamp": now}
        spec = {**self.blank["spec"], "taints": [*self.blank["spec"].get("taints", ()), NEW_TAINT]}
        status = {**self.blank["status"], "conditions": _conditions(now, NEW)}
        self.store.create("nodes", {**self.blank, "metadata": meta, "spec": spec, "status": status})

    def set_pressure(self, kind: str, *, under: bool) -> None:
        """The next round of the loop tells of it."""
        if under != (kind in self.under):
            self.under ^= {kind}
            self.soon()

    def soon(self) -> None:
        """The next round of the loop tells what is new."""
        self.engine.at(self.beat.after(self.engine.now), self.sync)

    def noticed(self, change: Change) -> None:
        """Somebody else wrote into the Node what the next round of the loop sets right."""
        node = change.object
        if node["metadata"]["name"] == self._name and change.verb != "DELETED" and self._with_resources(node) != node:
            self.soon()

    def _with_resources(self, node: Json) -> Json:
        """What the machine has, and what others say it has, may be given to Pods. Models setters.go MachineInfo."""
        own, status = self.blank["status"], node["status"]
        capacity = {**status.get("capacity", {}), **own["capacity"]}
        allocatable = {name: own["allocatable"].get(name, amount) for name, amount in capacity.items()}
        return {**node, "status": {**status, "capacity": capacity, "allocatable": allocatable}}

    def _note_boot(self, node: Json) -> Json:
        """The machine has been started anew since the last status. Models setters.go MachineInfo."""
        boot = self.blank["status"]["nodeInfo"]["bootID"]
        info = node["status"]["nodeInfo"]
        if info.get("bootID") == boot:
            return node
        self.tell("Rebooted", f"Node {self._name} has been rebooted, boot id: {boot}", "Warning")
        return {**node, "status": {**node["status"], "nodeInfo": {**info, "bootID": boot}}}

    def sync(self) -> None:
        """Bring the Node's conditions up to date."""
        node = self.store.get("nodes", "", self._name)
        if node is None:
            return
        noted = self._with_resources(self._note_boot(node))
        now = self.calendar.second(self.engine.now)
        before = {condition["type"]: condition for condition in node["status"]["conditions"]}
        wanted = {kind: states[kind in self.under] for kind, states in PRESSURES.items()}
        errors = self.runtime_errors()
        wanted["Ready"] = _not_ready(errors) if errors else READY
        changed = [kind for kind, state in wanted.items() if before.get(kind, {}).get("status") != state.status]
        if not changed and wanted["Ready"].message == before["Ready"]["message"]:
            if noted != node:
                self.store.update("nodes", noted)
            return
        fresh = {
            kind: _condition(kind, state, now, now if kind in changed else before[kind]["lastTransitionTime"])
            for kind, state in wanted.items()
        }
        conditions = [*(c for kind, c in before.items() if kind not in fresh), *fresh.values()]
        self.store.update("nodes", {**noted, "status": {**noted["status"], "conditions": conditions}})
        for kind in changed:
            self._tell_state(wanted[kind])

    @property
    def _name(self) -> str:
        return str(self.blank["metadata"]["name"])

    def _tell_state(self, state: _State) -> None:
        self.tell(state.event, f"Node {self._name} status is now: {state.event}")

    def tell(self, reason: str, message: str, kind: str = "Normal") -> None:
        """The kubelet refers to its Node by the name, also where the UID belongs."""
        about = {"kind": "Node", "apiVersion": "v1", "metadata": {"name": self._name, "uid": self._name}}
        self.recorder.event(about, kind, reason, message)
