"""Claims that ask for more than they have: nobody here makes a volume larger, and that is said.

Models pkg/controller/volume/expand/expand_controller.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.controllers.context import ControllerContext
from simulator.controllers.workqueue import WorkQueue
from simulator.history import Json
from simulator.objects import parse_quantity
from simulator.store import Change

WAITING = "waiting for an external controller to expand this PVC"


class ExpandController:
    """Looks at a bound claim when it asks for more than before."""

    def __init__(self, context: ControllerContext) -> None:
        self._store = context.store
        self._recorder = context.recorder("volume_expand")
        self._claims = WorkQueue(context.engine, self._sync)
        context.store.watch("persistentvolumeclaims", self._on_claim)

    def _on_claim(self, change: Change) -> None:
        meta, old = change.object["metadata"], change.old
        if change.verb == "MODIFIED" and old is not None and _asked(change.object) > _asked(old):
            self._claims.add(meta["namespace"], meta["name"])

    def _sync(self, namespace: str, name: str) -> Iterator[int]:
        claim = self._store.get("persistentvolumeclaims", namespace, name)
        if claim is not None and claim["status"].get("phase") == "Bound":
            self._recorder.event(claim, "Normal", "ExternalExpanding", WAITING)
        return iter(())


def _asked(claim: Json) -> int:
    return parse_quantity(claim["spec"]["resources"]["requests"]["storage"]).nano
