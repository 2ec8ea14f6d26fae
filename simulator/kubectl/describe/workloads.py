"""Descriptions of Deployments, ReplicaSets, StatefulSets and DaemonSets.

Models kubectl pkg/describe/describe.go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from simulator.history import Json
from simulator.kubectl.describe.containers import describe_containers
from simulator.kubectl.describe.pod import describe_spread
from simulator.kubectl.describe.volumes import describe_volumes
from simulator.kubectl.describe.writer import (
    Writer,
    write_annotations,
    write_controller,
    write_events,
    write_labels,
    write_tolerations,
)
from simulator.kubectl.duration import rfc1123z
from simulator.kubectl.selectors import format_label_selector, matches_labels, selector_of

Related = Callable[[str, bool], list[Json]]

_HASH = "pod-template-hash"


def describe_deployment(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describeDeployment."""
    meta, spec, status, writer = obj["metadata"], obj["spec"], obj.get("status", {}), Writer()
    writer.field(0, "Name", meta["name"])
    writer.field(0, "Namespace", meta["namespace"])
    writer.field(0, "CreationTimestamp", rfc1123z(meta.get("creationTimestamp")))
    write_labels(writer, "Labels", meta.get("labels"))
    write_annotations(writer, "Annotations", meta.get("annotations"))
    writer.field(0, "Selector", format_label_selector(spec.get("selector")))
    counts = (
        f"{spec.get('replicas', 0)} desired | {status.get('updatedReplicas', 0)} updated | "
        f"{status.get('replicas', 0)} total | {status.get('availableReplicas', 0)} available | "
        f"{status.get('unavailableReplicas', 0)} unavailable"
    )
    writer.field(0, "Replicas", counts)
    strategy = spec.get("strategy") or {}
    writer.field(0, "StrategyType", strategy.get("type", ""))
    writer.field(0, "MinReadySeconds", spec.get("minReadySeconds", 0))
    if strategy.get("rollingUpdate"):
        rolling = strategy["rollingUpdate"]
        text = f"{rolling.get('maxUnavailable', '')} max unavailable, {rolling.get('maxSurge', '')} max surge"
        writer.field(0, "RollingUpdateStrategy", text)
    describe_template(writer, spec["template"])
    _conditions(writer, status)
    _replica_sets(writer, obj, related)
    write_events(writer, events, now)
    return writer.text()


def _replica_sets(writer: Writer, deployment: Json, related: Related) -> None:
    """The oldest one with the Deployment's template is the new one. Models GetAllReplicaSetsInChunks."""
    uid, template = deployment["metadata"].get("uid"), without_hash(deployment["spec"]["template"])
    owned = [r for r in related("replicasets", False) if _owner(r) == uid]
    owned.sort(key=lambda r: (r["metadata"].get("creationTimestamp", ""), r["metadata"]["name"]))
    new = [r for r in owned if without_hash(r["spec"]["template"]) == template][:1]
    if owned:
        writer.field(0, "OldReplicaSets", _listed([r for r in owned if r not in new]))
        writer.field(0, "NewReplicaSet", _listed(new))


def without_hash(template: Json) -> Json:
    """A ReplicaSet's template as its Deployment has it."""
    meta = dict(template.get("metadata") or {})
    meta["labels"] = {key: value for key, value in (meta.get("labels") or {}).items() if key != _HASH}
    return {**template, "metadata": meta}


def _listed(replica_sets: Sequence[Json]) -> str:
    return (
        ", ".join(
            f"{r['metadata']['name']} ({r.get('status', {}).get('replicas', 0)}/{r['spec'].get('replicas', 0)} "
            "replicas created)"
            for r in replica_sets
        )
        or "<none>"
    )


def _owner(obj: Json) -> str | None:
    return next((str(r["uid"]) for r in obj["metadata"].get("ownerReferences") or [] if r.get("controller")), None)


def describe_replica_set(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describeReplicaSet."""
    writer = controller_head(obj)
    write_controller(writer, obj)
    replicas = f"{obj.get('status', {}).get('replicas', 0)} current / {obj['spec'].get('replicas', 0)} desired"
    writer.field(0, "Replicas", replicas)
    writer.field(0, "Pods Status", _pods_status(obj, related))
    describe_template(writer, obj["spec"]["template"])
    _conditions(writer, obj.get("status", {}))
    write_events(writer, events, now)
    return writer.text()


def describe_stateful_set(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describeStatefulSet."""
    meta, spec, writer = obj["metadata"], obj["spec"], Writer()
    writer.field(0, "Name", meta["name"])
    writer.field(0, "Namespace", meta["namespace"])
    writer.field(0, "CreationTimestamp", rfc1123z(meta.get("creationTimestamp")))
    writer.field(0, "Selector", format_label_selector(spec.get("selector")))
    write_labels(writer, "Labels", meta.get("labels"))
    write_annotations(writer, "Annotations", meta.get("annotations"))
    writer.field(0, "Replicas", f"{spec.get('replicas', 0)} desired | {obj.get('status', {}).get('replicas', 0)} total")
    strategy = spec.get("updateStrategy") or {}
    writer.field(0, "Update Strategy", strategy.get("type", ""))
    if strategy.get("rollingUpdate"):
        writer.field(1, "Partition", strategy["rollingUpdate"].get("partition", 0))
    writer.field(0, "Pods Status", _pods_status(obj, related))
    describe_template(writer, spec["template"])
    _claim_templates(writer, spec.get("volumeClaimTemplates") or [])
    write_events(writer, events, now)
    return writer.text()


def _claim_templates(writer: Writer, templates: Sequence[Json]) -> None:
    """Models describeVolumeClaimTemplates."""
    if not templates:
        writer.field(0, "Volume Claims", "<none>")
        return
    writer.line(0, "Volume Claims:")
    for claim in templates:
        meta, spec = claim["metadata"], claim["spec"]
        writer.field(1, "Name", meta["name"])
        writer.field(1, "StorageClass", spec.get("storageClassName", ""))
        write_labels(writer, "  Labels", meta.get("labels"))
        write_labels(writer, "  Annotations", meta.get("annotations"))
        asked = (spec.get("resources") or {}).get("requests") or {}
        writer.field(1, "Capacity", asked.get("storage", "<default>"))
        writer.field(1, "Access Modes", f"[{' '.join(spec.get('accessModes') or [])}]")


def describe_daemon_set(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describeDaemonSet."""
    spec, status, meta, writer = obj["spec"], obj.get("status", {}), obj["metadata"], Writer()
    writer.field(0, "Name", meta["name"])
    writer.field(0, "Namespace", meta["namespace"])
    writer.field(0, "Selector", format_label_selector(spec.get("selector")))
    write_labels(writer, "Node-Selector", spec["template"]["spec"].get("nodeSelector"))
    write_labels(writer, "Labels", meta.get("labels"))
    write_annotations(writer, "Annotations", meta.get("annotations"))
    for title, key in (
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ):
        writer.line(0, f"{title}: {status.get(key, 0)}")
    writer.field(0, "Pods Status", _pods_status(obj, related))
    describe_template(writer, spec["template"])
    write_events(writer, events, now)
    return writer.text()


def controller_head(obj: Json) -> Writer:
    meta, writer = obj["metadata"], Writer()
    writer.field(0, "Name", meta["name"])
    writer.field(0, "Namespace", meta["namespace"])
    writer.field(0, "Selector", format_label_selector(obj["spec"].get("selector")))
    write_labels(writer, "Labels", meta.get("labels"))
    write_annotations(writer, "Annotations", meta.get("annotations"))
    return writer


def _pods_status(obj: Json, related: Related) -> str:
    selector, uid = selector_of(obj["spec"].get("selector")), obj["metadata"].get("uid")
    pods = [pod for pod in related("pods", False) if matches_labels(selector, pod) and _owner(pod) == uid]
    phases = Counter(pod.get("status", {}).get("phase") for pod in pods)
    return (
        f"{phases['Running']} Running / {phases['Pending']} Waiting / "
        f"{phases['Succeeded']} Succeeded / {phases['Failed']} Failed"
    )


def _conditions(writer: Writer, status: Json) -> None:
    if status.get("conditions"):
        writer.line(0, "Conditions:")
        writer.line(1, "Type\tStatus\tReason")
        writer.line(1, "----\t------\t------")
    for each in status.get("conditions") or []:
        writer.line(1, f"{each['type']} \t{each['status']}\t{each.get('reason', '')}")


def pod_template_text(template: Json) -> str:
    """A Pod template alone; its tabs are left as they are, as `rollout history` leaves them."""
    writer = Writer()
    describe_template(writer, template)
    return writer.raw()


def describe_template(writer: Writer, template: Json) -> None:
    """Models DescribePodTemplate."""
    meta, spec = template.get("metadata") or {}, template["spec"]
    writer.line(0, "Pod Template:")
    write_labels(writer, "  Labels", meta.get("labels"))
    if meta.get("annotations"):
        write_annotations(writer, "  Annotations", meta["annotations"])
    if spec.get("serviceAccountName"):
        writer.field(1, "Service Account", spec["serviceAccountName"])
    if spec.get("initContainers"):
        describe_containers(writer, "Init Containers", spec["initContainers"], None, None, "  ")
    describe_containers(writer, "Containers", spec.get("containers", []), None, None, "  ")
    describe_volumes(writer, spec.get("volumes"), "  ")
    describe_spread(writer, spec.get("topologySpreadConstraints") or [], "  ")
    if spec.get("priorityClassName"):
        writer.field(1, "Priority Class Name", spec["priorityClassName"])
    write_labels(writer, "  Node-Selectors", spec.get("nodeSelector"))
    write_tolerations(writer, "  Tolerations", spec.get("tolerations"))
