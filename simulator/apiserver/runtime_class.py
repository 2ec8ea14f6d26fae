"""What a Pod's RuntimeClass brings along. Models plugin/pkg/admission/runtimeclass/admission.go."""

from __future__ import annotations

from simulator.history import Json
from simulator.store import Store

_OVERHEAD = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
_ALONE = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"


def apply_runtime_class(spec: Json, store: Store) -> str:
    """Give a new Pod its class's overhead and nodes; why it may not be created, or ""."""
    name, found = spec.get("runtimeClassName"), None
    if name is not None:
        found = store.get("runtimeclasses", "", name)
        if found is None:
            return f'pod rejected: RuntimeClass "{name}" not found'
    return _overhead(spec, found or {}) or _scheduling(spec, (found or {}).get("scheduling") or {})


def _overhead(spec: Json, runtime_class: Json) -> str:
    fixed = (runtime_class.get("overhead") or {}).get("podFixed")
    if fixed is None:
        return _ALONE if spec.get("overhead") else ""
    return "" if spec.setdefault("overhead", fixed) == fixed else _OVERHEAD


def _scheduling(spec: Json, scheduling: Json) -> str:
    """Models setScheduling: the class's nodes and tolerations are added to the Pod's."""
    if selector := scheduling.get("nodeSelector"):
        own = spec.get("nodeSelector") or {}
        for key, value in sorted(selector.items()):
            if own.get(key, value) != value:
                return (
                    f"conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; "
                    f"pod.spec.nodeSelector[{key}] = {own[key]}"
                )
        spec["nodeSelector"] = {**own, **selector}
    own_tolerations = spec.get("tolerations") or []
    if added := [each for each in scheduling.get("tolerations") or () if each not in own_tolerations]:
        spec["tolerations"] = [*own_tolerations, *added]
    return ""
