"""`kubectl describe node`. Models kubectl pkg/describe/describe.go describeNode and describeNodeResource."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from simulator.history import Json
from simulator.kubectl.core_rows import node_roles
from simulator.kubectl.describe.pod_resources import NOTHING, pod_resources, sum_of
from simulator.kubectl.describe.writer import Writer, write_annotations, write_events, write_labels
from simulator.kubectl.duration import rfc1123z, since
from simulator.objects import Quantity, parse_quantity

Related = Callable[[str, bool], list[Json]]
_GROUPS = ("requests", "limits")
_STANDARD = ("cpu", "memory", "ephemeral-storage")


def describe_node(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """What it is, what it can, and which Pods have reserved how much of it."""
    meta, spec, status, writer = obj["metadata"], obj.get("spec", {}), obj.get("status", {}), Writer()
    writer.field(0, "Name", meta["name"])
    writer.field(0, "Roles", node_roles(obj) or "<none>")
    write_labels(writer, "Labels", meta.get("labels"))
    write_annotations(writer, "Annotations", meta.get("annotations"))
    writer.field(0, "CreationTimestamp", rfc1123z(meta.get("creationTimestamp")))
    writer.block("Taints", [_taint(taint) for taint in sorted(spec.get("taints") or [], key=_taint_order)])
    writer.field(0, "Unschedulable", str(bool(spec.get("unschedulable"))).lower())
    _lease(writer, next((each for each in related("leases", True) if each["metadata"]["name"] == meta["name"]), None))
    _conditions(writer, status)
    writer.line(0, "Addresses:")
    for address in status.get("addresses") or []:
        writer.field(1, address["type"], address["address"])
    for title, key in (("Capacity", "capacity"), ("Allocatable", "allocatable")):
        if status.get(key):
            writer.line(0, f"{title}:")
        for name, value in sorted((status.get(key) or {}).items()):
            writer.field(1, name, value)
    _system(writer, status.get("nodeInfo") or {})
    if spec.get("podCIDR"):
        writer.field(0, "PodCIDR", spec["podCIDR"])
    if spec.get("podCIDRs"):
        writer.field(0, "PodCIDRs", ",".join(spec["podCIDRs"]))
    pods = [pod for pod in related("pods", True) if _runs_on(pod, meta["name"])]
    _pods(writer, pods, status, now)
    write_events(writer, events, now)
    return writer.text()


def _taint(taint: Json) -> str:
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint['key']}{value}:{taint['effect']}"


def _taint_order(taint: Json) -> str:
    """Models printTaintsMultilineWithIndent."""
    return f"{taint['effect']},{taint['key']}"


def _lease(writer: Writer, lease: Json | None) -> None:
    """Models describeNodeLease."""
    if lease is None:
        return
    spec = lease["spec"]
    writer.line(0, "Lease:")
    writer.field(1, "HolderIdentity", spec.get("holderIdentity", "<unset>"))
    for title, key in (("AcquireTime", "acquireTime"), ("RenewTime", "renewTime")):
        writer.field(1, title, rfc1123z(spec[key]) if key in spec else "<unset>")


def _conditions(writer: Writer, status: Json) -> None:
    if status.get("conditions"):
        writer.line(0, "Conditions:")
        writer.line(1, "Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage")
        writer.line(1, "----\t------\t-----------------\t------------------\t------\t-------")
    for each in status.get("conditions") or []:
        times = f"{rfc1123z(each.get('lastHeartbeatTime'))} \t{rfc1123z(each.get('lastTransitionTime'))} "
        words = f"{each.get('reason', '')} \t{each.get('message', '')}"
        writer.line(1, f"{each['type']} \t{each['status']} \t{times}\t{words}")


def _system(writer: Writer, info: Json) -> None:
    writer.line(0, "System Info:")
    for title, key in (
        ("Machine ID", "machineID"),
        ("System UUID", "systemUUID"),
        ("Boot ID", "bootID"),
        ("Kernel Version", "kernelVersion"),
        ("OS Image", "osImage"),
        ("Operating System", "operatingSystem"),
        ("Architecture", "architecture"),
        ("Container Runtime Version", "containerRuntimeVersion"),
        ("Kubelet Version", "kubeletVersion"),
        ("Kube-Proxy Version", "kubeProxyVersion"),
    ):
        writer.field(1, title, info.get(key, ""))


def _runs_on(pod: Json, node: str) -> bool:
    phase = pod.get("status", {}).get("phase")
    return bool(pod["spec"].get("nodeName") == node) and phase not in ("Succeeded", "Failed")


def _pods(writer: Writer, pods: Sequence[Json], status: Json, now: int) -> None:
    capacity = status.get("allocatable") or status.get("capacity") or {}
    writer.line(0, f"Non-terminated Pods:\t({len(pods)} in total)")
    writer.line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge")
    writer.line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---")
    for pod in pods:
        meta = pod["metadata"]
        amounts = [pod_resources(pod, group) for group in _GROUPS]
        cells = [_share(each, name, capacity) for name in ("cpu", "memory") for each in amounts]
        age = since(meta.get("creationTimestamp"), now)
        writer.line(1, "\t".join([meta.get("namespace", ""), meta["name"], "", *cells, age]))
    writer.line(0, "Allocated resources:")
    writer.line(1, "(Total limits may be over 100 percent, i.e., overcommitted.)")
    writer.line(1, "Resource\tRequests\tLimits")
    writer.line(1, "--------\t--------\t------")
    sums = [sum_of(pods, group) for group in _GROUPS]
    pages = sorted(name for name in capacity if name.startswith("hugepages-"))
    for name in (*_STANDARD, *pages):
        writer.line(1, "\t".join([name, *(_share(each, name, capacity) for each in sums)]))
    for name in sorted(set(capacity) - {*_STANDARD, *pages, "pods"}):
        writer.line(1, "\t".join([name, *(str(each.get(name, NOTHING)) for each in sums)]))


def _share(amounts: Mapping[str, Quantity], name: str, capacity: Json) -> str:
    """The percentage is worked out in floats, as upstream's: 229, not 230."""
    amount, whole = amounts.get(name, NOTHING), parse_quantity(str(capacity.get(name, "0")))
    part, all_of_it = (amount.milli, whole.milli) if name == "cpu" else (amount.value, whole.value)
    return f"{amount} ({int(part / all_of_it * 100) if all_of_it else 0}%)"
