"""`kubectl autoscale`: a HorizontalPodAutoscaler, on which nothing acts here. Models kubectl pkg/cmd/autoscale."""

from __future__ import annotations

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call, Target
from simulator.kubectl.errors import CommandError
from simulator.kubectl.targets import create_for_each
from simulator.objects import QuantityFault, parse_quantity

FLAGS = "min:int=-1 max:int=-1 cpu-percent:int=-1 cpu memory name save-config:bool field-manager"
SCALABLE = ("deployments", "replicasets", "statefulsets", "replicationcontrollers")
_DEPRECATED = (
    "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' for "
    "utilization or '500m' for milliCPU).\n"
)


def run(call: Call) -> Routine[int]:
    """`autoscale deployment web --max=3 --cpu=80%`."""
    arguments = call.arguments
    least, most = arguments.number("min"), arguments.number("max")
    if arguments.given("cpu-percent"):
        yield from call.err(_DEPRECATED)
    if most < 1:
        raise CommandError(f"--max=MAXPODS is required and must be at least 1, max: {most}")
    if most < least:
        raise CommandError(f"--max=MAXPODS must be larger or equal to --min=MINPODS, max: {most}, min: {least}")
    if arguments.given("cpu-percent") and arguments.given("cpu"):
        raise CommandError("--cpu-percent and --cpu are mutually exclusive")
    return (yield from create_for_each(call, "horizontalpodautoscalers", _autoscaler, "autoscaled"))


def _autoscaler(call: Call, target: Target) -> Json:
    resource, arguments = target.resource, call.arguments
    if resource.plural not in SCALABLE:
        raise CommandError(f"cannot autoscale a {resource.kind}: the server could not find the requested resource")
    spec: Json = {
        "scaleTargetRef": {"apiVersion": resource.api_version, "kind": resource.kind, "name": target.name},
        "maxReplicas": arguments.number("max"),
    }
    if arguments.number("min") > 0:
        spec["minReplicas"] = arguments.number("min")
    if metrics := list(_metrics(call)):
        spec["metrics"] = metrics
    meta = {"name": arguments.text("name") or target.name, "namespace": target.namespace}
    return {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": meta, "spec": spec}


def _metrics(call: Call) -> list[Json]:
    arguments, found = call.arguments, []
    if arguments.number("cpu-percent") > 0:
        found.append(("cpu", f"{arguments.number('cpu-percent')}%"))
    found += [(name, arguments.text(name)) for name in ("cpu", "memory") if arguments.text(name)]
    return [{"type": "Resource", "resource": {"name": name, "target": _target(name, text)}} for name, text in found]


def _target(name: str, text: str) -> Json:
    """Models parseResourceInput: a share of what is requested, or an amount; a bare number is in m or Mi."""
    if text.endswith("%"):
        if not text[:-1].isdecimal():
            raise CommandError(f'invalid {name} resource: strconv.ParseInt: parsing "{text[:-1]}": invalid syntax')
        return {"type": "Utilization", "averageUtilization": int(text[:-1])}
    amount = f"{text}{'m' if name == 'cpu' else 'Mi'}" if text.isdecimal() else text
    try:
        return {"type": "AverageValue", "averageValue": parse_quantity(amount).text}
    except QuantityFault as fault:
        raise CommandError(f"invalid {name} resource: {fault}") from None
