"""Rules for RuntimeClasses. Models pkg/apis/node/validation/validation.go."""

from __future__ import annotations

from simulator.objects.validation import formats
from simulator.objects.validation.field import Field, go_struct
from simulator.objects.validation.metadata import labels, object_meta
from simulator.objects.validation.resources import CONTAINER_REQUIREMENTS
from simulator.objects.validation.rules import Errors, Json, Rules, Scope, run
from simulator.objects.validation.scheduling import TOLERATIONS


def _handler(obj: Json, at: Field, scope: Scope) -> Errors:
    return at.each_invalid("handler", obj["handler"], formats.is_dns1123_label(obj["handler"]))


def _overhead(obj: Json, at: Field, scope: Scope) -> Errors:
    if "overhead" not in obj:
        return ()
    limits = obj["overhead"].get("podFixed") or {}
    return CONTAINER_REQUIREMENTS({"limits": limits}, at.child("overhead"), scope)


def _scheduling(obj: Json, root: Field, scope: Scope) -> Errors:
    """Models validateScheduling."""
    given, at = obj.get("scheduling") or {}, root.child("scheduling")
    yield from labels(given.get("nodeSelector") or {}, at.child("nodeSelector"))
    yield from run(TOLERATIONS, given, at, scope)
    seen = []
    for number, toleration in enumerate(given.get("tolerations") or ()):
        key = {name: value for name, value in toleration.items() if name != "tolerationSeconds"}
        if key in seen:
            yield at.child("tolerations").index(number).duplicate("", go_struct(toleration, "Toleration"))
        seen.append(key)


def runtime_class_update(new: Json, old: Json) -> Errors:
    """Models ValidateRuntimeClassUpdate."""
    if new["handler"] != old["handler"]:
        yield Field().invalid("handler", new["handler"], "field is immutable")


RUNTIME_CLASS: Rules = (object_meta(formats.is_dns1123_subdomain, namespaced=False), _handler, _overhead, _scheduling)
