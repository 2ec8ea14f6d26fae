"""What the kubelet asks the runtime to create for a container.

Models pkg/kubelet/kuberuntime/kuberuntime_container.go generateContainerConfig.
"""

from __future__ import annotations

from simulator.containers import ContainerSpec, CreateError, ImageVolume, Mount, PidNamespace, PodMemory, VolumeError
from simulator.history import Json
from simulator.kubelet.dns import resolv_conf
from simulator.kubelet.environment import ConfigError, environment, expand, references
from simulator.kubelet.hostnames import kernel_hostname, pod_hostname
from simulator.kubelet.node import PodAgent
from simulator.kubelet.oom import oom_score_adjust
from simulator.kubelet.policy import description
from simulator.kubelet.runtime import State
from simulator.objects import parse_quantity

__all__ = ["ConfigError", "container_spec"]


def container_spec(agent: PodAgent, container: Json, container_id: str, restart: int) -> ContainerSpec:
    """Raises ConfigError when the manifest refers to something that is not there or may not be."""
    variables = environment(agent, container)
    wanted = enumerate(container.get("volumeMounts", ()))
    mounts = [_mount(agent, container["name"], number, mount, variables) for number, mount in wanted]
    _check_user(agent, container)
    spec = agent.pod["spec"]
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
        env=variables,
        working_dir=container.get("workingDir") or None,
        mounts=mounts,
        network=namespace,
        shared_pids=_shared_pids(agent, container, container_id),
        user=_security(spec, container, "runAsUser"),
        group=_security(spec, container, "runAsGroup"),
        memory_limit=parse_quantity(limit).value if limit else None,
        pod_memory=_pod_memory(agent),
        oom_score_adj=oom_score_adjust(agent.pod, container, agent.node.machine.memory.total),
        stdin=bool(container.get("stdin")),
        tty=bool(container.get("tty")),
        termination_message_path=container.get("terminationMessagePath", "/dev/termination-log"),
        declared_ports=[port["containerPort"] for port in container.get("ports", ())],
        hostname=agent.node.name if spec.get("hostNetwork") else kernel_hostname(agent.pod),
        host_domain=pod_hostname(agent.pod)[1],
        groups=_groups(spec),
        read_only_root=bool((container.get("securityContext") or {}).get("readOnlyRootFilesystem")),
        restart=restart,
        hosts=[(alias["ip"], alias.get("hostnames", ())) for alias in spec.get("hostAliases", ())],
        resolv_conf=resolv_conf(agent),
    )


def _expanded(words: list[str] | None, variables: dict[str, str]) -> list[str] | None:
    return None if words is None else [expand(word, variables) for word in words]


def _sub_path(mount: Json, variables: dict[str, str]) -> str:
    """Models pkg/kubelet/container/helpers.go ExpandContainerVolumeMounts, and the checks that follow it."""
    path: str = mount.get("subPath") or ""
    if text := mount.get("subPathExpr"):
        missing = {name for name in references(text) if not variables.get(name)}
        if missing:
            raise ConfigError(f"missing value for {', '.join(sorted(missing))}")
        path = expand(text, variables)
    if path.startswith("/"):
        raise ConfigError(f"error SubPath `{path}` must not be an absolute path")
    if ".." in path.split("/"):
        raise ConfigError(f"unable to provision SubPath `{path}`: must not contain '..'")
    return path


def _mount(agent: PodAgent, name: str, number: int, mount: Json, variables: dict[str, str]) -> Mount:
    """Models pkg/kubelet/kubelet_pods.go makeMounts."""
    volume = agent.volumes.mounted.get(mount["name"])
    if volume is None:
        raise ConfigError(f'cannot find volume "{mount["name"]}" to mount into container "{name}"')
    sub_path = _sub_path(mount, variables)
    if isinstance(volume, ImageVolume) and sub_path:
        _look_into_image(agent, volume, sub_path)
    try:
        volume.at(sub_path)
    except VolumeError:
        # Upstream keeps to itself what is wrong: it would tell about the node's files.
        message = f'failed to prepare subPath for volumeMount "{mount["name"]}" of container "{name}"'
        raise ConfigError(message) from None
    if mount.get("recursiveReadOnly") == "Enabled":  # which newer runtimes than the node's can do
        why = f'volume "{mount["name"]}" requested recursive read-only mode, but it is not supported by the runtime'
        raise ConfigError(f"failed to resolve recursive read-only mode: {why}")
    source = agent.volumes.place(mount["name"])
    if sub_path:
        source = f"{agent.directory}/volume-subpaths/{mount['name']}/{name}/{number}"
    return Mount(mount["mountPath"], volume, bool(mount.get("readOnly")), sub_path, source)


def _look_into_image(agent: PodAgent, volume: ImageVolume, sub_path: str) -> None:
    """The runtime makes nothing in an image. Models containerd's mutateImageMount."""
    source = next(each["image"] for each in agent.pod["spec"]["volumes"] if each["name"] == volume.name)
    digest = agent.node.machine.images.get(source["reference"]).digest.rpartition(":")[2]
    place = f"/run/containerd/io.containerd.grpc.v1.cri/image-volumes/{agent.runtime.sandboxes[0].id}/{digest}"
    if fault := volume.fault(sub_path, place):
        words = f'failed to ensure image subpath "{sub_path}" in "{place}": {fault}'
        raise CreateError(f"failed to mount image volume: ImageVolumeMountFailed: {words}")


def _shared_pids(agent: PodAgent, container: Json, container_id: str) -> PidNamespace | None:
    """The process namespace to join: that of an ephemeral container's target, the node's, or the Pod's."""
    if target := container.get("targetContainerName"):
        return _target(agent, target, container_id)
    if agent.pod["spec"].get("hostPID"):
        return agent.node.machine.node.namespace
    return agent.runtime.pids if agent.pod["spec"].get("shareProcessNamespace") else None


def _target(agent: PodAgent, name: str, container_id: str) -> PidNamespace:
    """Models kuberuntime_container.go getTargetID, and containerd's validateTargetContainer."""
    found = agent.runtime.status().find(name)
    inside = agent.runtime.insides.get(found.id) if found else None
    if found is None or inside is None:
        raise ConfigError(f"unable to find target container {name}")
    if found.state is not State.RUNNING:
        state = f"CONTAINER_{found.state.upper()}"
        words = f'invalid target container: container "{found.id}" is not running - in state {state}'
        raise CreateError(f'failed to generate container "{container_id}" spec: {words}')
    return inside.namespace


def _pod_memory(agent: PodAgent) -> PodMemory | None:
    """The limit of the Pod as a whole. Models pkg/kubelet/cm/helpers_linux.go ResourceConfigForPod."""
    limit = ((agent.pod["spec"].get("resources") or {}).get("limits") or {}).get("memory")
    if limit and agent.runtime.memory is None:
        agent.runtime.memory = PodMemory(parse_quantity(limit).value)
    return agent.runtime.memory


def _security(spec: Json, container: Json, key: str) -> int | None:
    for context in (container.get("securityContext"), spec.get("securityContext")):
        if context and key in context:
            return int(context[key])
    return None


def _groups(spec: Json) -> tuple[int, ...]:
    """Beside the primary one. Models kuberuntime/security_context.go determineEffectiveSecurityContext."""
    context = spec.get("securityContext") or {}
    own = (context["fsGroup"],) if "fsGroup" in context else ()
    return (*own, *context.get("supplementalGroups", ()))


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
    image = agent.node.machine.images.get(container["image"])
    if image.user_name:
        why = f"image has non-numeric user ({image.user_name}), cannot verify user is non-root"
        raise ConfigError(f"container has runAsNonRoot and {why} {where}")
    if image.user == 0:
        raise ConfigError(f"container has runAsNonRoot and image will run as root {where}")
