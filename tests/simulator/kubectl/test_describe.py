"""Descriptions beyond what the recordings hold (kubectl pkg/describe/describe.go)."""

from decimal import Decimal
from typing import Any

import pytest

from simulator.kubectl.describe import describe_object, describe_pod
from simulator.kubectl.describe.containers import describe_probe
from simulator.kubectl.describe.fields import container_resource, pod_field, quantity
from simulator.objects.resources import resource_of
from tests.simulator.kubectl.fakes import make_pod
from tests.simulator.kubectl.recordings import objects

NOW = 1_795_409_400_000  # 2026-11-23T04:50:00Z


def describe(pod: dict[str, Any]) -> list[str]:
    pod["metadata"].setdefault("namespace", "demo")
    return describe_pod(pod, None, NOW).splitlines()


def section(lines: list[str], title: str) -> list[str]:
    """The lines under a title that are indented more than it, without the indentation."""
    start = next(place for place, line in enumerate(lines) if line.strip().startswith(title))
    depth = len(lines[start]) - len(lines[start].lstrip())
    found = []
    for line in lines[start + 1 :]:
        if len(line) - len(line.lstrip()) <= depth:
            break
        found.append(line.strip())
    return found


def with_container(**more: Any) -> list[str]:
    pod = make_pod()
    pod["spec"]["containers"][0] |= more
    return describe(pod)


def test_ports_are_one_line_each_kind_and_the_host_port_is_zero_if_unset() -> None:
    one = with_container(ports=[{"containerPort": 80, "protocol": "TCP", "name": "http"}])
    assert "    Port:           80/TCP (http)" in one
    assert "    Host Port:      0/TCP (http)" in one
    two = with_container(
        ports=[{"containerPort": 80, "protocol": "TCP"}, {"containerPort": 81, "protocol": "UDP", "hostPort": 8}]
    )
    assert "    Ports:          80/TCP, 81/UDP" in two
    assert "    Host Ports:     0/TCP, 8/UDP" in two


def test_environment_of_every_kind() -> None:
    pod = make_pod(labels={"app": "web"})
    pod["spec"]["containers"][0] |= {
        "resources": {"limits": {"cpu": "500m", "memory": "64Mi"}, "requests": {"cpu": "250m"}},
        "envFrom": [
            {"configMapRef": {"name": "c", "optional": True}, "prefix": "P_"},
            {"secretRef": {"name": "s"}},
        ],
        "env": [
            {"name": "PLAIN", "value": "1\n2"},
            {"name": "EMPTY"},
            {"name": "NAME", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}},
            {"name": "IP", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.podIP"}}},
            {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
            {"name": "MEM", "valueFrom": {"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}},
            {"name": "CM", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "k"}}},
            {"name": "SEC", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k", "optional": True}}},
        ],
    }
    lines = describe(pod)
    assert section(lines, "Limits:") == ["cpu:     500m", "memory:  64Mi"]
    assert section(lines, "Requests:") == ["cpu:  250m"]
    assert section(lines, "Environment Variables from:") == [
        "c  ConfigMap with prefix 'P_'  Optional: true",
        "s  Secret                      Optional: false",
    ]
    assert section(lines, "Environment:") == [
        "PLAIN:  1",
        "2",
        "EMPTY:",
        "NAME:   p (v1:metadata.name)",
        "IP:      (v1:status.podIP)",
        "CPU:    1 (limits.cpu)",
        "MEM:    64 (limits.memory)",
        "CM:     <set to the key 'k' of config map 'c'>  Optional: false",
        "SEC:    <set to the key 'k' in secret 's'>      Optional: true",
    ]


@pytest.mark.parametrize(
    ("handler", "text"),
    [
        ({"exec": {"command": ["cat", "/x"]}}, "exec [cat /x]"),
        (
            {"httpGet": {"port": "http", "path": "a b", "scheme": "HTTPS", "host": "e.org"}},
            "http-get https://e.org:http/a%20b",
        ),
        ({"tcpSocket": {"port": 80}}, "tcp-socket :80"),
        ({"grpc": {"port": 90, "service": "s"}}, "grpc <pod>:90 s"),
        ({}, "unknown"),
    ],
)
def test_a_probe_in_one_line(handler: dict[str, Any], text: str) -> None:
    probe = {
        "initialDelaySeconds": 1,
        "timeoutSeconds": 2,
        "periodSeconds": 3,
        "successThreshold": 4,
        "failureThreshold": 5,
    }
    assert describe_probe(handler | probe) == f"{text} delay=1s timeout=2s period=3s #success=4 #failure=5"


def test_mounts_are_sorted_by_path_and_show_their_part() -> None:
    lines = with_container(
        volumeMounts=[
            {"name": "v", "mountPath": "/z", "readOnly": True},
            {"name": "w", "mountPath": "/a", "subPath": "x"},
        ]
    )
    assert section(lines, "Mounts:") == ['/a from w (rw,path="x")', "/z from v (ro)"]


def test_a_pod_that_terminates_shows_how_long() -> None:
    pod = make_pod(deletionTimestamp="2026-11-23T04:50:30Z", deletionGracePeriodSeconds=30)
    lines = describe(pod)
    assert "Status:                    Terminating (lasts <invalid>)" in lines
    assert "Termination Grace Period:  30s" in lines
    pod["metadata"]["deletionTimestamp"] = "2026-11-23T04:49:50Z"
    assert "Status:                    Terminating (lasts 10s)" in describe(pod)


def test_a_failed_pod_shows_reason_and_message() -> None:
    pod = make_pod()
    pod["status"] |= {"phase": "Failed", "reason": "Evicted", "message": "too much"}
    lines = [" ".join(line.split()) for line in describe(pod)]
    assert lines[lines.index("Status: Failed") : lines.index("Status: Failed") + 3] == [
        "Status: Failed", "Reason: Evicted", "Message: too much",
    ]  # fmt: skip


def test_annotations_that_are_long_go_below_their_key_and_what_apply_remembers_stays_hidden() -> None:
    pod = make_pod(
        annotations={
            "kubectl.kubernetes.io/last-applied-configuration": "x",
            "long": "y" * 139,
            "lines": "a\nb\n",
        }
    )
    text = [line.strip() for line in describe(pod)]
    assert "Annotations:  lines:" in text
    start = text.index("Annotations:  lines:")
    assert text[start + 1 : start + 5] == ["a", "b", "long:", "y" * 138 + "..."]


def test_gates_classes_tolerations_and_spread() -> None:
    pod = make_pod()
    pod["spec"] |= {
        "priorityClassName": "high",
        "readinessGates": [{"conditionType": "Ready"}, {"conditionType": "other"}],
        "tolerations": [{"operator": "Exists"}, {"key": "k", "value": "v", "effect": "NoSchedule"}],
        "topologySpreadConstraints": [{"topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "maxSkew": 1}],
        "securityContext": {"seccompProfile": {"type": "Localhost", "localhostProfile": "p.json"}},
    }
    lines = [" ".join(line.split()) for line in describe(pod)]
    for wanted in (
        "Priority Class Name: high",
        "SeccompProfile: Localhost",
        "LocalhostProfile: p.json",
        "other <none>",
        "Tolerations: op=Exists",
        "k=v:NoSchedule",
        "Topology Spread Constraints: zone:DoNotSchedule when max skew 1 is exceeded",
    ):
        assert wanted in lines


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (
            {"hostPath": {"path": "/x"}},
            ["Type: HostPath (bare host directory volume)", "Path: /x", "HostPathType: <none>"],
        ),
        (
            {"secret": {"secretName": "s"}},
            ["Type: Secret (a volume populated by a Secret)", "SecretName: s", "Optional: false"],
        ),
        (
            {"configMap": {"name": "c", "optional": True}},
            ["Type: ConfigMap (a volume populated by a ConfigMap)", "Name: c", "Optional: true"],
        ),
        (
            {"downwardAPI": {"items": [{"path": "n", "fieldRef": {"fieldPath": "metadata.name"}}]}},
            ["Type: DownwardAPI (a volume populated by information about the pod)", "Items:", "metadata.name -> n"],
        ),
        (
            {"persistentVolumeClaim": {"claimName": "c"}},
            [
                "Type: PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
                "ClaimName: c",
                "ReadOnly: false",
            ],
        ),
        (
            {"image": {"reference": "r", "pullPolicy": "Always"}},
            ["Type: Image (a container image or OCI artifact)", "Reference: r", "PullPolicy: Always"],
        ),
    ],
)
def test_volumes_of_every_kind(source: dict[str, Any], lines: list[str]) -> None:
    pod = make_pod()
    pod["spec"]["volumes"] = [{"name": "v", **source}]
    assert [" ".join(line.split()) for line in section(describe(pod), "v:")] == lines


def test_a_volume_that_is_not_known_says_so() -> None:
    pod = make_pod()
    pod["spec"]["volumes"] = [{"name": "v", "strange": {}}]
    assert "  <unknown>" in describe(pod)


def test_a_pods_own_fields() -> None:
    pod = {"metadata": {"name": "p", "uid": "u", "labels": {"b": '"', "a": "1"}}}
    assert pod_field(pod, "metadata.name") == "p"
    # Fields that apimachinery pkg/runtime/converter.go has no label for stay empty.
    assert pod_field(pod, "metadata.uid") == ""
    assert pod_field(pod, "metadata.labels['a']") == ""
    assert pod_field(pod, "spec.nodeName") == ""


@pytest.mark.parametrize(
    ("text", "number"), [("1", "1"), ("250m", "0.25"), ("1Ki", "1024"), ("2M", "2000000"), ("1e3", "1000"), ("x", "0")]
)
def test_quantities(text: str, number: str) -> None:
    assert quantity(text) == Decimal(number)


def test_a_resource_is_counted_in_its_divisor_and_rounded_up() -> None:
    container = {"resources": {"limits": {"cpu": "1500m"}}}
    assert container_resource(container, {"resource": "limits.cpu"}) == "2"
    assert container_resource(container, {"resource": "limits.cpu", "divisor": "1m"}) == "1500"
    assert container_resource(container, {"resource": "requests.cpu"}) == "0"


def related_of(name: str) -> Any:
    return lambda kind, everywhere: objects(name, kind)


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        (
            "workload-deployment-rollout",
            "deployments",
            [
                "Replicas: 5 desired | 5 updated | 5 total | 5 available | 0 unavailable",
                "StrategyType: RollingUpdate",
                "OldReplicaSets: web-67cd5887fd (0/0 replicas created), web-75575bbf49 (0/0 replicas created)",
                "NewReplicaSet: web-779977d6f (5/5 replicas created)",
                "Available True MinimumReplicasAvailable",
            ],
        ),
        (
            "workload-deployment-rollout",
            "replicasets",
            ["Controlled By: Deployment/web", "Replicas: 0 current / 0 desired"],
        ),
        (
            "workload-daemonset",
            "daemonsets",
            ["Desired Number of Nodes Scheduled: 1", "Pods Status: 1 Running / 0 Waiting / 0 Succeeded / 0 Failed"],
        ),
        (
            "workload-statefulset",
            "statefulsets",
            ["Replicas: 1 desired | 1 total", "Update Strategy: RollingUpdate", "Partition: 0"],
        ),
        (
            "workload-job-ok",
            "jobs",
            ["Completions: 1", "Duration: 8s", "Pods Statuses: 0 Active (0 Ready) / 1 Succeeded / 0 Failed"],
        ),
    ],
)
def test_workloads_say_how_far_they_are(name: str, kind: str, words: list[str]) -> None:
    text = describe_object(resource_of(kind), objects(name, kind)[0], related_of(name), NOW)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    for wanted in words:
        assert wanted in lines


def test_a_node_adds_up_what_its_pods_asked_for() -> None:
    pod = make_pod("p", "a", "b", namespace="demo")
    pod["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "500m", "memory": "64Mi"}}
    pod["spec"]["containers"][1]["resources"] = {"requests": {"cpu": "500m"}, "limits": {"memory": "1Gi"}}
    pod["spec"]["initContainers"] = [{"name": "i", "resources": {"requests": {"cpu": "1500m"}}}]
    done = make_pod("done", namespace="demo")
    done["status"]["phase"] = "Succeeded"
    node = {
        "kind": "Node",
        "metadata": {"name": "node1"},
        "spec": {"taints": [{"key": "k", "value": "v", "effect": "NoSchedule"}], "podCIDR": "10.0.0.0/24"},
        "status": {"allocatable": {"cpu": "4", "memory": "8Gi"}, "conditions": [{"type": "Ready", "status": "True"}]},
    }
    text = describe_object(resource_of("nodes"), node, lambda kind, _: [pod, done] if kind == "pods" else [], NOW)
    lines = [" ".join(line.split()) for line in text.splitlines()]
    for wanted in (
        "Taints: k=v:NoSchedule",
        "PodCIDR: 10.0.0.0/24",
        "Non-terminated Pods: (1 in total)",
        "demo p 1500m (37%) 0 (0%) 64Mi (0%) 1Gi (12%) 60s",
        "cpu 1500m (37%) 0 (0%)",
        "memory 64Mi (0%) 1Gi (12%)",
    ):
        assert wanted in lines
