"""Descriptions of ServiceAccounts, Roles and their bindings. Models kubectl pkg/describe/describe.go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from simulator.history import Json
from simulator.kubectl.describe.writer import Writer, write_annotations, write_events, write_labels

Related = Callable[[str, bool], list[Json]]
Simple = tuple[str, str, str, str]  # group, resource, resource name, URL: what one compact rule is about


def describe_service_account(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describeServiceAccount."""
    meta, writer = obj["metadata"], Writer()
    writer.field(0, "Name", meta["name"])
    writer.field(0, "Namespace", meta["namespace"])
    write_labels(writer, "Labels", meta.get("labels"))
    write_annotations(writer, "Annotations", meta.get("annotations"))
    writer.block("Image pull secrets", [secret["name"] for secret in obj.get("imagePullSecrets") or ()])
    write_events(writer, events, now)
    return writer.text()


def _head(obj: Json) -> Writer:
    meta, writer = obj["metadata"], Writer()
    writer.field(0, "Name", meta["name"])
    write_labels(writer, "Labels", meta.get("labels"))
    write_annotations(writer, "Annotations", meta.get("annotations"))
    return writer


def describe_role(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models RoleDescriber: a line for each resource, whatever the rules were."""
    writer = _head(obj)
    writer.line(0, "PolicyRule:")
    writer.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs")
    writer.line(1, "---------\t-----------------\t--------------\t-----")
    compact: dict[Simple, list[str]] = {}
    for rule in obj.get("rules") or ():
        for key in _broken_down(rule):
            known = compact.setdefault(key, [])
            known += [verb for verb in rule["verbs"] if verb not in known]
    for (group, resource, name, url), verbs in sorted(compact.items(), key=_rule_string):
        title, slash, sub = resource.partition("/")
        full = f"{title}.{group}{slash}{sub}" if group else resource
        writer.line(1, f"{full}\t[{url}]\t[{name}]\t[{' '.join(verbs)}]")
    return writer.text()


def _broken_down(rule: Json) -> Iterator[Simple]:
    """Models BreakdownRule of component-helpers auth/rbac/validation/policy_comparator.go."""
    for group in rule.get("apiGroups") or ():
        for resource in rule.get("resources") or ():
            for name in rule.get("resourceNames") or ("",):
                yield group, resource, name, ""
    for url in rule.get("nonResourceURLs") or ():
        yield "", "", "", url


def _rule_string(item: tuple[Simple, list[str]]) -> str:
    """By what rules are sorted. Models PolicyRule.String of k8s.io/api rbac/v1/generated.pb.go."""
    (group, resource, name, url), verbs = item
    about = f"APIGroups:[{group}],Resources:[{resource}],ResourceNames:[{name}],NonResourceURLs:[{url}],"
    return f"Verbs:[{' '.join(verbs)}],{about}"


def describe_binding(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models RoleBindingDescriber and ClusterRoleBindingDescriber."""
    writer = _head(obj)
    writer.line(0, "Role:")
    writer.field(1, "Kind", obj["roleRef"]["kind"])
    writer.field(1, "Name", obj["roleRef"]["name"])
    writer.line(0, "Subjects:")
    writer.line(1, "Kind\tName\tNamespace")
    writer.line(1, "----\t----\t---------")
    for subject in obj.get("subjects") or ():
        writer.line(1, f"{subject['kind']}\t{subject['name']}\t{subject.get('namespace', '')}")
    return writer.text()
