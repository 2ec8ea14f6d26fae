"""Rules for PriorityClasses. Models pkg/apis/scheduling/validation/validation.go."""

from __future__ import annotations

from simulator.objects.defaults.admission import SYSTEM_PRIORITIES
from simulator.objects.validation import formats
from simulator.objects.validation.field import Field
from simulator.objects.validation.metadata import object_meta
from simulator.objects.validation.rules import Errors, Json, Rules, Scope

HIGHEST = 1_000_000_000
SYSTEM = "system-"
POLICIES = ("PreemptLowerPriority", "Never")


def _name_and_value(obj: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidatePriorityClass."""
    name = obj["metadata"].get("name", "")
    if name.startswith(SYSTEM):
        if error := _unlike_the_system(name, obj):
            detail = f"priority class names with '{SYSTEM}' prefix are reserved for system use only. error: {error}"
            yield at.child("metadata").forbidden("name", detail)
    elif obj["value"] > HIGHEST:
        yield at.forbidden("value", f"maximum allowed value of a user defined priority is {HIGHEST}")


def _unlike_the_system(name: str, obj: Json) -> str:
    """Models pkg/apis/scheduling/v1/helpers.go IsKnownSystemPriorityClass."""
    if name not in SYSTEM_PRIORITIES:
        return f"{name} is not a known system priority class"
    if obj["value"] != SYSTEM_PRIORITIES[name]:
        return f"value of {name} PriorityClass must be {SYSTEM_PRIORITIES[name]}"
    return f"globalDefault of {name} PriorityClass must be false" if obj.get("globalDefault") else ""


def _policy(obj: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidatePreemptionPolicy."""
    policy = obj["preemptionPolicy"]
    if not policy:
        yield at.required("preemptionPolicy")
    elif policy not in POLICIES:
        yield at.not_supported("preemptionPolicy", policy, POLICIES)


def priority_class_update(new: Json, old: Json) -> Errors:
    """What may not change of one that is there. Models ValidatePriorityClassUpdate."""
    at = Field()
    if new["value"] != old["value"]:
        yield at.forbidden("value", "may not be changed in an update.")
    if new["preemptionPolicy"] != old["preemptionPolicy"]:
        yield at.invalid("preemptionPolicy", new["preemptionPolicy"], "field is immutable")


PRIORITY_CLASS: Rules = (object_meta(formats.is_dns1123_subdomain, namespaced=False), _name_and_value, _policy)
