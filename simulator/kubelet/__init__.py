"""The kubelet: what a node does with the Pods that were given to it. One mechanism a module, named as upstream."""

from simulator.kubelet.kubelet import Kubelet
from simulator.kubelet.latency import Beats
from simulator.kubelet.mirrors import MirrorClient, mirrored_uid
from simulator.kubelet.node import Node, PodAgent
from simulator.kubelet.node_status import boot_id, healthy_conditions, machine_id
from simulator.kubelet.service import KubeletService

__all__ = [
    "Beats",
    "Kubelet",
    "KubeletService",
    "MirrorClient",
    "Node",
    "PodAgent",
    "boot_id",
    "healthy_conditions",
    "machine_id",
    "mirrored_uid",
]
