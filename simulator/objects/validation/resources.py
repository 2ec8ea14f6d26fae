"""Rules for requests and limits. Models pkg/apis/core/validation/validation.go validateResourceRequirements."""

from __future__ import annotations

from collections.abc import Callable

from simulator.objects.defaults.pod_resources import aggregate, supported_for_pods
from simulator.objects.quantity import parse_quantity
from simulator.objects.validation import formats
from simulator.objects.validation.field import Field, FieldError
from simulator.objects.validation.rules import NEGATIVE, Errors, Json, Rule, Scope

_CONTAINER = frozenset(("cpu", "memory", "ephemeral-storage"))
_OBJECTS = (
    "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps",
    "persistentvolumeclaims", "services.nodeports", "services.loadbalancers",
)  # fmt: skip
_STANDARD = _CONTAINER | frozenset(
    (
        *_OBJECTS,
        "storage",
        "requests.storage",
        *(f"{kind}.{name}" for kind in ("requests", "limits") for name in _CONTAINER),
    )
)


def is_huge(name: str) -> bool:
    return name.startswith("hugepages-")


def is_native(name: str) -> bool:
    """Models IsNativeResource."""
    return "/" not in name or "kubernetes.io/" in name


def may_overcommit(name: str) -> bool:
    """Models IsOvercommitAllowed."""
    return is_native(name) and not is_huge(name)


def is_integer(name: str) -> bool:
    """Models IsIntegerResourceName."""
    return name in _OBJECTS or not (is_native(name) or name.startswith("requests."))


def resource_name(name: str, at: Field) -> list[FieldError]:
    """Models validateResourceName."""
    details = formats.is_label_key(name)
    if details:
        return at.each_invalid("", name, details)
    if "/" not in name and name not in _STANDARD and not is_huge(name) and not name.startswith("requests.hugepages-"):
        return [at.invalid("", name, "must be a standard resource type or fully qualified")]
    return []


def container_name(name: str, at: Field) -> Errors:
    """Models validateContainerResourceName."""
    if name in _CONTAINER:
        return ()
    errors = resource_name(name, at)
    if "/" not in name:
        if not is_huge(name):
            errors.append(at.invalid("", name, "must be a standard resource for containers"))
    elif not is_native(name) and (name.startswith("requests.") or formats.is_label_key(f"requests.{name}")):
        errors.append(at.invalid("", name, "doesn't follow extended resource name standard"))
    return errors


def _pod_name(name: str, at: Field) -> Errors:
    """Models validatePodResourceName."""
    errors = resource_name(name, at)
    if not errors and not supported_for_pods(name):
        errors.append(at.not_supported("", name, ("cpu", "hugepages-", "memory")))
    return errors


def _amount(name: str, text: str, at: Field) -> Errors:
    """Models ValidateResourceQuantityValue and validateResourceQuantityHugePageValue."""
    amount = parse_quantity(text)
    if amount.nano < 0:
        yield at.invalid("", text, NEGATIVE)
    if is_integer(name) and amount.nano % 10**9:
        yield at.invalid("", text, "must be an integer")
    if is_huge(name):
        try:
            page = parse_quantity(name.removeprefix("hugepages-"))
        except ValueError:
            page = parse_quantity("0")
        if page.nano <= 0 or amount.value % page.value:
            yield at.invalid("", text, f"{text} is not positive integer multiple of {name}")


def requirements(name_rule: Callable[[str, Field], Errors]) -> Rule:
    """Models validateResourceRequirements."""

    def check(value: Json, at: Field, scope: Scope) -> Errors:
        limits, requests = value.get("limits") or {}, value.get("requests") or {}
        if not limits and not requests and "claims" not in value:
            return
        for name in sorted(limits):
            here = at.child("limits").key(name)
            yield from name_rule(name, here)
            yield from _amount(name, limits[name], here)
        for name in sorted(requests):
            here = at.child("requests").key(name)
            yield from name_rule(name, here)
            yield from _amount(name, requests[name], here)
            yield from _request_and_limit(name, requests[name], limits.get(name), at)
        if any(map(is_huge, (*limits, *requests))) and not {"cpu", "memory"} & (limits.keys() | requests.keys()):
            yield at.forbidden("", "HugePages require cpu or memory")
        yield from _claims(value.get("claims") or [], at.child("claims"), scope.claim_names)

    return check


def _request_and_limit(name: str, request: str, limit: str | None, at: Field) -> Errors:
    if limit is None:
        if not may_overcommit(name):
            yield at.required("limits", "Limit must be set for non overcommitable resources")
        return
    asked, most = parse_quantity(request), parse_quantity(limit)
    if asked.nano != most.nano and not may_overcommit(name):
        yield at.invalid("requests", asked.text, f"must be equal to {name} limit of {most.text}")
    elif asked.nano > most.nano:
        yield at.invalid("requests", asked.text, f"must be less than or equal to {name} limit of {most.text}")


def _claims(claims: list[Json], at: Field, known: list[str]) -> Errors:
    """Models validateResourceClaimNames."""
    seen: set[str] = set()
    for number, claim in enumerate(claims):
        here, name = at.index(number), claim.get("name", "")
        if not name:
            yield here.required()
            continue
        if name in seen:
            yield here.duplicate("", name)
        else:
            yield from _request_of_claim(claim, seen, here)
        if name not in known:
            listed = f": {', '.join(known)}" if known else " which is empty"
            yield here.not_found("", name, f"must be one of the names in pod.spec.resourceClaims{listed}", known)


def _request_of_claim(claim: Json, seen: set[str], at: Field) -> Errors:
    """A whole claim is asked for once, and so is each of its requests."""
    name, request = claim["name"], claim.get("request", "")
    if request:
        yield from at.each_invalid("request", request, formats.is_dns1123_label(request))
    key = f"{name}/{request}" if request else name
    if key in seen or (not request and any(each.startswith(f"{name}/") for each in seen)):
        yield at.duplicate("", key)
    seen.add(key)


CONTAINER_REQUIREMENTS = requirements(container_name)
POD_REQUIREMENTS = requirements(_pod_name)


def pod_resources(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validatePodResources and validatePodResourceConsistency."""
    resources = spec.get("resources")
    if resources is None:
        return
    here = at.child("resources")
    if scope.os == "windows":
        yield here.forbidden("", "may not be set for a windows pod")
        return
    if resources.get("claims") is not None:
        yield here.forbidden("claims", "claims may not be set for Resources at pod-level")
    yield from POD_REQUIREMENTS(resources, here, scope)
    yield from _sums(spec, resources, here)
    yield from _limits_within(spec, resources, here)


def _sums(spec: Json, resources: Json, at: Field) -> Errors:
    """What the containers ask for together must fit what the Pod asks for."""
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    for name, total in sorted(aggregate(spec, "requests").items()):
        if name in requests and total.nano > parse_quantity(requests[name]).nano:
            detail = f"must be greater than or equal to aggregate container requests of {total.text}"
            yield at.child("requests").key(name).invalid("", requests[name], detail)
    for name, total in sorted(aggregate(spec, "limits").items()):
        if is_huge(name) and name in limits and total.nano > parse_quantity(limits[name]).nano:
            detail = f"must be greater than or equal to aggregate container limits of {total.text}"
            yield at.child("limits").key(name).invalid("", limits[name], detail)


def _limits_within(spec: Json, resources: Json, at: Field) -> Errors:
    limits = resources.get("limits") or {}
    for number, container in enumerate(spec.get("containers") or ()):
        for name, text in sorted((container["resources"].get("limits") or {}).items()):
            if name in limits and parse_quantity(text).nano > parse_quantity(limits[name]).nano:
                here = at.child("containers").index(number).key(name)
                yield here.invalid("limits", text, f"must be less than or equal to pod limits of {limits[name]}")


def resize_policy(value: Json, at: Field, scope: Scope) -> Errors:
    """Models validateResizePolicy."""
    here, seen = at.child("resizePolicy"), set()
    for number, policy in enumerate(value.get("resizePolicy", ())):
        name, restart = policy.get("resourceName", ""), policy.get("restartPolicy", "")
        if name in seen:
            yield here.index(number).duplicate("", name)
        seen.add(name)
        if name not in ("cpu", "memory"):
            yield here.not_supported("", name, ("cpu", "memory")) if name else here.required()
        if restart not in ("NotRequired", "RestartContainer"):
            yield here.not_supported("", restart, ("NotRequired", "RestartContainer")) if restart else here.required()
        if scope.spec.get("restartPolicy") == "Never" and restart != "NotRequired":
            yield here.invalid("", restart, "must be 'NotRequired' when `restartPolicy` is 'Never'")
