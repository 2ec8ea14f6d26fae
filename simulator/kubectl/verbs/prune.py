"""`apply --prune`: what was applied once and is in no file any more goes. Models kubectl pkg/cmd/apply/prune.go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call, Target
from simulator.kubectl.describe.writer import LAST_APPLIED
from simulator.objects.resources import resource_of

# Those of namespaces come first (pkg/util/prune GetRESTMappings).
_PRUNED = (
    "configmaps", "persistentvolumeclaims", "pods", "replicationcontrollers", "secrets", "services", "jobs",
    "cronjobs", "ingresses", "daemonsets", "deployments", "replicasets", "statefulsets", "namespaces",
    "persistentvolumes",
)  # fmt: skip


def prune(call: Call, applied: Sequence[Json]) -> Routine[None]:
    """Delete what the selector selects, in the namespaces of what was applied."""
    kept = {obj["metadata"].get("uid") for obj in applied}
    namespaces = dict.fromkeys(obj["metadata"].get("namespace", "") for obj in applied)
    for target in _candidates(call, [name for name in namespaces if name]):
        meta = target.object["metadata"]
        if LAST_APPLIED not in (meta.get("annotations") or {}) or meta.get("uid") in kept:
            continue
        if not call.dry:
            call.api.delete(target.resource.plural, target.namespace, target.name, propagation="Background")
        yield from call.report(target, "pruned")


def _candidates(call: Call, namespaces: Sequence[str]) -> Iterator[Target]:
    for resource in map(resource_of, _PRUNED):
        for obj in call.objects(resource, everywhere=True):
            meta = obj["metadata"]
            if not resource.namespaced or meta.get("namespace") in namespaces:
                yield Target(resource, meta.get("namespace", ""), meta["name"], obj)
