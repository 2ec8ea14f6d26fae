"""The cluster's Pods under the workloads that own them, each workload with kubectl's own columns.

If a workload is stuck, one reason is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from dashboard.presenters.pieces import Json
from dashboard.presenters.row import Cell
from dashboard.presenters.stuck import reason
from simulator.kubectl.duration import parse_time
from simulator.kubectl.tables import layout_of
from simulator.objects.resources import resource_of

KINDS = ("deployments", "statefulsets", "daemonsets", "cronjobs", "jobs", "replicasets", "replicationcontrollers")
REVISION = "deployment.kubernetes.io/revision"

Objects = Mapping[str, Mapping[tuple[str, str], Json]]


@dataclass(frozen=True, slots=True)
class Workload:
    """A controller with what it owns."""

    plural: str
    object: Json
    owned: tuple[Workload, ...] = ()
    pods: tuple[Json, ...] = ()

    @property
    def kind(self) -> str:
        return str(self.object["kind"])

    @property
    def name(self) -> str:
        return str(self.object["metadata"]["name"])

    def all_pods(self) -> Iterator[Json]:
        yield from self.pods
        for workload in self.owned:
            yield from workload.all_pods()


@dataclass(frozen=True, slots=True)
class Head:
    """The line above a workload's Pods."""

    level: int
    kind: str
    name: str
    badge: str
    cells: tuple[Cell, ...]
    reason: str = ""


@dataclass(slots=True)
class _Owned:
    workloads: list[tuple[str, Json]] = field(default_factory=list)
    pods: list[Json] = field(default_factory=list)


def controller_of(obj: Json) -> str:
    """The uid of the object that owns this one as its controller, or nothing."""
    owners = obj["metadata"].get("ownerReferences") or ()
    return next((str(owner["uid"]) for owner in owners if owner.get("controller")), "")


def trees(objects: Objects, pods: Sequence[Json]) -> list[Workload]:
    """Workloads that no other workload owns, with what hangs below; Pods of none are not in it."""
    known = {obj["metadata"]["uid"] for plural in KINDS for obj in objects.get(plural, {}).values()}
    below: dict[str, _Owned] = {uid: _Owned() for uid in known}
    roots: list[tuple[str, Json]] = []
    for plural in KINDS:
        for obj in objects.get(plural, {}).values():
            owner = below.get(controller_of(obj))
            (roots if owner is None else owner.workloads).append((plural, obj))
    for pod in pods:
        if (owner := below.get(controller_of(pod))) is not None:
            owner.pods.append(pod)
    return [_tree(plural, obj, below) for plural, obj in roots]


def _tree(plural: str, obj: Json, below: Mapping[str, _Owned]) -> Workload:
    owned = below[obj["metadata"]["uid"]]
    inner = [_tree(kind, child, below) for kind, child in owned.workloads]
    if plural == "deployments":
        inner = sorted(filter(_matters, inner), key=lambda workload: -_revision(workload.object))
    return Workload(plural, obj, tuple(inner), tuple(owned.pods))


def _matters(replica_set: Workload) -> bool:
    """Whether it has or wants Pods; the others are kept only to roll back to."""
    return bool(replica_set.pods or replica_set.object["spec"].get("replicas"))


def _revision(obj: Json) -> int:
    text = (obj["metadata"].get("annotations") or {}).get(REVISION, "0")
    return int(text) if text.isdecimal() else 0


def head(workload: Workload, level: int, newest: int, now_ms: int, start_ms: int) -> Head:
    """`newest`: the revision of the owner, for a ReplicaSet under a Deployment. Times in ms since 1970."""
    cells = columns(workload.plural, workload.object, now_ms, start_ms)
    badge = ""
    if newest:
        mine = _revision(workload.object)
        template = _("new, revision %(n)s") if mine == newest else _("old, revision %(n)s")
        badge = template % {"n": mine}
    return Head(level, workload.kind, workload.name, badge, cells, "" if level else reason(workload, now_ms))


def revision_of(workload: Workload) -> int:
    """The newest revision of a Deployment, 0 for other kinds."""
    return _revision(workload.object) if workload.plural == "deployments" else 0


def columns(plural: str, obj: Json, now_ms: int, start_ms: int) -> tuple[Cell, ...]:
    """What `kubectl get` prints of the object, without its name; the age grows in the browser."""
    layout = layout_of(resource_of(plural))
    values = layout.row(obj, now_ms)
    made = parse_time(obj["metadata"].get("creationTimestamp"))
    return tuple(
        Cell(
            name.lower(),
            name,
            str(values[place]),
            made - start_ms if name == "AGE" and made is not None else None,
        )
        for place, name in enumerate(layout.columns)
        if name != "NAME" and name not in layout.wide
    )
