"""Which Pods a DaemonSet makes and deletes on each node, whatever their revision.

Models podsShouldBeOnNode of pkg/controller/daemon/daemon_controller.go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from simulator.controllers.availability import is_ready
from simulator.controllers.daemonset.placement import HASH, max_surge, should_run
from simulator.history import Json

FIRST_MS = 1000
CAP_MS = 900_000


@dataclass(slots=True)
class Plan:
    """Nodes that get a Pod, and Pods that go."""

    create_on: list[str] = field(default_factory=list)
    delete: list[Json] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.create_on or self.delete)


@dataclass(slots=True)
class FailedPodsBackoff:
    """How soon a failed Pod is replaced again. Models client-go util/flowcontrol Backoff."""

    _entries: dict[tuple[str, int, str], tuple[int, int]] = field(default_factory=dict)  # delay, since

    def wait(self, daemon_set: Json, node: str, now: int) -> int:
        """How long (ms) the node's next failed Pod is left alone; 0 and a longer time for the one after if not."""
        key = (daemon_set["metadata"]["uid"], daemon_set["status"].get("observedGeneration", 0), node)
        delay, since = self._entries.get(key, (0, now))
        if now - since > 2 * CAP_MS:
            delay = 0
        if delay and now - since < delay:
            return delay
        self._entries[key] = (min(2 * delay, CAP_MS) or FIRST_MS, now)
        return 0

    def forget(self, uid: str) -> None:
        for key in [key for key in self._entries if key[0] == uid]:
            del self._entries[key]


def by_age(pods: Sequence[Json]) -> list[Json]:
    """Those on a node first, then the oldest. Models podByCreationTimestampAndPhase."""

    def key(pod: Json) -> tuple[bool, str, str]:
        return not pod["spec"].get("nodeName"), pod["metadata"]["creationTimestamp"], pod["metadata"]["name"]

    return sorted(pods, key=key)


@dataclass(frozen=True, slots=True)
class Manager:
    """One sync's look at a DaemonSet. `failed` and `succeeded` say what is to become of a Pod that has ended."""

    daemon_set: Json
    revision: str
    failed: Callable[[Json, str], bool]
    succeeded: Callable[[Json, str], None]
    available: Callable[[Json], bool]

    def plan(self, nodes: Sequence[Json], pods: dict[str, list[Json]]) -> Plan:
        """Models manage: also Pods that wait for a node that is gone are deleted."""
        plan = Plan()
        for node in nodes:
            self._plan_node(node, pods, plan)
        names = {node["metadata"]["name"] for node in nodes}
        for name, strays in pods.items():
            if name not in names:
                plan.delete += [pod for pod in strays if not pod["spec"].get("nodeName")]
        return plan

    def _plan_node(self, node: Json, pods: dict[str, list[Json]], plan: Plan) -> None:
        name = node["metadata"]["name"]
        shall_come, may_stay = should_run(self.daemon_set, node)
        if shall_come and name not in pods:
            plan.create_on.append(name)
            return
        living = [pod for pod in pods.get(name, ()) if "deletionTimestamp" not in pod["metadata"]]
        if not may_stay:
            plan.delete += living
            return
        running = by_age([pod for pod in living if not self._has_ended(pod, name, plan)])
        if not max_surge(self.daemon_set, 1):
            plan.delete += running[1:]
        elif not running and shall_come:
            plan.create_on.append(name)
        elif len(running) > 1:
            self._prune(running, plan)

    def _has_ended(self, pod: Json, node: str, plan: Plan) -> bool:
        phase = pod["status"].get("phase")
        if phase == "Failed":
            if self.failed(pod, node):
                plan.delete.append(pod)
            return True
        if phase == "Succeeded":
            self.succeeded(pod, node)
            plan.delete.append(pod)
            return True
        return False

    def _prune(self, running: list[Json], plan: Plan) -> None:
        """While surging: the old Pod stays as long as it is ready and the new one is not available."""
        new = next((pod for pod in running if self._is_new(pod)), None)
        old = next((pod for pod in running if not self._is_new(pod)), None)
        plan.delete += [pod for pod in running if pod is not new and pod is not old]
        if new is not None and old is not None and (not is_ready(old) or self.available(new)):
            plan.delete.append(old)

    def _is_new(self, pod: Json) -> bool:
        return (pod["metadata"].get("labels") or {}).get(HASH) == self.revision
