"""What the kubelet asks the runtime to create for a container.

Models pkg/kubelet/kuberuntime/kuberuntime_container.go generateContainerConfig.
"""

from __future__ import annotations

from simulator.containers import ContainerSpec, Mount, PidNamespace
from simulator.history import Json
from simulator.kubelet.environment import ConfigError, environment, expand
from simulator.kubelet.node import PodAgent
from simulator.kubelet.policy import description
from simulator.objects import parse_quantity

__all__ = ["ConfigError", "container_spec"]


def container_spec(agent: PodAgent, container: Json, container_id: str, restart: int) -> ContainerSpec:
    """Raises ConfigError when the manifest refers to something that is not there or may not be."""
    _check_user(agent, container)
    variables = environment(agent, container)
    spec, meta = agent.pod["spec"], agent.pod["metadata"]
    namespace = agent.runtime.namespace
    assert namespace is not None
    limit = (container.get("resources") or {}).get("limits", {}).get("memory")
    return ContainerSpec(
        name=container["name"],
        pod=agent.key,
        id=container_id,
        image=container["image"],
        command=_expanded(container.get("command"), variables),
        args=_expanded(container.get("args"), variables),
        env=list(variables.items()),
        working_dir=container.get("workingDir") or None,
        mounts=[_mount(agent, mount, variables) for mount in container.get("volumeMounts", ())],
        network=namespace,
        shared_pids=_shared_pids(agent, container),
        user=_security(spec, container, "runAsUser"),
        group=_security(spec, container, "runAsGroup"),
        memory_limit=parse_quantity(limit).value if limit else None,
        stdin=bool(container.get("stdin")),
        tty=bool(container.get("tty")),
        termination_message_path=container.get("terminationMessagePath", "/dev/termination-log"),
        declared_ports=[port["containerPort"] for port in container.get("ports", ())],
        hostname=agent.node.name if spec.get("hostNetwork") else spec.get("hostname") or meta["name"],
        read_only_root=bool((container.get("securityContext") or {}).get("readOnlyRootFilesystem")),
        restart=restart,
        hosts={name: alias["ip"] for alias in spec.get("hostAliases", ()) for name in alias.get("hostnames", ())},
    )


def _expanded(words: list[str] | None, variables: dict[str, str]) -> list[str] | None:
    return None if words is None else [expand(word, variables) for word in words]


def _mount(agent: PodAgent, mount: Json, variables: dict[str, str]) -> Mount:
    sub_path = mount.get("subPath") or expand(mount.get("subPathExpr", ""), variables)
    volume = agent.volumes.mounted.get(mount["name"])
    if volume is None:
        raise ConfigError(f'cannot find volume "{mount["name"]}" to mount into container')
    return Mount(mount["mountPath"], volume, bool(mount.get("readOnly")), sub_path)


def _shared_pids(agent: PodAgent, container: Json) -> PidNamespace | None:
    """The process namespace to join: the Pod's, or that of an ephemeral container's target."""
    if agent.pod["spec"].get("shareProcessNamespace"):
        return agent.runtime.pids
    target = container.get("targetContainerName")
    if target:
        found = agent.runtime.status().find(target)
        inside = agent.runtime.insides.get(found.id) if found else None
        if inside is None:
            raise ConfigError(f"unable to find target container {target}")
        return inside.namespace
    return None


def _security(spec: Json, container: Json, key: str) -> int | None:
    for context in (container.get("securityContext"), spec.get("securityContext")):
        if context and key in context:
            return int(context[key])
    return None


def _check_user(agent: PodAgent, container: Json) -> None:
    """Models security_context_others.go verifyRunAsNonRoot."""
    own, pods = container.get("securityContext") or {}, agent.pod["spec"].get("securityContext") or {}
    if not own.get("runAsNonRoot", pods.get("runAsNonRoot", False)):
        return
    where = f'(pod: "{description(agent.pod)}", container: {container["name"]})'
    user = _security(agent.pod["spec"], container, "runAsUser")
    if user == 0:
        raise ConfigError(f"container's runAsUser breaks non-root policy {where}")
    if user is not None:
        return
    if agent.node.machine.images.get(container["image"]).user == 0:
        raise ConfigError(f"container has runAsNonRoot and image will run as root {where}")
