"""The node agent: takes Pods from the API, gives each a worker, and passes on what happens to them.

Models pkg/kubelet/kubelet.go syncLoop and its Handle… functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from simulator.history import Json
from simulator.kubelet.active_deadline import ActiveDeadline
from simulator.kubelet.admission import Refusal
from simulator.kubelet.changes import asks_for_more, given, is_over
from simulator.kubelet.conditions import is_readiness_outdated
from simulator.kubelet.container_runtime import RuntimeWatch
from simulator.kubelet.eviction import EvictionManager
from simulator.kubelet.known_pod import KnownPod, Remains
from simulator.kubelet.latency import MIRROR_STATUS_MS, WATCH_MS
from simulator.kubelet.mirrors import mirrored_uid
from simulator.kubelet.node import Node, PodAgent
from simulator.kubelet.node_eviction import NodeEviction
from simulator.kubelet.node_status import NodeStatus
from simulator.kubelet.pleg import Pleg
from simulator.kubelet.pod_worker import PodWorker, Work
from simulator.kubelet.policy import is_static
from simulator.kubelet.preemption import CriticalPodAdmission
from simulator.kubelet.probe_manager import ProbeManager
from simulator.kubelet.prober import Kind
from simulator.kubelet.resize import ResizeManager
from simulator.kubelet.results import FAILURE, SUCCESS
from simulator.kubelet.runtime import RuntimePod
from simulator.kubelet.static_pods import StaticPodSource
from simulator.kubelet.static_starts import StaticStarts
from simulator.kubelet.status_manager import TERMINAL, StatusManager
from simulator.kubelet.sync import PodSync
from simulator.kubelet.sync_loop import SyncLoop
from simulator.kubelet.volumes import VolumeManager
from simulator.objects import qos_class
from simulator.scheduler.node_info import NodeInfo
from simulator.store import Change, key_of

ORPHAN_GRACE_S = 1


class Kubelet:
    """All Pods of one node."""

    def __init__(self, node: Node, status: NodeStatus, left: Mapping[str, PodAgent] | None = None) -> None:
        """`status` is the node's; `left` is what a kubelet before this one has left running, by the Pods' UIDs."""
        self.node = node
        self._left = dict(left or {})
        self._pods: dict[str, KnownPod] = {}
        self._deferred: dict[str, KnownPod] = {}  # whose resize waits for room, the longest first
        self._remains = Remains(node.engine, node.started_at)
        self._taken = NodeInfo({})  # by the Pods that have not ended
        self._pleg = Pleg(node.engine, node.beats.relist, self._on_pleg_event, node.started_at)
        self.status = StatusManager(node.engine, node.store, node.calendar, self._could_run, node.mirrors.delete)
        self.status.on_change, self.status.superseded = self._on_status, self._superseded
        self._loop = SyncLoop(node.engine)
        self._static = StaticStarts()
        self._runtime = RuntimeWatch(node.engine, node.started_at, status, self._pleg, self._loop)
        self._admission = CriticalPodAdmission(self._loop, self._present)
        # A bound method is an object: what every Pod calls is bound once for all of them.
        self._for_agents = (self._pleg.reinspect, self._evict)
        self._for_workers = (self._stopped, self._finished, self._loop.put)
        self._for_probes = self._on_probe
        self._eviction = NodeEviction(node, status, self._running, self._present, self._is_gone)
        configs = (("configmaps", self._on_config), ("secrets", self._on_config))
        self._watches = (("pods", self._on_pod), *configs, ("nodes", status.noticed))
        for kind, watcher in self._watches:
            node.store.watch(kind, watcher)
        StaticPodSource(node, self._add_static, self._remove_static)
        self._take_up()
        self._eviction.start()

    def _take_up(self) -> None:
        """The Pods that were given to the node before this kubelet ran."""
        for pod in self.node.store.list("pods"):
            if pod["spec"].get("nodeName") == self.node.name and mirrored_uid(pod) is None:
                self._loop.put(self._handle, Change("ADDED", "pods", pod, None))
        for agent in list(self._left.values()):
            known = self._in_api(agent)
            if known is not None and is_over(known) and not agent.runtime.status().running:
                self._make(known).worker.finish()
        if self._left:
            self._housekeep(self._clean_up_the_left)

    def stop(self) -> dict[str, PodAgent]:
        """Nothing of the kubelet runs any more. Gives what goes on without it."""
        for kind, watcher in self._watches:
            self.node.store.unwatch(kind, watcher)
        for pod in self._pods.values():
            pod.agent.probes.leave()
        return self._left | {uid: pod.agent for uid, pod in self._pods.items()}

    def runtime_gone(self) -> None:
        """The container runtime's service ended."""
        self._runtime.gone()
        for pod in self._pods.values():
            pod.agent.probes.interrupt()

    def runtime_back(self) -> None:
        self._runtime.back()

    def _running(self) -> list[PodAgent]:
        """The Pods that may be evicted."""
        return [pod.agent for pod in self._pods.values() if pod.worker.work is Work.SYNC]

    def _present(self) -> list[PodAgent]:
        """The Pods whose files are on the node."""
        return [pod.agent for pod in self._pods.values() if not pod.ended]

    def _is_gone(self, uid: str) -> bool:
        pod = self._pods.get(uid)
        return pod is None or pod.worker.finished

    def agent(self, uid: str) -> PodAgent | None:
        pod = self._pods.get(uid)
        return pod.agent if pod else None

    # ---- the API's watch ---------------------------------------------------------
    def _on_pod(self, change: Change) -> None:
        if change.object["spec"].get("nodeName") != self.node.name:
            return
        if (static := mirrored_uid(change.object)) is not None:
            self.node.engine.after(WATCH_MS, self._loop.put, self._on_mirror, static, change)
            return
        known = self._pods.get(change.object["metadata"]["uid"])
        if known is not None:
            self._allocate(known, change.object)
        self.node.engine.after(WATCH_MS, self._loop.put, self._handle, change)

    def _on_mirror(self, uid: str, change: Change) -> None:
        """A mirror that is deleted comes back; the static Pod itself does not notice."""
        pod = self._pods.get(uid)
        if pod is None:
            return
        now = self.node.engine.now
        if change.verb == "ADDED":
            soon = now + MIRROR_STATUS_MS if self.status.was_sent(uid) else self.node.beats.reconcile.after(now)
            self.node.engine.at(soon, self.status.resend, uid)
        elif "deletionTimestamp" in change.object["metadata"]:
            pod.worker.request()

    def _add_static(self, obj: Json) -> None:
        self._loop.put(self._add_or_restart, obj)

    def _add_or_restart(self, obj: Json) -> None:
        """The same manifest may be back before its Pod is gone: the Pod begins again once it is."""
        known = self._pods.get(obj["metadata"]["uid"])
        if known is None:
            self._add(obj)
        else:
            known.again = obj

    def _remove_static(self, uid: str) -> None:
        self._loop.put(self._terminate_static, uid)

    def _terminate_static(self, uid: str) -> None:
        pod = self._pods.get(uid)
        if pod is None:
            return
        pod.wanted, pod.again = False, {}
        if pod.worker.finished:
            self._housekeep(self._clean_up, uid)
        else:
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
            elif "deletionTimestamp" in change.object["metadata"]:
                self._housekeep(self._finish, change.object)
        else:
            self._update(known, change)

    def _add(self, obj: Json) -> None:
        """Models HandlePodAdditions."""
        refusal = self._eviction.refuse(obj)
        if refusal is not None:
            self._reject(obj, refusal)
        else:
            left = self._left.get(obj["metadata"]["uid"])
            # A Pod that runs already has what was allocated to it, whatever it asks for now.
            asks = obj if left is None else left.resize.applied_to(obj)
            self._admission.decide(asks, self._room(), partial(self._decided, obj))

    def _decided(self, obj: Json, refusal: Refusal | None, runtime: RuntimePod | None = None) -> None:
        if refusal is not None:
            self._reject(obj, refusal)
            return
        pod = self._make(obj, runtime)
        self._resize(pod, obj)
        EvictionManager(pod.agent)
        pod.deadline.schedule()
        pod.worker.request()
        if pod.agent.deleting:
            self._terminate(pod)

    def _make(self, obj: Json, runtime: RuntimePod | None = None, *, wanted: bool = True) -> KnownPod:
        """A Pod's agent and worker, with what a kubelet before this one left of it."""
        node, uid = self.node, obj["metadata"]["uid"]
        left = self._left.pop(uid, None)
        runtime = runtime or (left.runtime if left is not None else self._remains.take(uid) or RuntimePod(uid))
        self._pleg.add(runtime)
        agent = PodAgent(node, obj, runtime, self.status)
        agent.volumes = VolumeManager(agent, left.volumes.mounted if left is not None else {})
        agent.resize = ResizeManager(agent, left.resize if left is not None else None)
        agent.volumes.refresh_all()
        agent.probes = ProbeManager(agent, self._for_probes)
        agent.reinspect, agent.evict = self._for_agents
        worker = PodWorker(node.engine, uid, PodSync(agent), self._pleg, node.beats.sync, node.random)
        if is_static(obj) and wanted:
            self._static.join(agent.key, uid)
            worker.may_start = lambda: self._static.may_start(agent.key, uid)
        pod = self._pods[uid] = KnownPod(agent, worker, ActiveDeadline(agent, worker.request), wanted)
        worker.on_terminated, worker.on_finished, worker.take_up = self._for_workers
        return pod

    def _superseded(self, uid: str) -> bool:
        pod = self._pods.get(uid)
        return pod is not None and self._static.superseded(pod.agent.key, uid)

    def _stopped(self, uid: str) -> None:
        self._taken.remove(uid)
        self._pods[uid].agent.stopped.resolve(None)

    def _clean_up_the_left(self) -> None:
        """Pods that went while no kubelet ran are stopped. Models the end of kubelet_pods.go HandlePodCleanups."""
        for mirror in list(self.node.store.list("pods")):
            uid = mirrored_uid(mirror) if mirror["spec"].get("nodeName") == self.node.name else None
            if uid is not None and uid not in self._pods:
                self.node.mirrors.delete(mirror)
        for agent in list(self._left.values()):
            pod = self._make(self._in_api(agent) or agent.pod, wanted=False)
            pod.agent.grace_override = ORPHAN_GRACE_S
            self._terminate(pod)

    def _in_api(self, agent: PodAgent) -> Json | None:
        found = self.node.store.get("pods", *key_of(agent.pod))
        return found if found is not None and found["metadata"]["uid"] == agent.uid else None

    def _resize(self, pod: KnownPod, obj: Json) -> None:
        self._taken.remove(pod.agent.uid)
        pod.agent.resize.consider(obj, self._room())
        if pod.agent.resize.deferred:
            self._deferred.setdefault(pod.agent.uid, pod)
        else:
            self._deferred.pop(pod.agent.uid, None)
        self._allocate(pod, obj)

    def _allocate(self, pod: KnownPod, obj: Json) -> None:
        pod.agent.pod = pod.agent.resize.applied_to(obj)
        if not pod.ended:
            self._taken.put(pod.agent.uid, pod.agent.pod)

    def _room(self) -> NodeInfo:
        """The node, and what the Pods that it runs take of it."""
        # Of a node that was deleted it goes by what it knew.
        self._taken.node = self.node.store.get("nodes", "", self.node.name) or self._taken.node
        return self._taken

    def _reject(self, pod: Json, refusal: Refusal) -> None:
        """Models rejectPod: never tried again."""
        self.node.recorder.event(pod, "Warning", refusal.reason, refusal.message)
        self.status.set_pod_status(pod, refusal.status | {"qosClass": qos_class(pod)})

    def _finish(self, pod: Json) -> None:
        """A Pod that ended without a worker is to go: one that was rejected. Models filterTerminalPodsToDelete."""
        if pod["metadata"]["uid"] not in self._pods.keys() | self._left.keys():
            self._terminate(self._make(pod))

    def _evict(self, uid: str, fate: Json, grace: int | None) -> None:
        pod = self._pods[uid]
        pod.agent.eviction, pod.agent.grace_override = fate, grace
        self._terminate(pod)

    def _update(self, pod: KnownPod, change: Change) -> None:
        """Models HandlePodUpdates and HandlePodReconcile: an echo of the kubelet's own status triggers nothing."""
        new, old = change.object, change.old or {}
        if "deletionTimestamp" in new["metadata"]:
            if old.get("metadata", {}).get("deletionTimestamp") != new["metadata"]["deletionTimestamp"]:
                self._terminate(pod)
            return
        if asks_for_more(new, old):
            pod.deadline.schedule()
            self._resize(pod, new)
            pod.worker.request()
        elif is_readiness_outdated(new):
            pod.worker.request()
        if self._deferred and given(new) != given(old):
            self._retry_deferred_resizes()

    def _terminate(self, pod: KnownPod) -> None:
        pod.agent.cancelled.resolve(None)
        pod.worker.terminate()
        pod.agent.probes.status_changed()

    def _remove(self, pod: KnownPod) -> None:
        """Models HandlePodRemoves: what still runs is stopped all the same."""
        if pod.worker.finished:
            self._forget(pod.agent.uid)
        else:
            self._terminate(pod)

    def _finished(self, uid: str) -> None:
        pod = self._pods[uid]
        pod.deadline.cancel()
        pod.agent.probes.remove_pod()
        self._retry_deferred_resizes()
        if is_static(pod.agent.pod):
            self._static.leave(pod.agent.key, uid)
            if not pod.wanted:
                self._housekeep(self._clean_up, uid)
        elif self._in_api(pod.agent) is None:
            self._forget(uid)

    def _retry_deferred_resizes(self) -> None:
        """A Pod that ended, or got smaller, has made room."""
        for pod in sorted(self._deferred.values(), key=lambda pod: pod.agent.resize.turn):
            current = self._in_api(pod.agent)
            if current is not None:
                self._resize(pod, current)
                pod.worker.request()

    def _housekeep(self, do: Callable[..., object], *about: object) -> None:
        self.node.engine.at(self.node.beats.housekeeping.after(self.node.engine.now), do, *about)

    def _clean_up(self, uid: str) -> None:
        """A mirror whose static Pod is gone goes too. Models SyncKnownPods."""
        pod = self._pods[uid]
        if pod.again:
            self._decided(pod.again, None, pod.agent.runtime)
            return
        mirror = self.node.store.get("pods", *key_of(pod.agent.pod))
        if mirror is not None and mirrored_uid(mirror) == uid and not self._superseded(uid):
            self.node.mirrors.delete(mirror)
        self._remains.keep(pod.agent.runtime)
        self._forget(uid)

    def _forget(self, uid: str) -> None:
        self._pods.pop(uid, None)
        self._deferred.pop(uid, None)
        self._pleg.remove(uid)
        self.status.remove(uid)

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
        self._loop.put(self._take_event, uid, died)

    def _take_event(self, uid: str, died: bool) -> None:
        pod = self._pods.get(uid)
        if pod is not None:
            pod.worker.request()
            if died:
                pod.agent.runtime.forget_older()

    def _on_probe(self, uid: str, kind: Kind, container_id: str, value: str) -> None:
        """The sync loop takes up a result that changed."""
        self.node.engine.after(0, self._loop.put, self._take_result, uid, kind, container_id, value)

    def _take_result(self, uid: str, kind: Kind, container_id: str, value: str) -> None:
        pod = self._pods.get(uid)
        if pod is None:
            return
        if kind == "readiness":
            self.status.set_container_readiness(pod.agent.pod, container_id, value == SUCCESS)
        elif kind == "startup":
            self.status.set_container_startup(pod.agent.pod, container_id, value == SUCCESS)
        if kind != "liveness" or value == FAILURE:
            pod.worker.request()

    def _on_status(self, uid: str) -> None:
        pod = self._pods.get(uid)
        if pod is not None:
            pod.agent.probes.status_changed()
            if not pod.deadline.scheduled:
                pod.deadline.schedule()

    def _could_run(self, uid: str) -> bool:
        pod = self._pods.get(uid)
        return pod is not None and pod.worker.could_have_running_containers
