"""Keeps count of what a namespace uses of its quotas.

Models pkg/controller/resourcequota: a new quota is counted at once, and again whenever something it limits goes.
"""

from __future__ import annotations

from collections import defaultdict

from simulator.apiserver.quota import recount
from simulator.controllers.context import ControllerContext
from simulator.controllers.workqueue import WorkQueue
from simulator.history import Json
from simulator.objects.resources import RESOURCES
from simulator.pod_conditions import ENDED
from simulator.store import Change

KIND = "resourcequotas"


class ResourceQuotaController:
    """What comes is counted by the API server's admission; what goes or shrinks, here."""

    def __init__(self, context: ControllerContext) -> None:
        self._store = context.store
        self._quotas: defaultdict[str, set[str]] = defaultdict(set)  # names by namespace
        self._queue = WorkQueue(context.engine, self._sync)
        context.store.watch(KIND, self._on_quota)
        for resource in RESOURCES:
            if resource.namespaced and resource.plural != "events":
                context.store.watch(resource.plural, self._on_change)

    def _on_quota(self, change: Change) -> None:
        quota, meta = change.object, change.object["metadata"]
        if change.verb == "DELETED":
            self._quotas[meta["namespace"]].discard(meta["name"])
            return
        self._quotas[meta["namespace"]].add(meta["name"])
        if change.old is None or change.old["spec"] != quota["spec"]:
            self._count(quota)

    def _on_change(self, change: Change) -> None:
        namespace = change.object["metadata"].get("namespace", "")
        if self._quotas.get(namespace) and _may_free(change):
            for name in sorted(self._quotas[namespace]):
                self._queue.add(namespace, name)

    def _sync(self, namespace: str, name: str) -> None:
        quota = self._store.get(KIND, namespace, name)
        if quota is not None:
            self._count(quota)

    def _count(self, quota: Json) -> None:
        self._store.update(KIND, recount(quota, self._store))


def _may_free(change: Change) -> bool:
    """Whether less may be used than before, or another amount."""
    if change.old is None or change.kind == KIND:
        return False
    if change.verb == "DELETED" or change.old.get("spec") != change.object.get("spec"):
        return True
    phases = [version.get("status", {}).get("phase") for version in (change.old, change.object)]
    return change.kind == "pods" and phases[0] not in ENDED and phases[1] in ENDED
