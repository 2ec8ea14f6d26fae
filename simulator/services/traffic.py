"""When a Pod gets connections from others, and through which Service: two facts for each spell of traffic."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.containers import Namespace
from simulator.engine import Engine
from simulator.history import History
from simulator.services.kube_proxy import Address, ServiceProxy

QUIET_MS = 10_000  # after that long without a connection the spell is over
Spell = tuple[str, str]  # the Pod, and the Service by which it was reached ("" for none)


@dataclass(slots=True)
class _Spell:
    number: int  # of the fact that began it
    count: int
    last: int


class Traffic:
    """Writes `traffic` facts; what the kubelet's probes ask is none."""

    def __init__(self, engine: Engine, history: History, proxy: ServiceProxy) -> None:
        self._engine = engine
        self._history = history
        self._proxy = proxy
        self._spells: dict[Spell, _Spell] = {}

    def seen(self, source: Namespace, target: Namespace, asked: Address) -> None:
        if not target.pod:
            return
        key = target.pod, self._proxy.service_at(*asked)
        now = self._engine.now
        if (spell := self._spells.get(key)) is not None:
            spell.count += 1
            spell.last = now
            return
        data = {"phase": "start", "service": key[1], "from": source.pod}
        number = self._history.fact("traffic", target.pod, "", data)
        self._spells[key] = _Spell(number, 1, now)
        self._engine.after(QUIET_MS, self._look, key)

    def _look(self, key: Spell) -> None:
        spell = self._spells[key]
        if self._engine.now < spell.last + QUIET_MS:
            self._engine.at(spell.last + QUIET_MS, self._look, key)
            return
        del self._spells[key]
        data = {"phase": "end", "service": key[1], "count": spell.count, "last_ms": spell.last}
        with self._history.because(spell.number):
            self._history.fact("traffic", key[0], "", data)
