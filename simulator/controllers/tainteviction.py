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
        self._due: dict[str, Timer] = {}  # by uid of the Pod
        store.watch("nodes", self._on_node)
        store.watch("pods", self._on_pod)

    def _on_node(self, change: Change) -> None:
        taints = _taints(change.object)
        if taints == ([] if change.old is None else _taints(change.old)):
            return
        for pod in list(self._store.list("pods")):
            if pod["spec"].get("nodeName") == change.object["metadata"]["name"]:
                self._judge(pod, taints)

    def _on_pod(self, change: Change) -> None:
        pod = change.object
        if change.verb == "DELETED":
            self._spare(pod)
            return
        placed = pod["spec"].get("nodeName")
        if placed and (change.old is None or _matters(change.old) != _matters(pod)):
            node = self._store.get("nodes", "", placed)
            if node is not None and (taints := _taints(node)):
                self._judge(pod, taints)

    def _judge(self, pod: Json, taints: Sequence[Json]) -> None:
        """Go on, go in a while, or go now (processPodOnNode)."""
        uid, used = pod["metadata"]["uid"], _used_tolerations(pod["spec"], taints)
        limits = [each["tolerationSeconds"] for each in used or () if each.get("tolerationSeconds") is not None]
        if used is None:
            self._spare(pod)
            self._engine.after(REACT_MS, self._evict, pod)
        elif not limits:
            self._spare(pod)
        elif uid not in self._due:
            wait = REACT_MS + max(0, min(limits)) * 1000
            self._due[uid] = self._engine.after(wait, self._expire, pod)

    def _spare(self, pod: Json) -> None:
        """Models cancelWorkWithEvent, which also tells of a Pod that somebody else has deleted."""
        if (timer := self._due.pop(pod["metadata"]["uid"], None)) is not None:
            timer.cancel()
            self._tell(pod, "Cancelling deletion of Pod")

    def _expire(self, pod: Json) -> None:
        del self._due[pod["metadata"]["uid"]]
        self._evict(pod)

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
            status = with_disruption(pod, now, "DeletionByTaintManager", words)
            if status != pod["status"]:
                self._store.update("pods", {**pod, "status": status})
            self._engine.after(CALL_MS, self._end, pod)

    def _end(self, known: Json) -> None:
        if (pod := self._again(known)) is not None:
            self._delete(*key_of(pod))

    def _again(self, known: Json) -> Json | None:
        """The Pod as it is now; None if it is gone."""
        pod = self._store.get("pods", *key_of(known))
        return pod if pod is not None and pod["metadata"]["uid"] == known["metadata"]["uid"] else None

    def _tell(self, pod: Json, words: str) -> None:
        """The Event names the Pod by its name alone, so `kubectl describe` does not find it."""
        name = {key: pod["metadata"][key] for key in ("namespace", "name")}
        title = f"{name['namespace']}/{name['name']}"
        about = {"apiVersion": "v1", "kind": "Pod", "metadata": name}
        self._recorder.event(about, "Normal", REASON, f"{words} {title}")


def _taints(node: Json) -> list[Json]:
    return [taint for taint in node["spec"].get("taints", ()) if taint["effect"] == "NoExecute"]


def _matters(pod: Json) -> tuple[object, ...]:
    return pod["spec"].get("tolerations"), pod["spec"].get("nodeName")


def _used_tolerations(spec: Json, taints: Sequence[Json]) -> list[Json] | None:
    """The toleration of each taint; None if one has none (GetMatchingTolerations)."""
    used: list[Json] = []
    for taint in taints:
        matching = next((t for t in spec.get("tolerations", ()) if tolerates({"tolerations": [t]}, taint)), None)
        if matching is None:
            return None
        used.append(matching)
    return used
