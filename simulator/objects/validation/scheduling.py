"""Rules for where a Pod may run. Models pkg/apis/core/validation/validation.go."""

from __future__ import annotations

from simulator.objects.validation import formats
from simulator.objects.validation.field import Field
from simulator.objects.validation.metadata import label_name, label_selector, labels
from simulator.objects.validation.rules import Errors, Json, Rules, Scope, each, nested, one_of_if_set, run

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_OPERATORS = ("Equal", "Exists")
_WEIGHT = "must be in the range 1-100"


def _toleration(value: Json, at: Field, scope: Scope) -> Errors:
    """Models ValidateTolerations."""
    key, operator, effect = value.get("key", ""), value.get("operator", ""), value.get("effect", "")
    if key:
        yield from label_name(key, at, "key")
    elif operator != "Exists":
        detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
        yield at.invalid("operator", operator, detail)
    if value.get("tolerationSeconds") is not None and effect != "NoExecute":
        yield at.invalid("effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")
    yield from _toleration_value(operator, value.get("value", ""), at)
    if effect and effect not in EFFECTS:
        yield at.not_supported("effect", effect, EFFECTS)


def _toleration_value(operator: str, value: str, at: Field) -> Errors:
    if operator in ("Equal", ""):
        if details := formats.is_label_value(value):
            yield at.invalid("operator", value, ";".join(details))
    elif operator == "Exists":
        if value:
            yield at.invalid("operator", value, "value must be empty when `operator` is 'Exists'")
    elif operator in ("Lt", "Gt"):
        yield at.not_supported("operator", operator, (*_OPERATORS, "Lt", "Gt"))
    else:
        yield at.not_supported("operator", operator, _OPERATORS)


TOLERATIONS: Rules = (each("tolerations", (_toleration,)),)


def node_selector(spec: Json, at: Field, scope: Scope) -> Errors:
    return labels(spec.get("nodeSelector") or {}, at.child("nodeSelector"))


def _node_requirement(value: Json, at: Field, strict: bool) -> Errors:
    """Models ValidateNodeSelectorRequirement."""
    operator, values = value.get("operator", ""), value.get("values") or []
    if operator in ("In", "NotIn"):
        if not values:
            yield at.required("values", "must be specified when `operator` is 'In' or 'NotIn'")
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            yield at.forbidden("values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    elif operator in ("Gt", "Lt"):
        if len(values) != 1:
            yield at.required("values", "must be specified single value when `operator` is 'Lt' or 'Gt'")
    else:
        yield at.invalid("operator", operator, "not a valid selector operator")
    yield from label_name(value.get("key", ""), at, "key")
    for number, item in enumerate(values if strict else ()):
        yield from at.each_invalid(f"values[{number}]", item, formats.is_label_value(item))


def _node_field(value: Json, at: Field) -> Errors:
    """Models ValidateNodeFieldSelectorRequirement."""
    operator, values = value.get("operator", ""), value.get("values") or []
    if operator not in ("In", "NotIn"):
        yield at.invalid("operator", operator, "not a valid selector operator")
    elif len(values) != 1:
        detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        yield at.required("values", detail)
    if value.get("key") != "metadata.name":
        yield at.invalid("key", value.get("key", ""), "not a valid field selector key")
        return
    for number, item in enumerate(values):
        yield from at.each_invalid(f"values[{number}]", item, formats.is_dns1123_subdomain(item))


def _node_term(term: Json, at: Field, strict: bool) -> Errors:
    """Models ValidateNodeSelectorTerm."""
    for number, requirement in enumerate(term.get("matchExpressions", ())):
        yield from _node_requirement(requirement, at.child("matchExpressions").index(number), strict)
    for number, requirement in enumerate(term.get("matchFields", ())):
        yield from _node_field(requirement, at.child("matchFields").index(number))


def node_terms(value: Json, at: Field) -> Errors:
    """Models ValidateNodeSelector."""
    here, terms = at.child("nodeSelectorTerms"), value.get("nodeSelectorTerms")
    if not terms:
        yield here.required("", "must have at least one node selector term")
    for number, term in enumerate(terms or ()):
        yield from _node_term(term, here.index(number), strict=True)


def _node_affinity(value: Json, at: Field, scope: Scope) -> Errors:
    """Models validateNodeAffinity."""
    needed = value.get("requiredDuringSchedulingIgnoredDuringExecution")
    if needed is not None:
        yield from node_terms(needed, at.child("requiredDuringSchedulingIgnoredDuringExecution"))
    here = at.child("preferredDuringSchedulingIgnoredDuringExecution")
    for number, preferred in enumerate(value.get("preferredDuringSchedulingIgnoredDuringExecution", ())):
        yield from _weight(preferred, here.index(number))
        yield from _node_term(preferred.get("preference") or {}, here.index(number).child("preference"), strict=False)


def _weight(value: Json, at: Field) -> Errors:
    weight = value.get("weight", 0)
    if not 1 <= weight <= 100:
        yield at.invalid("weight", weight, _WEIGHT)


def _pod_term(value: Json, at: Field, scope: Scope) -> Errors:
    """Models validatePodAffinityTerm."""
    yield from label_selector(value.get("labelSelector"), at.child("labelSelector"))
    yield from label_selector(value.get("namespaceSelector"), at.child("namespaceSelector"))
    for name in value.get("namespaces", ()):
        yield from at.each_invalid("namespace", name, formats.is_dns1123_label(name))
    yield from _label_keys(value, at, ("matchLabelKeys", "mismatchLabelKeys"))
    key = value.get("topologyKey", "")
    if not key:
        yield at.required("topologyKey", "can not be empty")
    yield from label_name(key, at, "topologyKey")


def _label_keys(value: Json, at: Field, fields: tuple[str, ...]) -> Errors:
    """Models ValidateMatchLabelKeysAndMismatchLabelKeys."""
    for field in fields:
        keys = value.get(field) or []
        if keys and value.get("labelSelector") is None:
            yield at.forbidden(field, "must not be specified when labelSelector is not set")
            continue
        for number, key in enumerate(keys):
            yield from label_name(key, at, f"{field}[{number}]")
    matched, mismatched = value.get("matchLabelKeys") or [], value.get("mismatchLabelKeys") or []
    yield from _selected_twice(value.get("labelSelector") or {}, matched, at)
    for number, key in enumerate(matched):
        if key in mismatched:
            yield at.invalid(f"matchLabelKeys[{number}]", key, "exists in both matchLabelKeys and mismatchLabelKeys")


def _selected_twice(selector: Json, keys: list[str], at: Field) -> Errors:
    """The Pod's labels are part of the selector by now, so that a key of the person's own is there twice."""
    seen = set(selector.get("matchLabels", ()))
    for requirement in selector.get("matchExpressions", ()):
        key = requirement.get("key", "")
        if key in seen and key in keys:
            yield at.index(keys.index(key)).invalid("", key, "exists in both matchLabelKeys and labelSelector")
        seen.add(key)


def _weighted_pod_term(value: Json, at: Field, scope: Scope) -> Errors:
    yield from _weight(value, at)
    yield from _pod_term(value.get("podAffinityTerm") or {}, at.child("podAffinityTerm"), scope)


_POD_AFFINITY: Rules = (  # validatePodAffinity, validatePodAntiAffinity
    each("requiredDuringSchedulingIgnoredDuringExecution", (_pod_term,)),
    each("preferredDuringSchedulingIgnoredDuringExecution", (_weighted_pod_term,)),
)
AFFINITY: Rules = (  # validateAffinity
    nested(
        "affinity",
        (
            nested("nodeAffinity", (_node_affinity,)),
            nested("podAffinity", _POD_AFFINITY),
            nested("podAntiAffinity", _POD_AFFINITY),
        ),
    ),
)


def readiness_gates(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validateReadinessGates."""
    for number, gate in enumerate(spec.get("readinessGates", ())):
        kind = gate.get("conditionType", "")
        yield from at.each_invalid(f"readinessGates[{number}].conditionType", kind, formats.is_label_key(kind))


def scheduling_gates(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validateSchedulingGates."""
    seen: set[str] = set()
    for number, gate in enumerate(spec.get("schedulingGates", ())):
        place, name = f"schedulingGates[{number}]", gate.get("name", "")
        yield from at.each_invalid(place, name, formats.is_label_key(name))
        if name in seen:
            yield at.duplicate(place, name)
        seen.add(name)


_ACTIONS = ("DoNotSchedule", "ScheduleAnyway")
_NODE_POLICIES: Rules = (
    one_of_if_set("nodeAffinityPolicy", ("Honor", "Ignore")),
    one_of_if_set("nodeTaintsPolicy", ("Honor", "Ignore")),
)


def topology_spread(spec: Json, at: Field, scope: Scope) -> Errors:
    """Models validateTopologySpreadConstraints."""
    constraints = spec.get("topologySpreadConstraints", ())
    kinds = [(item.get("topologyKey", ""), item.get("whenUnsatisfiable", "")) for item in constraints]
    for number, (constraint, kind) in enumerate(zip(constraints, kinds, strict=True)):
        here = at.child("topologySpreadConstraints").index(number)
        yield from _spread(constraint, kind, here)
        if kind in kinds[number + 1 :]:
            yield here.duplicate("{topologyKey, whenUnsatisfiable}", f"{{{kind[0]}, {kind[1]}}}")
        yield from _min_domains(constraint, kind[1], here)
        yield from run(_NODE_POLICIES, constraint, here, scope)
        yield from _label_keys(constraint, here, ("matchLabelKeys",))
        yield from label_selector(constraint.get("labelSelector"), here.child("labelSelector"))


def _spread(constraint: Json, kind: tuple[str, str], at: Field) -> Errors:
    skew = constraint.get("maxSkew", 0)
    if skew <= 0:
        yield at.invalid("maxSkew", skew, "must be greater than zero")
    if not kind[0]:
        yield at.required("topologyKey", "can not be empty")
    if kind[1] not in _ACTIONS:
        yield at.not_supported("whenUnsatisfiable", kind[1], _ACTIONS)


def _min_domains(constraint: Json, action: str, at: Field) -> Errors:
    """Models validateMinDomains."""
    least = constraint.get("minDomains")
    if least is None:
        return
    if least <= 0:
        yield at.invalid("minDomains", least, "must be greater than zero")
    if action != "DoNotSchedule":
        detail = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {action}"
        yield at.invalid("minDomains", least, detail)
