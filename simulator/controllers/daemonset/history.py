"""The templates that a DaemonSet has had.

Models constructHistory, snapshot and cleanupHistory of pkg/controller/daemon/update.go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from simulator.controllers.client import Call, Client
from simulator.controllers.context import ControllerContext
from simulator.controllers.controller_utils import compute_hash
from simulator.controllers.daemonset.placement import HASH
from simulator.controllers.history import Revisions, new_revision, template_patch
from simulator.history import Json
from simulator.objects.errors import ApiError


class DaemonHistory:
    """One for all DaemonSets."""

    def __init__(self, context: ControllerContext, client: Client) -> None:
        self._client = client
        self._revisions = Revisions(context, client, "daemonsets")

    @staticmethod
    def hash_of(revision: Json) -> str:
        return str((revision["metadata"].get("labels") or {}).get(HASH, ""))

    def construct(self, daemon_set: Json, pods: Iterable[Json]) -> Call[tuple[Json, list[Json]]]:
        """The revision of the template, made or renewed if need be, and the older ones."""
        known = yield from self._revisions.claim(daemon_set)
        data = template_patch(daemon_set)
        old = [revision for revision in known if revision["data"] != data]
        equal = [revision for revision in known if revision["data"] == data]
        number = max((int(revision["revision"]) for revision in old), default=0) + 1
        if not equal:
            return (yield from self._snapshot(daemon_set, number)), old
        current = equal[-1]
        if len(equal) > 1:
            yield from self._drop_doubles(current, equal[:-1], pods)
        if current["revision"] < number:
            current = yield from self._revisions.renumber(current, number)
        return current, old

    def _drop_doubles(self, current: Json, doubles: Iterable[Json], pods: Iterable[Json]) -> Call[None]:
        """The Pods of all of them are taken over, so that none is replaced. Models dedupCurHistories."""
        mark = {HASH: self.hash_of(current)}

        def marked(pod: Json) -> Json:
            labels = {**(pod["metadata"].get("labels") or {}), **mark}
            return {**pod, "metadata": {**pod["metadata"], "labels": labels}}

        for pod in pods:
            if marked(pod) != pod:
                yield from self._client.patch("pods", pod, marked)
        for double in doubles:
            yield from self._revisions.delete(double)

    def _snapshot(self, daemon_set: Json, number: int) -> Call[Json]:
        status, meta = daemon_set.get("status", {}), daemon_set["metadata"]
        collisions = status.get("collisionCount")
        suffix = compute_hash(daemon_set["spec"]["template"], collisions)
        name = f"{meta['name']}-{suffix}"
        made = yield from self._revisions.create(new_revision(daemon_set, name, {HASH: suffix}, number))
        if made is None:
            counted = {**daemon_set, "metadata": meta, "status": {**status, "collisionCount": (collisions or 0) + 1}}
            yield from self._client.update_status(counted)
            raise ApiError(409, "AlreadyExists", f'controllerrevisions.apps "{name}" already exists')
        return made

    def clean_up(self, daemon_set: Json, old: Sequence[Json], pods: Iterable[Json]) -> Call[None]:
        """Drop the oldest of the revisions that no Pod is at, until the limit is kept."""
        extra = len(old) - int(daemon_set["spec"].get("revisionHistoryLimit", 10))
        live = {(pod["metadata"].get("labels") or {}).get(HASH) for pod in pods}
        for revision in [each for each in old if self.hash_of(each) not in live][: max(0, extra)]:
            yield from self._revisions.delete(revision)
