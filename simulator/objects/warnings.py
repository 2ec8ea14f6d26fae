"""What the API server says of a new object although it takes it: kubectl prints it after `Warning:`.

Models WarningsOnCreate of pkg/registry/*/strategy.go and pkg/api/{pod,job,service,node}, without what they say of
annotations and volumes that no longer do anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from simulator.objects.quantity import parse_quantity
from simulator.objects.validation import formats
from simulator.objects.validation.field import Field, go_quote

Json = dict[str, Any]

_TEMPLATES = {
    "Pod": "",
    "Deployment": "spec.template",
    "ReplicaSet": "spec.template",
    "StatefulSet": "spec.template",
    "DaemonSet": "spec.template",
    "Job": "spec.template",
    "CronJob": "spec.jobTemplate.spec.template",
}
_NAMED_AFTER = ("Deployment", "ReplicaSet", "Job", "CronJob")
_SURPRISE = "which can result in surprising behavior; a DNS label is recommended"
_NO_POD = "a null labelSelector results in matching no pod"
_OLD_LABELS = {
    "beta.kubernetes.io/arch": ("v1.14", "kubernetes.io/arch"),
    "beta.kubernetes.io/os": ("v1.14", "kubernetes.io/os"),
    "failure-domain.beta.kubernetes.io/region": ("v1.17", "topology.kubernetes.io/region"),
    "failure-domain.beta.kubernetes.io/zone": ("v1.17", "topology.kubernetes.io/zone"),
    "beta.kubernetes.io/instance-type": ("v1.17", "node.kubernetes.io/instance-type"),
}
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"


def warnings(obj: Json) -> list[str]:
    """What is said of a new object, without repetitions."""
    kind = obj["kind"]
    found = list(_of_name(kind, obj["metadata"].get("name", "")))
    if kind in _TEMPLATES:
        at, template = Field(_TEMPLATES[kind]), obj
        for name in filter(None, _TEMPLATES[kind].split(".")):
            template = template[name]
        found += _of_pod(template["spec"], at.child("spec"))
    elif kind == "Service":
        found += _of_service(obj["spec"])
    return list(dict.fromkeys(found))


def _of_name(kind: str, name: str) -> Iterator[str]:
    used = "the Pod's hostname" if kind == "Pod" else "Pod names and hostnames"
    if (kind == "Pod" or kind in _NAMED_AFTER) and (wrong := formats.is_dns1123_label(name)):
        yield f"metadata.name: this is used in {used}, {_SURPRISE}: [{' '.join(wrong)}]"


def _of_pod(spec: Json, at: Field) -> Iterator[str]:
    """Models warningsForPodSpecAndMeta."""
    for key in sorted(spec.get("nodeSelector") or ()):
        if key in _OLD_LABELS:
            yield f"{at.child('nodeSelector').key(key).path}: {_deprecated(key)}"
    affinity = spec.get("affinity") or {}
    yield from _of_node_affinity(affinity.get("nodeAffinity") or {}, at.child("affinity.nodeAffinity"))
    yield from _of_spread(spec.get("topologySpreadConstraints") or (), at.child("topologySpreadConstraints"))
    containers = [
        (container, at.child(kind).index(number))
        for kind in ("initContainers", "containers", "ephemeralContainers")
        for number, container in enumerate(spec.get(kind) or ())
    ]
    for container, here in containers:
        yield from _fractions(container.get("resources") or {}, here.child("resources"))
        yield from _hidden(container.get("env") or (), here.child("env"))
    yield from _ports(
        [
            (port, here.child("ports").index(number))
            for container, here in containers
            for number, port in enumerate(container.get("ports") or ())
        ]
    )
    if spec.get("terminationGracePeriodSeconds", 0) < 0:
        words = "must be >= 0; negative values are invalid and will be treated as 1"
        yield f"{at.child('terminationGracePeriodSeconds').path}: {words}"
    yield from _of_pod_affinity(affinity, at.child("affinity"))


def _deprecated(label: str) -> str:
    since, now = _OLD_LABELS[label]
    return f"deprecated since {since}; use {go_quote(now)} instead"


def _of_node_affinity(affinity: Json, at: Field) -> Iterator[str]:
    """Models GetWarningsForNodeSelectorTerm."""
    terms = [
        (term, at.child(_REQUIRED).child("nodeSelectorTerms").index(number))
        for number, term in enumerate((affinity.get(_REQUIRED) or {}).get("nodeSelectorTerms") or ())
    ]
    terms += [
        (wish.get("preference") or {}, at.child(_PREFERRED).index(number).child("preference"))
        for number, wish in enumerate(affinity.get(_PREFERRED) or ())
    ]
    for term, here in terms:
        for number, rule in enumerate(term.get("matchExpressions") or ()):
            if rule.get("key") in _OLD_LABELS:
                place = here.child("matchExpressions").index(number).child("key").path
                yield f"{place}: {rule['key']} is {_deprecated(rule['key'])}"


def _of_spread(rules: Iterable[Json], at: Field) -> Iterator[str]:
    for number, rule in enumerate(rules):
        here = at.index(number)
        if rule.get("topologyKey") in _OLD_LABELS:
            yield f"{here.child('topologyKey').path}: {rule['topologyKey']} is {_deprecated(rule['topologyKey'])}"
        if rule.get("labelSelector") is None:
            yield f"{here.child('labelSelector').path}: {_NO_POD}"


def _fractions(resources: Json, at: Field) -> Iterator[str]:
    """A part of a byte: mostly an `m` that was meant to be `Mi`."""
    for name in ("memory", "ephemeral-storage"):
        for kind in ("limits", "requests"):
            given = (resources.get(kind) or {}).get(name)
            if given and (amount := parse_quantity(given)).nano % 10**9:
                place = at.child(kind).key(name).path
                yield f"{place}: fractional byte value {go_quote(amount.text)} is invalid, must be an integer"


def _hidden(variables: Any, at: Field) -> Iterator[str]:
    seen: set[str] = set()
    for number, variable in enumerate(variables):
        name, value = variable["name"], variable.get("value", "")
        itself = f"$({name})"
        if name in seen and (variable.get("valueFrom") is not None or value == itself or itself not in value):
            words = f"hides previous definition of {go_quote(name)}, which may be dropped when using apply"
            yield f"{at.index(number).path}: {words}"
        seen.add(name)


def _ports(ports: list[tuple[Json, Field]]) -> Iterator[str]:
    for number, (port, here) in enumerate(ports):
        for other, place in ports[:number]:
            if all(port.get(name) == other.get(name) for name in ("containerPort", "protocol")):
                yield from _overlap(port, other, here.path, place.path)
    names: dict[str, str] = {}
    for port, here in ports:
        if (name := port.get("name")) and name in names:
            first = names[name]
            words = f"duplicate port name {go_quote(name)} with {first}"
            yield f"{here.path}: {words}, services and probes that select ports by name will use {first}"
        elif name:
            names[name] = here.path


def _overlap(port: Json, other: Json, here: str, place: str) -> Iterator[str]:
    mine, theirs = ((each.get("hostIP", ""), each.get("hostPort", 0)) for each in (port, other))
    if mine == theirs:
        yield f"{here}: duplicate port definition with {place}"
    elif not mine[1] or not theirs[1]:
        yield f"{here}: overlapping port definition with {place}"
    elif mine[1] == theirs[1] and not (mine[0] and theirs[0]):
        yield f"{here}: dangerously ambiguous port definition with {place}"


def _of_pod_affinity(affinity: Json, at: Field) -> Iterator[str]:
    for kind in ("podAffinity", "podAntiAffinity"):
        given, here = affinity.get(kind) or {}, at.child(kind)
        for number, term in enumerate(given.get(_REQUIRED) or ()):
            if term.get("labelSelector") is None:
                yield f"{here.child(_REQUIRED).index(number).child('labelSelector').path}: {_NO_POD}"
        for number, wish in enumerate(given.get(_PREFERRED) or ()):
            if (wish.get("podAffinityTerm") or {}).get("labelSelector") is None:
                place = here.child(_PREFERRED).index(number).child("podAffinityTerm.labelSelector").path
                yield f"{place}: {_NO_POD}"


def _of_service(spec: Json) -> Iterator[str]:
    """Models pkg/api/service GetWarningsForService."""
    if spec.get("type") == "ClusterIP" and spec.get("clusterIP") == "None":
        for name in ("loadBalancerIP", "externalIPs"):
            if spec.get(name):
                yield f"spec.{name} is ignored for headless services"
        if spec.get("sessionAffinity") != "None":
            yield "spec.SessionAffinity is ignored for headless services"
    if spec.get("type") == "ExternalName" and spec.get("externalIPs"):
        yield 'spec.externalIPs is ignored when spec.type is "ExternalName"'
    if spec.get("type") != "ExternalName" and spec.get("externalName"):
        yield 'spec.externalName is ignored when spec.type is not "ExternalName"'
    if spec.get("trafficDistribution") == "PreferClose":
        yield 'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'
