"""`kubectl describe` of whatever kind: which description fits, and a generic one for the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.history import Json
from simulator.kubectl.describe.access import describe_binding, describe_role, describe_service_account
from simulator.kubectl.describe.autoscaler import describe_autoscaler
from simulator.kubectl.describe.batch import describe_cron_job, describe_job
from simulator.kubectl.describe.core import (
    describe_config_map,
    describe_namespace,
    describe_secret,
    describe_service,
)
from simulator.kubectl.describe.disruption import describe_disruption_budget
from simulator.kubectl.describe.endpoints import describe_endpoint_slice, describe_endpoints
from simulator.kubectl.describe.generic import describe_generic
from simulator.kubectl.describe.ingress import describe_ingress, describe_ingress_class
from simulator.kubectl.describe.network_policy import describe_network_policy
from simulator.kubectl.describe.node import describe_node
from simulator.kubectl.describe.pod import describe_pod
from simulator.kubectl.describe.priority import describe_priority_class
from simulator.kubectl.describe.quotas import describe_limit_range, describe_quota
from simulator.kubectl.describe.storage import describe_claim, describe_storage_class, describe_volume
from simulator.kubectl.describe.workloads import (
    describe_daemon_set,
    describe_deployment,
    describe_replica_set,
    describe_stateful_set,
)
from simulator.kubectl.events import events_of
from simulator.objects.resources import Resource

# Other objects a description needs: of a kind, in the object's namespace or in all; sorted as the server keeps them.
Related = Callable[[str, bool], list[Json]]
Describer = Callable[[Json, Related, Sequence[Json] | None, int], str]


def describe_object(resource: Resource, obj: Json, related: Related, now: int, *, show_events: bool = True) -> str:
    """The text for one object."""
    found = events_of(obj, related("events", not resource.namespaced)) if show_events else None
    return _DESCRIBERS.get(resource.plural, describe_generic)(obj, related, found, now)


def _pod(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    return describe_pod(obj, events, now)


_DESCRIBERS: dict[str, Describer] = {
    "pods": _pod,
    "persistentvolumeclaims": describe_claim,
    "persistentvolumes": describe_volume,
    "storageclasses": describe_storage_class,
    "priorityclasses": describe_priority_class,
    "resourcequotas": describe_quota,
    "limitranges": describe_limit_range,
    "serviceaccounts": describe_service_account,
    "roles": describe_role,
    "clusterroles": describe_role,
    "rolebindings": describe_binding,
    "clusterrolebindings": describe_binding,
    "networkpolicies": describe_network_policy,
    "ingresses": describe_ingress,
    "ingressclasses": describe_ingress_class,
    "horizontalpodautoscalers": describe_autoscaler,
    "services": describe_service,
    "endpoints": describe_endpoints,
    "endpointslices": describe_endpoint_slice,
    "configmaps": describe_config_map,
    "secrets": describe_secret,
    "namespaces": describe_namespace,
    "nodes": describe_node,
    "deployments": describe_deployment,
    "replicasets": describe_replica_set,
    "statefulsets": describe_stateful_set,
    "daemonsets": describe_daemon_set,
    "jobs": describe_job,
    "cronjobs": describe_cron_job,
    "poddisruptionbudgets": describe_disruption_budget,
}
