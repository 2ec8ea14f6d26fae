"""The claims of a Pod: without them there is no node for it, and some of them wait until there is one.

Models pkg/scheduler/framework/plugins/volumebinding.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.history import Json
from simulator.scheduler.filters import Rejection, node_term_matches
from simulator.store import Store
from simulator.volume_claims import (
    BIND_COMPLETED,
    SELECTED_NODE,
    annotated_with,
    annotation,
    claims_of,
    waits_for_consumer,
)

ELSEWHERE = Rejection(("node(s) didn't match PersistentVolume's node affinity",), final=True)


class VolumeBinder:
    """Reads claims, and tells those that wait for a Pod which node it gets."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def reject(self, pod: Json) -> str:
        """What keeps the Pod from every node (PreFilter)."""
        for name, claim in self._claims(pod):
            if claim is None:
                return f'persistentvolumeclaim "{name}" not found'
            if claim["status"].get("phase") == "Lost":
                gone = claim["spec"].get("volumeName", "")
                return f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{gone}"'
            if "deletionTimestamp" in claim["metadata"]:
                return f'persistentvolumeclaim "{name}" is being deleted'
            if not _is_bound(claim) and not waits_for_consumer(self._store, claim):
                return "pod has unbound immediate PersistentVolumeClaims"
        return ""

    def misplaced(self, pod: Json, node: Json) -> Rejection | None:
        """Whether a volume of the Pod is on another node (Filter)."""
        for _name, claim in self._claims(pod):
            name = claim["spec"].get("volumeName") if claim is not None else None
            volume = self._store.get("persistentvolumes", "", name) if name else None
            required = ((volume or {}).get("spec", {}).get("nodeAffinity") or {}).get("required")
            if required and not any(node_term_matches(term, node) for term in required["nodeSelectorTerms"]):
                return ELSEWHERE
        return None

    def bind(self, pod: Json, node: str) -> bool:
        """Whether all claims have their volumes; if not, they are told for which node to get one (PreBind)."""
        waiting = [claim for _name, claim in self._claims(pod) if claim is not None and not _is_bound(claim)]
        for claim in waiting:
            if not annotation(claim, SELECTED_NODE):
                self._store.update("persistentvolumeclaims", annotated_with(claim, {SELECTED_NODE: node}))
        return not waiting

    def _claims(self, pod: Json) -> Iterator[tuple[str, Json | None]]:
        for name in claims_of(pod):
            yield name, self._store.get("persistentvolumeclaims", pod["metadata"]["namespace"], name)


def _is_bound(claim: Json) -> bool:
    return bool(claim["spec"].get("volumeName") and annotation(claim, BIND_COMPLETED))
