"""What a new cluster holds before anybody asks anything of it: its node and its namespaces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from simulator.calendar import Calendar
from simulator.history import Json
from simulator.kubelet import boot_id, healthy_conditions, machine_id
from simulator.objects import SYSTEM_PRIORITIES, NodeSpec, parse_quantity
from simulator.store import Store

RELEASE = "v1.35.6"
ALLOCATABLE = {
    "cpu": "2",
    "ephemeral-storage": "267847642337",
    "hugepages-1Gi": "0",
    "hugepages-2Mi": "0",
    "memory": "24632892Ki",
    "pods": "300",
}
CAPACITY = ALLOCATABLE | {"ephemeral-storage": "264212084Ki", "memory": "24684092Ki"}
SYSTEM = {"arch": "amd64", "os": "linux"}
# The second is the kubelet's, the first that of pkg/controller/ttl, which writes it a moment later.
ANNOTATIONS = {
    "node.alpha.kubernetes.io/ttl": "0",
    "volumes.kubernetes.io/controller-managed-attach-detach": "true",
}
# Models pkg/controlplane/controller/systemnamespaces.
NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
META = ("name", "uid", "creationTimestamp", "labels", "annotations")
DESCRIPTIONS = {
    "system-node-critical": "Used for system critical pods that must not be moved from their current node.",
    "system-cluster-critical": "Used for system critical pods that must run in the cluster, but can be moved to "
    "another node if necessary.",
}


def furnish(store: Store, calendar: Calendar, nodes: Iterable[Json], namespace: str) -> None:
    """The nodes, and the namespaces and classes that every cluster has; `namespace` is the one that is worked in."""
    for name in dict.fromkeys((*NAMESPACES, namespace)):
        store.create("namespaces", _namespace(store, calendar, name))
    for node in nodes:
        meta = node["metadata"] | {"uid": store.new_uid()}
        store.create("nodes", {**node, "metadata": {key: meta[key] for key in META if key in meta}})
    store.create("storageclasses", _storage_class(store, calendar))
    for name, value in SYSTEM_PRIORITIES.items():
        store.create("priorityclasses", _priority_class(store, calendar, name, value))


def _storage_class(store: Store, calendar: Calendar) -> Json:
    """The one that claims without a class get, as single-node clusters have it."""
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"}
    meta = {"name": "standard", "uid": store.new_uid(), "creationTimestamp": calendar.second(0)}
    return {
        "kind": "StorageClass",
        "apiVersion": "storage.k8s.io/v1",
        "metadata": meta | {"annotations": annotations},
        "provisioner": "rancher.io/local-path",
        "reclaimPolicy": "Delete",
        "volumeBindingMode": "WaitForFirstConsumer",
    }


def _priority_class(store: Store, calendar: Calendar, name: str, value: int) -> Json:
    """Models pkg/apis/scheduling/v1/helpers.go SystemPriorityClasses."""
    meta = {"name": name, "uid": store.new_uid(), "generation": 1, "creationTimestamp": calendar.second(0)}
    return {
        "kind": "PriorityClass",
        "apiVersion": "scheduling.k8s.io/v1",
        "metadata": meta,
        "value": value,
        "description": DESCRIPTIONS[name],
        "preemptionPolicy": "PreemptLowerPriority",
    }


def _namespace(store: Store, calendar: Calendar, name: str) -> Json:
    return {
        "kind": "Namespace",
        "apiVersion": "v1",
        "metadata": {
            "name": name,
            "uid": store.new_uid(),
            "creationTimestamp": calendar.second(0),
            "labels": {"kubernetes.io/metadata.name": name},
        },
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    }


def new_node(spec: NodeSpec, address: str, now: str) -> Json:
    """A node as its kubelet registers it, but for its uid."""
    labels = {f"{group}kubernetes.io/{key}": value for group in ("beta.", "") for key, value in SYSTEM.items()}
    labels |= {"kubernetes.io/hostname": spec.name} | dict(spec.labels)
    meta = {"name": spec.name, "creationTimestamp": now, "labels": labels, "annotations": dict(ANNOTATIONS)}
    capacity, allocatable = _resources(spec.capacity)
    return {
        "kind": "Node",
        "apiVersion": "v1",
        "metadata": meta,
        "spec": {"taints": [dict(taint) for taint in spec.taints]} if spec.taints else {},
        "status": {
            "capacity": capacity,
            "allocatable": allocatable,
            "conditions": healthy_conditions(now),
            "addresses": [
                {"type": "InternalIP", "address": address},
                {"type": "Hostname", "address": spec.name},
            ],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
            "nodeInfo": {
                "machineID": machine_id(spec.name),
                "systemUUID": machine_id(spec.name),
                "bootID": boot_id(spec.name, 0),
                "kernelVersion": "6.18.44",
                "osImage": "Debian GNU/Linux 12 (bookworm)",
                "containerRuntimeVersion": "containerd://1.6.20",
                "kubeletVersion": RELEASE,
                "kubeProxyVersion": "",
                "operatingSystem": SYSTEM["os"],
                "architecture": SYSTEM["arch"],
            },
        },
    }


def _resources(given: Mapping[str, str]) -> tuple[Json, Json]:
    """Capacity, and what Pods may ask for of it: not what the kubelet keeps free with its evictions."""
    free = dict(given)
    if "memory" in given:
        free["memory"] = f"{max(0, parse_quantity(given['memory']).value - parse_quantity('100Mi').value) >> 10}Ki"
    if "ephemeral-storage" in given:
        free["ephemeral-storage"] = str(parse_quantity(given["ephemeral-storage"]).value * 9 // 10)
    return CAPACITY | dict(given), ALLOCATABLE | free
