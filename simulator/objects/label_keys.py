"""A Pod's own labels become part of the selectors that ask for them by key.

Models mutatePodAffinity and mutateTopologySpreadConstraints of pkg/registry/core/pod/strategy.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

_OPERATORS = {"matchLabelKeys": "In", "mismatchLabelKeys": "NotIn"}


def apply_label_keys(pod: Json) -> None:
    """Add to each selector the labels that its `matchLabelKeys` and `mismatchLabelKeys` name."""
    labels = pod["metadata"].get("labels") or {}
    for part in (*_affinity_terms(pod["spec"]), *pod["spec"].get("topologySpreadConstraints", ())):
        selector = part.get("labelSelector")
        made = [
            {"key": key, "operator": operator, "values": [labels[key]]}
            for field, operator in _OPERATORS.items()
            for key in part.get(field) or ()
            if key in labels
        ]
        if selector is not None and made:
            selector["matchExpressions"] = [*selector.get("matchExpressions", ()), *made]


def _affinity_terms(spec: Json) -> Iterator[Json]:
    for kind in ("podAffinity", "podAntiAffinity"):
        affinity = (spec.get("affinity") or {}).get(kind) or {}
        for preferred in affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or ():
            yield preferred.get("podAffinityTerm") or {}
        yield from affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
