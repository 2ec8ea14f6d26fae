"""Small Pods with drawn settings, run until something happens to them, and how long that took."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from simulator import Fact, Revision, Simulation
from simulator.answers import ContainerAnswers, Span, pod_answers
from simulator.objects import read_manifest

Json = dict[str, Any]
DEAF = "touch /tmp/ok; sleep 100000"
POLITE = "trap 'exit 0' TERM; touch /tmp/ok; while true; do sleep 1; done"
OK = {"exec": {"command": ["cat", "/tmp/ok"]}}
SLOW = {"exec": {"command": ["sh", "-c", "sleep 0.9; cat /tmp/ok"]}}
STUCK = {"exec": {"command": ["sh", "-c", "test -f /tmp/ok || sleep 1000"]}}  # waits for its timeout
NEVER = {"exec": {"command": ["false"]}}


def pod(container: Json, **spec: Any) -> Json:
    whole = {"name": "app", "image": "busybox:1.36"} | container
    spec = {"containers": [whole], "terminationGracePeriodSeconds": 3} | spec
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}


def script(text: str) -> Json:
    return {"command": ["sh", "-c", text]}


def answers(pod: Json) -> ContainerAnswers:
    manifest = read_manifest(json.dumps(pod))
    assert manifest.ok, [problem.message for problem in manifest.problems]
    found = pod_answers(manifest.documents[0].object).container("app")
    assert found is not None
    return found


@dataclass
class Life:
    """A simulated Pod."""

    simulation: Simulation

    @classmethod
    def of(cls, pod: Json, seed: int) -> Life:
        simulation = Simulation(seed=seed)
        simulation.advance(seed * 37 % 1000)  # applied at any part of a second
        applied = simulation.act("apply", {"manifest": json.dumps(pod)})
        assert applied.code == 0, applied.output
        return cls(simulation)

    def at(self, ms: int, verb: str = "", **data: Any) -> Life:
        self.simulation.advance(ms)
        if verb:
            self.simulation.act(verb, {"pod": "p", "container": "app"} | data)
        return self

    def first(self, kind: str, after_ms: int = 0, **data: Any) -> int | None:
        """When the first fact about the container came that holds `data`."""
        for entry in self.simulation.history.entries:
            if not isinstance(entry, Fact) or entry.at_ms < after_ms:
                continue
            if (entry.kind, entry.container) == (kind, "app") and data.items() <= entry.data.items():
                return entry.at_ms
        return None

    def shown(self, ready: bool, after_ms: int = 0) -> int | None:
        """When the API server first had this `ready` of the container, from `after_ms` on."""
        for entry in self.simulation.history.entries:
            if isinstance(entry, Revision) and entry.kind == "pods" and entry.at_ms >= after_ms:
                for status in entry.object["status"].get("containerStatuses", ()):
                    if status["ready"] is ready and "running" in status["state"]:
                        return entry.at_ms
        return None

    def took(self, begin: int | None, end: Callable[[int], int | None]) -> int:
        assert begin is not None
        ended = end(begin)
        assert ended is not None
        return ended - begin


def probe(random: Random, handler: Json, longest_delay: int = 0) -> Json:
    drawn: Json = {"periodSeconds": random.randint(1, 12), "failureThreshold": random.randint(1, 4)}
    drawn["timeoutSeconds"] = random.randint(1, 4)
    if longest_delay:
        drawn["initialDelaySeconds"] = random.randint(0, longest_delay)
    return handler | drawn


def within(took: int, span: Span) -> bool:
    return span.least <= took and (span.greatest is None or took <= span.greatest)
