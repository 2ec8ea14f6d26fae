"""Tables and descriptions of kinds that come beside Pods. Models pkg/printers and kubectl pkg/describe."""

from __future__ import annotations

import pytest

from simulator.history import Json
from simulator.kubectl.describe import describe_object
from simulator.kubectl.tables import TableOptions, table_text
from simulator.objects.resources import resource_of

META = {"name": "x", "namespace": "demo", "creationTimestamp": "1970-01-01T00:00:00Z"}


def shown(kind: str, *, wide: bool = False, **fields: object) -> str:
    return table_text(resource_of(kind), [{"metadata": META, **fields}], 5000, TableOptions(wide=wide, headers=False))


def described(kind: str, **fields: object) -> str:
    obj: Json = {"metadata": META, **fields}
    return describe_object(resource_of(kind), obj, lambda kind, everywhere: [], 0)


SUBJECTS = [
    {"kind": "User", "name": "eve"},
    {"kind": "Group", "name": "ops"},
    {"kind": "ServiceAccount", "name": "robot", "namespace": "demo"},
]
REFERENCE = {"kind": "Role", "name": "reader"}


def metric(kind: str, **target: object) -> Json:
    return {"type": kind, kind[0].lower() + kind[1:]: {"name": "cpu", "target": target}}


@pytest.mark.parametrize(
    ("kind", "wide", "fields", "row"),
    [
        ("roles", False, {}, "x 1970-01-01T00:00:00Z"),
        ("rolebindings", False, {"roleRef": REFERENCE}, "x Role/reader 5s"),
        ("rolebindings", True, {"roleRef": REFERENCE, "subjects": SUBJECTS}, "x Role/reader 5s eve ops demo/robot"),
        ("networkpolicies", False, {"spec": {"podSelector": {}}}, "x <none> 5s"),
        ("networkpolicies", False, {"spec": {"podSelector": {"matchLabels": {"a": "b"}}}}, "x a=b 5s"),
        ("ingresses", False, {"spec": {"rules": [{"host": name} for name in "abcd"], "tls": [{}]}},
            "x <none> a,b,c + 1 more... 80, 443 5s"),
        ("ingresses", False, {"spec": {"ingressClassName": "nginx"}}, "x nginx * 80 5s"),
        ("ingressclasses", False,
            {"spec": {"controller": "c", "parameters": {"apiGroup": "g", "kind": "K", "name": "n"}}}, "x c K.g/n 5s"),
        ("runtimeclasses", False, {"handler": "runsc"}, "x runsc 5s"),
        ("horizontalpodautoscalers", False, {"spec": {
            "scaleTargetRef": {"kind": "Deployment", "name": "web"}, "maxReplicas": 3, "minReplicas": 1,
            "metrics": [metric("Resource", averageUtilization=50), metric("Pods", averageValue="5"),
                metric("External", averageValue="1")]}},
            "x Deployment/web cpu: <unknown>/50%, <unknown>/5 + 1 more... 1 3 0 5s"),
        ("horizontalpodautoscalers", False, {"spec": {
            "scaleTargetRef": {"kind": "Deployment", "name": "web"}, "maxReplicas": 3,
            "metrics": [metric("Object", value="9"), metric("External", averageValue="1")]}},
            "x Deployment/web <unknown>/9, <unknown>/1 (avg) <unset> 3 0 5s"),
    ],
)  # fmt: skip
def test_a_row(kind: str, wide: bool, fields: Json, row: str) -> None:
    assert " ".join(shown(kind, wide=wide, **fields).split()) == row


def test_a_role_has_a_line_for_each_resource() -> None:
    rules = [
        {"apiGroups": ["apps", ""], "resources": ["pods/log"], "verbs": ["get"]},
        {"apiGroups": [""], "resources": ["pods/log"], "verbs": ["list"]},
        {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["a"], "verbs": ["get"]},
        {"nonResourceURLs": ["/healthz"], "verbs": ["get"]},
    ]
    lines = described("clusterroles", rules=rules).splitlines()
    assert lines[:4] == ["Name:         x", "Labels:       <none>", "Annotations:  <none>", "PolicyRule:"]
    assert [" ".join(line.split()) for line in lines[6:]] == [
        "pods/log [] [] [get list]",
        "[/healthz] [] [get]",
        "secrets [] [a] [get]",
        "pods.apps/log [] [] [get]",
    ]


def test_a_binding_lists_whom_it_binds() -> None:
    assert described("rolebindings", roleRef=REFERENCE, subjects=SUBJECTS[1:]).splitlines()[3:] == [
        "Role:",
        "  Kind:  Role",
        "  Name:  reader",
        "Subjects:",
        "  Kind            Name   Namespace",
        "  ----            ----   ---------",
        "  Group           ops    ",
        "  ServiceAccount  robot  demo",
    ]


def test_a_network_policy_says_what_it_would_allow() -> None:
    block = {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}
    selectors = {"podSelector": {"matchLabels": {"a": "b"}}, "namespaceSelector": {}}
    ingress = [{"ports": [{"port": 80}, {"port": 90, "endPort": 99}], "from": [selectors, {"ipBlock": block}]}, {}]
    spec = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": ingress}
    assert described("networkpolicies", spec=spec).splitlines()[2:] == [
        "Created on:   1970-01-01 00:00:00 +0000 UTC",
        "Labels:       <none>",
        "Annotations:  <none>",
        "Spec:",
        "  PodSelector:     <none> (Allowing the specific traffic to all pods in this namespace)",
        "  Allowing ingress traffic:",
        "    To Port: 80/TCP",
        "    To Port Range: 90-99/TCP",
        "    From:",
        "      NamespaceSelector: <none>",
        "      PodSelector: a=b",
        "    From:",
        "      IPBlock:",
        "        CIDR: 10.0.0.0/8",
        "        Except: 10.1.0.0/16",
        "    ----------",
        "    To Port: <any> (traffic allowed to all ports)",
        "    From: <any> (traffic not restricted by source)",
        "  Not affecting egress traffic",
        "  Policy Types: Ingress",
    ]
    closed = described("networkpolicies", spec={"podSelector": {}, "policyTypes": ["Egress"]})
    assert "    <none> (Selected pods are isolated for egress connectivity)\n" in closed


def test_an_ingress_shows_where_its_paths_lead() -> None:
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    other = {"resource": {"kind": "Bucket", "name": "b"}}
    paths = [{"path": "/", "backend": backend}, {"path": "/x", "backend": other}]
    tls = [{"hosts": ["a.b"], "secretName": "s"}, {"hosts": ["c.d"]}]
    spec = {"rules": [{"host": "a.b", "http": {"paths": paths}}, {}], "tls": tls}
    obj: Json = {"metadata": META, "spec": spec}
    slice_ = {
        "metadata": {"labels": {"kubernetes.io/service-name": "web"}},
        "ports": [{"name": "http", "port": 8080}],
        "endpoints": [{"addresses": ["10.0.0.1"], "conditions": {"ready": True}}],
    }
    service = {"metadata": {"name": "web"}, "spec": {"ports": [{"name": "http", "port": 80}]}}
    found: dict[str, list[Json]] = {"services": [service], "endpointslices": [slice_]}
    text = describe_object(resource_of("ingresses"), obj, lambda kind, everywhere: found.get(kind, []), 0)
    assert text.splitlines() == [
        "Name:             x",
        "Labels:           <none>",
        "Namespace:        demo",
        "Address:          ",
        "Ingress Class:    <none>",
        "Default backend:  <default>",
        "TLS:",
        "  s terminates a.b",
        "  SNI routes c.d",
        "Rules:",
        "  Host        Path  Backends",
        "  ----        ----  --------",
        "  a.b         ",
        "              /    web:80 (10.0.0.1:8080)",
        "              /x   APIGroup: <none>, Kind: Bucket, Name: b",
        "Annotations:  <none>",
        "Events:       <none>",
    ]
    empty = described("ingresses", spec={"defaultBackend": backend})
    assert 'Default backend:  web:80 (<error: services "web" not found>)' in empty


def test_an_autoscaler_knows_no_metrics() -> None:
    target = {"kind": "Deployment", "name": "web"}
    metrics = [metric("Resource", averageUtilization=80), metric("Resource", averageValue="500m")]
    metrics += [{"type": "Pods", "pods": {"metric": {"name": "hits"}, "target": {"averageValue": "5"}}}]
    metrics += [{"type": "External", "external": {"metric": {"name": "queue"}, "target": {"value": "9"}}}]
    spec = {"scaleTargetRef": target, "maxReplicas": 3, "minReplicas": 1, "metrics": metrics}
    assert [" ".join(line.split()) for line in described("horizontalpodautoscalers", spec=spec).splitlines()[4:]] == [
        "CreationTimestamp: Thu, 01 Jan 1970 00:00:00 +0000",
        "Reference: Deployment/web",
        "Metrics: ( current / target )",
        "resource cpu on pods (as a percentage of request): <unknown> / 80%",
        "resource cpu on pods: <unknown> / 500m",
        '"hits" on pods: <unknown> / 5',
        '"queue" (target value): <unknown> / 9',
        "Min replicas: 1",
        "Max replicas: 3",
        "Deployment pods: 0 current / 0 desired",
        "Events: <none>",
    ]
