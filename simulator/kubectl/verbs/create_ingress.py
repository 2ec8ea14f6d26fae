"""`kubectl create ingress`. Models kubectl pkg/cmd/create/create_ingress.go."""

from __future__ import annotations

import re

from simulator.containers.syscalls import Routine
from simulator.history import Json
from simulator.kubectl.call import Call
from simulator.kubectl.errors import CommandError
from simulator.kubectl.verbs.create import create_object, only_name

FLAGS = "class rule:list default-backend annotation:list"
_RULE = re.compile(r"[\w*.-]*/.*=[\w-]+:[\w-]+(,tls=?[\w-]*)?")


def run(call: Call) -> Routine[int]:
    """`create ingress NAME --rule=host/path=service:port[,tls[=secret]]`."""
    only_name(call)
    arguments = call.arguments
    rules, backend = arguments.whole("rule"), arguments.text("default-backend")
    _check(call, rules, backend)
    spec: Json = {}
    if arguments.text("class"):
        spec["ingressClassName"] = arguments.text("class")
    if backend:
        spec["defaultBackend"] = _backend(backend)
    if tls := _tls(rules):
        spec["tls"] = tls
    if rules:
        spec["rules"] = _rules(rules)
    annotations = dict(text.split("=", 1) for text in arguments.whole("annotation"))
    obj: Json = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "spec": spec, "status": {"loadBalancer": {}}}
    if annotations:
        obj["metadata"] = {"annotations": annotations}
    return (yield from create_object(call, obj, "failed to create ingress: "))


def _check(call: Call, rules: list[str], backend: str) -> None:
    if not rules and not backend:
        raise CommandError(
            "not enough information provided: every ingress has to either specify a default-backend (which catches all "
            "traffic) or a list of rules (which catch specific paths)"
        )
    for rule in rules:
        if not _RULE.match(rule):
            form = "host/path=svcname:svcport[,tls[=secret]]"
            raise CommandError(f"rule {rule} is invalid and should be in format {form}")
    for text in call.arguments.whole("annotation"):
        if "=" not in text:
            raise CommandError(f"annotation {text} is invalid and should be in format key=[value]")
    if backend and backend.count(":") != 1:
        raise CommandError("default-backend should be in format servicename:serviceport")


def _backend(text: str) -> Json:
    name, _, port = text.partition(":")
    return {"service": {"name": name, "port": {"number": int(port)} if port.isdecimal() else {"name": port}}}


def _tls(rules: list[str]) -> list[Json]:
    """A host counts once; hosts of one secret stand together."""
    found: list[Json] = []
    seen: set[str] = set()
    for rule in rules:
        _, comma, tls = rule.partition(",")
        host, secret = rule.partition("/")[0], tls.partition("=")[2]
        if not comma or host in seen:
            continue
        seen.add(host)
        same = next((each for each in found if each.get("secretName", "") == secret), None)
        if same is not None:
            same["hosts"] = [*same.get("hosts", ()), host]
        elif host or secret:
            found.append(({"hosts": [host]} if host else {}) | ({"secretName": secret} if secret else {}))
    return found


def _rules(rules: list[str]) -> list[Json]:
    found: dict[str, Json] = {}
    for rule in rules:
        host, _, rest = rule.partition(",")[0].partition("/")
        path, service = rest.split("=")[:2]
        kind = "Prefix" if path.endswith("*") else "Exact"
        made = {"path": "/" + path.removesuffix("*"), "pathType": kind, "backend": _backend(service)}
        entry = found.setdefault(host, ({"host": host} if host else {}) | {"http": {"paths": []}})
        entry["http"]["paths"].append(made)
    return list(found.values())
