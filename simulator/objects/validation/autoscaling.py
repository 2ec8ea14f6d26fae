"""Rules for HorizontalPodAutoscalers. Models pkg/apis/autoscaling/validation/validation.go."""

from __future__ import annotations

from simulator.objects.quantity import parse_quantity
from simulator.objects.validation import formats
from simulator.objects.validation.access import is_path_segment
from simulator.objects.validation.field import Field
from simulator.objects.validation.metadata import object_meta
from simulator.objects.validation.resources import container_name
from simulator.objects.validation.rules import NEGATIVE, Errors, Json, Rules, Scope, text

_TYPES = ("ContainerResource", "External", "Object", "Pods", "Resource")
_SOURCES = ("object", "external", "pods", "resource", "containerResource")  # in upstream's order
_TARGETS = ("Utilization", "Value", "AverageValue")
_CORE = "ReplicationController"
_POSITIVE = "must be greater than zero"


def _autoscaler(obj: Json, root: Field, scope: Scope) -> Errors:
    """Models validateHorizontalPodAutoscalerSpec."""
    spec, at = obj["spec"], root.child("spec")
    if spec["minReplicas"] < 1:
        yield at.invalid("minReplicas", spec["minReplicas"], "must be greater than or equal to 1")
    if spec["maxReplicas"] < 1:
        yield at.invalid("maxReplicas", spec["maxReplicas"], "must be greater than 0")
    if spec["maxReplicas"] < spec["minReplicas"]:
        yield at.invalid("maxReplicas", spec["maxReplicas"], "must be greater than or equal to `minReplicas`")
    yield from _reference(
        spec["scaleTargetRef"], at.child("scaleTargetRef"), grouped=spec["scaleTargetRef"]["kind"] != _CORE
    )
    for number, metric in enumerate(spec.get("metrics") or ()):
        yield from _metric(metric, at.child("metrics").index(number))
    for direction in ("scaleUp", "scaleDown"):
        if (rules := (spec.get("behavior") or {}).get(direction)) is not None:
            yield from _scaling(rules, at.child("behavior").child(direction))


def _reference(value: Json, at: Field, *, grouped: bool) -> Errors:
    """Models ValidateCrossVersionObjectReference."""
    for name in ("kind", "name"):
        yield from text(name, is_path_segment, needed=True)(value, at, Scope())
    version = value.get("apiVersion", "")
    if version.count("/") > 1:
        yield at.invalid("apiVersion", version, f"unexpected GroupVersion string: {version}")
    elif grouped and "/" not in version:
        yield at.invalid("apiVersion", version, "apiVersion must specify API group")


def _metric(metric: Json, at: Field) -> Errors:
    """Models validateMetricSpec."""
    kind = metric.get("type", "")
    if not kind:
        yield at.required("type", "must specify a metric source type")
    if kind not in _TYPES:
        yield at.not_supported("type", kind, _TYPES)
    present = [name for name in _SOURCES if metric.get(name) is not None]
    for name in present[:1]:
        yield from _source(name, metric[name], at.child(name))
    expected = f"{kind[:1].lower()}{kind[1:]}"
    if kind in _TYPES and expected not in present:
        yield at.required(expected, "must populate information for the given metric source")
    for name in present if len(present) > 1 else ():
        if name != expected:
            yield at.forbidden(name, "must populate the given metric source only")


def _source(name: str, source: Json, at: Field) -> Errors:
    """Models validateObjectSource and its fellows."""
    target, here = source.get("target") or {}, at.child("target")
    if name in ("resource", "containerResource"):
        yield from _measured(name, source, at)
    else:
        if name == "object":
            yield from _reference(source.get("describedObject") or {}, at.child("describedObject"), grouped=False)
        metric = (source.get("metric") or {}).get("name", "")
        if not metric:
            yield at.child("metric").required("name", "must specify a metric name")
        yield from at.child("metric").each_invalid("name", metric, is_path_segment(metric))
    yield from _target(target, here)
    if name in ("resource", "containerResource"):
        yield from _one_of_two(target, here)
    elif target.get("averageValue") is None and (name == "pods" or target.get("value") is None):
        yield here.required("averageValue", _MISSING[name])
    elif name == "external" and target.get("value") is not None and target.get("averageValue") is not None:
        yield here.forbidden("value", "may not set both a target value for metric and a per-pod target")


_MISSING = {
    "object": "must set either a target value or averageValue",
    "external": "must set either a target value for metric or a per-pod target",
    "pods": "must specify a positive target averageValue",
}


def _measured(kind: str, source: Json, at: Field) -> Errors:
    if not source.get("name"):
        yield at.required("name", "must specify a resource name")
    elif kind == "containerResource":
        yield from container_name(source["name"], at.child("name"))
    if kind == "containerResource":
        name = source.get("container", "")
        if not name:
            yield at.required("container", "must specify a container")
        else:
            yield from at.each_invalid("container", name, formats.is_dns1123_label(name))


def _one_of_two(target: Json, at: Field) -> Errors:
    given = [target.get(name) is not None for name in ("averageUtilization", "averageValue")]
    if not any(given):
        yield at.required("averageUtilization", "must set either a target raw value or a target utilization")
    if all(given):
        yield at.forbidden("averageValue", "may not set both a target raw value and a target utilization")


def _target(target: Json, at: Field) -> Errors:
    """Models validateMetricTarget."""
    kind, share = target.get("type", ""), target.get("averageUtilization")
    if not kind:
        yield at.required("type", "must specify a metric target type")
    if kind not in _TARGETS:
        yield at.invalid("type", kind, "must be either Utilization, Value, or AverageValue")
    for name in ("value", "averageValue"):
        if target.get(name) is not None and parse_quantity(target[name]).nano <= 0:
            yield at.invalid(name, target[name], "must be positive")
    if share is not None and share < 1:
        yield at.invalid("averageUtilization", share, "must be greater than 0")


def _scaling(rules: Json, at: Field) -> Errors:
    """Models validateScalingRules."""
    window, choice = rules.get("stabilizationWindowSeconds"), rules.get("selectPolicy")
    if window is not None and window < 0:
        yield at.invalid("stabilizationWindowSeconds", window, "must be greater than or equal to zero")
    if window is not None and window > 3600:
        yield at.invalid("stabilizationWindowSeconds", window, "must be less than or equal to 3600")
    if choice is not None and choice not in ("Disabled", "Max", "Min"):
        yield at.not_supported("selectPolicy", choice, ("Disabled", "Max", "Min"))
    if not rules.get("policies"):
        yield at.required("policies", "must specify at least one Policy")
    for number, policy in enumerate(rules.get("policies") or ()):
        yield from _scaling_policy(policy, at.child("policies").index(number))
    tolerance = rules.get("tolerance")
    if tolerance is not None and parse_quantity(tolerance).nano < 0:
        yield at.invalid("tolerance", tolerance, NEGATIVE)


def _scaling_policy(policy: Json, at: Field) -> Errors:
    kind, period = policy.get("type", ""), policy.get("periodSeconds", 0)
    if kind not in ("Percent", "Pods"):
        yield at.not_supported("type", kind, ("Percent", "Pods"))
    if policy.get("value", 0) <= 0:
        yield at.invalid("value", policy.get("value", 0), _POSITIVE)
    if period <= 0:
        yield at.invalid("periodSeconds", period, _POSITIVE)
    if period > 1800:
        yield at.invalid("periodSeconds", period, "must be less than or equal to 1800")


AUTOSCALER: Rules = (object_meta(formats.is_dns1123_subdomain), _autoscaler)
