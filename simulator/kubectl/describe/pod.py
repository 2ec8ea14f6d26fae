"""`kubectl describe pod`. Models kubectl pkg/describe/describe.go describePod."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from simulator.history import Json
from simulator.kubectl.describe.containers import describe_containers, describe_resources
from simulator.kubectl.describe.volumes import describe_volumes
from simulator.kubectl.describe.writer import (
    Writer,
    write_annotations,
    write_controller,
    write_events,
    write_labels,
    write_tolerations,
)
from simulator.kubectl.duration import rfc1123z, since
from simulator.kubectl.pods import condition
from simulator.kubectl.selectors import format_label_selector


def describe_pod(pod: Json, events: Collection[Json] | None, now: int) -> str:
    """The whole text. `events` are those of the Pod in storage order (by name); None leaves the list out."""
    spec, status = pod["spec"], pod.get("status", {})
    writer = Writer()
    _identity(writer, pod, spec, status)
    _state(writer, pod, spec, status, now)
    if spec.get("resources"):
        writer.line(0, "Resources:")
        describe_resources(writer, spec["resources"], 1)
    if spec.get("initContainers"):
        describe_containers(writer, "Init Containers", spec["initContainers"], status.get("initContainerStatuses"), pod)
    describe_containers(writer, "Containers", spec.get("containers", []), status.get("containerStatuses"), pod)
    if spec.get("ephemeralContainers"):
        statuses = status.get("ephemeralContainerStatuses")
        describe_containers(writer, "Ephemeral Containers", spec["ephemeralContainers"], statuses, pod)
    _conditions(writer, spec, status)
    describe_volumes(writer, spec.get("volumes"))
    writer.field(0, "QoS Class", status.get("qosClass") or "BestEffort")
    write_labels(writer, "Node-Selectors", spec.get("nodeSelector"))
    write_tolerations(writer, "Tolerations", spec.get("tolerations"))
    describe_spread(writer, spec.get("topologySpreadConstraints") or [])
    write_events(writer, events, now)
    return writer.text()


def _identity(writer: Writer, pod: Json, spec: Json, status: Json) -> None:
    meta = pod["metadata"]
    writer.field(0, "Name", meta["name"])
    writer.field(0, "Namespace", meta.get("namespace", ""))
    if spec.get("priority") is not None:
        writer.field(0, "Priority", spec["priority"])
    for title, key in (
        ("Priority Class Name", "priorityClassName"),
        ("Runtime Class Name", "runtimeClassName"),
        ("Service Account", "serviceAccountName"),
    ):
        if spec.get(key):
            writer.field(0, title, spec[key])
    writer.field(0, "Node", f"{spec['nodeName']}/{status.get('hostIP', '')}" if spec.get("nodeName") else "<none>")
    if status.get("startTime"):
        writer.field(0, "Start Time", rfc1123z(status["startTime"]))
    write_labels(writer, "Labels", meta.get("labels"))
    write_annotations(writer, "Annotations", meta.get("annotations"))


def _state(writer: Writer, pod: Json, spec: Json, status: Json, now: int) -> None:
    meta = pod["metadata"]
    if meta.get("deletionTimestamp") and status.get("phase") not in ("Failed", "Succeeded"):
        # The timestamp is when the grace period ends, so until then kubectl prints <invalid> here.
        writer.field(0, "Status", f"Terminating (lasts {since(meta['deletionTimestamp'], now)})")
        writer.field(0, "Termination Grace Period", f"{meta.get('deletionGracePeriodSeconds', 0)}s")
    else:
        writer.field(0, "Status", status.get("phase", ""))
    for title, key in (("Reason", "reason"), ("Message", "message")):
        if status.get(key):
            writer.field(0, title, status[key])
    profile = (spec.get("securityContext") or {}).get("seccompProfile")
    if profile:
        writer.field(0, "SeccompProfile", profile["type"])
        if profile["type"] == "Localhost":
            writer.field(0, "LocalhostProfile", profile.get("localhostProfile", ""))
    _addresses(writer, status)
    write_controller(writer, pod)
    if status.get("nominatedNodeName"):
        writer.field(0, "NominatedNodeName", status["nominatedNodeName"])


def _addresses(writer: Writer, status: Json) -> None:
    writer.field(0, "IP", status.get("podIP", ""))
    if not status.get("podIPs"):
        writer.field(0, "IPs", "<none>")
        return
    writer.line(0, "IPs:")
    for address in status["podIPs"]:
        writer.field(1, "IP", address.get("ip", ""))


def _conditions(writer: Writer, spec: Json, status: Json) -> None:
    gates = spec.get("readinessGates") or []
    if gates:
        writer.line(0, "Readiness Gates:")
        writer.line(1, "Type\tStatus")
    for gate in gates:
        found = condition(status, gate["conditionType"])
        writer.line(1, f"{gate['conditionType']} \t{found['status'] if found else '<none>'} ")
    conditions = status.get("conditions") or []
    if conditions:
        writer.line(0, "Conditions:")
        writer.line(1, "Type\tStatus")
    for each in conditions:
        writer.line(1, f"{each['type']} \t{each['status']} ")


def describe_spread(writer: Writer, constraints: Sequence[Json], space: str = "") -> None:
    """Models describeTopologySpreadConstraints."""
    if not constraints:
        return
    lines = []
    for each in sorted(constraints, key=lambda c: str(c["topologyKey"])):
        text = f"{each['topologyKey']}:{each['whenUnsatisfiable']} when max skew {each['maxSkew']} is exceeded"
        if each.get("labelSelector") is not None:
            text += f" for selector {format_label_selector(each['labelSelector'])}"
        lines.append(text)
    writer.block(f"{space}Topology Spread Constraints", lines)
