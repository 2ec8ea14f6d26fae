"""Controllers: they watch the store and bring it to what its objects ask for."""

from collections.abc import Callable

from simulator.controllers.context import ControllerContext
from simulator.controllers.cronjob import CronJobController
from simulator.controllers.daemonset import DaemonSetController
from simulator.controllers.deployment import DeploymentController
from simulator.controllers.disruption import DisruptionController
from simulator.controllers.endpointslice import EndpointSliceController
from simulator.controllers.ephemeral import EphemeralVolumeController
from simulator.controllers.garbagecollector import GarbageCollector
from simulator.controllers.job import JobController
from simulator.controllers.namespace import NamespaceController
from simulator.controllers.nodelifecycle import NodeLifecycle
from simulator.controllers.persistentvolume import (
    ExpandController,
    LocalPathProvisioner,
    PersistentVolumeController,
    StorageProtection,
)
from simulator.controllers.podgc import PodGC
from simulator.controllers.replicaset import ReplicaSetController
from simulator.controllers.resourcequota import ResourceQuotaController
from simulator.controllers.serviceaccount import RootCACertPublisher, ServiceAccountsController
from simulator.controllers.statefulset import StatefulSetController
from simulator.controllers.tainteviction import TaintEviction
from simulator.controllers.ttlafterfinished import TTLAfterFinishedController

__all__ = [
    "ControllerContext",
    "EndpointSliceController",
    "NodeLifecycle",
    "PodGC",
    "TaintEviction",
    "start_controllers",
    "start_storage",
]


def start_controllers(context: ControllerContext) -> None:
    """The controllers that own other objects, as kube-controller-manager starts them."""
    GarbageCollector(context)
    NamespaceController(context)
    ServiceAccountsController(context)
    RootCACertPublisher(context)
    ResourceQuotaController(context)
    DeploymentController(context)
    ReplicaSetController(context)
    StatefulSetController(context)
    DaemonSetController(context)
    JobController(context)
    CronJobController(context)
    TTLAfterFinishedController(context)
    DisruptionController(context)


def start_storage(context: ControllerContext, discard: Callable[[str], None], make: Callable[[str, str], None]) -> None:
    """What makes claims into volumes; `discard` removes a folder of the node, `make` makes one on the node named."""
    EphemeralVolumeController(context)
    PersistentVolumeController(context, discard)
    StorageProtection(context)
    ExpandController(context)
    LocalPathProvisioner(context, discard, make)
