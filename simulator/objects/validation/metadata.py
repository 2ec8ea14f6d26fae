"""Rules for metadata, labels, annotations and label selectors.

Models apimachinery pkg/api/validation/objectmeta.go and pkg/apis/meta/v1/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from simulator.objects.validation import formats
from simulator.objects.validation.field import Field, Rendered, go_struct
from simulator.objects.validation.rules import Errors, Format, Json, Rule, Scope, nonnegative, run

ANNOTATIONS_LIMIT = 256 * 1024
_FINALIZERS = ("orphan", "foregroundDeletion", "kubernetes")


def labels(given: Mapping[str, str], at: Field) -> Errors:
    """Models ValidateLabels."""
    for key in sorted(given):
        if details := formats.is_label_key(key):
            yield from at.each_invalid("", key, details)
        if details := formats.is_label_value(given[key]):
            yield from at.each_invalid("", given[key], details)


def annotation_map(given: Mapping[str, str], at: Field) -> Errors:
    """Models ValidateAnnotations."""
    size = 0
    for key in sorted(given):
        size += len(key.encode()) + len(given[key].encode("utf-8", "replace"))
        if details := formats.is_label_key(key.lower()):
            yield from at.each_invalid("", key, details)
    if size > ANNOTATIONS_LIMIT:
        yield at.too_long("", ANNOTATIONS_LIMIT)


def label_name(name: str, at: Field, field: str) -> Errors:
    """Models ValidateLabelName."""
    return at.each_invalid(field, name, formats.is_label_key(name))


def object_meta(name_format: Format, *, namespaced: bool = True) -> Rule:
    """Metadata of a new object. Models ValidateObjectMeta."""
    prefix_format = formats.prefix_of(name_format)  # type: ignore[arg-type]
    generation = (nonnegative("generation"),)

    def check(obj: Json, root: Field, scope: Scope) -> Errors:
        meta, at = obj["metadata"], root.child("metadata")
        if base := meta.get("generateName"):
            yield from at.each_invalid("generateName", base, prefix_format(base))
        if not (name := meta.get("name")):
            yield at.required("name", "name or generateName is required")
        else:
            yield from at.each_invalid("name", name, name_format(name))
        yield from _namespace(meta, at, namespaced)
        yield from run(generation, meta, at, scope)
        yield from labels(meta.get("labels", {}), at.child("labels"))
        yield from annotation_map(meta.get("annotations", {}), at.child("annotations"))
        yield from _owners(meta.get("ownerReferences", ()), at.child("ownerReferences"))
        yield from _finalizers(meta.get("finalizers", ()), at.child("finalizers"))

    return check


def _namespace(meta: Json, at: Field, namespaced: bool) -> Errors:
    namespace = meta.get("namespace")
    if not namespaced:
        if namespace:
            yield at.forbidden("namespace", "not allowed on this type")
    elif not namespace:
        yield at.required("namespace")
    else:
        yield from at.each_invalid("namespace", namespace, formats.is_dns1123_label(namespace))


_OWNER_FIELDS = (
    ("apiVersion", "version must not be empty"),
    ("kind", "must not be empty"),
    ("name", "must not be empty"),
    ("uid", "must not be empty"),
)


def _owners(owners: Collection[Json], at: Field) -> Errors:
    """Models ValidateOwnerReferences."""
    first, shown = "", Rendered("")
    for owner in owners:
        for name, detail in _OWNER_FIELDS:
            if not owner.get(name):
                yield at.invalid(name, "", detail)
        if not owner.get("controller"):
            continue
        current = f"{owner['kind']}/{owner['name']}"
        if not first:
            first = current
            continue
        shown = shown or Rendered(f"[{','.join(go_struct(ref, 'OwnerReference', internal=False) for ref in owners)}]")
        found = f'Found "true" in references for {first} and {current}'
        yield at.invalid("", shown, f"Only one reference can have Controller set to true. {found}")


def _finalizers(finalizers: Iterable[str], at: Field) -> Errors:
    """Models ValidateFinalizers and validateKubeFinalizerName."""
    for finalizer in finalizers:
        yield from at.each_invalid("", finalizer, formats.is_label_key(finalizer))
    for number, finalizer in enumerate(finalizers):
        if "/" not in finalizer and finalizer not in _FINALIZERS:
            yield at.index(number).invalid(
                "", finalizer, "name is neither a standard finalizer name nor is it fully qualified"
            )


def label_selector(selector: Json | None, at: Field) -> Errors:
    """Models ValidateLabelSelector."""
    if selector is None:
        return
    yield from labels(selector.get("matchLabels", {}), at.child("matchLabels"))
    for number, requirement in enumerate(selector.get("matchExpressions", ())):
        yield from _requirement(requirement, at.child("matchExpressions").index(number))


def _requirement(requirement: Json, at: Field) -> Errors:
    """Models ValidateLabelSelectorRequirement."""
    operator, values = requirement.get("operator", ""), requirement.get("values") or []
    if operator in ("In", "NotIn"):
        if not values:
            yield at.required("values", "must be specified when `operator` is 'In' or 'NotIn'")
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            yield at.forbidden("values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    else:
        yield at.invalid("operator", operator, "not a valid selector operator")
    yield from label_name(requirement.get("key", ""), at, "key")
    for number, value in enumerate(values):
        yield from at.each_invalid(f"values[{number}]", value, formats.is_label_value(value))


def selector_matches(selector: Json, given: Mapping[str, str]) -> bool | None:
    """Whether labels are selected; None if the selector makes no sense. Models LabelSelectorAsSelector."""
    matched = all(given.get(key) == value for key, value in selector.get("matchLabels", {}).items())
    for requirement in selector.get("matchExpressions", ()):
        verdict = _matches(requirement, given)
        if verdict is None:
            return None
        matched = matched and verdict
    return matched


def _matches(requirement: Json, given: Mapping[str, str]) -> bool | None:
    key, values = requirement.get("key", ""), requirement.get("values") or []
    verdicts: dict[str, Any] = {
        "In": given.get(key) in values if values else None,
        "NotIn": given.get(key) not in values if values else None,
        "Exists": None if values else key in given,
        "DoesNotExist": None if values else key not in given,
    }
    return verdicts.get(requirement.get("operator", ""))
