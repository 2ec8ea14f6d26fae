"""`kubectl create service`. Models kubectl pkg/cmd/create/create_service.go."""

from __future__ import annotations

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call
from simulator.kubectl.errors import CommandError
from simulator.kubectl.verbs.create import create_object, only_name
from simulator.objects.validation.formats import is_port_name, is_port_number


def cluster_ip(call: Call) -> Routine[int]:
    """`create service clusterip NAME --tcp=80:8080`, or `--clusterip=None`."""
    address = call.arguments.text("clusterip")
    return (yield from _create(call, "ClusterIP", {"clusterIP": address} if address else {}))


def node_port(call: Call) -> Routine[int]:
    """`create service nodeport NAME --tcp=80 --node-port=30080`."""
    return (yield from _create(call, "NodePort", {}, call.arguments.number("node-port")))


def load_balancer(call: Call) -> Routine[int]:
    """`create service loadbalancer NAME --tcp=80`."""
    return (yield from _create(call, "LoadBalancer", {}))


def external_name(call: Call) -> Routine[int]:
    """`create service externalname NAME --external-name=example.com`."""
    return (yield from _create(call, "ExternalName", {"externalName": call.arguments.text("external-name")}))


def _create(call: Call, kind: str, more: Json, node_port: int = 0) -> Routine[int]:
    labels = {"app": only_name(call)}
    ports = [_mapping(text, node_port) for text in call.arguments.texts("tcp")]
    if not ports and kind != "ExternalName" and more.get("clusterIP") != "None":
        raise CommandError("at least one tcp port specifier must be provided")
    spec: Json = {"type": kind, "selector": labels, **more, **({"ports": ports} if ports else {})}
    service: Json = {"apiVersion": "v1", "kind": "Service", "metadata": {"labels": labels}, "spec": spec}
    return (yield from create_object(call, service, f"failed to create {kind} service: "))


def _mapping(text: str, node_port: int) -> Json:
    """`80`, `80:8080` or `80:http`. Models parsePorts."""
    port, colon, target = text.partition(":")
    if not port.isdecimal() or int(port[:6]) > 65535:
        raise CommandError(f'strconv.ParseUint: parsing "{port}": invalid syntax')
    wanted: int | str = int(port)
    if colon:
        wanted = int(target) if target.isdecimal() else target
        faults = is_port_number(wanted) if isinstance(wanted, int) else is_port_name(wanted)
        if faults:
            raise CommandError(",".join(faults))
    made = {"name": text.replace(":", "-"), "port": int(port), "protocol": "TCP", "targetPort": wanted}
    return made | ({"nodePort": node_port} if node_port else {})
