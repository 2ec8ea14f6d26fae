"""Rules for ResourceQuotas and LimitRanges.

Models pkg/apis/core/validation/validation.go ValidateResourceQuota and ValidateLimitRange.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.objects.quantity import Quantity, parse_quantity
from simulator.objects.validation import formats
from simulator.objects.validation.field import Field, FieldError
from simulator.objects.validation.metadata import object_meta
from simulator.objects.validation.resources import container_name, is_huge, is_integer, may_overcommit, resource_name
from simulator.objects.validation.rules import NEGATIVE, Errors, Json, Rules, Scope

_COMPUTE = ("cpu", "memory", "ephemeral-storage")
_COUNTS = (
    "pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps", "persistentvolumeclaims",
    "services.nodeports", "services.loadbalancers",
)  # fmt: skip
_OF_PODS = frozenset(("pods", *_COMPUTE, *(f"{kind}.{name}" for kind in ("requests", "limits") for name in _COMPUTE)))
_QUOTA = _OF_PODS | frozenset((*_COUNTS, "requests.storage"))
_SCOPES = (
    "Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity",
    "VolumeAttributesClass",
)  # fmt: skip
_CONFLICTS = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
_TYPES = ("Pod", "Container", "PersistentVolumeClaim")


def _quota(obj: Json, at: Field, scope: Scope) -> Errors:
    spec = obj["spec"]
    hard, place = spec.get("hard") or {}, at.child("spec.hard")
    for name in sorted(hard):
        here = place.key(name)
        yield from resource_name(name, here)
        if "/" not in name and not _is_for_quota(name):
            yield here.invalid("", name, "must be a standard resource for quota")
        amount = parse_quantity(hard[name])
        if amount.nano < 0:
            yield here.invalid("", hard[name], NEGATIVE)
        if is_integer(name) and amount.nano % 10**9:
            yield here.invalid("", hard[name], "must be an integer")
    yield from _scopes(spec.get("scopes") or [], sorted(hard), at.child("spec"))


def _is_for_quota(name: str) -> bool:
    return name in _QUOTA or is_huge(name) or name.startswith("requests.hugepages-")


def _scopes(scopes: Sequence[str], hard: Sequence[str], at: Field) -> Errors:
    for each in scopes:
        if each not in _SCOPES:
            yield at.invalid("scopes", scopes, "unsupported scope")
        for name in hard:
            if _is_for_quota(name) and not _fits(each, name):
                yield at.invalid("scopes", scopes, "unsupported scope applied to resource")
    for pair in _CONFLICTS:
        if {*pair} <= {*scopes}:
            yield at.invalid("scopes", scopes, "conflicting scopes")


def _fits(scope: str, name: str) -> bool:
    """Models IsResourceQuotaScopeValidForResource."""
    if scope == "BestEffort":
        return name == "pods"
    if scope == "VolumeAttributesClass":
        return name in ("persistentvolumeclaims", "requests.storage")
    return scope not in _SCOPES or name in _OF_PODS


def _limits(obj: Json, at: Field, scope: Scope) -> Errors:
    seen = set()
    for number, item in enumerate(obj["spec"].get("limits") or ()):
        here, kind = at.child("spec.limits").index(number), item.get("type", "")
        yield from _type(kind, here)
        if kind in seen:
            yield here.duplicate("type", kind)
        seen.add(kind)
        yield from _item(item, kind, here)


def _type(kind: str, at: Field) -> Errors:
    details = formats.is_label_key(kind)
    if details:
        yield from at.each_invalid("type", kind, details)
    elif "/" not in kind and kind not in _TYPES:
        yield at.invalid("type", kind, "must be a standard limit type or fully qualified")


def _item(item: Json, kind: str, at: Field) -> Errors:
    fields = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")
    given = {field: {name: parse_quantity(text) for name, text in (item.get(field) or {}).items()} for field in fields}
    for field in fields:
        if kind == "Pod" and field in ("default", "defaultRequest"):
            if given.pop(field):
                yield at.forbidden(field, "may not be specified when `type` is 'Pod'")
            continue
        for name in sorted(given[field]):
            check = container_name if kind in ("Pod", "Container") else resource_name
            yield from check(name, at.child(field).key(name))
    if kind == "PersistentVolumeClaim" and not any("storage" in given[field] for field in ("min", "max")):
        yield at.required("limits", "either minimum or maximum storage value is required, but neither was provided")
    for name in sorted({name for amounts in given.values() for name in amounts}):
        yield from _order({field: amounts[name] for field, amounts in given.items() if name in amounts}, name, at)


# What must not be more than what, what to call them, whose field is named and whose value is shown.
_ORDER = (
    ("min", "max", "min value", "max value", "min", "min"),
    ("min", "defaultRequest", "min value", "default request value", "defaultRequest", "defaultRequest"),
    ("defaultRequest", "max", "default request value", "max value", "defaultRequest", "defaultRequest"),
    ("defaultRequest", "default", "default request value", "default limit value", "defaultRequest", "defaultRequest"),
    ("min", "default", "min value", "default value", "default", "min"),
    ("default", "max", "default value", "max value", "default", "max"),
)


def _order(given: dict[str, Quantity], name: str, at: Field) -> Errors:
    for low, high, low_word, high_word, field, shown in _ORDER:
        if low in given and high in given and given[low].nano > given[high].nano:
            words = f"{low_word} {given[low]} is greater than {high_word} {given[high]}"
            yield at.child(field).key(name).invalid("", given[shown].text, words)
    ratio = given.get("maxLimitRequestRatio")
    if ratio is not None:
        yield from _ratio(ratio, given, at.child("maxLimitRequestRatio").key(name))
    default, request = given.get("default"), given.get("defaultRequest")
    if not may_overcommit(name) and default and request and default.nano != request.nano:
        words = f"default value {default} must equal to defaultRequest value {request} in {name}"
        yield at.child("defaultRequest").key(name).invalid("", request.text, words)


def _ratio(ratio: Quantity, given: dict[str, Quantity], at: Field) -> Errors:
    least, most = given.get("min"), given.get("max")
    if ratio.nano < 10**9:
        yield at.invalid("", ratio.text, f"ratio {ratio} is less than 1")
    if least is not None and most is not None and least.nano and ratio.nano * least.nano > most.nano * 10**9:
        yield at.invalid("", ratio.text, f"ratio {ratio} is greater than max/min = {most.nano / least.nano:f}")


def quota_update(new: Json, old: Json) -> list[FieldError]:
    """Models ValidateResourceQuotaUpdate: the scopes stay."""
    scopes = [obj["spec"].get("scopes") or [] for obj in (new, old)]
    if {*scopes[0]} == {*scopes[1]}:
        return []
    return [Field("spec").invalid("scopes", scopes[0], "field is immutable")]


RESOURCE_QUOTA: Rules = (object_meta(formats.is_dns1123_subdomain), _quota)
LIMIT_RANGE: Rules = (object_meta(formats.is_dns1123_subdomain), _limits)
