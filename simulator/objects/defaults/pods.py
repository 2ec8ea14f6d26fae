"""Defaults of Pods and of the Pod templates inside workloads. Models pkg/apis/core/v1/defaults.go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from simulator.objects.defaults.pod_resources import default_pod_level_resources
from simulator.objects.images import image_tag

Json = dict[str, Any]

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_MODE = 0o644


def default_pod(pod: Json) -> None:
    """Models SetObjectDefaults_Pod, and of pkg/apis/core/v1/conversion.go what is for Pods and not for templates."""
    spec = pod["spec"]
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        spec["terminationGracePeriodSeconds"] = 1
    for container in (*spec.get("containers", ()), *spec.get("initContainers", ())):
        _requests_from_limits(container["resources"])
    if spec.get("resources") is not None:
        default_pod_level_resources(spec)
    spec.setdefault("enableServiceLinks", True)
    if spec.get("hostNetwork"):
        _default_host_ports(spec)
    default_pod_spec(spec)


def default_pod_template(template: Json) -> None:
    """A template gets less than a Pod: requests stay unset until the Pod itself is made."""
    default_pod_spec(template["spec"])


def default_pod_spec(spec: Json) -> None:
    """Models SetDefaults_PodSpec and the generated defaults of what it holds."""
    spec.setdefault("restartPolicy", "Always")
    spec.setdefault("terminationGracePeriodSeconds", 30)
    spec.setdefault("dnsPolicy", "ClusterFirst")
    spec.setdefault("securityContext", {})
    spec.setdefault("schedulerName", "default-scheduler")
    if "serviceAccountName" in spec:
        # The deprecated name mirrors the new one (pkg/apis/core/v1/conversion.go).
        spec["serviceAccount"] = spec["serviceAccountName"]
    elif "serviceAccount" in spec:
        spec["serviceAccountName"] = spec["serviceAccount"]
    for volume in spec.get("volumes", ()):
        _default_volume(volume)
    for container in each_container(spec):
        _default_container(container)


def each_container(spec: Json) -> Iterator[Json]:
    """Every container of a Pod: init, main and ephemeral."""
    yield from spec.get("initContainers", ())
    yield from spec.get("containers") or ()
    yield from spec.get("ephemeralContainers", ())


def _requests_from_limits(resources: Json) -> None:
    limits = resources.get("limits")
    if limits:
        requests = resources.setdefault("requests", {})
        for name, amount in limits.items():
            requests.setdefault(name, amount)


def _default_host_ports(spec: Json) -> None:
    for container in (*spec.get("containers", ()), *spec.get("initContainers", ())):
        for port in container.get("ports", ()):
            if not port.get("hostPort") and port.get("containerPort"):
                port["hostPort"] = port["containerPort"]


@lru_cache(maxsize=1024)
def _pull_policy(image: str) -> str:
    return "Always" if image_tag(image) == "latest" else "IfNotPresent"


def _default_container(container: Json) -> None:
    """Models SetDefaults_Container, SetDefaults_Probe and SetDefaults_HTTPGetAction."""
    container.setdefault("terminationMessagePath", "/dev/termination-log")
    container.setdefault("terminationMessagePolicy", "File")
    if "imagePullPolicy" not in container:
        container["imagePullPolicy"] = _pull_policy(container.get("image", ""))
    for port in container.get("ports", ()):
        port.setdefault("protocol", "TCP")
    for variable in container.get("env", ()):
        _default_env_source(variable.get("valueFrom"))
    for name in PROBES:
        probe = container.get(name)
        if probe is not None:
            _default_probe(probe)
    for hook in (container.get("lifecycle") or {}).values():
        if isinstance(hook, dict):
            _default_http_get(hook.get("httpGet"))


def _default_env_source(source: Json | None) -> None:
    if source is None:
        return
    if "fieldRef" in source:
        source["fieldRef"].setdefault("apiVersion", "v1")
    if "fileKeyRef" in source:
        source["fileKeyRef"].setdefault("optional", False)


def _default_probe(probe: Json) -> None:
    probe.setdefault("timeoutSeconds", 1)
    probe.setdefault("periodSeconds", 10)
    probe.setdefault("successThreshold", 1)
    probe.setdefault("failureThreshold", 3)
    _default_http_get(probe.get("httpGet"))
    if "grpc" in probe:
        probe["grpc"].setdefault("service", "")


def _default_http_get(action: Json | None) -> None:
    if action is not None:
        action.setdefault("path", "/")
        action.setdefault("scheme", "HTTP")


def _default_files(items: list[Json]) -> None:
    for item in items:
        if "fieldRef" in item:
            item["fieldRef"].setdefault("apiVersion", "v1")


def _default_downward(source: Json) -> None:
    source.setdefault("defaultMode", _MODE)
    _default_files(source.get("items", []))


def _default_projected(source: Json) -> None:
    source.setdefault("defaultMode", _MODE)
    for part in source.get("sources") or ():
        if "downwardAPI" in part:
            _default_files(part["downwardAPI"].get("items", []))
        if "serviceAccountToken" in part:
            part["serviceAccountToken"].setdefault("expirationSeconds", 3600)


def _default_claim_template(source: Json) -> None:
    if source.get("volumeClaimTemplate"):
        source["volumeClaimTemplate"]["spec"].setdefault("volumeMode", "Filesystem")


def _with(**values: Any) -> Callable[[Json], None]:
    """A default that only fills in fields."""

    def fill(source: Json) -> None:
        for name, value in values.items():
            source.setdefault(name, value)

    return fill


def _default_image_volume(source: Json) -> None:
    if "pullPolicy" not in source:
        source["pullPolicy"] = _pull_policy(source.get("reference", ""))


_VOLUME_SOURCES: dict[str, Callable[[Json], None]] = {
    "hostPath": _with(type=""),
    "secret": _with(defaultMode=_MODE),
    "configMap": _with(defaultMode=_MODE),
    "downwardAPI": _default_downward,
    "projected": _default_projected,
    "ephemeral": _default_claim_template,
    "image": _default_image_volume,
    "iscsi": _with(iscsiInterface="default"),
    "rbd": _with(pool="rbd", user="admin", keyring="/etc/ceph/keyring"),
    "azureDisk": _with(cachingMode="ReadWrite", fsType="ext4", readOnly=False, kind="Shared"),
    "scaleIO": _with(storageMode="ThinProvisioned", fsType="xfs"),
}


def _default_volume(volume: Json) -> None:
    """A volume without a source is an emptyDir. Models SetDefaults_Volume."""
    sources = [name for name in volume if name != "name"]
    if not sources:
        volume["emptyDir"] = {}
    for name in sources:
        if name in _VOLUME_SOURCES and isinstance(volume[name], dict):
            _VOLUME_SOURCES[name](volume[name])
