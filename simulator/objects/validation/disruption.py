"""Rules for PodDisruptionBudgets. Models pkg/apis/policy/validation/validation.go."""

from __future__ import annotations

from simulator.objects.validation.access import is_path_segment
from simulator.objects.validation.field import Field, go_struct
from simulator.objects.validation.metadata import label_selector, object_meta
from simulator.objects.validation.rules import Errors, Json, Rules, Scope
from simulator.objects.validation.workloads import at_most_all, in_spec, number_or_percent

POLICIES = ("AlwaysAllow", "IfHealthyBudget")


def _amounts(spec: Json, at: Field, scope: Scope) -> Errors:
    """How many Pods must be there, or may be missing."""
    given = [name for name in ("minAvailable", "maxUnavailable") if spec.get(name) is not None]
    if len(given) == 2:
        shown = go_struct(spec, "PodDisruptionBudgetSpec")
        yield at.invalid("", shown, "minAvailable and maxUnavailable cannot be both set")
    for name in given:
        yield from number_or_percent(spec[name], at, name)
        yield from at_most_all(spec[name], at, name)


def _selector(spec: Json, at: Field, scope: Scope) -> Errors:
    if spec.get("selector") is not None:
        yield from label_selector(spec["selector"], at.child("selector"))


def _policy(spec: Json, at: Field, scope: Scope) -> Errors:
    policy = spec.get("unhealthyPodEvictionPolicy")
    if policy is not None and policy not in POLICIES:
        yield at.not_supported("unhealthyPodEvictionPolicy", policy, POLICIES)


# Its name is only asked to be a part of a path.
POD_DISRUPTION_BUDGET: Rules = (*in_spec(_amounts, _selector, _policy), object_meta(is_path_segment))
