"""What a Pod's failure means for its Job. Models pkg/controller/job/pod_failure_policy.go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simulator.history import Json


@dataclass(frozen=True, slots=True)
class Match:
    """`failure` is what to say if the whole Job fails by it; `counts`: towards the back-off limits."""

    failure: str | None = None
    counts: bool = True
    action: str | None = None


def match_pod_failure_policy(policy: Json | None, pod: Json) -> Match:
    """The first rule that fits a failed Pod decides."""
    for number, rule in enumerate((policy or {}).get("rules") or ()):
        words = (_matched_condition if rule.get("onExitCodes") is None else _matched_exit_code)(pod, rule)
        if words is not None:
            action = rule["action"]
            failure = f"{words} matching {action} rule at index {number}" if action == "FailJob" else None
            return Match(failure, action != "Ignore", action)
    return Match()


def _matched_exit_code(pod: Json, rule: Json) -> str | None:
    meta, status = pod["metadata"], pod["status"]
    statuses = (*status.get("containerStatuses", ()), *status.get("initContainerStatuses", ()))
    found = _container(statuses, rule["onExitCodes"])
    if found is None:
        return None
    code = found["state"]["terminated"]["exitCode"]
    return f"Container {found['name']} for pod {meta['namespace']}/{meta['name']} failed with exit code {code}"


def _container(statuses: Iterable[Json], codes: Json) -> Json | None:
    """The first container that ended with a code the rule names; success never matches."""
    for status in statuses:
        ended = status.get("state", {}).get("terminated")
        if ended is None or codes.get("containerName") not in (None, status["name"]) or ended["exitCode"] == 0:
            continue
        if (ended["exitCode"] in codes["values"]) == (codes["operator"] == "In"):
            return status
    return None


def _matched_condition(pod: Json, rule: Json) -> str | None:
    meta = pod["metadata"]
    for condition in pod["status"].get("conditions", ()):
        for pattern in rule.get("onPodConditions") or ():
            if (condition["type"], condition["status"]) == (pattern["type"], pattern["status"]):
                return f"Pod {meta['namespace']}/{meta['name']} has condition {condition['type']}"
    return None
