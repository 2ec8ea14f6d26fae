"""When an Indexed Job is done before all its indexes are. Models pkg/controller/job/success_policy.go."""

from __future__ import annotations

from simulator.controllers.job.indexed_job_utils import Intervals
from simulator.history import Json


def match_success_policy(policy: Json | None, completions: int, succeeded: Intervals) -> str | None:
    """What the condition says if a rule holds."""
    if not len(succeeded):
        return None
    for number, rule in enumerate((policy or {}).get("rules") or ()):
        if _holds(rule, completions, succeeded):
            return f"Matched rules at index {number}"
    return None


def _holds(rule: Json, completions: int, succeeded: Intervals) -> bool:
    count = rule.get("succeededCount")
    if rule.get("succeededIndexes") is None:
        return count is not None and len(succeeded) >= count
    required = Intervals.parse(rule["succeededIndexes"], completions)
    done = required.overlap(succeeded)
    return len(required) > 0 and (done == len(required) or (count is not None and done >= count))
