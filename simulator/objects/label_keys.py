"""Keys of a new Pod's own labels become part of the selectors that name them.

Models pkg/registry/core/pod/strategy.go mutatePodAffinity and mutateTopologySpreadConstraints.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

OPERATORS = {"matchLabelKeys": "In", "mismatchLabelKeys": "NotIn"}


def merge_label_keys(pod: Json) -> None:
    """A selector that is not there selects nothing, and stays away."""
    labels = pod["metadata"].get("labels") or {}
    for rule in _rules(pod["spec"]):
        selector = rule.get("labelSelector")
        given = [
            {"key": key, "operator": operator, "values": [labels[key]]}
            for field, operator in OPERATORS.items()
            for key in rule.get(field) or ()
            if key in labels
        ]
        if given and selector is not None:
            selector["matchExpressions"] = [*(selector.get("matchExpressions") or ()), *given]


def _rules(spec: Json) -> Iterator[Json]:
    """The Pod's terms of affinity, and its rules of even spread."""
    affinity = spec.get("affinity") or {}
    for kind in ("podAffinity", "podAntiAffinity"):
        terms = affinity.get(kind) or {}
        for wish in terms.get("preferredDuringSchedulingIgnoredDuringExecution") or ():
            yield wish.get("podAffinityTerm") or {}
        yield from terms.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
    yield from spec.get("topologySpreadConstraints") or ()
