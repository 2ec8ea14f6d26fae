"""Pods leave a node that gets a NoExecute taint they do not tolerate, or not for ever.

Models pkg/controller/tainteviction/taint_eviction.go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.calendar import Calendar
from simulator.controllers.client import CALL_MS
from simulator.controllers.workqueue import REACT_MS
from simulator.engine import Engine, Timer
from simulator.events import Recorder
from simulator.history import Json
from simulator.pod_conditions import with_disruption
from simulator.scheduler.filters import tolerates
from simulator.store import Change, Store, key_of

REASON = "TaintManagerEviction"


class TaintEviction:
    """Costs nothing while no node has such a taint. `delete` is the API's deletion, told a namespace and a name."""

    def __init__(
        self, engine: Engine, store: Store, calendar: Calendar, recorder: Recorder, delete: Callable[[str, str], None]
    ) -> None:
        self._engine = engine
        self._store = store
        self._calendar = calendar
        self._recorder = recorder
        self._delete = delete
        self._due: dict[str, Timer] = {}  # by uid of the Pod, until that is gone
        store.watch("nodes", self._on_node)
        store.watch("pods", self._on_pod)

    def _on_node(self, change: Change) -> None:
        taints = _taints(change.object)
        if not taints and (change.old is None or not _taints(change.old)):
            return
        for pod in list(self._store.list("pods")):
            if pod["spec"].get("nodeName") == change.object["metadata"]["name"]:
                self._judge(pod, taints)

    def _on_pod(self, change: Change) -> None:
        pod = change.object
        if change.verb == "DELETED":
            if (timer := self._due.pop(pod["metadata"]["uid"], None)) is not None:
                timer.cancel()
            return
        placed = pod["spec"].get("nodeName")
        if placed and (change.old is None or change.old["spec"] != pod["spec"]):
            node = self._store.get("nodes", "", placed)
            if node is not None and (taints := _taints(node)):
                self._judge(pod, taints)

    def _judge(self, pod: Json, taints: Sequence[Json]) -> None:
        """Go on, go in a while, or go now (processPodOnNode)."""
        uid = pod["metadata"]["uid"]
        if "deletionTimestamp" in pod["metadata"]:
            return
        patience = _patience(pod["spec"], taints)
        timer = self._due.get(uid)
        if patience is None:
            if timer is not None:
                timer.cancel()
                del self._due[uid]
                self._tell(pod, "Cancelling deletion of Pod")
        elif timer is None:
            self._due[uid] = self._engine.after(REACT_MS + patience * 1000, self._evict, pod)

    def _evict(self, known: Json) -> None:
        """Models deletePodHandler. It asks for the Pod before it writes."""
        if (pod := self._again(known)) is not None:
            self._tell(pod, "Marking for deletion Pod")
            self._engine.after(2 * CALL_MS, self._mark, pod)

    def _mark(self, known: Json) -> None:
        """Models addConditionAndDeletePod."""
        if (pod := self._again(known)) is not None:
            now = self._calendar.second(self._engine.now)
            words = "Taint manager: deleting due to NoExecute taint"
            self._store.update("pods", {**pod, "status": with_disruption(pod, now, "DeletionByTaintManager", words)})
            self._engine.after(CALL_MS, self._end, pod)

    def _end(self, known: Json) -> None:
        if (pod := self._again(known)) is not None:
            self._delete(*key_of(pod))

    def _again(self, known: Json) -> Json | None:
        """The Pod as it is now; None if it is gone."""
        pod = self._store.get("pods", *key_of(known))
        return pod if pod is not None and pod["metadata"]["uid"] == known["metadata"]["uid"] else None

    def _tell(self, pod: Json, words: str) -> None:
        meta = pod["metadata"]
        self._recorder.event(pod, "Normal", REASON, f"{words} {meta['namespace']}/{meta['name']}")


def _taints(node: Json) -> list[Json]:
    return [taint for taint in node["spec"].get("taints", ()) if taint["effect"] == "NoExecute"]


def _patience(spec: Json, taints: Sequence[Json]) -> int | None:
    """For how many seconds the Pod may stay; None is for ever (getMinTolerationTime)."""
    limits: list[int] = []
    for taint in taints:
        matching = next((t for t in spec.get("tolerations", ()) if tolerates({"tolerations": [t]}, taint)), None)
        if matching is None:
            return 0
        if matching.get("tolerationSeconds") is not None:
            limits.append(max(0, matching["tolerationSeconds"]))
    return min(limits, default=None)
