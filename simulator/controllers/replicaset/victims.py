"""Which Pods go when there are too many.

Models pkg/controller/controller_utils.go ActivePodsWithRanks and pkg/controller/replicaset/replica_set.go
getPodsToDelete.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cmp_to_key

from simulator.calendar import Calendar
from simulator.controllers.availability import is_ready, ready_condition
from simulator.history import Json

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}
_COST = re.compile(r"^(0|-?[1-9][0-9]{0,9})$")


def is_active(pod: Json) -> bool:
    """Whether the Pod counts: it has not ended, and nobody has asked it to."""
    return pod["status"].get("phase") not in ("Succeeded", "Failed") and "deletionTimestamp" not in pod["metadata"]


def is_terminating(pod: Json) -> bool:
    """Whether the Pod is being deleted and has not ended yet."""
    return pod["status"].get("phase") not in ("Succeeded", "Failed") and "deletionTimestamp" in pod["metadata"]


def pods_to_delete(
    pods: Sequence[Json], related: Iterable[Json], count: int, now: int, calendar: Calendar
) -> list[Json]:
    """`count` of `pods`, the least useful first. `related`: all Pods of the same Deployment."""
    if count >= len(pods):
        return list(pods)
    crowd = Counter(pod["spec"].get("nodeName", "") for pod in related if is_active(pod))
    ranking = _Ranking(crowd, now, calendar)
    return sorted(pods, key=cmp_to_key(ranking.compare))[:count]


class _Ranking:
    def __init__(self, crowd: Counter[str], now: int, calendar: Calendar) -> None:
        self._crowd = crowd
        self._now = now
        self._calendar = calendar

    def compare(self, one: Json, other: Json) -> int:
        """Below zero if `one` should go before `other`."""
        first, second = self._rank(one), self._rank(other)
        if first != second:
            return -1 if first < second else 1
        if is_ready(one) and is_ready(other):
            ages = _ready_since(one), _ready_since(other)
            if ages[0] != ages[1]:
                return self._younger(one, other, *ages)
        most = restarts(one), restarts(other)
        if most[0] != most[1]:
            return -1 if most[0] > most[1] else 1
        born = one["metadata"]["creationTimestamp"], other["metadata"]["creationTimestamp"]
        return self._younger(one, other, *born) if born[0] != born[1] else 0

    def _rank(self, pod: Json) -> tuple[bool, int, bool, int, int]:
        node = pod["spec"].get("nodeName", "")
        phase = _PHASES.get(pod["status"].get("phase", ""), 0)
        return bool(node), phase, is_ready(pod), deletion_cost(pod), -self._crowd[node]

    def _younger(self, one: Json, other: Json, since: str, since_other: str) -> int:
        """By age in steps that double; within a step by chance, which the uid stands for."""
        steps = self._step(since) - self._step(since_other)
        if steps:
            return steps
        return -1 if one["metadata"]["uid"] < other["metadata"]["uid"] else 1

    def _step(self, since: str) -> int:
        """Models logarithmicRankDiff: the age in ns, on a scale of powers of two."""
        age = (self._now - self._calendar.parse(since)) * 1_000_000
        return int(math.log2(age)) if age > 0 else -1


def deletion_cost(pod: Json) -> int:
    """What the annotation says. Models GetDeletionCostFromPodAnnotations: anything odd counts as 0."""
    text = (pod["metadata"].get("annotations") or {}).get(DELETION_COST, "")
    cost = int(text) if _COST.match(text) else 0
    return cost if -(2**31) <= cost < 2**31 else 0


def _ready_since(pod: Json) -> str:
    condition = ready_condition(pod)
    return str(condition["lastTransitionTime"]) if condition is not None else ""


def restarts(pod: Json) -> tuple[int, int]:
    """The most restarts of a container, and of a sidecar. Models maxContainerRestarts."""
    sidecars = {c["name"] for c in pod["spec"].get("initContainers") or () if c.get("restartPolicy") == "Always"}
    regular = (s["restartCount"] for s in pod["status"].get("containerStatuses") or ())
    beside = (s["restartCount"] for s in pod["status"].get("initContainerStatuses") or () if s["name"] in sidecars)
    return max(regular, default=0), max(beside, default=0)
