"""Rules for Roles and their bindings. Models pkg/apis/rbac/validation/validation.go."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.objects.validation import formats
from simulator.objects.validation.field import Field, go_struct
from simulator.objects.validation.metadata import object_meta
from simulator.objects.validation.rules import Errors, Json, Rule, Rules, Scope

GROUP = "rbac.authorization.k8s.io"


def is_path_segment(value: str) -> tuple[str, ...]:
    """Models IsValidPathSegmentName of apimachinery pkg/api/validation/path/name.go."""
    if value in (".", ".."):
        return (f"may not be '{value}'",)
    return tuple(f"may not contain '{char}'" for char in "/%" if char in value)


def _rules(*, namespaced: bool) -> Rule:
    """Models ValidatePolicyRule of each rule."""

    def check(obj: Json, at: Field, scope: Scope) -> Errors:
        for number, rule in enumerate(obj.get("rules") or ()):
            yield from _rule(rule, at.child("rules").index(number), namespaced=namespaced)

    return check


def _rule(rule: Json, at: Field, *, namespaced: bool) -> Errors:
    if not rule.get("verbs"):
        yield at.required("verbs", "verbs must contain at least one value")
    if urls := rule.get("nonResourceURLs"):
        if namespaced:
            yield at.invalid("nonResourceURLs", urls, "namespaced rules cannot apply to non-resource URLs")
        if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
            detail = "rules cannot apply to both regular resources and non-resource URLs"
            yield at.invalid("nonResourceURLs", urls, detail)
        return
    if not rule.get("apiGroups"):
        yield at.required("apiGroups", "resource rules must supply at least one api group")
    if not rule.get("resources"):
        yield at.required("resources", "resource rules must supply at least one resource")


def _binding(*roles: str, namespaced: bool) -> Rule:
    """Models ValidateRoleBinding: which role, and to whom it is given."""

    def check(obj: Json, root: Field, scope: Scope) -> Errors:
        role, at = obj["roleRef"], root.child("roleRef")
        if role["apiGroup"] != GROUP:
            yield at.not_supported("apiGroup", role["apiGroup"], (GROUP,))
        if role["kind"] not in roles:
            yield at.not_supported("kind", role["kind"], roles)
        if not role["name"]:
            yield at.required("name")
        else:
            yield from at.each_invalid("name", role["name"], is_path_segment(role["name"]))
        for number, subject in enumerate(obj.get("subjects") or ()):
            yield from _subject(subject, root.child("subjects").index(number), namespaced=namespaced)

    return check


def _subject(subject: Json, at: Field, *, namespaced: bool) -> Errors:
    """Models ValidateRoleBindingSubject."""
    kind, name, group = subject["kind"], subject["name"], subject.get("apiGroup", "")
    if not name:
        yield at.required("name")
    if kind == "ServiceAccount":
        details: Sequence[str] = formats.is_dns1123_subdomain(name) if name else ()
        yield from at.each_invalid("name", name, details)
        if group:
            yield at.not_supported("apiGroup", group, ("",))
        if not namespaced and not subject.get("namespace"):
            yield at.required("namespace")
    elif kind not in ("User", "Group"):
        yield at.not_supported("kind", kind, ("ServiceAccount", "User", "Group"))
    elif group != GROUP:
        yield at.not_supported("apiGroup", group, (GROUP,))


def role_binding_update(new: Json, old: Json) -> Errors:
    """Models ValidateRoleBindingUpdate."""
    if new["roleRef"] != old["roleRef"]:
        yield Field().invalid("roleRef", go_struct(new["roleRef"], "RoleRef"), "cannot change roleRef")


ROLE: Rules = (object_meta(is_path_segment), _rules(namespaced=True))
CLUSTER_ROLE: Rules = (object_meta(is_path_segment, namespaced=False), _rules(namespaced=False))
ROLE_BINDING: Rules = (object_meta(is_path_segment), _binding("Role", "ClusterRole", namespaced=True))
CLUSTER_ROLE_BINDING: Rules = (
    object_meta(is_path_segment, namespaced=False),
    _binding("ClusterRole", namespaced=False),
)
