"""The node agent: takes Pods from the API, gives each a worker, and passes on what happens to them.

Models pkg/kubelet/kubelet.go syncLoop and its Handle… functions.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.engine import Timer
from simulator.history import Json
from simulator.kubelet.admission import Refusal, admit
from simulator.kubelet.eviction import EvictionManager
from simulator.kubelet.latency import WATCH_MS
from simulator.kubelet.node import DEADLINE_MESSAGE, Node, PodAgent
from simulator.kubelet.pleg import Pleg
from simulator.kubelet.pod_worker import PodWorker, Work
from simulator.kubelet.policy import is_static
from simulator.kubelet.probe_manager import ProbeManager
from simulator.kubelet.prober import Kind
from simulator.kubelet.resize import ResizeManager
from simulator.kubelet.results import FAILURE, SUCCESS
from simulator.kubelet.runtime import RuntimePod
from simulator.kubelet.static_pods import StaticPodSource, mirrored_uid
from simulator.kubelet.status_manager import TERMINAL, StatusManager
from simulator.kubelet.sync import PodSync
from simulator.kubelet.volumes import VolumeManager
from simulator.objects import qos_class
from simulator.scheduler.node_info import NodeInfo
from simulator.store import Change


@dataclass(slots=True)
class _Pod:
    agent: PodAgent
    worker: PodWorker
    deadline: Timer | None = None

    @property
    def ended(self) -> bool:
        return self.worker.finished or self.worker.work is Work.TERMINATED


class Kubelet:
    """All Pods of one node."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self._pods: dict[str, _Pod] = {}
        self._taken = NodeInfo({})  # by the Pods that have not ended
        self._pleg = Pleg(node.engine, node.beats.relist, self._on_pleg_event)
        self.status = StatusManager(node.engine, node.store, node.calendar, self._could_run, self._delete_for_good)
        self.status.on_change = self._on_status
        node.store.watch("pods", self._on_pod)
        for kind in ("configmaps", "secrets"):
            node.store.watch(kind, self._on_config)
        StaticPodSource(node.engine, node.machine, node.calendar, node.name, self._add, self._remove_static)

    def agent(self, uid: str) -> PodAgent | None:
        pod = self._pods.get(uid)
        return pod.agent if pod else None

    # ---- the API's watch ---------------------------------------------------------
    def _on_pod(self, change: Change) -> None:
        if change.object["spec"].get("nodeName") != self.node.name:
            return
        if (static := mirrored_uid(change.object)) is not None:
            self.node.engine.after(WATCH_MS, self._on_mirror, static, change)
            return
        known = self._pods.get(change.object["metadata"]["uid"])
        if known is not None:
            self._allocate(known, change.object)
        self.node.engine.after(WATCH_MS, self._handle, change)

    def _on_mirror(self, uid: str, change: Change) -> None:
        """A mirror that is deleted comes back; the static Pod itself does not notice."""
        pod = self._pods.get(uid)
        if pod is None:
            return
        if change.verb == "ADDED":
            self.node.engine.at(self.node.beats.reconcile.after(self.node.engine.now), self.status.resend, uid)
        elif "deletionTimestamp" in change.object["metadata"]:
            pod.worker.request()

    def _remove_static(self, uid: str) -> None:
        pod = self._pods.get(uid)
        if pod is not None:
            self._terminate(pod)

    def _handle(self, change: Change) -> None:
        uid = change.object["metadata"]["uid"]
        known = self._pods.get(uid)
        if change.verb == "DELETED":
            if known is not None:
                self._remove(known)
            else:
                self.status.remove(uid)
        elif known is None:
            if change.object.get("status", {}).get("phase") not in TERMINAL:
                self._add(change.object)
        else:
            self._update(known, change)

    def _add(self, obj: Json) -> None:
        """Models HandlePodAdditions."""
        node, uid = self.node, obj["metadata"]["uid"]
        refusal = admit(obj, self._room())
        if refusal is not None:
            self._reject(obj, refusal)
            return
        runtime = RuntimePod(uid)
        self._pleg.add(runtime)
        agent = PodAgent(node, obj, runtime, self.status)
        agent.volumes = VolumeManager(agent)
        agent.resize = ResizeManager(agent)
        agent.probes = ProbeManager(agent, lambda kind, cid, value: self._on_probe(uid, kind, cid, value))
        agent.reinspect = lambda: self._pleg.reinspect(uid)
        worker = PodWorker(node.engine, uid, PodSync(agent), self._pleg, node.beats.sync, node.random)
        self._pods[uid] = _Pod(agent, worker)
        self._taken.put(uid, obj)
        worker.on_terminated = lambda: self._taken.remove(uid)
        worker.on_finished = lambda: self._finished(uid)
        agent.evict = lambda fate, grace: self._evict(uid, fate, grace)
        EvictionManager(agent)
        self._schedule_deadline(self._pods[uid])
        worker.request()

    def _resize(self, pod: _Pod, obj: Json) -> None:
        self._taken.remove(pod.agent.uid)
        pod.agent.resize.consider(obj, self._room())
        self._allocate(pod, obj)

    def _allocate(self, pod: _Pod, obj: Json) -> None:
        pod.agent.pod = pod.agent.resize.applied_to(obj)
        if not pod.ended:
            self._taken.put(pod.agent.uid, pod.agent.pod)

    def _room(self) -> NodeInfo:
        """The node, and what the Pods that it runs take of it."""
        found = self.node.store.get("nodes", "", self.node.name)
        assert found is not None  # a kubelet registers its node before it runs Pods
        self._taken.node = found
        return self._taken

    def _reject(self, pod: Json, refusal: Refusal) -> None:
        """Models rejectPod: never tried again."""
        self.node.recorder.event(pod, "Warning", refusal.reason, refusal.message)
        message = f"Pod was rejected: {refusal.message}"
        status = {"phase": "Failed", "reason": refusal.reason, "message": message, "conditions": []}
        self.status.set_pod_status(pod, status | {"qosClass": qos_class(pod)})

    def _evict(self, uid: str, fate: Json, grace: int) -> None:
        pod = self._pods[uid]
        pod.agent.eviction, pod.agent.grace_override = fate, grace
        self._terminate(pod)

    def _update(self, pod: _Pod, change: Change) -> None:
        """Models HandlePodUpdates and HandlePodReconcile: an echo of the kubelet's own status triggers nothing."""
        new, old = change.object, change.old or {}
        if "deletionTimestamp" in new["metadata"]:
            if old.get("metadata", {}).get("deletionTimestamp") != new["metadata"]["deletionTimestamp"]:
                self._terminate(pod)
            return
        if new["spec"] != old.get("spec") or _meta(new) != _meta(old):
            self._schedule_deadline(pod)
            self._resize(pod, new)
            pod.worker.request()
        elif _gates(new) != _gates(old):
            pod.worker.request()

    def _terminate(self, pod: _Pod) -> None:
        pod.agent.cancelled.resolve(None)
        pod.worker.terminate()
        pod.agent.probes.status_changed()

    def _remove(self, pod: _Pod) -> None:
        """Models HandlePodRemoves: what still runs is stopped all the same."""
        if pod.worker.finished:
            self._forget(pod.agent.uid)
        else:
            self._terminate(pod)

    def _finished(self, uid: str) -> None:
        pod = self._pods[uid]
        if pod.deadline is not None:
            pod.deadline.cancel()
        pod.agent.probes.remove_pod()
        self._retry_deferred_resizes()
        if is_static(pod.agent.pod):
            self.node.engine.at(self.node.beats.housekeeping.after(self.node.engine.now), self._clean_up, uid)
            return
        name = pod.agent.pod["metadata"]
        current = self.node.store.get("pods", name["namespace"], name["name"])
        if current is None or current["metadata"]["uid"] != uid:
            self._forget(uid)

    def _retry_deferred_resizes(self) -> None:
        """A Pod that ended has made room."""
        for pod in self._pods.values():
            if pod.agent.resize.deferred:
                meta = pod.agent.pod["metadata"]
                current = self.node.store.get("pods", meta["namespace"], meta["name"])
                if current is not None:
                    self._resize(pod, current)
                    pod.worker.request()

    def _clean_up(self, uid: str) -> None:
        """Housekeeping: a mirror whose static Pod has ended goes too."""
        meta = self._pods[uid].agent.pod["metadata"]
        mirror = self.node.store.get("pods", meta["namespace"], meta["name"])
        if mirror is not None and mirrored_uid(mirror) == uid:
            self.node.mirrors.delete(mirror)
        self._forget(uid)

    def _forget(self, uid: str) -> None:
        self._pods.pop(uid, None)
        self._pleg.remove(uid)
        self.status.remove(uid)

    def _delete_for_good(self, pod: Json) -> None:
        """The API deletes with no grace: one more version, then none. Models store.go deletionFinalizers… Delete."""
        node = self.node
        meta = pod["metadata"] | {
            "deletionTimestamp": node.calendar.second(node.engine.now),
            "deletionGracePeriodSeconds": 0,
        }
        last = node.store.update("pods", {**pod, "metadata": meta})
        node.store.delete("pods", last)

    def _on_config(self, change: Change) -> None:
        """A mounted ConfigMap or Secret reaches its volumes with the Pod's next periodic sync."""
        name = change.object["metadata"]["name"]
        for pod in self._pods.values():
            same = pod.agent.pod["metadata"]["namespace"] == change.object["metadata"]["namespace"]
            if same and pod.agent.volumes.refers_to(change.kind, name):
                pod.agent.volumes.mark_stale(change.kind, name)
                pod.worker.resync_soon()

    # ---- what happens on the node ------------------------------------------------
    def _on_pleg_event(self, uid: str, died: bool) -> None:
        pod = self._pods.get(uid)
        if pod is None:
            return
        pod.worker.request()
        if died:
            pod.agent.runtime.forget_older()

    def _on_probe(self, uid: str, kind: Kind, container_id: str, value: str) -> None:
        """The sync loop takes up a result that changed."""
        self.node.engine.after(0, self._take_result, uid, kind, container_id, value)

    def _take_result(self, uid: str, kind: Kind, container_id: str, value: str) -> None:
        pod = self._pods.get(uid)
        if pod is None:
            return
        if kind == "liveness":
            if value == FAILURE:
                pod.worker.request()
            return
        if kind == "readiness":
            self.status.set_container_readiness(pod.agent.pod, container_id, value == SUCCESS)
        else:
            self.status.set_container_startup(pod.agent.pod, container_id, value == SUCCESS)
        pod.worker.request()

    def _on_status(self, uid: str) -> None:
        pod = self._pods.get(uid)
        if pod is not None:
            pod.agent.probes.status_changed()
            if pod.deadline is None:
                self._schedule_deadline(pod)

    def _could_run(self, uid: str) -> bool:
        pod = self._pods.get(uid)
        return pod is not None and pod.worker.could_have_running_containers

    # ---- active deadline -----------------------------------------------------------
    def _schedule_deadline(self, pod: _Pod) -> None:
        """Models pkg/kubelet/active_deadline.go: counted from the status' startTime, looked at every second."""
        seconds = pod.agent.pod["spec"].get("activeDeadlineSeconds")
        if pod.deadline is not None:
            pod.deadline.cancel()
            pod.deadline = None
        status = self.status.get(pod.agent.uid)
        if seconds is None or status is None:
            return
        started = self.node.calendar.parse(status["startTime"])
        pod.agent.deadline = started + seconds * 1000
        due = self.node.beats.sync.after(pod.agent.deadline - 1)
        pod.deadline = self.node.engine.at(due, self._deadline, pod)

    def _deadline(self, pod: _Pod) -> None:
        if pod.worker.finished:
            return
        data = {"message": DEADLINE_MESSAGE}
        fields = ("spec.activeDeadlineSeconds",)
        self.node.engine.cause = self.node.history.fact("deadline", pod.agent.key, "", data, fields)
        pod.worker.request()


def _meta(obj: Json) -> tuple[object, ...]:
    meta = obj.get("metadata", {})
    return meta.get("labels"), meta.get("annotations")


def _gates(obj: Json) -> list[tuple[str, str]]:
    """The conditions of the Pod's readiness gates."""
    gates = {gate["conditionType"] for gate in obj.get("spec", {}).get("readinessGates", ())}
    found = obj.get("status", {}).get("conditions", ())
    return [(c["type"], c["status"]) for c in found if c["type"] in gates]
