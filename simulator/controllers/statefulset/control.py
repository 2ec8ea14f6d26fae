"""Bringing a StatefulSet's Pods to where they shall be, one at a time or all at once.

Models pkg/controller/statefulset/stateful_set_control.go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulator.controllers.client import Call
from simulator.controllers.statefulset.identity import (
    allows_burst,
    identity_matches,
    in_range,
    is_created,
    is_terminating,
    new_pod,
    ordinal_of,
    phase_of,
    revision_of,
    start_ordinal,
    storage_matches,
)
from simulator.controllers.statefulset.pod_control import StatefulPodControl
from simulator.controllers.statefulset.revisions import Target
from simulator.controllers.statefulset.status import Judge, count
from simulator.history import Json
from simulator.objects.errors import ApiError

MAX_BATCH = 500
_Step = Callable[[Json], Call[bool]]  # what to do about one Pod; True if nothing more may be done in this sync


@dataclass(frozen=True, slots=True)
class StatefulSetControl:
    """One sync of one set. `ready` and `available` judge Pods as of its beginning."""

    pods: StatefulPodControl
    stateful_set: Json
    target: Target
    ready: Judge
    available: Judge

    def update(self, pods: Sequence[Json]) -> Call[tuple[dict[str, int], ApiError | None]]:
        """Make, correct and delete Pods: what the status shall count, and what went wrong. Models updateStatefulSet."""
        if "deletionTimestamp" in self.stateful_set["metadata"]:
            return self._count(pods), None
        replicas, condemned = self._partition(pods)
        stopped, failure = yield from _caught(self._establish(replicas, condemned))
        counts = self._count([*replicas, *condemned])
        if not stopped and failure is None and self.stateful_set["spec"]["updateStrategy"]["type"] != "OnDelete":
            deleted, failure = yield from _caught(self._roll(replicas))
            counts["currentReplicas"] -= bool(deleted)
        return counts, failure

    def _count(self, pods: Sequence[Json]) -> dict[str, int]:
        return count(pods, self.target, self.ready, self.available)

    def _partition(self, pods: Sequence[Json]) -> tuple[list[Json], list[Json]]:
        """The set's Pods by ordinal, new ones in the place of those that are missing; the condemned, highest first."""
        wanted = {ordinal_of(pod): pod for pod in pods if in_range(self.stateful_set, pod)}
        first = start_ordinal(self.stateful_set)
        ordinals = range(first, first + int(self.stateful_set["spec"]["replicas"]))
        replicas = [wanted.get(ordinal) or self._new_pod(ordinal) for ordinal in ordinals]
        condemned = [pod for pod in pods if ordinal_of(pod) >= 0 and not in_range(self.stateful_set, pod)]
        return replicas, sorted(condemned, key=ordinal_of, reverse=True)

    def _new_pod(self, ordinal: int) -> Json:
        """Below the partition at the revision that is in use. Models newVersionedStatefulSetPod."""
        strategy = self.stateful_set["spec"]["updateStrategy"]
        rolling = strategy.get("rollingUpdate")
        if rolling is not None:
            old = int(rolling.get("partition", 0))
        elif strategy["type"] == "RollingUpdate":
            old = int(self.stateful_set.get("status", {}).get("currentReplicas", 0))
        else:
            old = 0
        updated = ordinal >= start_ordinal(self.stateful_set) + old
        revision = self.target.update_name if updated else self.target.current_name
        return new_pod(self.stateful_set, self.target.template(updated=updated), revision, ordinal)

    def _is_unavailable(self, pod: Json) -> bool:
        return is_terminating(pod) or not self.available(pod)

    def _establish(self, replicas: list[Json], condemned: list[Json]) -> Call[bool]:
        """Every ordinal has its Pod and nothing else has one; True if that is not so yet."""
        unwell = next((pod for pod in [*replicas, *reversed(condemned)] if self._is_unavailable(pod)), None)
        if (yield from self._for_all(replicas, self._process_replica)):
            return True
        if (yield from self._for_all(condemned, self._fix_claims)):
            return True
        return (yield from self._for_all(condemned, lambda pod: self._process_condemned(pod, unwell)))

    def _for_all(self, pods: list[Json], step: _Step) -> Call[bool]:
        """One after the other until one stops it; or, if the set allows bursts, all (runForAll, slowStartBatch)."""
        if not allows_burst(self.stateful_set):
            for pod in pods:
                if (yield from step(pod)):
                    return True
            return False
        done, size = 0, 1
        while done < len(pods):
            yield from _batch([step(pod) for pod in pods[done : done + size]])
            done, size = done + size, min(2 * size, MAX_BATCH)
        return False

    def _process_replica(self, pod: Json) -> Call[bool]:
        """Models processReplica."""
        monotonic = not allows_burst(self.stateful_set)
        if phase_of(pod) in ("Failed", "Succeeded"):
            if not is_terminating(pod):
                yield from self.pods.delete(self.stateful_set, pod)
            return True
        if not is_created(pod):
            if self.pods.waits_for_stale_claim(self.stateful_set, pod):
                return True
            yield from self.pods.create(self.stateful_set, pod)
            if monotonic:
                return True
        if phase_of(pod) == "Pending":
            yield from self.pods.create_missing_claims(self.stateful_set, pod)
        if monotonic and (is_terminating(pod) or not self.available(pod) or phase_of(pod) != "Running"):
            return True
        if is_created(pod) and not self._is_as_wanted(pod):
            yield from self.pods.update(self.stateful_set, pod)
        return False

    def _is_as_wanted(self, pod: Json) -> bool:
        matches = identity_matches(self.stateful_set, pod) and storage_matches(self.stateful_set, pod)
        return matches and self.pods.claims_match(self.stateful_set, pod)

    def _fix_claims(self, pod: Json) -> Call[bool]:
        if not self.pods.claims_match(self.stateful_set, pod):
            yield from self.pods.update_claims(self.stateful_set, pod)
        return False

    def _process_condemned(self, pod: Json, unwell: Json | None) -> Call[bool]:
        """From the highest ordinal down, and not while another Pod is unwell. Models processCondemned."""
        monotonic = not allows_burst(self.stateful_set)
        if is_terminating(pod):
            return monotonic
        well = phase_of(pod) == "Running" and self.ready(pod) and self.available(pod)
        if monotonic and not well and pod is not unwell:
            return True
        yield from self.pods.delete(self.stateful_set, pod)
        return True

    def _roll(self, replicas: list[Json]) -> Call[bool]:
        """Delete the highest Pod that is not at the new revision, if those above are well; whether one was deleted."""
        rolling = self.stateful_set["spec"]["updateStrategy"].get("rollingUpdate") or {}
        for pod in reversed(replicas[int(rolling.get("partition", 0)) :]):
            if revision_of(pod) != self.target.update_name and not is_terminating(pod):
                yield from self.pods.delete(self.stateful_set, pod)
                return True
            if self._is_unavailable(pod):
                return False
        return False


def _batch(steps: list[Call[bool]]) -> Call[None]:
    """All of them; then the first refusal, if there was one."""
    failure: ApiError | None = None
    for step in steps:
        _stopped, error = yield from _caught(step)
        failure = failure or error
    if failure is not None:
        raise failure


def _caught(step: Call[bool]) -> Call[tuple[bool, ApiError | None]]:
    try:
        return (yield from step), None
    except ApiError as error:
        return False, error
