"""What an object uses up of a namespace's quotas. Models pkg/quota/v1/evaluator/core."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.history import Json
from simulator.objects import Quantity, aggregate, parse_quantity, qos_class

Usage = dict[str, Quantity]
ONE = parse_quantity("1")
COMPUTE = ("cpu", "memory", "ephemeral-storage")
COUNTED = (
    "pods",
    "services",
    "persistentvolumeclaims",
    "configmaps",
    "secrets",
    "replicationcontrollers",
    "resourcequotas",
)
_OF_SERVICES = ("services", "services.nodeports", "services.loadbalancers")
_CLASS = ".storageclass.storage.k8s.io/"


def count_name(plural_group: str) -> str:
    """`count/deployments.apps`: the name of a kind's number in a quota."""
    return f"count/{plural_group}"


def usage_of(obj: Json, plural_group: str) -> Usage:
    """All that one object uses, whether or not a quota limits it."""
    used = {count_name(plural_group): ONE}
    match obj["kind"]:
        case "Pod":
            return used | _of_pod(obj)
        case "Service":
            return used | _of_service(obj)
        case "PersistentVolumeClaim":
            return used | _of_claim(obj)
    return used | ({plural_group: ONE} if plural_group in COUNTED else {})


def _of_pod(pod: Json) -> Usage:
    """A Pod that has ended uses nothing but its place (PodUsageFunc)."""
    if pod.get("status", {}).get("phase") in ("Succeeded", "Failed"):
        return {}
    used = {"pods": ONE}
    for which in ("requests", "limits"):
        whole = (pod["spec"].get("resources") or {}).get(which) or {}
        amounts = aggregate(pod["spec"], which) | {name: parse_quantity(text) for name, text in whole.items()}
        for name, amount in amounts.items():
            if name in COMPUTE or which == "requests":
                used[f"{which}.{name}"] = amount
            if which == "requests" and (name in COMPUTE or name.startswith("hugepages-")):
                used[name] = amount
    return used


def _of_service(service: Json) -> Usage:
    spec, used = service["spec"], {"services": ONE}
    kind, ports = spec.get("type", "ClusterIP"), len(spec.get("ports") or ())
    if kind == "NodePort" or (kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts", True)):
        used["services.nodeports"] = parse_quantity(str(ports))
    if kind == "LoadBalancer":
        used["services.loadbalancers"] = ONE
    return used


def _of_claim(claim: Json) -> Usage:
    used, name = {"persistentvolumeclaims": ONE}, claim["spec"].get("storageClassName")
    asked = (claim["spec"]["resources"].get("requests") or {}).get("storage")
    if asked is not None:
        used["requests.storage"] = parse_quantity(asked)
    if name:
        used |= {f"{name}{_CLASS}{key}": amount for key, amount in list(used.items())}
    return used


def matching(names: Iterable[str], plural_group: str) -> list[str]:
    """Those names of a quota that objects of this kind count against (MatchingResources)."""
    found = []
    for name in sorted(names):
        match plural_group:
            case "pods":
                mine = name == "pods" or name in COMPUTE or _is_compute(name)
            case "services":
                mine = name in _OF_SERVICES
            case "persistentvolumeclaims":
                mine = name in ("persistentvolumeclaims", "requests.storage") or _CLASS in name
            case _:
                mine = plural_group in COUNTED and name == plural_group
        if mine or name == count_name(plural_group):
            found.append(name)
    return found


def _is_compute(name: str) -> bool:
    kind, _, resource = name.partition(".")
    if name.startswith("hugepages-"):
        return True
    if kind == "limits":
        return resource in COMPUTE
    return kind == "requests" and (resource in COMPUTE or resource.startswith("hugepages-") or "/" in resource)


def in_scope(obj: Json, quota: Json) -> bool:
    """Whether the quota's scopes mean the object; only Pods have scopes (podMatchesScopeFunc)."""
    spec = quota["spec"]
    wanted = [{"scopeName": name, "operator": "Exists"} for name in spec.get("scopes") or ()]
    wanted += (spec.get("scopeSelector") or {}).get("matchExpressions") or ()
    if obj["kind"] != "Pod":
        return not wanted
    return all(_matches(obj, requirement) for requirement in wanted)


def _matches(pod: Json, requirement: Json) -> bool:
    spec = pod["spec"]
    match requirement["scopeName"]:
        case "Terminating":
            return spec.get("activeDeadlineSeconds") is not None
        case "NotTerminating":
            return spec.get("activeDeadlineSeconds") is None
        case "BestEffort":
            return qos_class(pod) == "BestEffort"
        case "NotBestEffort":
            return qos_class(pod) != "BestEffort"
        case "PriorityClass":
            return _has_class(spec.get("priorityClassName", ""), requirement)
        case "CrossNamespacePodAffinity":
            return any(term.get("namespaces") or "namespaceSelector" in term for term in _affinity_terms(spec))
    return False


def _has_class(name: str, requirement: Json) -> bool:
    values = requirement.get("values") or ()
    match requirement["operator"]:
        case "Exists":
            return bool(name)
        case "DoesNotExist":
            return not name
        case "In":
            return name in values
    return name not in values


def _affinity_terms(spec: Json) -> list[Json]:
    terms: list[Json] = []
    for kind in ("podAffinity", "podAntiAffinity"):
        affinity = (spec.get("affinity") or {}).get(kind) or {}
        terms += affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
        preferred = affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        terms += [each["podAffinityTerm"] for each in preferred]
    return terms
