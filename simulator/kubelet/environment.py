"""The environment variables of a container.

Models pkg/kubelet/kubelet_pods.go makeEnvironmentVariables and third_party/forked/golang/expansion/expand.go.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from functools import lru_cache

from simulator.containers import VolumeError
from simulator.history import Json
from simulator.kubelet.env_files import EnvFileError, find_variable
from simulator.kubelet.node import PodAgent
from simulator.kubelet.policy import is_static
from simulator.kubelet.static_manifests import SEEN, SOURCE
from simulator.objects import parse_quantity
from simulator.services.addresses import KUBERNETES_IP

_REFERENCE = re.compile(r"\$\$|\$\(([^)]*)\)")


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
    data = _texts(obj)
    return data | {key: base64.b64decode(value) for key, value in (obj.get("binaryData") or {}).items()}


def _texts(obj: Json) -> dict[str, bytes]:
    """What environment variables are made of: of a ConfigMap, not its binary data."""
    if obj["kind"] == "Secret":
        return config_data(obj)
    return {key: value.encode() for key, value in (obj.get("data") or {}).items()}


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
        return {prefix + name: value.decode(errors="replace") for name, value in sorted(_texts(obj).items())}
    return {}


def _value_from(agent: PodAgent, container: Json, source: Json) -> str | None:
    if "fieldRef" in source:
        return field_value(agent, source["fieldRef"]["fieldPath"])
    if "resourceFieldRef" in source:
        return resource_value(agent, source["resourceFieldRef"], container)
    if "fileKeyRef" in source:
        return _from_file(agent, source["fileKeyRef"])
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
    value = _texts(obj).get(reference["key"])
    if value is None:
        if reference.get("optional"):
            return None
        raise ConfigError(f"couldn't find key {reference['key']} in {title} {namespace}/{reference['name']}")
    return value.decode(errors="replace")


def _from_file(agent: PodAgent, reference: Json) -> str | None:
    """A file that cannot be read is an error even where the variable is optional."""
    name, path, key = reference["volumeName"], reference["path"], reference["key"]
    volume = agent.volumes.mounted.get(name)
    if volume is None:
        raise ConfigError(f'cannot find the volume "{name}" referenced by FileKeyRef')
    try:
        value = find_variable(volume.read(path).decode(errors="replace"), key)
    except (EnvFileError, VolumeError):
        raise ConfigError("couldn't parse env file") from None
    if value:
        return value
    if reference.get("optional"):
        return None
    raise ConfigError(f'environment variable key "{key}" not found in file "{agent.volumes.place(name)}/{path}"')


_SUBSCRIPT = re.compile(r"^metadata\.(labels|annotations)\['([^']*)'\]$")


def field_value(agent: PodAgent, path: str) -> str:
    """The downward API. Models pkg/fieldpath/fieldpath.go and podFieldSelectorRuntimeValue."""
    meta, spec = agent.pod["metadata"], agent.pod["spec"]
    if match := _SUBSCRIPT.match(path):
        return str(_listed(agent, match.group(1)).get(match.group(2), ""))
    if path in ("metadata.labels", "metadata.annotations"):
        listed = _listed(agent, path.removeprefix("metadata."))
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


def _listed(agent: PodAgent, what: str) -> Json:
    """The kubelet's copy of a Pod says where it is from and since when. Models pkg/kubelet/config/config.go merge."""
    listed = agent.pod["metadata"].get(what) or {}
    if what == "labels" or is_static(agent.pod):
        return dict(listed)
    return {**listed, SEEN: agent.seen, SOURCE: "api"}


def resource_value(agent: PodAgent, reference: Json, own: Json | None = None) -> str:
    """A request or limit of the container that is named, or of one's own, divided and rounded up.

    Models pkg/api/v1/resource/helpers.go.
    """
    name, spec = reference.get("containerName"), agent.pod["spec"]
    known = (*spec["containers"], *spec.get("initContainers", ()))
    container = own if own is not None and not name else next((each for each in known if each["name"] == name), None)
    if container is None:
        raise ConfigError(f"container {name} not found")
    kind, _, resource = reference["resource"].partition(".")
    quantity = ((container.get("resources") or {}).get(kind) or {}).get(resource) or "0"
    if kind == "limits" and not parse_quantity(quantity).nano:
        quantity = _most(agent, resource)
    divisor = parse_quantity(reference.get("divisor") or "1").nano or 10**9
    return str(-(-parse_quantity(quantity).nano // divisor))


def _most(agent: PodAgent, resource: str) -> str:
    """What a container without a limit may have. Models kubelet_resources.go defaultPodLimitsForDownwardAPI."""
    limits = (agent.pod["spec"].get("resources") or {}).get("limits") or {}
    node = agent.node.store.get("nodes", "", agent.node.name)
    allocatable = node["status"].get("allocatable", {}) if node is not None else {}
    of_pod = limits.get(resource) if resource in ("cpu", "memory") else None
    counted = resource in ("cpu", "memory", "ephemeral-storage")
    return str(of_pod or allocatable.get(resource, "0")) if counted else "0"
