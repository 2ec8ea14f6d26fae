"""Which revision a StatefulSet's Pods are at and which they shall be at.

Models getStatefulSetRevisions and truncateHistory of pkg/controller/statefulset/stateful_set_control.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.controllers.client import Call
from simulator.controllers.history import (
    HASH,
    Revisions,
    hash_revision,
    new_revision,
    revision_name,
    template_of,
    template_patch,
)
from simulator.controllers.statefulset.identity import revision_of
from simulator.history import Json


@dataclass(frozen=True, slots=True)
class Target:
    """The revision that is in use, the one to come, and how many names collided."""

    current: Json
    update: Json
    collisions: int

    @property
    def current_name(self) -> str:
        return str(self.current["metadata"]["name"])

    @property
    def update_name(self) -> str:
        return str(self.update["metadata"]["name"])

    def template(self, *, updated: bool) -> Json:
        return template_of(self.update if updated else self.current)


def find_target(revisions: Revisions, known: Sequence[Json], stateful_set: Json) -> Call[Target]:
    """The revision equal to the set's template is made, renewed or found. `known` is sorted, oldest first."""
    status = stateful_set.get("status", {})
    collisions = int(status.get("collisionCount", 0))
    data = template_patch(stateful_set)
    equal = [revision for revision in known if revision["data"] == data]
    if equal and known[-1]["data"] == data:
        update = known[-1]
    elif equal:
        update = yield from revisions.renumber(equal[-1], _next(known))
    else:
        update, collisions = yield from _create(revisions, stateful_set, _next(known), collisions)
    name = status.get("currentRevision")
    current = next((revision for revision in known if revision["metadata"]["name"] == name), update)
    return Target(current, update, collisions)


def _next(known: Sequence[Json]) -> int:
    return int(known[-1]["revision"]) + 1 if known else 1


def _create(revisions: Revisions, stateful_set: Json, number: int, collisions: int) -> Call[tuple[Json, int]]:
    """Models CreateControllerRevision: a name that is taken is made anew with a higher count."""
    data = template_patch(stateful_set)
    label = {HASH: hash_revision(data, collisions)}
    while True:
        name = revision_name(stateful_set, hash_revision(data, collisions))
        made = yield from revisions.create(new_revision(stateful_set, name, label, number))
        if made is not None:
            return made, collisions
        collisions += 1


def truncate(
    revisions: Revisions, known: Sequence[Json], stateful_set: Json, pods: Sequence[Json], target: Target
) -> Call[None]:
    """Drop the oldest of the revisions that no Pod is at, until the limit is kept."""
    live = {target.current_name, target.update_name, *map(revision_of, pods)}
    old = [revision for revision in known if revision["metadata"]["name"] not in live]
    limit = int(stateful_set["spec"].get("revisionHistoryLimit", 10))
    if limit < 0:
        return
    for revision in old[: max(0, len(old) - limit)]:
        yield from revisions.delete(revision)
