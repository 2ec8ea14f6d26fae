"""Defaults by kind. Models pkg/apis/*/v1/defaults.go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.objects.defaults.pods import default_pod, default_pod_template

Json = dict[str, Any]
RBAC = "rbac.authorization.k8s.io"


def default_object(obj: Json) -> None:
    """Fill in what the API server fills in for an object of this kind; nothing for a kind without defaults."""
    fill = _BY_KIND.get(obj.get("kind", ""))
    if fill is not None:
        fill(obj)


def _default_deployment(obj: Json) -> None:
    spec = obj["spec"]
    default_pod_template(spec["template"])
    spec.setdefault("replicas", 1)
    strategy = spec["strategy"]
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", "25%")
        rolling.setdefault("maxSurge", "25%")
    spec.setdefault("revisionHistoryLimit", 10)
    spec.setdefault("progressDeadlineSeconds", 600)


def _default_replica_set(obj: Json) -> None:
    default_pod_template(obj["spec"]["template"])
    obj["spec"].setdefault("replicas", 1)


def _default_daemon_set(obj: Json) -> None:
    spec = obj["spec"]
    default_pod_template(spec["template"])
    strategy = spec["updateStrategy"]
    strategy.setdefault("type", "RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", 1)
        rolling.setdefault("maxSurge", 0)
    spec.setdefault("revisionHistoryLimit", 10)


def _default_stateful_set(obj: Json) -> None:
    spec = obj["spec"]
    default_pod_template(spec["template"])
    spec.setdefault("podManagementPolicy", "OrderedReady")
    strategy = spec["updateStrategy"]
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
        strategy.setdefault("rollingUpdate", {})
    if strategy["type"] == "RollingUpdate" and "rollingUpdate" in strategy:
        strategy["rollingUpdate"].setdefault("partition", 0)
    retention = spec.setdefault("persistentVolumeClaimRetentionPolicy", {})
    retention.setdefault("whenDeleted", "Retain")
    retention.setdefault("whenScaled", "Retain")
    spec.setdefault("replicas", 1)
    spec.setdefault("revisionHistoryLimit", 10)
    for claim in spec.get("volumeClaimTemplates", ()):
        _default_claim(claim)
        # Stored with a type of its own (pkg/apis/apps/v1/conversion.go).
        claim.setdefault("kind", "PersistentVolumeClaim")
        claim.setdefault("apiVersion", "v1")


def _default_job(obj: Json) -> None:
    _default_job_spec(obj["spec"])
    labels = obj["spec"]["template"]["metadata"].get("labels")
    if labels and not obj["metadata"].get("labels"):
        obj["metadata"]["labels"] = labels  # one map for both: what the server adds to the template stands here, too


def _default_job_spec(spec: Json) -> None:
    default_pod_template(spec["template"])
    if "completions" not in spec and "parallelism" not in spec:
        spec["completions"] = 1
    spec.setdefault("parallelism", 1)
    spec.setdefault("backoffLimit", 2**31 - 1 if "backoffLimitPerIndex" in spec else 6)
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    spec.setdefault("podReplacementPolicy", "Failed" if spec.get("podFailurePolicy") else "TerminatingOrFailed")
    spec.setdefault("manualSelector", False)
    _default_failure_policy(spec)


def _default_failure_policy(spec: Json) -> None:
    for rule in (spec.get("podFailurePolicy") or {}).get("rules") or ():
        for pattern in rule.get("onPodConditions") or ():
            if not pattern.get("status"):
                pattern["status"] = "True"


def _default_cron_job(obj: Json) -> None:
    spec = obj["spec"]
    # A Job's own defaults wait until the Job is made.
    default_pod_template(spec["jobTemplate"]["spec"]["template"])
    _default_failure_policy(spec["jobTemplate"]["spec"])
    spec.setdefault("concurrencyPolicy", "Allow")
    spec.setdefault("suspend", False)
    spec.setdefault("successfulJobsHistoryLimit", 3)
    spec.setdefault("failedJobsHistoryLimit", 1)


def _default_service(obj: Json) -> None:
    """Models SetDefaults_Service; addresses are the store's to give."""
    spec = obj["spec"]
    spec.setdefault("sessionAffinity", "None")
    if spec["sessionAffinity"] == "None":
        spec.pop("sessionAffinityConfig", None)
    if spec["sessionAffinity"] == "ClientIP":
        client = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
        if client.get("timeoutSeconds") is None:
            spec["sessionAffinityConfig"] = {"clientIP": {"timeoutSeconds": 10800}}
    kind = spec.setdefault("type", "ClusterIP")
    for port in spec.get("ports", ()):
        port.setdefault("protocol", "TCP")
        if not port.get("targetPort"):
            port["targetPort"] = port.get("port", 0)
    if kind in ("NodePort", "LoadBalancer") or (kind == "ClusterIP" and spec.get("externalIPs")):
        spec.setdefault("externalTrafficPolicy", "Cluster")
    if kind in ("ClusterIP", "NodePort", "LoadBalancer"):
        spec.setdefault("internalTrafficPolicy", "Cluster")
    if kind == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)


def _default_claim(obj: Json) -> None:
    obj["spec"].setdefault("volumeMode", "Filesystem")
    obj["status"].setdefault("phase", "Pending")


def _default_limit_range(obj: Json) -> None:
    """Models SetDefaults_LimitRangeItem."""
    for item in obj["spec"].get("limits") or ():
        if item["type"] != "Container":
            continue
        limits = {**(item.get("max") or {}), **(item.get("default") or {})}
        requests = {**(item.get("min") or {}), **limits, **(item.get("defaultRequest") or {})}
        item |= {key: amounts for key, amounts in (("default", limits), ("defaultRequest", requests)) if amounts}


def _default_secret(obj: Json) -> None:
    obj.setdefault("type", "Opaque")


def _default_namespace(obj: Json) -> None:
    if obj["metadata"].get("name"):
        obj["metadata"].setdefault("labels", {})["kubernetes.io/metadata.name"] = obj["metadata"]["name"]
    obj["status"].setdefault("phase", "Active")


def _default_priority_class(obj: Json) -> None:
    """Models pkg/apis/scheduling/v1/defaults.go."""
    obj.setdefault("preemptionPolicy", "PreemptLowerPriority")


def _default_volume(obj: Json) -> None:
    """Models SetDefaults_PersistentVolume."""
    obj["spec"].setdefault("persistentVolumeReclaimPolicy", "Retain")
    obj["spec"].setdefault("volumeMode", "Filesystem")
    if "hostPath" in obj["spec"]:
        obj["spec"]["hostPath"].setdefault("type", "")


def _default_storage_class(obj: Json) -> None:
    """Models pkg/apis/storage/v1/defaults.go."""
    obj.setdefault("reclaimPolicy", "Delete")
    obj.setdefault("volumeBindingMode", "Immediate")


def _default_binding(obj: Json) -> None:
    """Models pkg/apis/rbac/v1/defaults.go."""
    obj["roleRef"]["apiGroup"] = obj["roleRef"]["apiGroup"] or RBAC
    for subject in obj.get("subjects") or ():
        if subject["kind"] in ("User", "Group"):
            subject.setdefault("apiGroup", RBAC)


def _default_network_policy(obj: Json) -> None:
    """Models SetDefaults_NetworkPolicy and SetDefaults_NetworkPolicyPort."""
    spec = obj["spec"]
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
    for rule in (*(spec.get("ingress") or ()), *(spec.get("egress") or ())):
        for port in rule.get("ports") or ():
            port.setdefault("protocol", "TCP")


def _default_autoscaler(obj: Json) -> None:
    """Models SetDefaults_HorizontalPodAutoscaler."""
    obj["spec"].setdefault("minReplicas", 1)
    if not obj["spec"].get("metrics"):
        target = {"type": "Utilization", "averageUtilization": 80}
        obj["spec"]["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    behavior = obj["spec"].get("behavior")
    if behavior is not None:
        down = {"selectPolicy": "Max", "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}]}
        pods = {"type": "Pods", "value": 4, "periodSeconds": 15}
        up = down | {"stabilizationWindowSeconds": 0, "policies": [pods, *down["policies"]]}
        behavior["scaleUp"] = up | behavior.get("scaleUp", {})
        behavior["scaleDown"] = down | behavior.get("scaleDown", {})


def _default_ingress_class(obj: Json) -> None:
    """Models SetDefaults_IngressClass."""
    if obj["spec"].get("parameters") is not None:
        obj["spec"]["parameters"].setdefault("scope", "Cluster")


_BY_KIND: dict[str, Callable[[Json], None]] = {
    "Pod": default_pod,
    "Deployment": _default_deployment,
    "ReplicaSet": _default_replica_set,
    "DaemonSet": _default_daemon_set,
    "StatefulSet": _default_stateful_set,
    "Job": _default_job,
    "CronJob": _default_cron_job,
    "Service": _default_service,
    "PersistentVolumeClaim": _default_claim,
    "LimitRange": _default_limit_range,
    "Secret": _default_secret,
    "Namespace": _default_namespace,
    "PriorityClass": _default_priority_class,
    "PersistentVolume": _default_volume,
    "StorageClass": _default_storage_class,
    "RoleBinding": _default_binding,
    "ClusterRoleBinding": _default_binding,
    "NetworkPolicy": _default_network_policy,
    "HorizontalPodAutoscaler": _default_autoscaler,
    "IngressClass": _default_ingress_class,
}
