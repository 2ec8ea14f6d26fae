"""Rules for changing the resources of a Pod that lives.

Models pkg/apis/core/validation/validation.go ValidatePodResize and pkg/registry/core/pod/strategy.go.
"""

from __future__ import annotations

from simulator.objects.labels import MIRROR
from simulator.objects.qos import qos_class
from simulator.objects.validation.field import Field, FieldError
from simulator.objects.validation.pods import METADATA_AND_SPEC, pod_scope
from simulator.objects.validation.rules import Errors, Json, run

KINDS = ("containers", "initContainers")
RESIZABLE = ("cpu", "memory")
POD_LEVEL = (
    "resize of pods with pod-level resources is forbidden when InPlacePodLevelResourcesVerticalScalingEnabled "
    "feature gate is disabled"
)


def with_resize_alone(new: Json, old: Json) -> Json:
    """`old` with the resources that `new` asks for; what else differs is dropped. Models dropNonResizeUpdates."""
    before, after = old["spec"], new["spec"]
    if any(len(after.get(kind) or ()) != len(before.get(kind) or ()) for kind in KINDS):
        return new
    spec = {**before, **{kind: _merged(after[kind], before[kind]) for kind in KINDS if after.get(kind)}}
    return {**old, "spec": spec}


def _merged(new: list[Json], old: list[Json]) -> list[Json]:
    merged = []
    for now, then in zip(new, old, strict=True):
        if now["name"] != then["name"]:
            return new
        taken = {name: now[name] for name in ("resources", "resizePolicy") if name in now}
        rest = {name: value for name, value in then.items() if name not in ("resources", "resizePolicy")}
        merged.append(rest | taken)
    return merged


def validate_pod_resize(new: Json, old: Json) -> list[FieldError]:
    """Why a living Pod may not get the resources of `new`; both as the API server stores them."""
    if MIRROR in old["metadata"].get("annotations", {}):
        return [Field().forbidden("", "static pods cannot be resized")]
    errors = list(run(METADATA_AND_SPEC, new, Field(), pod_scope(new)))
    spec, before, at = new["spec"], old["spec"], Field("spec")
    qos = old["status"]["qosClass"]
    if qos != qos_class(new):
        errors.append(at.invalid("", qos, "Pod QOS Class may not change as a result of resizing"))
    if before.get("resources") or spec.get("resources"):
        return [*errors, Field().forbidden("", POD_LEVEL)]
    if order := list(_order(spec, before, at)):
        return [*errors, *order]
    return [*errors, *_removed(spec, before, at), *_others(spec, before, at)]


def _order(spec: Json, before: Json, at: Field) -> Errors:
    """Models validatePodResizeContainerOrdering."""
    for kind in KINDS:
        now, then = spec.get(kind) or (), before.get(kind) or ()
        if len(now) != len(then):
            yield at.forbidden(kind, f"{kind} may not be added or removed on resize")
            continue
        for number, (container, known) in enumerate(zip(now, then, strict=True)):
            if container["name"] != known["name"]:
                yield at.forbidden(f"{kind}[{number}].name", f"{kind} may not be renamed or reordered on resize")


def _removed(spec: Json, before: Json, at: Field) -> Errors:
    """Models validateContainerResize: a request or limit that is there stays, at some value."""
    for kind in reversed(KINDS):
        for number, (now, then) in enumerate(zip(spec.get(kind) or (), before.get(kind) or (), strict=True)):
            if kind == "initContainers" and not _is_sidecar(then):
                continue
            for part in ("requests", "limits"):
                if _amounts(then, part).keys() - _amounts(now, part).keys():
                    detail = f"resource {part} cannot be removed"
                    yield at.forbidden(f"{kind}[{number}].resources.{part}", detail)


def _others(spec: Json, before: Json, at: Field) -> Errors:
    """Of a container that may be resized only CPU and memory change; of another nothing."""
    for now, then in zip(spec["containers"], before["containers"], strict=True):
        if _fixed(now) != _fixed(then):
            yield at.forbidden("", "only cpu and memory resources are mutable")
    for now, then in zip(spec.get("initContainers") or (), before.get("initContainers") or (), strict=True):
        if _is_sidecar(now):
            if _fixed(now) != _fixed(then):
                yield at.forbidden("", "only cpu and memory resources for sidecar containers are mutable")
        elif now != then:
            yield at.forbidden("", "resources for non-sidecar init containers are immutable")


def _is_sidecar(container: Json) -> bool:
    return bool(container.get("restartPolicy") == "Always")


def _amounts(container: Json, part: str) -> Json:
    return (container.get("resources") or {}).get(part) or {}


def _fixed(container: Json) -> Json:
    """The container without what a resize may change."""
    amounts = {
        part: {name: amount for name, amount in _amounts(container, part).items() if name not in RESIZABLE}
        for part in ("requests", "limits")
    }
    return {**container, "resources": amounts}
