"""The description of a HorizontalPodAutoscaler. Models kubectl pkg/describe/describe.go."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.history import Json
from simulator.kubectl.describe.writer import Writer, write_annotations, write_events, write_labels
from simulator.kubectl.duration import rfc1123z
from simulator.objects import go_quote

Related = Callable[[str, bool], list[Json]]
UNKNOWN = "<unknown>"


def describe_autoscaler(obj: Json, related: Related, events: Sequence[Json] | None, now: int) -> str:
    """Models describeHorizontalPodAutoscalerV2; no metric is known."""
    meta, spec, status, writer = obj["metadata"], obj["spec"], obj.get("status", {}), Writer()
    target = spec["scaleTargetRef"]
    writer.field(0, "Name", meta["name"])
    writer.field(0, "Namespace", meta["namespace"])
    write_labels(writer, "Labels", meta.get("labels"))
    write_annotations(writer, "Annotations", meta.get("annotations"))
    writer.field(0, "CreationTimestamp", rfc1123z(meta.get("creationTimestamp")))
    writer.field(0, "Reference", f"{target['kind']}/{target['name']}")
    writer.field(0, "Metrics", "( current / target )")
    for metric in spec.get("metrics") or ():
        writer.line(1, _metric(metric))
    writer.field(0, "Min replicas", spec.get("minReplicas", "<unset>"))
    writer.field(0, "Max replicas", spec["maxReplicas"])
    _behavior(writer, spec.get("behavior"))
    counts = f"{status.get('currentReplicas', 0)} current / {status.get('desiredReplicas', 0)} desired"
    writer.field(0, f"{target['kind']} pods", counts)
    write_events(writer, events, now)
    return writer.text()


def _behavior(writer: Writer, behavior: Json | None) -> None:
    """How fast it may scale. Models printDirectionBehavior."""
    if behavior is None:
        return
    writer.line(0, "Behavior:")
    for title, key in (("Scale Up", "scaleUp"), ("Scale Down", "scaleDown")):
        if (rules := behavior.get(key)) is None:
            continue
        writer.line(1, f"{title}:")
        if rules.get("stabilizationWindowSeconds") is not None:
            writer.line(2, f"Stabilization Window: {rules['stabilizationWindowSeconds']} seconds")
        if policies := rules.get("policies"):
            writer.line(2, f"Select Policy: {rules.get('selectPolicy', 'Max')}")
            writer.line(2, "Policies:")
        for each in policies or ():
            writer.line(3, f"- Type: {each['type']}\tValue: {each['value']}\tPeriod: {each['periodSeconds']} seconds")


def _metric(metric: Json) -> str:
    kind = metric["type"]
    source = metric.get(kind[:1].lower() + kind[1:])
    if source is None:
        return f"<unknown metric type {go_quote(kind)}>"
    target, name = source["target"], go_quote((source.get("metric") or {}).get("name", ""))
    average, value = target.get("averageValue"), target.get("value", "")
    if kind in ("Resource", "ContainerResource"):
        return _resource(source, target)
    if kind == "Pods":
        return f"{name} on pods:\t{UNKNOWN} / {average}"
    about = source.get("describedObject")
    where = f"{name} on {about['kind']}/{about['name']}" if about else name
    return f"{where} (target {'value' if average is None else 'average value'}):\t{UNKNOWN} / {average or value}"


def _resource(source: Json, target: Json) -> str:
    inside = f' of container "{source["container"]}"' if "container" in source else ""
    start = f"resource {source['name']}{inside} on pods"
    if "averageValue" in target:
        return f"{start}:\t{UNKNOWN} / {target['averageValue']}"
    wanted = target.get("averageUtilization")
    return f"{start}  (as a percentage of request):\t{UNKNOWN} / {'<auto>' if wanted is None else f'{wanted}%'}"
