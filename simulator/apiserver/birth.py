"""What new objects have by their kind. Models PrepareForCreate of pkg/registry/*/strategy.go."""

from __future__ import annotations

from simulator.history import Json

WITHOUT_GENERATION = frozenset(
    """ConfigMap Secret Service ServiceAccount Namespace PersistentVolumeClaim ControllerRevision ResourceQuota
    LimitRange PersistentVolume StorageClass RuntimeClass Role RoleBinding ClusterRole ClusterRoleBinding
    HorizontalPodAutoscaler""".split()
)

# What is written of a status that nobody has written yet: the counts that are never left out.
FIRST_STATUS: dict[str, Json] = {
    "Deployment": {},
    "ReplicaSet": {"replicas": 0},
    "StatefulSet": {"replicas": 0, "availableReplicas": 0},
    "DaemonSet": dict.fromkeys(
        ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady"), 0
    ),
    "Job": {},
    "CronJob": {},
}
