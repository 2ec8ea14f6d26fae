"""One sync of a Deployment: its ReplicaSets and revisions, scaling, cleaning up, and its status.

Models pkg/controller/deployment/sync.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from simulator.calendar import Calendar
from simulator.controllers.client import Call, Client
from simulator.controllers.conditions import find_condition, with_condition
from simulator.controllers.controller_utils import compute_hash
from simulator.controllers.deployment import util
from simulator.controllers.deployment.progress import (
    PROGRESSING,
    TIMED_OUT,
    calculate_status,
    new_condition,
    rollout_status,
)
from simulator.controllers.deployment.scaling import only_active_or_latest, proportions
from simulator.controllers.ownership import controller_of, owner_reference
from simulator.engine import Engine
from simulator.events import Recorder
from simulator.history import Json
from simulator.objects.errors import NAMESPACE_TERMINATING, ApiError


@dataclass(slots=True)
class DeploymentSync:
    """`deployment` is the sync's own copy: what it writes of it twice is refused, and the next sync goes on."""

    engine: Engine
    calendar: Calendar
    client: Client
    recorder: Recorder
    deployment: Json
    replica_sets: list[Json]

    @property
    def now(self) -> str:
        return self.calendar.second(self.engine.now)

    # ---- revisions ---------------------------------------------------------------
    def sync_revision(self, *, create: bool) -> Call[tuple[Json | None, list[Json]]]:
        """The new ReplicaSet and the old ones. Models getAllReplicaSetsAndSyncRevision."""
        new = util.find_new(self.deployment, self.replica_sets)
        old = [each for each in self.replica_sets if each is not new]
        number = max(map(util.revision, old), default=0) + 1
        if new is not None:
            new = yield from self._known_set(new, number)
        elif create:
            new = yield from self._new_set(old, number)
        return new, old

    def _known_set(self, new: Json, number: int) -> Call[Json]:
        """What is noted on the new ReplicaSet and on the Deployment is kept up to date."""
        wanted = util.new_set_annotations(self.deployment, new, number, exists=True)
        patience = self.deployment["spec"].get("minReadySeconds", 0)
        if wanted != util.annotations_of(new) or new["spec"].get("minReadySeconds", 0) != patience:
            spec = {**new["spec"], "minReadySeconds": patience}
            return (yield from self.client.update({**util.with_annotations(new, wanted), "spec": spec}))
        changed = self._note_revision(wanted.get(util.REVISION, ""))
        if util.has_progress_deadline(self.deployment) and self._condition(PROGRESSING) is None:
            words = f'Found new replica set "{new["metadata"]["name"]}"'
            self._set_condition("True", "FoundNewReplicaSet", words)
            changed = True
        if changed:
            yield from self.client.update_status(self.deployment)
        return new

    def _new_set(self, old: Sequence[Json], number: int) -> Call[Json]:
        new, existed = self._draft(old, number), False
        name = new["metadata"]["name"]
        try:
            made = yield from self.client.create(new)
        except ApiError as error:
            if error.reason != "AlreadyExists":
                if NAMESPACE_TERMINATING not in error.causes:
                    yield from self._tell_failure(name, error)
                raise
            made, existed = (yield from self._same_or_collision(new, error)), True
        replicas = new["spec"]["replicas"]
        if not existed and replicas:
            self._event("Normal", "ScalingReplicaSet", f"Scaled up replica set {name} from 0 to {replicas}")
        changed = self._note_revision(str(number))
        if not existed and util.has_progress_deadline(self.deployment):
            self._set_condition("True", "NewReplicaSetCreated", f'Created new replica set "{name}"')
            changed = True
        if changed:
            yield from self.client.update_status(self.deployment)
        return made

    def _draft(self, old: Sequence[Json], number: int) -> Json:
        """A ReplicaSet for the Deployment's template, with as many Pods as there is room for."""
        spec, meta = self.deployment["spec"], self.deployment["metadata"]
        collisions = (self.deployment.get("status") or {}).get("collisionCount")
        suffix = compute_hash(spec["template"], collisions)
        mark = {util.HASH_LABEL: suffix}
        labels = {**(spec["template"]["metadata"].get("labels") or {}), **mark}
        template = {**spec["template"], "metadata": {**spec["template"]["metadata"], "labels": labels}}
        selector = {**spec["selector"], "matchLabels": {**(spec["selector"].get("matchLabels") or {}), **mark}}
        patience = {"minReadySeconds": spec["minReadySeconds"]} if spec.get("minReadySeconds") else {}
        draft: Json = {
            "kind": "ReplicaSet",
            "apiVersion": "apps/v1",
            "metadata": {
                "name": util.replica_set_name(meta["name"], suffix),
                "namespace": meta["namespace"],
                "labels": labels,
                "ownerReferences": [owner_reference(self.deployment)],
            },
            "spec": {"replicas": 0, **patience, "selector": selector, "template": template},
        }
        draft["spec"]["replicas"] = util.new_replicas(self.deployment, [*old, draft], draft)
        return util.with_annotations(draft, util.new_set_annotations(self.deployment, draft, number, exists=False))

    def _same_or_collision(self, new: Json, error: ApiError) -> Call[Json]:
        """The ReplicaSet that has the name already, if it is ours; if not, the next sync tries another name."""
        meta = new["metadata"]
        known = yield from self.client.find("replicasets", meta["namespace"], meta["name"])
        owner = controller_of(known)
        mine = owner is not None and owner["uid"] == self.deployment["metadata"]["uid"]
        if mine and util.bare_template(known["spec"]["template"]) == util.bare_template(new["spec"]["template"]):
            return known
        status = self.deployment.get("status") or {}
        status = {**status, "collisionCount": status.get("collisionCount", 0) + 1}
        self.deployment = {**self.deployment, "status": status}
        yield from self.client.update_status(self.deployment)
        raise error

    def _tell_failure(self, name: str, error: ApiError) -> Call[None]:
        words = f'Failed to create new replica set "{name}": {error.message}'
        if util.has_progress_deadline(self.deployment):
            self._set_condition("False", "ReplicaSetCreateError", words)
            with suppress(ApiError):  # there is a bigger trouble to tell of
                yield from self.client.update_status(self.deployment)
        self._event("Warning", "ReplicaSetCreateError", words)

    def _note_revision(self, revision: str) -> bool:
        annotations = util.annotations_of(self.deployment)
        if annotations.get(util.REVISION) == revision:
            return False
        self.deployment = util.with_annotations(self.deployment, {**annotations, util.REVISION: revision})
        return True

    # ---- scaling -----------------------------------------------------------------
    def is_scaling_event(self) -> Call[bool]:
        """Whether somebody asks for another number of Pods than the ReplicaSets know of."""
        new, old = yield from self.sync_revision(create=False)
        desired = self.deployment["spec"]["replicas"]
        known = [util.desired_by(each) for each in util.active(_with(old, new))]
        return any(number is not None and number != desired for number in known)

    def scale(self, new: Json | None, old: Sequence[Json]) -> Call[None]:
        """All at once if one ReplicaSet is active, in proportion during a rollout."""
        desired = self.deployment["spec"]["replicas"]
        if (alone := only_active_or_latest(new, old)) is not None:
            yield from self.scale_replica_set(alone, desired)
        elif new is not None and _is_saturated(self.deployment, new):
            for each in util.active(old):
                yield from self.scale_replica_set(each, 0)
        elif util.is_rolling(self.deployment):
            for each, size in proportions(self.deployment, util.active(_with(old, new))):
                yield from self.scale_replica_set(each, size, quietly=True)

    def scale_replica_set(self, replica_set: Json, size: int, *, quietly: bool = False) -> Call[Json]:
        """Ask for another number of Pods. `quietly`: even if the number stays, what is noted beside it is renewed."""
        before = replica_set["spec"]["replicas"]
        noted = util.annotations_of(replica_set) | util.replicas_annotations(self.deployment)
        if before == size and not (quietly and noted != util.annotations_of(replica_set)):
            return replica_set
        spec = {**replica_set["spec"], "replicas": size}
        scaled = yield from self.client.update({**util.with_annotations(replica_set, noted), "spec": spec})
        if before != size:
            way, name = "up" if before < size else "down", replica_set["metadata"]["name"]
            self._event("Normal", "ScalingReplicaSet", f"Scaled {way} replica set {name} from {before} to {size}")
        return scaled

    # ---- what else there is to do ------------------------------------------------
    def clean_up(self, old: Sequence[Json]) -> Call[None]:
        """Forget all but the latest revisions. Models cleanupDeployment."""
        limit = self.deployment["spec"].get("revisionHistoryLimit", util.MAX_INT32)
        alive = [each for each in util.by_age(old) if "deletionTimestamp" not in each["metadata"]]
        surplus = len(alive) - limit if limit != util.MAX_INT32 else 0
        for each in sorted(alive, key=util.revision)[: max(0, surplus)]:
            status = each.get("status") or {}
            unseen = each["metadata"]["generation"] > status.get("observedGeneration", 0)
            if not (status.get("replicas") or each["spec"]["replicas"] or unseen):
                try:
                    yield from self.client.delete("replicasets", each)
                except ApiError as error:
                    if error.reason != "NotFound":
                        raise

    def check_paused(self) -> Call[None]:
        """A pause and its end are noted, so that the time in between counts for no deadline."""
        if not util.has_progress_deadline(self.deployment):
            return
        condition = self._condition(PROGRESSING)
        if condition is not None and condition["reason"] == TIMED_OUT:
            return
        noted = condition is not None and condition["reason"] == "DeploymentPaused"
        paused = bool(self.deployment["spec"].get("paused"))
        if paused == noted:
            return
        word = "paused" if paused else "resumed"
        self._set_condition("Unknown", f"Deployment{word.capitalize()}", f"Deployment is {word}")
        yield from self.client.update_status(self.deployment)

    def sync(self) -> Call[None]:
        """Scale, during a pause too."""
        new, old = yield from self.sync_revision(create=False)
        yield from self.scale(new, old)
        if self.deployment["spec"].get("paused"):
            yield from self.clean_up(old)
        yield from self.sync_status(_with(old, new), new)

    def sync_status_only(self) -> Call[None]:
        new, old = yield from self.sync_revision(create=False)
        yield from self.sync_status(_with(old, new), new)

    def sync_status(self, all_sets: Sequence[Json], new: Json | None) -> Call[None]:
        status = calculate_status(all_sets, new, self.deployment, self.now)
        if status != self.deployment.get("status"):
            yield from self.client.update_status({**self.deployment, "status": status})

    def sync_rollout_status(self, all_sets: Sequence[Json], new: Json | None) -> Call[Json | None]:
        """The status if it says nothing new, for the rollout may stand still; None if it was written."""
        status = rollout_status(all_sets, new, self.deployment, self.engine.now, self.calendar)
        if status == self.deployment.get("status"):
            return status
        yield from self.client.update_status({**self.deployment, "status": status})
        return None

    def _condition(self, kind: str) -> Json | None:
        return find_condition(self.deployment.get("status") or {}, kind)

    def _set_condition(self, status: str, reason: str, message: str) -> None:
        before = self.deployment.get("status") or {}
        condition = new_condition(PROGRESSING, status, reason, message, self.now)
        conditions = with_condition(before.get("conditions") or [], condition)
        self.deployment = {**self.deployment, "status": {**before, "conditions": conditions}}

    def _event(self, kind: str, reason: str, message: str) -> None:
        self.recorder.event(self.deployment, kind, reason, message)


def _with(old: Sequence[Json], new: Json | None) -> list[Json]:
    return [*old, new] if new is not None else list(old)


def _is_saturated(deployment: Json, new: Json) -> bool:
    """All Pods that are wanted are new and available (IsSaturated)."""
    desired = deployment["spec"]["replicas"]
    available = (new.get("status") or {}).get("availableReplicas", 0)
    return {new["spec"]["replicas"], util.desired_by(new), available} == {desired}
