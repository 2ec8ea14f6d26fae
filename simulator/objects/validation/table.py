"""Which rules hold for which kind."""

from __future__ import annotations

from itertools import islice

from simulator.objects.validation.access import CLUSTER_ROLE, CLUSTER_ROLE_BINDING, ROLE, ROLE_BINDING
from simulator.objects.validation.autoscaling import AUTOSCALER
from simulator.objects.validation.configuration import CLAIM, CONFIG_MAP, NAMESPACE, SECRET, SERVICE_ACCOUNT
from simulator.objects.validation.disruption import POD_DISRUPTION_BUDGET
from simulator.objects.validation.field import Field, FieldError
from simulator.objects.validation.ingresses import INGRESS, INGRESS_CLASS
from simulator.objects.validation.jobs import CRON_JOB, JOB
from simulator.objects.validation.networking import NETWORK_POLICY
from simulator.objects.validation.pods import validate_pod
from simulator.objects.validation.priorities import PRIORITY_CLASS
from simulator.objects.validation.quotas import LIMIT_RANGE, RESOURCE_QUOTA
from simulator.objects.validation.rules import Json, Rules, Scope, run
from simulator.objects.validation.runtime_classes import RUNTIME_CLASS
from simulator.objects.validation.services import SERVICE
from simulator.objects.validation.storage import STORAGE_CLASS, VOLUME
from simulator.objects.validation.workloads import (
    CONTROLLER_REVISION,
    DAEMON_SET,
    DEPLOYMENT,
    REPLICA_SET,
    STATEFUL_SET,
)

RULES: dict[str, Rules] = {
    "Service": SERVICE,
    "ConfigMap": CONFIG_MAP,
    "Secret": SECRET,
    "Namespace": NAMESPACE,
    "ServiceAccount": SERVICE_ACCOUNT,
    "PersistentVolumeClaim": CLAIM,
    "ResourceQuota": RESOURCE_QUOTA,
    "LimitRange": LIMIT_RANGE,
    "Deployment": DEPLOYMENT,
    "ReplicaSet": REPLICA_SET,
    "StatefulSet": STATEFUL_SET,
    "DaemonSet": DAEMON_SET,
    "ControllerRevision": CONTROLLER_REVISION,
    "Job": JOB,
    "CronJob": CRON_JOB,
    "PodDisruptionBudget": POD_DISRUPTION_BUDGET,
    "PriorityClass": PRIORITY_CLASS,
    "PersistentVolume": VOLUME,
    "StorageClass": STORAGE_CLASS,
    "RuntimeClass": RUNTIME_CLASS,
    "Role": ROLE,
    "RoleBinding": ROLE_BINDING,
    "ClusterRole": CLUSTER_ROLE,
    "ClusterRoleBinding": CLUSTER_ROLE_BINDING,
    "NetworkPolicy": NETWORK_POLICY,
    "Ingress": INGRESS,
    "IngressClass": INGRESS_CLASS,
    "HorizontalPodAutoscaler": AUTOSCALER,
}


def validate(obj: Json, limit: int | None = None) -> list[FieldError]:
    """Why the API server would refuse to create this defaulted object; nothing if it would not.

    `limit` stops the search after so many errors.
    """
    kind = obj["kind"]
    errors = validate_pod(obj) if kind == "Pod" else run(RULES[kind], obj, Field(), Scope())
    return list(islice(errors, limit))
