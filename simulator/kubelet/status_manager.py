"""What the kubelet believes of its Pods' status, and how that reaches the API.

Models pkg/kubelet/status/status_manager.go. A change is patched a few milliseconds later; changes that
arrive meanwhile go together in the next patch, so a fast intermediate state may never be seen.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from simulator.calendar import Calendar
from simulator.engine import Engine
from simulator.history import Json
from simulator.kubelet import conditions
from simulator.kubelet.latency import STATUS_PATCH_MS, STATUS_WAKE_MS
from simulator.kubelet.mirrors import mirrored_uid
from simulator.kubelet.policy import is_sidecar, is_static, should_restart
from simulator.store import Key, Store, key_of

TERMINAL = ("Succeeded", "Failed")
TERMINATED_UNKNOWN = {
    "exitCode": 137,
    "reason": "ContainerStatusUnknown",
    "message": "The container could not be located when the pod was terminated",
    "startedAt": None,
    "finishedAt": None,
}
LISTS = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")


@dataclass(slots=True)
class _Cached:
    status: Json
    version: int
    finished: bool
    cause: int
    key: Key
    number: int  # in the order in which the Pods' statuses were first set
    sent: int = 0


def statuses_by_name(status: Json) -> dict[str, Json]:
    """Init and regular containers' statuses."""
    return {c["name"]: c for key in LISTS[:2] for c in status.get(key, ())}


class StatusManager:
    """One for all Pods of a node. `could_have_running_containers` and `delete` belong to the kubelet."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        calendar: Calendar,
        could_have_running_containers: Callable[[str], bool],
        delete: Callable[[Json], object],
    ) -> None:
        self._engine = engine
        self._store = store
        self._calendar = calendar
        self._could_run = could_have_running_containers
        self._delete = delete
        self._cache: dict[str, _Cached] = {}
        self._unsent: set[str] = set()  # UIDs of statuses that the API has not got
        self._numbers = 0
        self._syncing = False
        self._again = False
        self.on_change: Callable[[str], object] = lambda uid: None
        self.superseded: Callable[[str], bool] = lambda uid: False  # another static Pod took its name

    def get(self, uid: str) -> Json | None:
        cached = self._cache.get(uid)
        return cached.status if cached else None

    def set_pod_status(self, pod: Json, status: Json) -> bool:
        """Whether anything changed."""
        if generation := pod["metadata"]["generation"]:
            status = {"observedGeneration": generation, **status}
        return self._update(pod, status, force="deletionTimestamp" in pod["metadata"])

    def set_container_readiness(self, pod: Json, container_id: str, ready: bool) -> None:
        self._set_flag(pod, container_id, "ready", ready)

    def set_container_startup(self, pod: Json, container_id: str, started: bool) -> None:
        self._set_flag(pod, container_id, "started", started)

    def _set_flag(self, pod: Json, container_id: str, flag: str, value: bool) -> None:
        cached = self._cache.get(pod["metadata"]["uid"])
        if cached is None:
            return
        status = dict(cached.status)
        for key in LISTS[:2]:
            for index, container in enumerate(status.get(key, ())):
                if container.get("containerID") == f"containerd://{container_id}" and container[flag] != value:
                    changed = [*status[key]]
                    changed[index] = {**container, flag: value}
                    status[key] = changed
        if flag == "ready":
            by_name = statuses_by_name(status)
            status["conditions"] = conditions.refresh_ready(pod, status["conditions"], by_name, status["phase"])
        # Recordings mostly show a container that has started milliseconds before the sync that makes it ready.
        self._update(pod, status, wake_ms=0 if flag == "started" and value else STATUS_WAKE_MS)

    def terminate_pod(self, pod: Json) -> None:
        """No container runs any more and none will. Models TerminatePod."""
        status = dict(self._cache[pod["metadata"]["uid"]].status)
        if _has_initialized(pod):
            status["containerStatuses"] = [_ended(c) for c in status.get("containerStatuses", ())]
        if inits := status.get("initContainerStatuses"):
            count = _initialized_count(inits)
            status["initContainerStatuses"] = [_ended(c) for c in inits[:count]] + inits[count:]
        if status["phase"] not in TERMINAL and not is_static(pod):
            status["phase"] = "Failed"
        self._update(pod, status, force=True, finished=True)

    def was_sent(self, uid: str) -> bool:
        """Whether the API had a status of the Pod."""
        return uid in self._cache and self._cache[uid].sent > 0

    def resend(self, uid: str) -> None:
        """The API lost its copy: send the status again."""
        cached = self._cache.get(uid)
        if cached is not None:
            cached.sent = 0
            self._unsent.add(uid)
            self._wake()

    def remove(self, uid: str) -> None:
        self._cache.pop(uid, None)
        self._unsent.discard(uid)

    def _update(
        self, pod: Json, status: Json, *, force: bool = False, finished: bool = False, wake_ms: int = STATUS_WAKE_MS
    ) -> bool:
        """Models updateStatusInternal."""
        uid = pod["metadata"]["uid"]
        cached = self._cache.get(uid)
        old = cached.status if cached else pod.get("status", {})
        if _illegal_transition(pod["spec"], old, status):
            return False
        status = self._with_times(status, old)
        if cached is not None:
            status = _sharing(status, old)
        if cached is not None and not force and _same(cached.status, status):
            return False
        version = cached.version + 1 if cached else 1
        finished = finished or (cached is not None and cached.finished)
        sent = cached.sent if cached else 0
        if cached is None:
            self._numbers += 1
        number = cached.number if cached else self._numbers
        self._cache[uid] = _Cached(status, version, finished, self._engine.cause, key_of(pod), number, sent)
        self._unsent.add(uid)
        self._wake(wake_ms)
        self.on_change(uid)
        return True

    def _with_times(self, status: Json, old: Json) -> Json:
        now = self._calendar.second(self._engine.now)
        before = {c["type"]: c for c in old.get("conditions", ())}
        dated = [_dated(fresh, before.get(fresh["type"]), now) for fresh in status["conditions"]]
        return _ordered({**status, "conditions": dated, "startTime": old.get("startTime") or now})

    def _wake(self, after_ms: int = STATUS_WAKE_MS) -> None:
        if self._syncing:
            self._again = True
            return
        self._syncing = True
        # A worker that was woken by the same change usually stores its status first.
        self._engine.after(after_ms, self._batch)

    def _batch(self) -> None:
        self._again = False
        # A static Pod whose mirror is not there yet stays due until the next change or the mirror's arrival.
        due = deque(
            (uid, c.status, c.version, c.cause)
            for uid, c in sorted(((uid, self._cache[uid]) for uid in self._unsent), key=lambda item: item[1].number)
            if self._store.get("pods", *c.key) is not None
        )
        self._engine.after(STATUS_PATCH_MS, self._send, due)

    def _send(self, due: deque[tuple[str, Json, int, int]]) -> None:
        """One Pod after the other, each with a GET and a PATCH. Models syncBatch."""
        if due:
            uid, status, version, self._engine.cause = due.popleft()
            self._sync(uid, status, version)
        if due:
            self._engine.after(STATUS_PATCH_MS, self._send, due)
        elif self._again:
            self._batch()
        else:
            self._syncing = False

    def _sync(self, uid: str, status: Json, version: int) -> None:
        """Models syncPod: patch the API's copy, and delete it for good when all is over."""
        cached = self._cache.get(uid)
        pod = None if cached is None else self._store.get("pods", *cached.key)
        if cached is None or pod is None or uid not in (pod["metadata"]["uid"], mirrored_uid(pod)):
            return
        if self.superseded(uid):
            self._unsent.discard(uid)
            return
        cached.sent = max(cached.sent, version)
        if cached.sent >= cached.version:
            self._unsent.discard(uid)
        merged = self._merge(pod, status)
        pod = self._store.update("pods", {**pod, "status": merged})
        if "deletionTimestamp" in pod["metadata"] and merged["phase"] in TERMINAL and cached.finished:
            self._delete(pod)
            self.remove(uid)

    def _merge(self, pod: Json, status: Json) -> Json:
        """Models mergePodStatus: foreign conditions are kept, a terminal phase is withheld while containers run."""
        old = pod.get("status", {})
        foreign = [c for c in old.get("conditions", ()) if c["type"] not in conditions.OWNED]
        mine = [c for c in status["conditions"] if c["type"] in conditions.OWNED]
        running = self._could_run(pod["metadata"]["uid"])
        ending = status["phase"] in TERMINAL and old.get("phase") not in TERMINAL
        if ending and not running:
            shared = [c for c in status["conditions"] if c["type"] == "DisruptionTarget"]
            foreign = [c for c in foreign if c["type"] != "DisruptionTarget"] + shared
        together = foreign + mine
        if together == status["conditions"] and not ending:
            return status  # the API keeps the very same
        merged = {**status, "conditions": together}
        if ending and running:
            for key in ("phase", "reason", "message"):
                merged.pop(key, None)
                if key in old:
                    merged[key] = old[key]
        return _ordered(merged)


ORDER = (
    "observedGeneration", "phase", "conditions", "message", "reason", "hostIP", "hostIPs", "podIP", "podIPs",
    "startTime", "initContainerStatuses", "containerStatuses", "qosClass", "ephemeralContainerStatuses",
)  # fmt: skip

CONDITION_ORDER = (
    "type", "observedGeneration", "status", "lastProbeTime", "lastTransitionTime", "reason", "message",
)  # fmt: skip


def _ordered(status: Json) -> Json:
    known = {key: status[key] for key in ORDER if key in status}
    return known if len(known) == len(status) else known | status


def _dated(condition: Json, was: Json | None, now: str) -> Json:
    """The condition with the time since when it has its status."""
    since = condition.get("lastTransitionTime")
    if not since:
        since = was["lastTransitionTime"] if was is not None and was["status"] == condition["status"] else now
    dated = {**condition, "lastTransitionTime": since}
    if condition.get("lastTransitionTime", "") is None:
        return dated  # the kubelet made it: all is in its place
    return {key: dated[key] for key in CONDITION_ORDER if key in dated}


def _sharing(new: Json, old: Json) -> Json:
    """The new status with the parts of the old one that are equal: a history of many versions keeps them once."""
    shared = {key: old[key] if old.get(key) == value else value for key, value in new.items()}
    before = {c["type"]: c for c in old["conditions"]}
    shared["conditions"] = [before[c["type"]] if before.get(c["type"]) == c else c for c in shared["conditions"]]
    return shared


def _same(old: Json, new: Json) -> bool:
    """Models isPodStatusByKubeletEqual: of conditions, only status, reason and message count."""
    if {**old, "conditions": None} != {**new, "conditions": None}:
        return False
    keys = ("type", "status", "reason", "message")
    return [[c.get(k) for k in keys] for c in old["conditions"]] == [
        [c.get(k) for k in keys] for c in new["conditions"]
    ]


def _illegal_transition(spec: Json, old: Json, new: Json) -> bool:
    """A container that ended for good does not live again. Models checkContainerStateTransition."""
    if spec["restartPolicy"] == "Always":
        return False
    now = statuses_by_name(new)
    before = statuses_by_name(old)
    for container in (*spec.get("initContainers", ()), *spec["containers"]):
        was = before.get(container["name"], {}).get("state", {}).get("terminated")
        if was is None or is_sidecar(container) or should_restart(container, spec, was["exitCode"]):
            continue
        if container["name"] in now and "terminated" not in now[container["name"]]["state"]:
            return True
    return False


def _ended(status: Json) -> Json:
    return status if "terminated" in status["state"] else {**status, "state": {"terminated": TERMINATED_UNKNOWN}}


def _initialized_count(inits: list[Json]) -> int:
    """Models initializedContainers: up to the last that has begun, at least one."""
    for index in range(len(inits) - 1, -1, -1):
        if "waiting" not in inits[index]["state"] or "terminated" in inits[index]["lastState"]:
            return index + 1
    return 1


def _has_initialized(pod: Json) -> bool:
    """Models hasPodInitialized, from the API's copy."""
    containers = pod["spec"].get("initContainers", [])
    if not containers:
        return True
    status = pod.get("status", {})
    if any("terminated" in c["lastState"] or "waiting" not in c["state"] for c in status.get("containerStatuses", ())):
        return True
    last = status.get("initContainerStatuses", [])[-1:]
    if not last:
        return False
    if is_sidecar(containers[-1]):
        return "running" in last[0]["state"] and bool(last[0]["started"])
    ended = last[0]["state"].get("terminated") or last[0]["lastState"].get("terminated")
    return ended is not None and ended["exitCode"] == 0
