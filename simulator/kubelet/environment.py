"""The environment variables of a container.

Models pkg/kubelet/kubelet_pods.go makeEnvironmentVariables and third_party/forked/golang/expansion/expand.go.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from functools import lru_cache

from simulator.history import Json
from simulator.kubelet.node import PodAgent
from simulator.objects import parse_quantity
from simulator.services.addresses import KUBERNETES_IP

_REFERENCE = re.compile(r"\$\$|\$\(([A-Za-z0-9_.-]+)\)")


class ConfigError(Exception):
    """The container cannot be configured; the words are what the waiting message says."""


def expand(text: str, variables: Mapping[str, str]) -> str:
    """Replace $(NAME) where it is known; $$ stands for one dollar."""

    def replaced(match: re.Match[str]) -> str:
        name = match.group(1)
        if name is None:
            return "$"
        return variables.get(name, match.group(0))

    return _REFERENCE.sub(replaced, text)


def references(text: str) -> list[str]:
    """The names in $(NAME)."""
    return [name for name in _REFERENCE.findall(text) if name]


def environment(agent: PodAgent, container: Json) -> dict[str, str]:
    """Raises ConfigError when something it refers to is missing."""
    result: dict[str, str] = {}
    for source in container.get("envFrom", ()):
        result |= _from_source(agent, source)
    for variable in container.get("env", ()):
        if "valueFrom" in variable:
            value = _value_from(agent, container, variable["valueFrom"])
            if value is None:
                continue
        else:
            value = expand(variable.get("value", ""), service_variables(agent) | result)
        result[variable["name"]] = value
    variables = service_variables(agent)
    return variables | result if result else variables


def service_variables(agent: PodAgent) -> dict[str, str]:
    """What every container gets to find the API and the Services of its namespace. Shared: do not change it."""
    variables = _service_variables("KUBERNETES", KUBERNETES_IP, 443, "https")
    if agent.pod["spec"].get("enableServiceLinks", True):
        for service in agent.node.store.list("services", agent.pod["metadata"]["namespace"]):
            address = service["spec"].get("clusterIP")
            if address not in (None, "", "None"):
                name = service["metadata"]["name"].upper().replace("-", "_")
                port = service["spec"]["ports"][0]
                variables = variables | _service_variables(name, address, port["port"], port.get("name"))
    return variables


@lru_cache(maxsize=1024)
def _service_variables(name: str, address: str, port: int, port_name: str | None) -> dict[str, str]:
    url = f"tcp://{address}:{port}"
    variables = {f"{name}_SERVICE_HOST": address, f"{name}_SERVICE_PORT": str(port)}
    if port_name:
        variables[f"{name}_SERVICE_PORT_{port_name.upper().replace('-', '_')}"] = str(port)
    base = f"{name}_PORT_{port}_TCP"
    return variables | {
        f"{name}_PORT": url,
        base: url,
        f"{base}_PROTO": "tcp",
        f"{base}_PORT": str(port),
        f"{base}_ADDR": address,
    }


def config_data(obj: Json) -> dict[str, bytes]:
    """The content of a ConfigMap or Secret."""
    if obj["kind"] == "Secret":
        return {key: base64.b64decode(value) for key, value in (obj.get("data") or {}).items()}
    data = {key: value.encode() for key, value in (obj.get("data") or {}).items()}
    return data | {key: base64.b64decode(value) for key, value in (obj.get("binaryData") or {}).items()}


def _from_source(agent: PodAgent, source: Json) -> dict[str, str]:
    for kind, key in (("configmap", "configMapRef"), ("secret", "secretRef")):
        reference = source.get(key)
        if reference is None:
            continue
        obj = agent.node.store.get(f"{kind}s", agent.pod["metadata"]["namespace"], reference["name"])
        if obj is None:
            if reference.get("optional"):
                return {}
            raise ConfigError(f'{kind} "{reference["name"]}" not found')
        prefix = source.get("prefix", "")
        return {prefix + name: value.decode(errors="replace") for name, value in sorted(config_data(obj).items())}
    return {}


def _value_from(agent: PodAgent, container: Json, source: Json) -> str | None:
    if "fieldRef" in source:
        return field_value(agent, source["fieldRef"]["fieldPath"])
    if "resourceFieldRef" in source:
        return resource_value(agent, container, source["resourceFieldRef"])
    for kind, title, key in (("configmap", "ConfigMap", "configMapKeyRef"), ("secret", "Secret", "secretKeyRef")):
        reference = source.get(key)
        if reference is not None:
            return _key(agent, kind, title, reference)
    return None


def _key(agent: PodAgent, kind: str, title: str, reference: Json) -> str | None:
    namespace = agent.pod["metadata"]["namespace"]
    obj = agent.node.store.get(f"{kind}s", namespace, reference["name"])
    if obj is None:
        if reference.get("optional"):
            return None
        raise ConfigError(f'{kind} "{reference["name"]}" not found')
    value = config_data(obj).get(reference["key"])
    if value is None:
        if reference.get("optional"):
            return None
        raise ConfigError(f"couldn't find key {reference['key']} in {title} {namespace}/{reference['name']}")
    return value.decode(errors="replace")


_SUBSCRIPT = re.compile(r"^metadata\.(labels|annotations)\['([^']*)'\]$")


def field_value(agent: PodAgent, path: str) -> str:
    """The downward API. Models pkg/fieldpath/fieldpath.go and podFieldSelectorRuntimeValue."""
    meta, spec = agent.pod["metadata"], agent.pod["spec"]
    if match := _SUBSCRIPT.match(path):
        return str((meta.get(match.group(1)) or {}).get(match.group(2), ""))
    if path in ("metadata.labels", "metadata.annotations"):
        listed = meta.get(path.removeprefix("metadata.")) or {}
        return "\n".join(f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in sorted(listed.items()))
    values: dict[str, str] = {
        "metadata.name": meta["name"],
        "metadata.namespace": meta["namespace"],
        "metadata.uid": meta["uid"],
        "spec.nodeName": spec.get("nodeName", ""),
        "spec.serviceAccountName": spec.get("serviceAccountName", ""),
        "status.hostIP": agent.node.ip,
        "status.hostIPs": agent.node.ip,
        "status.podIP": agent.runtime.last_ip,
        "status.podIPs": agent.runtime.last_ip,
    }
    if path not in values:
        raise ConfigError(f"unsupported fieldPath: {path}")
    return values[path]


def resource_value(agent: PodAgent, container: Json, reference: Json) -> str:
    """A request or limit, divided and rounded up; the node's capacity where no limit is set."""
    kind, _, resource = reference["resource"].partition(".")
    resources = container.get("resources") or {}
    fallback = {"cpu": "4", "memory": "8Gi"} if kind == "limits" else {}
    quantity = (resources.get(kind) or {}).get(resource) or fallback.get(resource, "0")
    divisor = parse_quantity(reference.get("divisor") or "1").nano or 10**9
    return str(-(-parse_quantity(quantity).nano // divisor))
