"""A namespace that is deleted takes all that is in it along: its Pods first, then the rest, then itself.

Models pkg/controller/namespace/{namespace_controller.go,deletion}.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from simulator.controllers.client import Call
from simulator.controllers.context import ControllerContext
from simulator.controllers.workqueue import WorkQueue
from simulator.history import Json
from simulator.objects.errors import ApiError
from simulator.objects.resources import RESOURCES, resource_of
from simulator.store import Change

KIND = "namespaces"
OBSERVE_MS = 5000  # namespaceDeletionGracePeriod: until every API server knows
FINALIZER_SECONDS = 15  # how long finalizers are expected to take
OTHERS = tuple(each.plural for each in RESOURCES if each.namespaced and each.plural != "pods")
# In the order of the status: the condition, why all is well with it, and how that is said.
CONDITIONS = (
    ("NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered", "All resources successfully discovered"),
    ("NamespaceDeletionGroupVersionParsingFailure", "ParsedGroupVersions", "All legacy kube types successfully parsed"),
    (
        "NamespaceDeletionContentFailure",
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    ("NamespaceContentRemaining", "ContentRemoved", "All content successfully removed"),
    ("NamespaceFinalizersRemaining", "ContentHasNoFinalizers", "All content-preserving finalizers finished"),
)


class NamespaceController:
    """Looks at a namespace that is being deleted until nothing is left in it."""

    def __init__(self, context: ControllerContext) -> None:
        self._context = context
        self._store = context.store
        self._client = context.client()
        self._queue = WorkQueue(context.engine, self._sync)
        context.store.watch(KIND, self._on_namespace)

    def _on_namespace(self, change: Change) -> None:
        if change.verb != "DELETED" and "deletionTimestamp" in change.object["metadata"]:
            self._queue.add_after("", change.object["metadata"]["name"], OBSERVE_MS)

    def _sync(self, _: str, name: str) -> Iterator[int]:
        namespace = self._store.get(KIND, "", name)
        if namespace is None or "deletionTimestamp" not in namespace["metadata"]:
            return
        pods_left, estimate = yield from self._delete_all("pods", name, self._grace(namespace))
        left = Counter({"pods": pods_left} if pods_left else {})
        if not pods_left:
            for kind in OTHERS:
                number, seconds = yield from self._delete_all(kind, name, 0)
                left += Counter({kind: number})
                estimate = max(estimate, seconds)
        failure = self._failure(name, left, estimate)
        yield from self._write(namespace, left if not pods_left else Counter(), failure)
        if failure:
            raise ApiError(500, "InternalError", failure)
        if left:
            self._queue.add_after("", name, (estimate // 2 + 1) * 1000)
        else:
            self._store.delete(KIND, self._store.get(KIND, "", name) or namespace)

    def _delete_all(self, kind: str, name: str, estimate: int) -> Call[tuple[int, int]]:
        """How many are left, and for how many seconds they may be. Models deleteAllContentForGroupVersionResource."""
        found = list(self._store.list(kind, name))
        if found:
            yield self._client.turn()
        for obj in found:
            self._delete(kind, name, obj)
        left = list(self._store.list(kind, name))
        if not estimate and any(obj["metadata"].get("finalizers") for obj in left):
            estimate = FINALIZER_SECONDS
        return len(left), estimate if left else 0

    def _delete(self, kind: str, namespace: str, obj: Json) -> None:
        """One that an owner's end took along in the meantime is gone already."""
        name = obj["metadata"]["name"]
        if self._store.get(kind, namespace, name) is not None:
            self._context.api.delete(kind, namespace, name, propagation="Background")

    def _grace(self, namespace: Json) -> int:
        """The longest that a Pod may take to end, unless that long is over. Models estimateGracefulTermination."""
        pods = self._store.list("pods", namespace["metadata"]["name"])
        living = (pod["spec"] for pod in pods if pod["status"].get("phase") not in ("Succeeded", "Failed"))
        longest = max((int(spec.get("terminationGracePeriodSeconds", 0)) for spec in living), default=0)
        since = self._context.calendar.parse(namespace["metadata"]["deletionTimestamp"])
        return longest if self._context.engine.now - since < longest * 1000 else 0

    def _failure(self, name: str, left: Counter[str], estimate: int) -> str:
        """What should have gone by now is an error, and soon tried again."""
        if not left or estimate:
            return ""
        kind = next(iter(left))
        resource = resource_of(kind)
        gvr = f"{resource.group}/{resource.version}, Resource={resource.plural}"
        words = f"unexpected items still remain in namespace: {name} for gvr: {gvr}"
        return f"failed to delete pods for namespace: {name}, err: {words}" if kind == "pods" else words

    def _write(self, namespace: Json, left: Counter[str], failure: str) -> Call[None]:
        """Models namespaceConditionUpdater."""
        before = {condition["type"]: condition for condition in namespace["status"].get("conditions", ())}
        wrong = self._wrong(namespace["metadata"]["name"], left, failure)
        conditions = []
        for kind, reason, message in CONDITIONS:
            told = ("True", *wrong[kind]) if kind in wrong else ("False", reason, message)
            conditions.append(self._condition(before.get(kind), kind, *told))
        if conditions != list(before.values()):
            status = {**namespace["status"], "conditions": conditions}
            meta = {**namespace["metadata"], "resourceVersion": ""}
            yield from self._client.update_status({**namespace, "metadata": meta, "status": status})

    def _condition(self, before: Json | None, kind: str, status: str, reason: str, message: str) -> Json:
        since = before["lastTransitionTime"] if before and before["status"] == status else self._context.now()
        told = {"lastTransitionTime": since, "reason": reason, "message": message}
        return {"type": kind, "status": status} | told

    def _wrong(self, name: str, left: Counter[str], failure: str) -> dict[str, tuple[str, str]]:
        wrong: dict[str, tuple[str, str]] = {}
        if failure:
            words = f"Failed to delete all resource types, 1 remaining: {failure}"
            wrong["NamespaceDeletionContentFailure"] = ("ContentDeletionFailed", words)
        if left:
            parts = sorted(f"{kind}.{resource_of(kind).group} has {left[kind]} resource instances" for kind in left)
            words = f"Some resources are remaining: {', '.join(parts)}"
            wrong["NamespaceContentRemaining"] = ("SomeResourcesRemain", words)
        if held := self._finalizers(name, left):
            parts = sorted(f"{finalizer} in {number} resource instances" for finalizer, number in held.items())
            words = f"Some content in the namespace has finalizers remaining: {', '.join(parts)}"
            wrong["NamespaceFinalizersRemaining"] = ("SomeFinalizersRemain", words)
        return wrong

    def _finalizers(self, name: str, left: Counter[str]) -> Counter[str]:
        objects = (obj for kind in left for obj in self._store.list(kind, name))
        return Counter(finalizer for obj in objects for finalizer in obj["metadata"].get("finalizers") or ())
