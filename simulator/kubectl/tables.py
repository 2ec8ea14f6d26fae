"""The tables of `kubectl get`: which columns a kind has, and the cells of an object.

Some columns show with `-o wide` only. Models pkg/printers/internalversion/printers.go AddHandlers; the decoration
(NAMESPACE, LABELS, pod/name) models cli-runtime pkg/printers/tableprinter.go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulator.history import Json
from simulator.kubectl import cluster_rows, core_rows, workload_rows
from simulator.kubectl.duration import since
from simulator.kubectl.events import event_cells
from simulator.kubectl.pods import pod_cells
from simulator.kubectl.selectors import format_labels
from simulator.kubectl.table import TabWriter, rows_text
from simulator.objects.resources import Resource

Cells = Sequence[object]
Row = Callable[[Json, int], Cells]


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a kind: `wide` holds those that only `-o wide` shows."""

    columns: tuple[str, ...]
    row: Row
    wide: frozenset[str] = frozenset()

    def shown(self, wide: bool) -> list[int]:
        return [i for i, name in enumerate(self.columns) if wide or name not in self.wide]


def _layout(columns: str, row: Row, wide: str = "") -> Layout:
    """Columns are separated by `|`; those of `wide` come after the others."""
    extra = tuple(wide.split("|")) if wide else ()
    return Layout((*columns.split("|"), *extra), row, frozenset(extra))


def _name_and_age(obj: Json, now: int) -> Cells:
    meta = obj.get("metadata", {})
    return (meta.get("name", ""), since(meta.get("creationTimestamp"), now))


_SUBJECTS = "USERS|GROUPS|SERVICEACCOUNTS"
_WORKLOAD = "CONTAINERS|IMAGES|SELECTOR"

_DEFAULT = _layout("NAME|AGE", _name_and_age)

LAYOUTS: dict[str, Layout] = {
    "pods": _layout("NAME|READY|STATUS|RESTARTS|AGE", pod_cells, "IP|NODE|NOMINATED NODE|READINESS GATES"),
    "events": Layout(
        ("LAST SEEN", "TYPE", "REASON", "OBJECT", "SUBOBJECT", "SOURCE", "MESSAGE", "FIRST SEEN", "COUNT", "NAME"),
        event_cells,
        frozenset({"SUBOBJECT", "SOURCE", "FIRST SEEN", "COUNT", "NAME"}),
    ),
    "deployments": _layout("NAME|READY|UP-TO-DATE|AVAILABLE|AGE", workload_rows.deployment_cells, _WORKLOAD),
    "replicasets": _layout("NAME|DESIRED|CURRENT|READY|AGE", workload_rows.replica_set_cells, _WORKLOAD),
    "replicationcontrollers": _layout("NAME|DESIRED|CURRENT|READY|AGE", workload_rows.replica_set_cells, _WORKLOAD),
    "statefulsets": _layout("NAME|READY|AGE", workload_rows.stateful_set_cells, "CONTAINERS|IMAGES"),
    "daemonsets": _layout(
        "NAME|DESIRED|CURRENT|READY|UP-TO-DATE|AVAILABLE|NODE SELECTOR|AGE", workload_rows.daemon_set_cells, _WORKLOAD
    ),
    "controllerrevisions": _layout("NAME|CONTROLLER|REVISION|AGE", workload_rows.controller_revision_cells),
    "jobs": _layout("NAME|STATUS|COMPLETIONS|DURATION|AGE", workload_rows.job_cells, _WORKLOAD),
    "cronjobs": _layout(
        "NAME|SCHEDULE|TIMEZONE|SUSPEND|ACTIVE|LAST SCHEDULE|AGE", workload_rows.cron_job_cells, _WORKLOAD
    ),
    "services": _layout("NAME|TYPE|CLUSTER-IP|EXTERNAL-IP|PORT(S)|AGE", core_rows.service_cells, "SELECTOR"),
    "endpoints": _layout("NAME|ENDPOINTS|AGE", core_rows.endpoints_cells),
    "endpointslices": _layout("NAME|ADDRESSTYPE|PORTS|ENDPOINTS|AGE", core_rows.endpoint_slice_cells),
    "nodes": _layout(
        "NAME|STATUS|ROLES|AGE|VERSION",
        core_rows.node_cells,
        "INTERNAL-IP|EXTERNAL-IP|OS-IMAGE|KERNEL-VERSION|CONTAINER-RUNTIME",
    ),
    "namespaces": _layout("NAME|STATUS|AGE", core_rows.namespace_cells),
    "configmaps": _layout("NAME|DATA|AGE", core_rows.config_map_cells),
    "secrets": _layout("NAME|TYPE|DATA|AGE", core_rows.secret_cells),
    "serviceaccounts": _DEFAULT,
    "persistentvolumeclaims": _layout(
        "NAME|STATUS|VOLUME|CAPACITY|ACCESS MODES|STORAGECLASS|VOLUMEATTRIBUTESCLASS|AGE",
        core_rows.claim_cells,
        "VOLUMEMODE",
    ),
    "persistentvolumes": _layout(
        "NAME|CAPACITY|ACCESS MODES|RECLAIM POLICY|STATUS|CLAIM|STORAGECLASS|VOLUMEATTRIBUTESCLASS|REASON|AGE",
        core_rows.volume_cells,
        "VOLUMEMODE",
    ),
    "storageclasses": _layout(
        "NAME|PROVISIONER|RECLAIMPOLICY|VOLUMEBINDINGMODE|ALLOWVOLUMEEXPANSION|AGE", core_rows.storage_class_cells
    ),
    "poddisruptionbudgets": _layout(
        "NAME|MIN AVAILABLE|MAX UNAVAILABLE|ALLOWED DISRUPTIONS|AGE", workload_rows.disruption_budget_cells
    ),
    "resourcequotas": _layout("NAME|REQUEST|LIMIT|AGE", core_rows.quota_cells),
    "limitranges": _layout("NAME|CREATED AT", cluster_rows.dated_cells),
    "priorityclasses": _layout("NAME|VALUE|GLOBAL-DEFAULT|AGE|PREEMPTIONPOLICY", core_rows.priority_class_cells),
    "roles": _layout("NAME|CREATED AT", cluster_rows.dated_cells),
    "clusterroles": _layout("NAME|CREATED AT", cluster_rows.dated_cells),
    "rolebindings": _layout("NAME|ROLE|AGE", cluster_rows.binding_cells, _SUBJECTS),
    "clusterrolebindings": _layout("NAME|ROLE|AGE", cluster_rows.binding_cells, _SUBJECTS),
    "networkpolicies": _layout("NAME|POD-SELECTOR|AGE", cluster_rows.network_policy_cells),
    "ingresses": _layout("NAME|CLASS|HOSTS|ADDRESS|PORTS|AGE", cluster_rows.ingress_cells),
    "ingressclasses": _layout("NAME|CONTROLLER|PARAMETERS|AGE", cluster_rows.ingress_class_cells),
    "runtimeclasses": _layout("NAME|HANDLER|AGE", cluster_rows.runtime_class_cells),
    "horizontalpodautoscalers": _layout(
        "NAME|REFERENCE|TARGETS|MINPODS|MAXPODS|REPLICAS|AGE", cluster_rows.autoscaler_cells
    ),
    "leases": _layout("NAME|HOLDER|AGE", core_rows.lease_cells),
}


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How `get` was asked to print."""

    wide: bool = False
    with_kind: bool = False
    with_namespace: bool = False
    show_labels: bool = False
    label_columns: tuple[str, ...] = ()
    headers: bool = True


def layout_of(resource: Resource) -> Layout:
    """The columns of a kind: NAME and AGE if it has none of its own."""
    return LAYOUTS.get(resource.plural, _DEFAULT)


def header(resource: Resource, options: TableOptions) -> list[str]:
    """The header's cells."""
    layout = layout_of(resource)
    names = [layout.columns[i] for i in layout.shown(options.wide)]
    labels = [label.rsplit("/", 1)[-1].upper() for label in options.label_columns]
    return (
        (["NAMESPACE"] if options.with_namespace else []) + names + labels + (["LABELS"] if options.show_labels else [])
    )


def row(resource: Resource, obj: Json, now: int, options: TableOptions) -> list[object]:
    """The cells of one object."""
    layout, meta = layout_of(resource), obj.get("metadata", {})
    cells = list(layout.row(obj, now))
    if options.with_kind and "NAME" in layout.columns:
        place = layout.columns.index("NAME")
        cells[place] = f"{resource.singular_group}/{cells[place]}"
    found: list[object] = [cells[i] for i in layout.shown(options.wide)]
    if options.with_namespace:
        found.insert(0, meta.get("namespace", ""))
    labels = meta.get("labels") or {}
    found += [labels.get(name, "") for name in options.label_columns]
    return [*found, format_labels(labels)] if options.show_labels else found


def table_text(resource: Resource, objects: Sequence[Json], now: int, options: TableOptions | None = None) -> str:
    """A whole table, aligned: what `kubectl get` prints for objects of one kind; nothing if there are none."""
    options = options or TableOptions()
    if not objects:
        return ""
    rows = [row(resource, obj, now, options) for obj in objects]
    return TabWriter().format(rows_text([header(resource, options), *rows] if options.headers else rows))
