"""What a new cluster holds before anybody asks anything of it: its node and its namespaces."""

from __future__ import annotations

from simulator.calendar import Calendar
from simulator.history import Json
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
CONDITIONS = (
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)


def furnish(store: Store, calendar: Calendar, node: str, address: str, namespace: str) -> None:
    """One node, and the namespace that is worked in beside the default one."""
    for name in dict.fromkeys(("default", namespace)):
        store.create("namespaces", _namespace(store, calendar, name))
    store.create("nodes", _node(store, calendar, node, address))


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


def _node(store: Store, calendar: Calendar, name: str, address: str) -> Json:
    now = calendar.second(0)
    labels = {"kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}
    conditions = [
        {
            "type": kind,
            "status": status,
            "lastHeartbeatTime": now,
            "lastTransitionTime": now,
            "reason": reason,
            "message": message,
        }
        for kind, status, reason, message in CONDITIONS
    ]
    meta = {"name": name, "uid": store.new_uid(), "creationTimestamp": now, "labels": labels}
    return {
        "kind": "Node",
        "apiVersion": "v1",
        "metadata": meta,
        "spec": {},
        "status": {
            "capacity": CAPACITY,
            "allocatable": ALLOCATABLE,
            "conditions": conditions,
            "addresses": [
                {"type": "InternalIP", "address": address},
                {"type": "Hostname", "address": name},
            ],
            "nodeInfo": {
                "kernelVersion": "6.18.44",
                "osImage": "Debian GNU/Linux 12 (bookworm)",
                "containerRuntimeVersion": "containerd://1.6.20",
                "kubeletVersion": RELEASE,
                "operatingSystem": "linux",
                "architecture": "amd64",
            },
        },
    }
