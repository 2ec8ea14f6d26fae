"""`kubectl autoscale`, and `kubectl create` of roles, bindings and quotas. Models kubectl pkg/cmd/{autoscale,create}."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest

from tests.simulator.controllers.workloads import deployment
from tests.simulator.stories import Json, Story


def made(line: str, kind: str, name: str = "x") -> Json:
    story = Story(deployment(1), seconds=2)
    assert "error" not in (told := story.node(f"kubectl {line}")), told
    namespaced = not kind.startswith("cluster")
    return story.simulation.api.get(kind, "default" if namespaced else "", name)


@pytest.mark.parametrize(
    ("flags", "target"),
    [
        ("--cpu=50%", {"type": "Utilization", "averageUtilization": 50}),
        ("--cpu-percent=60", {"type": "Utilization", "averageUtilization": 60}),
        ("--cpu=500", {"type": "AverageValue", "averageValue": "500m"}),
        ("", {"type": "Utilization", "averageUtilization": 80}),
    ],
)
def test_an_autoscaler_is_made(flags: str, target: Json) -> None:
    spec = made(f"autoscale deployment web --name=x --min=2 --max=5 {flags}", "horizontalpodautoscalers")["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 5)
    assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    assert spec["metrics"] == [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]


def test_roles_have_a_rule_for_each_group() -> None:
    line = "create role x --verb=get,list --resource=pods,pods/log,deployments.apps --resource-name=a"
    common = {"verbs": ["get", "list"], "resourceNames": ["a"]}
    assert made(line, "roles")["rules"] == [
        common | {"apiGroups": [""], "resources": ["pods", "pods/log"]},
        common | {"apiGroups": ["apps"], "resources": ["deployments"]},
    ]
    url = made("create clusterrole x --verb=get --non-resource-url=/healthz", "clusterroles")
    assert url["rules"] == [{"verbs": ["get"], "nonResourceURLs": ["/healthz"]}]
    whole = made("create clusterrole x --aggregation-rule=a=b", "clusterroles")
    assert whole["aggregationRule"] == {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}


def test_bindings_name_a_role_and_subjects() -> None:
    binding = made("create rolebinding x --role=r --user=eve --serviceaccount=default:robot", "rolebindings")
    assert binding["roleRef"] == {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"}
    assert binding["subjects"] == [
        {"kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "eve"},
        {"kind": "ServiceAccount", "namespace": "default", "name": "robot"},
    ]
    cluster: dict[str, Any] = made("create clusterrolebinding x --clusterrole=c --group=g", "clusterrolebindings")
    assert cluster["roleRef"]["kind"] == "ClusterRole"


def test_a_quota_has_amounts_and_scopes() -> None:
    quota = made("create quota x --hard=pods=3,memory=1024Mi --scopes=NotTerminating", "resourcequotas")
    assert quota["spec"] == {"hard": {"pods": "3", "memory": "1Gi"}, "scopes": ["NotTerminating"]}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("autoscale deployment web", "--max=MAXPODS is required and must be at least 1, max: -1"),
        ("autoscale deployment web --min=3 --max=2",
            "--max=MAXPODS must be larger or equal to --min=MINPODS, max: 2, min: 3"),
        ("autoscale service kubernetes --max=2", 'services "kubernetes" not found'),
        ("create role x --resource=pods", "at least one verb must be specified"),
        ("create role x --verb=get", "at least one resource must be specified"),
        ("create role x --verb=get --resource=/log", "resource must be specified if apiGroup/subresource specified"),
        ("create clusterrole x --verb=get", "one of resource or nonResourceURL must be specified"),
        ("create rolebinding x", "exactly one of clusterrole or role must be specified"),
        ("create rolebinding x --role=r --serviceaccount=robot", "serviceaccount must be <namespace>:<name>"),
        ("create clusterrolebinding x", 'required flag(s) "clusterrole" not set'),
        ("create quota x --hard=pods", "Invalid argument syntax pods, expected <resource>=<value>"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(line: str, words: str) -> None:
    assert words in Story(deployment(1), seconds=2).node(f"kubectl {line}")


def test_a_secret_for_a_registry() -> None:
    """Models create_secret_docker.go handleDockerCfgJSONContent."""
    line = "create secret docker-registry x --docker-server=r.example --docker-username=u --docker-password=p"
    secret = made(line, "secrets")
    assert secret["type"] == "kubernetes.io/dockerconfigjson"
    content = json.loads(b64decode(secret["data"][".dockerconfigjson"]))
    assert content == {"auths": {"r.example": {"username": "u", "password": "p", "auth": "dTpw"}}}
