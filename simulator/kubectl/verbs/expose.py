"""`kubectl expose`: a Service for Pods that are there. Models kubectl pkg/cmd/expose."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call, Target
from simulator.kubectl.errors import CommandError
from simulator.kubectl.patches import overridden
from simulator.kubectl.targets import create_for_each

FLAGS = (
    "port target-port name type protocol selector labels,l external-ip load-balancer-ip session-affinity cluster-ip "
    "save-config:bool field-manager overrides override-type=merge"
)
MAX_NAME = 63
EXPOSED = ("pods", "services", "deployments", "replicasets", "replicationcontrollers")


def run(call: Call) -> Routine[int]:
    """Make a Service that leads to the Pods of what is named."""
    return (yield from create_for_each(call, "services", _service, "exposed"))


def _service(call: Call, target: Target) -> Json:
    if target.resource.plural not in EXPOSED:
        kind, group = target.object["kind"], target.object["apiVersion"].rpartition("/")[0]
        raise CommandError(f"cannot expose a {f'{kind}.{group}' if group else kind}")
    text = call.arguments.text
    selector = _parsed(text("selector")) or _selector(target)
    ports = _ports(call, target)
    labels = _parsed(text("labels")) or target.object["metadata"].get("labels") or {}
    meta: Json = {"name": text("name") or target.name[:MAX_NAME], "namespace": call.namespace}
    spec: Json = {"selector": selector, "ports": ports}
    given = (("type", "type"), ("session-affinity", "sessionAffinity"), ("cluster-ip", "clusterIP"))
    spec |= {field: text(flag) for flag, field in given if text(flag)}
    if text("external-ip"):
        spec["externalIPs"] = [text("external-ip")]
    service: Json = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": meta | ({"labels": labels} if labels else {}),
        "spec": {name: value for name, value in spec.items() if value},
    }
    return overridden(service, text("overrides"), text("override-type"))


def _selector(target: Target) -> Json:
    """Models polymorphichelpers mapBasedSelectorForObject."""
    obj, where = target.object, "couldn't retrieve selectors via --selector flag or introspection: "
    if target.resource.plural == "pods":
        if not obj["metadata"].get("labels"):
            raise CommandError(f"{where}the pod has no labels and cannot be exposed")
        return dict(obj["metadata"]["labels"])
    selector = obj["spec"].get("selector") or {}
    if target.resource.plural == "services":
        if not selector:
            raise CommandError(f"{where}the service has no pod selector set")
        return dict(selector)
    if not selector.get("matchLabels"):
        kind = obj["kind"].lower()
        raise CommandError(f"{where}invalid {kind}: no selectors, therefore cannot be exposed")
    if expressions := selector.get("matchExpressions"):
        shown = " ".join(
            f"{{Key:{each['key']} Operator:{each['operator']} Values:[{' '.join(each.get('values') or ())}]}}"
            for each in expressions
        )
        raise CommandError(f'{where}couldn\'t convert expressions - "[{shown}]" to map-based selector format')
    return dict(selector["matchLabels"])


def _ports(call: Call, target: Target) -> list[Json]:
    text = call.arguments.text
    protocols = _known_ports(target)
    asked = text("port").split(",") if text("port") else [str(number) for number in protocols]
    if not asked and text("cluster-ip") != "None":
        raise CommandError("couldn't find port via --port flag or introspection")
    ports = []
    for number, port in enumerate(asked):
        if not port.isdecimal():
            raise CommandError(f'strconv.Atoi: parsing "{port}": invalid syntax')
        wanted = text("target-port") or port
        made: Json = {"name": f"port-{number + 1}"} if len(asked) > 1 else {}
        made |= {"port": int(port), "protocol": text("protocol") or protocols.get(int(port), "TCP")}
        ports.append(made | {"targetPort": int(wanted) if wanted.isdecimal() else wanted})
    return ports


def _known_ports(target: Target) -> Mapping[int, str]:
    """The ports that the object itself names, with their protocols. Models polymorphichelpers portsForObject."""
    spec = target.object["spec"]
    if target.resource.plural == "services":
        return {port["port"]: port.get("protocol", "TCP") for port in spec.get("ports", ())}
    containers = (spec if target.resource.plural == "pods" else spec["template"]["spec"])["containers"]
    return {port["containerPort"]: port.get("protocol", "TCP") for c in containers for port in c.get("ports", ())}


def _parsed(text: str) -> dict[str, str]:
    """`app=web,tier=front`."""
    labels = {}
    for word in text.split(",") if text else ():
        name, equals, value = word.partition("=")
        if not equals or "=" in value:
            raise CommandError(f"unexpected label spec: {word}")
        if not name:
            raise CommandError("unexpected empty label key")
        labels[name] = value
    return labels
