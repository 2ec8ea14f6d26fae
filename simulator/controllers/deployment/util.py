"""The arithmetic of rollouts and what is written down about them.

Models pkg/controller/deployment/util/deployment_util.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from simulator.history import Json

HASH_LABEL = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
REVISION_HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED = "deployment.kubernetes.io/desired-replicas"
MAX = "deployment.kubernetes.io/max-replicas"
ROLLBACK_TO = "deprecated.deployment.rollback.to"
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_NOT_COPIED = frozenset({_LAST_APPLIED, REVISION, REVISION_HISTORY, DESIRED, MAX, ROLLBACK_TO})
MAX_HISTORY_CHARS = 2000
MAX_INT32 = 2**31 - 1
MAX_NAME = 253

ReplicaSets = Sequence[Json]


# ---- counting ----------------------------------------------------------------
def spec_replicas(replica_sets: Iterable[Json]) -> int:
    """What they ask for together (GetReplicaCountForReplicaSets)."""
    return sum(each["spec"]["replicas"] for each in replica_sets)


def status_count(replica_sets: Iterable[Json], field: str) -> int:
    """What they have together, by a count of their status."""
    return sum((each.get("status") or {}).get(field, 0) for each in replica_sets)


def active(replica_sets: Iterable[Json]) -> list[Json]:
    """Those that ask for Pods (FilterActiveReplicaSets)."""
    return [each for each in replica_sets if each["spec"]["replicas"] > 0]


def by_age(replica_sets: Iterable[Json]) -> list[Json]:
    """Oldest first (ReplicaSetsByCreationTimestamp)."""
    return sorted(replica_sets, key=lambda each: (each["metadata"]["creationTimestamp"], each["metadata"]["name"]))


# ---- limits ------------------------------------------------------------------
def is_rolling(deployment: Json) -> bool:
    return bool(deployment["spec"]["strategy"]["type"] == "RollingUpdate")


def _fenceposts(deployment: Json) -> tuple[int, int]:
    """How many Pods more, and how many fewer, a rollout may have (ResolveFenceposts)."""
    desired, rolling = deployment["spec"]["replicas"], deployment["spec"]["strategy"].get("rollingUpdate") or {}
    surge = scaled_value(rolling.get("maxSurge", 0), desired, round_up=True)
    unavailable = scaled_value(rolling.get("maxUnavailable", 0), desired, round_up=False)
    return surge, unavailable if surge or unavailable else 1


def scaled_value(value: int | str, total: int, *, round_up: bool) -> int:
    """A number, or a percentage of `total` (GetScaledValueFromIntOrPercent)."""
    if isinstance(value, int):
        return value
    part = int(value.removesuffix("%")) * total
    return (part + 99) // 100 if round_up else part // 100


def max_surge(deployment: Json) -> int:
    return _fenceposts(deployment)[0] if is_rolling(deployment) else 0


def max_unavailable(deployment: Json) -> int:
    if not is_rolling(deployment) or not deployment["spec"]["replicas"]:
        return 0
    return min(_fenceposts(deployment)[1], int(deployment["spec"]["replicas"]))


def has_progress_deadline(deployment: Json) -> bool:
    return deployment["spec"].get("progressDeadlineSeconds") not in (None, MAX_INT32)


def new_replicas(deployment: Json, all_sets: Iterable[Json], new: Json) -> int:
    """How many Pods the new ReplicaSet may have now (NewRSNewReplicas)."""
    desired, current = deployment["spec"]["replicas"], new["spec"]["replicas"]
    if not is_rolling(deployment):
        return int(desired)
    room = desired + max_surge(deployment) - spec_replicas(all_sets)
    return int(current + min(room, desired - current)) if room > 0 else int(current)


# ---- templates ---------------------------------------------------------------
def bare_template(template: Json) -> Json:
    """A Pod template without the label that says which it is."""
    labels = template.get("metadata", {}).get("labels") or {}
    meta = {key: value for key, value in template.get("metadata", {}).items() if key != "labels"}
    kept = {key: value for key, value in labels.items() if key != HASH_LABEL}
    return {**template, "metadata": meta | ({"labels": kept} if kept else {})}


def find_new(deployment: Json, replica_sets: Iterable[Json]) -> Json | None:
    """The oldest ReplicaSet with the Deployment's template (FindNewReplicaSet)."""
    wanted = bare_template(deployment["spec"]["template"])
    return next((each for each in by_age(replica_sets) if bare_template(each["spec"]["template"]) == wanted), None)


def replica_set_name(deployment: str, suffix: str) -> str:
    return f"{deployment[: MAX_NAME - 1 - len(suffix)]}-{suffix}"


# ---- annotations -------------------------------------------------------------
def annotations_of(obj: Json) -> dict[str, str]:
    return obj["metadata"].get("annotations") or {}


def revision(obj: Json) -> int:
    """0 if there is none, or none that can be read."""
    text = annotations_of(obj).get(REVISION, "")
    return int(text) if text.isdecimal() else 0


def with_annotations(obj: Json, annotations: dict[str, str]) -> Json:
    return {**obj, "metadata": {**obj["metadata"], "annotations": annotations}}


def replicas_annotations(deployment: Json) -> dict[str, str]:
    desired = deployment["spec"]["replicas"]
    return {DESIRED: str(desired), MAX: str(desired + max_surge(deployment))}


def new_set_annotations(deployment: Json, replica_set: Json, number: int, *, exists: bool) -> dict[str, str]:
    """What the new ReplicaSet is to be annotated with (SetNewReplicaSetAnnotations)."""
    before = annotations_of(replica_set)
    wanted = before | {k: v for k, v in annotations_of(deployment).items() if k not in _NOT_COPIED}
    old = before.get(REVISION, "")
    if old and not old.isdecimal():
        return wanted
    if int(old or 0) < number:
        wanted[REVISION] = str(number)
        if REVISION in before:
            wanted[REVISION_HISTORY] = _history(before.get(REVISION_HISTORY, ""), old)
    return wanted if exists else wanted | replicas_annotations(deployment)


def _history(known: str, revision_before: str) -> str:
    """The revisions that a ReplicaSet had before, as many of the latest as there is room for."""
    revisions = [*known.split(","), revision_before] if known else [revision_before]
    while len(",".join(revisions)) > MAX_HISTORY_CHARS:
        revisions.pop(0)
    return ",".join(revisions)


def desired_by(replica_set: Json) -> int | None:
    """How many Pods the Deployment asked for when it last changed this ReplicaSet."""
    return _number(annotations_of(replica_set).get(DESIRED, ""))


def max_before(replica_set: Json) -> int:
    return _number(annotations_of(replica_set).get(MAX, "")) or 0


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and int(text) <= MAX_INT32 else None
