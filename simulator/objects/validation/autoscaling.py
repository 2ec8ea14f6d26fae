"""Rules for HorizontalPodAutoscalers and RuntimeClasses.

Models pkg/apis/{autoscaling,node}/validation/validation.go.
"""

from __future__ import annotations

from simulator.objects.validation import formats
from simulator.objects.validation.access import is_path_segment
from simulator.objects.validation.field import Field
from simulator.objects.validation.metadata import object_meta
from simulator.objects.validation.rules import Errors, Json, Rules, Scope


def _autoscaler(obj: Json, root: Field, scope: Scope) -> Errors:
    """Models validateHorizontalPodAutoscalerSpec."""
    spec, at = obj["spec"], root.child("spec")
    if spec["minReplicas"] < 1:
        yield at.invalid("minReplicas", spec["minReplicas"], "must be greater than or equal to 1")
    if spec["maxReplicas"] < 1:
        yield at.invalid("maxReplicas", spec["maxReplicas"], "must be greater than 0")
    if spec["maxReplicas"] < spec["minReplicas"]:
        yield at.invalid("maxReplicas", spec["maxReplicas"], "must be greater than or equal to `minReplicas`")
    for name in ("kind", "name"):
        here, value = at.child("scaleTargetRef"), spec["scaleTargetRef"][name]
        yield from here.each_invalid(name, value, is_path_segment(value)) if value else (here.required(name),)


def _handler(obj: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidateRuntimeClass."""
    yield from at.each_invalid("handler", obj["handler"], formats.is_dns1123_label(obj["handler"]))


def runtime_class_update(new: Json, old: Json) -> Errors:
    """Models ValidateRuntimeClassUpdate."""
    if new["handler"] != old["handler"]:
        yield Field().invalid("handler", new["handler"], "field is immutable")


AUTOSCALER: Rules = (object_meta(formats.is_dns1123_subdomain), _autoscaler)
RUNTIME_CLASS: Rules = (object_meta(formats.is_dns1123_subdomain, namespaced=False), _handler)
