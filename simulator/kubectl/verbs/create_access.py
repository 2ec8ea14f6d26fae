"""`kubectl create role`, `clusterrole`, `rolebinding` and `clusterrolebinding`.

Models kubectl pkg/cmd/create/create_{role,clusterrole,rolebinding,clusterrolebinding}.go.
"""

from __future__ import annotations

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call
from simulator.kubectl.errors import CommandError
from simulator.kubectl.verbs.create import create_object, only_name

ROLE_FLAGS = "verb:list resource:list resource-name:list"
CLUSTER_ROLE_FLAGS = ROLE_FLAGS + " non-resource-url:list aggregation-rule:list"
CLUSTER_BINDING_FLAGS = "clusterrole user:list group:list serviceaccount:list"
BINDING_FLAGS = CLUSTER_BINDING_FLAGS + " role"
GROUP = "rbac.authorization.k8s.io"


def role(call: Call) -> Routine[int]:
    """`create role NAME --verb=get --resource=pods`."""
    only_name(call)
    if not call.arguments.texts("verb"):
        raise CommandError("at least one verb must be specified")
    if not call.arguments.texts("resource"):
        raise CommandError("at least one resource must be specified")
    return (yield from create_object(call, _object("Role", rules=_rules(call)), "failed to create role: "))


def cluster_role(call: Call) -> Routine[int]:
    """`create clusterrole NAME --verb=get --resource=nodes`, or with --non-resource-url or --aggregation-rule."""
    only_name(call)
    arguments = call.arguments
    urls, resources, verbs = arguments.texts("non-resource-url"), arguments.texts("resource"), arguments.texts("verb")
    if wanted := arguments.texts("aggregation-rule"):
        if urls or resources or verbs:
            raise CommandError(
                "aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames"
            )
        labels = dict(word.split("=", 1) for word in wanted if "=" in word)
        obj = _object("ClusterRole", rules=[], aggregationRule={"clusterRoleSelectors": [{"matchLabels": labels}]})
        return (yield from create_object(call, obj, "failed to create clusterrole: "))
    if not verbs:
        raise CommandError("at least one verb must be specified")
    if not urls and not resources:
        raise CommandError("one of resource or nonResourceURL must be specified")
    rules = _rules(call) if resources else []
    rules += [{"verbs": verbs, "nonResourceURLs": urls}] if urls else []
    return (yield from create_object(call, _object("ClusterRole", rules=rules), "failed to create clusterrole: "))


def _object(kind: str, **fields: object) -> Json:
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, **fields}


def _rules(call: Call) -> list[Json]:
    """A rule for each API group; `deployments.apps/scale` has a subresource. Models generateResourcePolicyRules."""
    groups: dict[str, list[str]] = {}
    for text in call.arguments.texts("resource"):
        name, slash, sub = text.partition("/")
        if name == "*":
            groups.setdefault("*", []).append("*")
            continue
        if not name:
            raise CommandError("resource must be specified if apiGroup/subresource specified")
        resource = call.resource(name)
        groups.setdefault(resource.group, []).append(f"{resource.plural}/{sub}" if slash else resource.plural)
    names = call.arguments.whole("resource-name")
    verbs = list(dict.fromkeys(call.arguments.texts("verb")))
    rule = {"verbs": ["*"] if "*" in verbs else verbs, **({"resourceNames": names} if names else {})}
    return [{**rule, "apiGroups": [group], "resources": list(dict.fromkeys(found))} for group, found in groups.items()]


def role_binding(call: Call) -> Routine[int]:
    """`create rolebinding NAME --role=reader --serviceaccount=default:robot`."""
    only_name(call)
    given = [(kind, call.arguments.text(kind.lower())) for kind in ("Role", "ClusterRole")]
    chosen = [(kind, name) for kind, name in given if name]
    if len(chosen) != 1:
        raise CommandError("exactly one of clusterrole or role must be specified")
    obj = _object("RoleBinding", subjects=subjects(call), roleRef=_reference(*chosen[0]))
    return (yield from create_object(call, obj, "failed to create rolebinding: "))


def cluster_role_binding(call: Call) -> Routine[int]:
    """`create clusterrolebinding NAME --clusterrole=admin --user=eve`."""
    only_name(call)
    if not call.arguments.text("clusterrole"):
        raise CommandError('required flag(s) "clusterrole" not set')
    reference = _reference("ClusterRole", call.arguments.text("clusterrole"))
    obj = _object("ClusterRoleBinding", subjects=subjects(call), roleRef=reference)
    return (yield from create_object(call, obj, "failed to create clusterrolebinding: "))


def _reference(kind: str, name: str) -> Json:
    return {"apiGroup": GROUP, "kind": kind, "name": name}


def subjects(call: Call) -> list[Json]:
    """Whom `--user`, `--group` and `--serviceaccount` name."""
    found: list[Json] = []
    for kind in ("User", "Group"):
        found += [{"kind": kind, "apiGroup": GROUP, "name": name} for name in call.arguments.whole(kind.lower())]
    for text in call.arguments.whole("serviceaccount"):
        namespace, colon, name = text.partition(":")
        if not colon or not namespace or not name or ":" in name:
            raise CommandError("serviceaccount must be <namespace>:<name>")
        found.append({"kind": "ServiceAccount", "namespace": namespace, "name": name})
    return found
