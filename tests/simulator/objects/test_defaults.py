"""What the API server fills in, and what admission adds."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from simulator.objects import admit_pod, create, decode, generate_job_selector, read_manifest
from tests.simulator.objects.cast import Json, container, pod, stored

TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount"


SOURCES = [
    {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
    {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
    {"downwardAPI": {"items": [
        {"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}]}},
]  # fmt: skip
LOST = {"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
SPEC = {
    "restartPolicy": "Always",
    "terminationGracePeriodSeconds": 30,
    "dnsPolicy": "ClusterFirst",
    "serviceAccountName": "default",
    "serviceAccount": "default",
    "securityContext": {},
    "schedulerName": "default-scheduler",
    "tolerations": [{"key": "node.kubernetes.io/not-ready"} | LOST, {"key": "node.kubernetes.io/unreachable"} | LOST],
    "priority": 0,
    "enableServiceLinks": True,
    "preemptionPolicy": "PreemptLowerPriority",
}
CONTAINER = {
    "name": "app",
    "image": "nginx",
    "ports": [{"containerPort": 80, "protocol": "TCP"}],
    "resources": {},
    "livenessProbe": {
        "httpGet": {"path": "/", "port": 80, "scheme": "HTTP"},
        "timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3,
    },
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "imagePullPolicy": "Always",
}  # fmt: skip


def test_a_small_pod_is_stored_with_exactly_these_fields() -> None:
    obj = stored(container(ports=[{"containerPort": 80}], livenessProbe={"httpGet": {"port": 80}}))
    name = obj["spec"]["volumes"][0]["name"]
    assert name.startswith("kube-api-access-")
    assert len(name) == 21
    mounts = [{"name": name, "readOnly": True, "mountPath": TOKEN}]
    volumes = [{"name": name, "projected": {"sources": SOURCES, "defaultMode": 420}}]
    assert obj == {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {"name": "p", "namespace": "default"},
        "spec": SPEC | {"volumes": volumes, "containers": [CONTAINER | {"volumeMounts": mounts}]},
    }


@pytest.mark.parametrize(
    ("image", "policy"),
    [("nginx", "Always"), ("nginx:latest", "Always"), ("nginx:1", "IfNotPresent"), ("Not An Image", "IfNotPresent"),
     (f"nginx@sha256:{'a' * 64}", "IfNotPresent"), ("host:5000/x", "Always")],
)  # fmt: skip
def test_the_pull_policy_follows_the_tag(image: str, policy: str) -> None:
    assert stored(container(image=image))["spec"]["containers"][0]["imagePullPolicy"] == policy


@pytest.mark.parametrize(
    ("source", "filled"),
    [
        ({}, {"emptyDir": {}}),
        ({"hostPath": {"path": "/a"}}, {"hostPath": {"path": "/a", "type": ""}}),
        ({"secret": {"secretName": "s"}}, {"secret": {"secretName": "s", "defaultMode": 420}}),
        ({"configMap": {"name": "c", "defaultMode": 0}}, {"configMap": {"name": "c", "defaultMode": 0}}),
        (
            {"downwardAPI": {"items": [{"path": "l", "fieldRef": {"fieldPath": "metadata.labels"}}]}},
            {"downwardAPI": {
                "items": [{"path": "l", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.labels"}}],
                "defaultMode": 420}},
        ),
        (
            {"projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}},
            {"projected": {"sources": [{"serviceAccountToken": {"path": "t", "expirationSeconds": 3600}}],
                           "defaultMode": 420}},
        ),
        ({"image": {"reference": "a:1"}}, {"image": {"reference": "a:1", "pullPolicy": "IfNotPresent"}}),
    ],
)  # fmt: skip
def test_a_volume_is_filled_in(source: Json, filled: Json) -> None:
    assert stored(pod(volumes=[{"name": "v"} | source]))["spec"]["volumes"][0] == {"name": "v"} | filled


def first_container(**fields: Any) -> Json:
    found: Json = stored(container(**fields))["spec"]["containers"][0]
    return found


def test_probes_hooks_and_variables_are_filled_in() -> None:
    made = first_container(
        readinessProbe={"grpc": {"port": 1}, "periodSeconds": 0, "failureThreshold": 9},
        lifecycle={"preStop": {"httpGet": {"port": "web"}}},
        env=[{"name": "N", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
    )
    assert made["readinessProbe"] == {
        "grpc": {"port": 1, "service": ""},
        "timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 9,
    }  # fmt: skip
    assert made["lifecycle"] == {"preStop": {"httpGet": {"path": "/", "port": "web", "scheme": "HTTP"}}}
    assert made["env"][0]["valueFrom"]["fieldRef"]["apiVersion"] == "v1"


def test_a_divisor_is_written_even_when_nobody_gave_one() -> None:
    made = first_container(env=[{"name": "N", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}])
    assert made["env"][0]["valueFrom"] == {"resourceFieldRef": {"resource": "limits.cpu", "divisor": "0"}}


def test_requests_follow_limits_in_pods_but_not_in_templates() -> None:
    limits = {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "100m"}}
    assert first_container(resources=limits)["resources"]["requests"] == {"cpu": "100m", "memory": "1Gi"}
    template = {"metadata": {"labels": {"a": "b"}}, "spec": container(resources=limits)["spec"]}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    made = stored({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": spec})
    assert made["spec"]["template"]["spec"]["containers"][0]["resources"] == limits


def test_requests_of_the_whole_pod_follow_the_containers_and_the_limits() -> None:
    spec = container(resources={"requests": {"cpu": "200m"}})["spec"]
    spec["initContainers"] = [{"name": "i", "image": "x", "resources": {"requests": {"cpu": "300m"}}}]
    spec["resources"] = {"limits": {"cpu": "1", "memory": "1Gi"}}
    made = stored({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec})
    assert made["spec"]["resources"]["requests"] == {"cpu": "300m", "memory": "1Gi"}


def test_on_the_hosts_network_ports_are_the_hosts() -> None:
    spec = container(ports=[{"containerPort": 80}])["spec"] | {"hostNetwork": True}
    made = stored({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec})
    assert made["spec"]["containers"][0]["ports"] == [{"containerPort": 80, "hostPort": 80, "protocol": "TCP"}]


def test_no_token_is_mounted_where_none_is_wanted() -> None:
    assert "volumes" not in stored(pod(automountServiceAccountToken=False))["spec"]
    mount = {"name": "own", "mountPath": TOKEN}
    spec = stored(pod(volumes=[{"name": "own"}], containers=[{"name": "a", "image": "x", "volumeMounts": [mount]}]))
    assert [volume["name"] for volume in spec["spec"]["volumes"]] == ["own"]


def test_the_service_account_may_refuse_the_token_and_bring_secrets() -> None:
    obj, _ = decode(pod(serviceAccountName="robot"), "Pod")
    account = {"automountServiceAccountToken": False, "imagePullSecrets": [{"name": "key"}]}
    create(obj | {"kind": "Pod"}, Random(1), account=account)
    assert obj["spec"]["serviceAccount"] == "robot"
    assert obj["spec"]["imagePullSecrets"] == [{"name": "key"}]
    assert "volumes" not in obj["spec"]


def test_a_mirror_pod_gets_no_account() -> None:
    obj: Json = {"metadata": {"annotations": {"kubernetes.io/config.mirror": "x"}}, "spec": {"containers": []}}
    admit_pod(obj, Random(1))
    assert "serviceAccountName" not in obj["spec"]


def test_own_tolerations_of_a_lost_node_are_kept() -> None:
    forever = {"operator": "Exists"}
    assert stored(pod(tolerations=[forever]))["spec"]["tolerations"] == [forever]
    brief = {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 2}
    kept = stored(pod(tolerations=[brief]))["spec"]["tolerations"]
    assert [item["key"] for item in kept] == ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]
    assert kept[0] == brief


def test_system_priorities_are_known() -> None:
    assert stored(pod(priorityClassName="system-node-critical"))["spec"]["priority"] == 2_000_001_000


def test_made_up_names_come_from_the_callers_generator() -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: x}]}\n"
    names = {
        read_manifest(text, seed_names=Random(n)).documents[0].object["spec"]["volumes"][0]["name"] for n in (1, 1, 2)
    }
    assert len(names) == 2


def test_a_status_in_the_manifest_is_thrown_away() -> None:
    obj, _ = decode(pod() | {"status": {"phase": "Running"}}, "Pod")
    obj["kind"] = "Pod"
    create(obj, Random(1))
    assert obj["status"] == {"phase": "Pending", "qosClass": "BestEffort"}


def test_a_gated_pod_says_so_from_its_first_moment() -> None:
    obj, _ = decode(pod(schedulingGates=[{"name": "g"}]), "Pod")
    create(obj | {"kind": "Pod"}, Random(1))
    status = dict(obj.get("status", {}))
    assert status == {}
    obj["kind"] = "Pod"
    create(obj, Random(1))
    assert obj["status"]["conditions"][0]["reason"] == "SchedulingGated"


def test_fields_behind_closed_gates_are_dropped() -> None:
    spec = container(lifecycle={"stopSignal": "SIGUSR1"})["spec"] | {"os": {"name": "linux"}}
    made = stored({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec})
    assert "lifecycle" not in made["spec"]["containers"][0]


TEMPLATE: Json = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "x:1"}]}}
SELECTOR: Json = {"matchLabels": {"a": "b"}}
JOB: Json = {"template": {"spec": TEMPLATE["spec"] | {"restartPolicy": "Never"}}}
WORKLOADS: list[tuple[str, str, Json, Json]] = [
    ("Deployment", "apps/v1", {"selector": SELECTOR, "template": TEMPLATE}, {
        "replicas": 1, "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}},
        "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600}),
    ("Deployment", "apps/v1", {"selector": SELECTOR, "template": TEMPLATE, "replicas": 0, "strategy": {"type": "Recreate"}}, {
        "replicas": 0, "strategy": {"type": "Recreate"}, "revisionHistoryLimit": 10, "progressDeadlineSeconds": 600}),
    ("ReplicaSet", "apps/v1", {"selector": SELECTOR, "template": TEMPLATE}, {"replicas": 1}),
    ("DaemonSet", "apps/v1", {"selector": SELECTOR, "template": TEMPLATE}, {
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}},
        "revisionHistoryLimit": 10}),
    ("StatefulSet", "apps/v1", {"selector": SELECTOR, "template": TEMPLATE}, {
        "replicas": 1, "serviceName": "", "podManagementPolicy": "OrderedReady", "revisionHistoryLimit": 10,
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 0}},
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"}}),
    ("Job", "batch/v1", JOB, {
        "parallelism": 1, "completions": 1, "backoffLimit": 6, "completionMode": "NonIndexed", "suspend": False,
        "podReplacementPolicy": "TerminatingOrFailed", "manualSelector": False}),
    ("Job", "batch/v1", JOB | {"parallelism": 3}, {
        "parallelism": 3, "backoffLimit": 6, "completionMode": "NonIndexed", "suspend": False,
        "podReplacementPolicy": "TerminatingOrFailed", "manualSelector": False}),
    ("CronJob", "batch/v1", {"schedule": "* * * * *", "jobTemplate": {"spec": JOB}}, {
        "concurrencyPolicy": "Allow", "suspend": False, "successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "version", "spec", "filled"), WORKLOADS)
def test_a_workload_is_filled_in(kind: str, version: str, spec: Json, filled: Json) -> None:
    made = stored({"apiVersion": version, "kind": kind, "metadata": {"name": "w"}, "spec": spec})["spec"]
    written = {
        name: value for name, value in made.items() if name not in ("selector", "template", "schedule", "jobTemplate")
    }
    assert written == filled
    template = made["template"] if "template" in made else made["jobTemplate"]["spec"]["template"]
    assert template["spec"]["dnsPolicy"] == "ClusterFirst"
    assert "metadata" in template
    assert "enableServiceLinks" not in template["spec"]


def test_a_claim_template_is_stored_as_a_claim() -> None:
    claim = {
        "metadata": {"name": "d"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": 1}}},
    }
    spec = {"selector": SELECTOR, "template": TEMPLATE, "volumeClaimTemplates": [claim]}
    made = stored({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "w"}, "spec": spec})["spec"]
    assert made["volumeClaimTemplates"] == [
        {"kind": "PersistentVolumeClaim", "apiVersion": "v1", "metadata": {"name": "d"}, "status": {"phase": "Pending"},
         "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1"}}, "volumeMode": "Filesystem"}}
    ]  # fmt: skip


def test_a_job_selects_its_pods_by_its_own_uid() -> None:
    job: Json = {"metadata": {"name": "j"}, "spec": {"template": {"metadata": {}, "spec": {}}}}
    generate_job_selector(job, "u")
    labels = {
        "batch.kubernetes.io/controller-uid": "u", "batch.kubernetes.io/job-name": "j", "controller-uid": "u",
        "job-name": "j",
    }  # fmt: skip
    assert job["spec"]["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": "u"}}
    assert job["spec"]["template"]["metadata"]["labels"] == labels == job["metadata"]["labels"]


@pytest.mark.parametrize(
    ("spec", "filled"),
    [
        ({"ports": [{"port": 80}]}, {"type": "ClusterIP", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster",
                                     "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}]}),
        ({"type": "NodePort", "sessionAffinity": "ClientIP", "ports": [{"port": 80, "targetPort": "web"}]},
         {"type": "NodePort", "sessionAffinity": "ClientIP", "internalTrafficPolicy": "Cluster",
          "sessionAffinityConfig": {"clientIP": {"timeoutSeconds": 10800}}, "externalTrafficPolicy": "Cluster",
          "ports": [{"port": 80, "protocol": "TCP", "targetPort": "web"}]}),
        ({"type": "LoadBalancer", "ports": [{"port": 80}]},
         {"type": "LoadBalancer", "sessionAffinity": "None", "internalTrafficPolicy": "Cluster",
          "externalTrafficPolicy": "Cluster", "allocateLoadBalancerNodePorts": True,
          "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}]}),
        ({"type": "ExternalName", "externalName": "a.b"},
         {"type": "ExternalName", "externalName": "a.b", "sessionAffinity": "None"}),
    ],
)  # fmt: skip
def test_a_service_is_filled_in(spec: Json, filled: Json) -> None:
    assert stored({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": spec})["spec"] == filled


def test_small_objects_are_filled_in() -> None:
    secret = stored({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"a": "b"}})
    assert (secret["type"], secret["data"]) == ("Opaque", {"a": "Yg=="})
    assert "stringData" not in secret
    namespace = stored({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n"}})
    assert namespace["metadata"] == {"name": "n", "labels": {"kubernetes.io/metadata.name": "n"}}


def test_a_negative_grace_becomes_one_second_in_pods_but_stays_in_templates() -> None:
    """Models test/e2e/node/pods.go: Pod TerminationGracePeriodSeconds is negative."""
    made = stored(pod(terminationGracePeriodSeconds=-1))
    assert made["spec"]["terminationGracePeriodSeconds"] == 1
    template = {"metadata": {"labels": {"app": "d"}}, "spec": made["spec"] | {"terminationGracePeriodSeconds": -1}}
    spec = {"selector": {"matchLabels": {"app": "d"}}, "template": template}
    deployment = stored({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": spec})
    assert deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == -1
