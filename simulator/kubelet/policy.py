"""Who is restarted: pure questions about a Pod's specification.

Models pkg/api/v1/pod/util.go and pkg/kubelet/container/helpers.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.history import Json
from simulator.kubelet.runtime import PodStatus, State
from simulator.kubelet.static_manifests import HASH

CRITICAL = 2_000_000_000
CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


def is_sidecar(container: Json) -> bool:
    """An init container that keeps running: a "restartable init container"."""
    return container.get("restartPolicy") == "Always"


def sidecars(spec: Json) -> list[Json]:
    return [c for c in spec.get("initContainers", ()) if is_sidecar(c)]


def all_containers(spec: Json) -> Iterator[tuple[str, int, Json]]:
    """Every container with its list's name and its index there."""
    for kind in CONTAINERS:
        for index, container in enumerate(spec.get(kind, ())):
            yield kind, index, container


def find_container(spec: Json, name: str) -> tuple[str, int, Json]:
    """Raises KeyError when the Pod has no such container."""
    for kind in CONTAINERS:
        for index, container in enumerate(spec.get(kind, ())):
            if container["name"] == name:
                return kind, index, container
    raise KeyError(name)


def field_path(spec: Json, name: str) -> str:
    """As events name a container: spec.containers{app}."""
    return f"spec.{find_container(spec, name)[0]}{{{name}}}"


def path_of(spec: Json, name: str) -> str:
    """As validation and editors name a container: spec.containers[0]."""
    kind, index, _ = find_container(spec, name)
    return f"spec.{kind}[{index}]"


def matching_rule(container: Json, exit_code: int) -> Json | None:
    """Models pkg/api/v1/pod/util.go FindMatchingContainerRestartRule."""
    for rule in container.get("restartPolicyRules", ()):
        exit_codes = rule.get("exitCodes") or {}
        inside = exit_code in exit_codes.get("values", ())
        if exit_codes and inside == (exit_codes.get("operator") == "In"):
            return dict(rule)
    return None


def should_restart(container: Json, spec: Json, exit_code: int) -> bool:
    """Whether a container that ended so is to run again. Models pkg/api/v1/pod/util.go ContainerShouldRestart."""
    rule = matching_rule(container, exit_code)
    if rule is not None:
        return bool(rule["action"] == "Restart")
    policy = container.get("restartPolicy") or spec["restartPolicy"]
    return policy == "Always" or (policy == "OnFailure" and exit_code != 0)


def should_be_restarted(container: Json, pod: Json, status: PodStatus) -> bool:
    """Models pkg/kubelet/container/helpers.go ShouldContainerBeRestarted."""
    if "deletionTimestamp" in pod["metadata"]:
        return False
    current = status.find(container["name"])
    if current is None or current.state is State.CREATED:
        return True
    if current.state is State.RUNNING:
        return False
    return should_restart(container, pod["spec"], current.exit_code)


def is_restartable(container: Json, spec: Json) -> bool:
    """By policy alone, whatever the exit code: what a kill by a probe asks."""
    return bool((container.get("restartPolicy") or spec["restartPolicy"]) != "Never")


def any_regular_container_created(pod: Json, status: PodStatus) -> bool:
    return any(status.find(c["name"]) is not None for c in pod["spec"]["containers"])


def any_regular_container_active(pod: Json, status: PodStatus) -> bool:
    """One of them exists in the running sandbox. Models container/helpers.go HasAnyActiveRegularContainerStarted."""
    if not status.sandboxes or not status.sandboxes[0].ready:
        return False
    active = {c.name for c in status.containers if c.sandbox == status.sandboxes[0].id}
    return any(c["name"] in active for c in pod["spec"]["containers"])


def description(pod: Json) -> str:
    """NAME_NAMESPACE(UID). Models pkg/kubelet/util/format/pod.go Pod."""
    meta = pod["metadata"]
    return f"{meta['name']}_{meta['namespace']}({meta['uid']})"


def pod_key(pod: Json) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def is_critical(pod: Json) -> bool:
    """Models pkg/kubelet/types/pod_update.go IsCriticalPod."""
    return is_static(pod) or int(pod["spec"].get("priority") or 0) >= CRITICAL


def is_static(pod: Json) -> bool:
    """It comes from a file. A Pod of the API may bear the annotations of one, but not its UID."""
    meta = pod["metadata"]
    return bool((meta.get("annotations") or {}).get(HASH, "") == meta.get("uid"))
