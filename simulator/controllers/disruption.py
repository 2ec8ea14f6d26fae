"""How many Pods of a disruption budget are well, and how many may be missed now.

Models pkg/controller/disruption/disruption.go. Costs nothing where there is no budget.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.apiserver.eviction import DISRUPTION_ALLOWED, guards, since_its_change, with_condition
from simulator.controllers.availability import is_ready
from simulator.controllers.client import Call
from simulator.controllers.context import ControllerContext
from simulator.controllers.deployment.util import scaled_value
from simulator.controllers.ownership import controller_of
from simulator.controllers.workqueue import WorkQueue
from simulator.history import Json
from simulator.objects.resources import resource_of_kind
from simulator.store import Change, key_of

COMPONENT = "controllermanager"
DELETION_TIMEOUT_MS = 120_000  # from an eviction to the deletion that has to follow
_SCALES = ("ReplicaSet", "StatefulSet", "ReplicationController", "Deployment")


class ScaleError(Exception):
    """A Pod's controller does not say how many Pods it wants."""


class DisruptionController:
    """Keeps the status of PodDisruptionBudgets."""

    def __init__(self, context: ControllerContext) -> None:
        self._engine = context.engine
        self._store = context.store
        self._calendar = context.calendar
        self._client = context.client()
        self._recorder = context.recorder(COMPONENT)
        self._queue = WorkQueue(self._engine, self._sync, workers=1)
        self._store.watch("poddisruptionbudgets", self._on_budget)
        self._store.watch("pods", self._on_pod)

    def _on_budget(self, change: Change) -> None:
        self._queue.add(*key_of(change.object))

    def _on_pod(self, change: Change) -> None:
        """Models getPdbForPod: of several budgets the first counts, and the Pod is told."""
        pod = change.object
        meta = pod["metadata"]
        found = [b for b in self._store.list("poddisruptionbudgets", meta["namespace"]) if guards(b, pod)]
        if len(found) > 1:
            several = f'Pod "{meta["namespace"]}"/"{meta["name"]}" matches multiple PodDisruptionBudgets.'
            chosen = f'{several}  Chose "{found[0]["metadata"]["name"]}" arbitrarily.'
            self._recorder.event(pod, "Warning", "MultiplePodDisruptionBudgets", chosen)
        if found:
            self._queue.add(*key_of(found[0]))

    # ---- one look ----------------------------------------------------------------
    def _sync(self, namespace: str, name: str) -> Call[None]:
        """Models trySync."""
        budget = self._store.get("poddisruptionbudgets", namespace, name)
        if budget is None:
            return
        pods = [pod for pod in self._store.list("pods", namespace) if guards(budget, pod)]
        if not pods:
            self._recorder.event(budget, "Normal", "NoPods", "No matching pods found")
        try:
            expected, desired = self._wanted(budget, pods)
        except ScaleError as error:
            words = f"Failed to calculate the number of expected pods: {error}"
            self._recorder.event(budget, "Warning", "CalculateExpectedPodCountFailed", words)
            yield from self._write(budget, self._failed(budget, str(error)))
            return
        disrupted = self._disrupted(budget, pods)
        healthy = sum(
            is_ready(pod) and "deletionTimestamp" not in pod["metadata"] and pod["metadata"]["name"] not in disrupted
            for pod in pods
        )
        yield from self._write(budget, self._status(budget, expected, desired, healthy, disrupted))

    def _status(self, budget: Json, expected: int, desired: int, healthy: int, disrupted: dict[str, str]) -> Json:
        """Models updatePdbStatus."""
        allowed = max(0, healthy - desired) if expected > 0 else 0
        counts = {
            "observedGeneration": budget["metadata"]["generation"],
            **({"disruptedPods": disrupted} if disrupted else {}),
            "disruptionsAllowed": allowed,
            "currentHealthy": healthy,
            "desiredHealthy": desired,
            "expectedPods": expected,
            "conditions": budget["status"].get("conditions") or [],
        }
        return with_condition(counts, self._calendar.second(self._engine.now))

    def _failed(self, budget: Json, words: str) -> Json:
        """No Pod may go as long as nobody knows how many there should be (failSafe)."""
        status = budget["status"]
        condition = {
            "type": DISRUPTION_ALLOWED,
            "status": "False",
            "observedGeneration": status.get("observedGeneration", 0),
            "lastTransitionTime": self._calendar.second(self._engine.now),
            "reason": "SyncFailed",
            "message": words,
        }
        return {**status, "disruptionsAllowed": 0, "conditions": [since_its_change(condition, status)]}

    def _write(self, budget: Json, status: Json) -> Call[None]:
        if status != budget["status"]:
            yield from self._client.update_status({**budget, "status": status})

    # ---- what it goes by ---------------------------------------------------------
    def _wanted(self, budget: Json, pods: Sequence[Json]) -> tuple[int, int]:
        """(Pods there should be, healthy Pods there must be). Models getExpectedPodCount. Raises ScaleError."""
        spec = budget["spec"]
        least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
        if most is not None:
            expected = self._expected(budget, pods)
            return expected, max(0, expected - scaled_value(most, expected, round_up=True))
        if isinstance(least, str):
            expected = self._expected(budget, pods)
            return expected, scaled_value(least, expected, round_up=True)
        return (0, 0) if least is None else (len(pods), least)

    def _expected(self, budget: Json, pods: Sequence[Json]) -> int:
        """What the Pods' controllers want, added up (getExpectedScale)."""
        scales: dict[str, int] = {}
        unmanaged = False
        for pod in pods:
            reference = controller_of(pod)
            unmanaged |= reference is None
            if reference is not None and reference["uid"] not in scales:
                owner = self._scaled(pod, reference)
                scales[owner["metadata"]["uid"]] = int(owner["spec"].get("replicas", 1))
        if unmanaged:
            self._recorder.event(budget, "Warning", "UnmanagedPods", _unmanaged(budget["spec"]["selector"]))
        return sum(scales.values())

    def _scaled(self, pod: Json, reference: Json) -> Json:
        """The object that says how many there should be: of a Deployment's ReplicaSets the Deployment."""
        resource, namespace = resource_of_kind(reference["kind"]), pod["metadata"]["namespace"]
        found = None if resource is None else self._store.get(resource.plural, namespace, reference["name"])
        if found is None or resource is None or found["metadata"]["uid"] != reference["uid"]:
            raise ScaleError(f'found no controllers for pod "{pod["metadata"]["name"]}"')
        if resource.kind not in _SCALES:
            raise ScaleError(f"{resource.plural_group} does not implement the scale subresource")
        above = controller_of(found)
        return self._scaled(pod, above) if above is not None and above["kind"] == "Deployment" else found

    def _disrupted(self, budget: Json, pods: Sequence[Json]) -> dict[str, str]:
        """Pods that were evicted and are not being deleted yet (buildDisruptedPodMap)."""
        known, kept = budget["status"].get("disruptedPods") or {}, {}
        for pod in pods:
            meta = pod["metadata"]
            if "deletionTimestamp" in meta or meta["name"] not in known:
                continue
            left = self._calendar.parse(known[meta["name"]]) + DELETION_TIMEOUT_MS - self._engine.now
            if left < 0:
                words = f"Pod was expected by PDB {meta['namespace']}/{meta['namespace']} to be deleted but it wasn't"
                self._recorder.event(pod, "Warning", "NotDeleted", words)
            else:
                kept[meta["name"]] = known[meta["name"]]
                self._queue.add_after(*key_of(budget), left + 1)
        return kept


def _unmanaged(selector: Json) -> str:
    labels = "".join(f"{key}: {value}," for key, value in sorted((selector.get("matchLabels") or {}).items()))
    requirements = "".join(
        f"LabelSelectorRequirement{{Key:{each['key']},Operator:{each['operator']},"
        f"Values:[{' '.join(each.get('values') or ())}],}},"
        for each in selector.get("matchExpressions") or ()
    )
    shown = f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{"
    return (
        f"Pods selected by this PodDisruptionBudget (selector: {shown}{requirements}}},}}) were found to be unmanaged. "
        "As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To "
        'account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.'
    )
