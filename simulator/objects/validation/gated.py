"""A Pod that waits at a gate may still be told more about its node.

Models validateNodeSelectorMutation and validateNodeAffinityMutation of pkg/apis/core/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.objects.validation.field import Field, Rendered, go_struct
from simulator.objects.validation.rules import Errors, Json

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_TERMS = f"affinity.nodeAffinity.{_REQUIRED}.nodeSelectorTerms"


def gated(munged: Json, before: Json, at: Field) -> Errors:
    """What may change is put back in `munged`; what may not about it is told."""
    yield from _selector(munged, before, at)
    affinity, known = munged.get("affinity") or {}, before.get("affinity") or {}
    new, old = affinity.get("nodeAffinity"), known.get("nodeAffinity")
    if new == old:
        return
    yield from _terms(_terms_of(new), _terms_of(old), at)
    others = {key: value for key, value in affinity.items() if key != "nodeAffinity"}
    put_back = others | ({"nodeAffinity": old} if old is not None else {})
    munged.pop("affinity", None)
    if put_back or "affinity" in before:
        munged["affinity"] = put_back


def _selector(munged: Json, before: Json, at: Field) -> Errors:
    new, old = munged.get("nodeSelector") or {}, before.get("nodeSelector") or {}
    if any(new.get(key) != value for key, value in old.items()):
        yield at.invalid(
            "nodeSelector", new or None, "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
        )
    munged.pop("nodeSelector", None)
    munged |= {"nodeSelector": before["nodeSelector"]} if "nodeSelector" in before else {}


def _terms_of(affinity: Json | None) -> list[Json]:
    return list(((affinity or {}).get(_REQUIRED) or {}).get("nodeSelectorTerms") or ())


def _terms(new: Sequence[Json], old: Sequence[Json], at: Field) -> Errors:
    """Where nothing was required anything may be; otherwise each term may only be made narrower."""
    shown = [go_struct(term, "NodeSelectorTerm") for term in new]
    if old and len(old) != len(new):
        words = "no additions/deletions to non-empty NodeSelectorTerms list are allowed"
        yield at.invalid(_TERMS, Rendered(f"[{','.join(shown)}]") if new else None, words)
        return
    for number, (now, then) in enumerate(zip(new, old, strict=False)):
        if not _is_narrower(now, then):
            words = "only additions are allowed (no mutations or deletions)"
            yield at.invalid(f"{_TERMS}[{number}]", shown[number], words)


def _is_narrower(new: Json, old: Json) -> bool:
    """Models validateNodeSelectorTermHasOnlyAdditions: an empty term, which fits no node, stays empty."""
    pairs = [(new.get(key) or [], old.get(key) or []) for key in ("matchExpressions", "matchFields")]
    if not any(then for _now, then in pairs):
        return not any(now for now, _then in pairs)
    return all(now[: len(then)] == then for now, then in pairs)
