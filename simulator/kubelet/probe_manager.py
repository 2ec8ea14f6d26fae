"""The probe workers of a Pod, and what their results make of a container: started, ready.

Models pkg/kubelet/prober/prober_manager.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from simulator.history import Json
from simulator.kubelet.node import PodAgent
from simulator.kubelet.policy import find_container, is_sidecar, sidecars
from simulator.kubelet.prober import KINDS, Kind, OnResult, ProbeWorker, find_status, ran_before
from simulator.kubelet.results import SUCCESS

# A manual trigger reaches its worker just after the status that asked for it is stored.
POKE_MS = 1


class ProbeManager:
    """The workers of one Pod."""

    def __init__(self, agent: PodAgent, on_result: OnResult) -> None:
        self._agent = agent
        self._on_result = on_result
        self._workers: dict[tuple[str, str], ProbeWorker] = {}
        self._published: dict[str, tuple[Any, ...]] = {}

    def __iter__(self) -> Iterator[ProbeWorker]:
        return iter(list(self._workers.values()))

    def add_pod(self) -> None:
        """Begin to probe what is not being probed yet. Models AddPod."""
        spec = self._agent.pod["spec"]
        for container in (*spec["containers"], *sidecars(spec)):
            for kind in KINDS:
                key = (container["name"], kind)
                if f"{kind}Probe" in container:
                    if key in self._workers:
                        return
                    self._workers[key] = ProbeWorker(self._agent, kind, container, self._on_result)

    def has(self, container: str, kind: Kind) -> bool:
        return (container, kind) in self._workers

    def forget(self, worker: ProbeWorker) -> None:
        self._workers.pop((worker.container["name"], worker.kind), None)

    def stop_liveness_and_startup(self) -> None:
        regular = {c["name"] for c in self._agent.pod["spec"]["containers"]}
        for worker in self:
            if worker.kind != "readiness" and worker.container["name"] in regular:
                worker.stop()

    def remove_pod(self) -> None:
        for worker in self:
            worker.stop()

    def leave(self) -> None:
        """The kubelet is gone, and what it had under way with it."""
        for worker in self:
            worker.leave()

    def status_changed(self) -> None:
        """The stored status is new: wake those whose container it says something new about."""
        status = self._agent.status.get(self._agent.uid)
        if status is None or not self._workers:
            return
        for worker in self:
            name = worker.container["name"]
            current = find_status(status, name) or {}
            told = (
                current.get("containerID"), next(iter(current.get("state", ())), ""), current.get("started"),
                status["phase"], self._agent.deleting,
            )  # fmt: skip
            key = f"{name}/{worker.kind}"
            if self._published.get(key) != told:
                self._published[key] = told
                worker.interrupt()

    def interrupt(self) -> None:
        """Something happened on the node that attempts depend on without seeing it."""
        for worker in self:
            worker.interrupt()

    def update_pod_status(self, statuses: dict[str, Json]) -> None:
        """Fill in started and ready of the API's container statuses. Models UpdatePodStatus."""
        spec = self._agent.pod["spec"]
        for container in spec["containers"]:
            self._update(container, statuses[container["name"]])
        for container in spec.get("initContainers", ()):
            status = statuses[container["name"]]
            if is_sidecar(container):
                self._update(container, status)
            else:
                status["started"] = self._started(status)
                ended = status["state"].get("terminated")
                status["ready"] = ended is not None and ended["exitCode"] == 0

    def _update(self, container: Json, status: Json) -> None:
        status["started"] = self._started(status)
        status["ready"] = status["started"] and self._ready(status)

    def _started(self, status: Json) -> bool:
        """Models isContainerStarted."""
        if "running" not in status["state"]:
            return False
        result = self._agent.results.get("startup", status["containerID"].removeprefix("containerd://"))
        if result is not None:
            return result.value == SUCCESS
        return bool(status["started"]) or not self.has(status["name"], "startup")

    def _ready(self, status: Json) -> bool:
        if "running" not in status["state"]:
            return False
        result = self._agent.results.get("readiness", status["containerID"].removeprefix("containerd://"))
        if result is not None and result.value == SUCCESS:
            return True
        worker = self._workers.get((status["name"], "readiness"))
        if worker is not None:
            self._agent.node.engine.after(POKE_MS, worker.poke)
        if self._ran_before(status):
            return self._was_ready(status, probed=worker is not None, judged=result is not None)
        return worker is None

    def _ran_before(self, status: Json) -> bool:
        node = self._agent.node
        return ran_before(node.started_at, node.calendar.parse(status["state"]["running"]["startedAt"]))

    def _was_ready(self, status: Json, *, probed: bool, judged: bool) -> bool:
        """A restart of the kubelet makes no container unready that was ready. Models setReadyStateOnKubeletRestart."""
        if not judged or not probed:
            _, _, container = find_container(self._agent.pod["spec"], status["name"])
            if "readinessProbe" not in container:
                return True
            known = self._agent.pod["status"].get("conditions", ())
            return any(c["type"] == "Ready" and c["status"] == "True" for c in known)
        return False
