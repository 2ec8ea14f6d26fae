"""What every controller of kube-controller-manager is given.

Models cmd/kube-controller-manager/app/controllermanager.go ControllerContext.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.calendar import Calendar
from simulator.controllers.client import Api, Client
from simulator.controllers.ownership import Owned
from simulator.engine import Engine, Randoms
from simulator.events import Recorder
from simulator.history import History
from simulator.store import Store


@dataclass(frozen=True)
class ControllerContext:
    """The store is for reading (an informer's cache); what is written goes through a client."""

    engine: Engine
    history: History
    store: Store
    calendar: Calendar
    randoms: Randoms
    api: Api
    _owned: dict[str, Owned] = field(default_factory=dict)

    def client(self) -> Client:
        return Client(self.engine, self.api)

    def recorder(self, component: str) -> Recorder:
        return Recorder(self.engine, self.history, self.store, self.calendar, component)

    def owned(self, kind: str) -> Owned:
        """The objects of a kind by their controller; all controllers share one index."""
        if kind not in self._owned:
            self._owned[kind] = Owned(self.store, kind)
        return self._owned[kind]

    def now(self) -> str:
        """This moment as the API writes it."""
        return self.calendar.second(self.engine.now)
