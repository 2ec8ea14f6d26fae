"""Starting one container: back-off, image, configuration, create, start, postStart hook.

Models pkg/kubelet/kuberuntime/kuberuntime_container.go startContainer and
kuberuntime_manager.go doBackOff.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from simulator.containers import CreateError, Exit, StartError, VolumeError
from simulator.engine import Steps
from simulator.history import Json
from simulator.kubelet.actions import KillReason
from simulator.kubelet.container_config import ConfigError, container_spec
from simulator.kubelet.hooks import run_hook
from simulator.kubelet.images import Failure, ensure_image, short_reason
from simulator.kubelet.kill import kill_container
from simulator.kubelet.latency import CREATE_MS, START_MS
from simulator.kubelet.node import PodAgent
from simulator.kubelet.policy import description, find_container, is_sidecar
from simulator.kubelet.runtime import ContainerStatus, PodStatus, State
from simulator.objects import go_duration

ROLES = {"containers": "main", "initContainers": "init", "ephemeralContainers": "ephemeral"}


@dataclass(frozen=True, slots=True)
class StartFailure:
    """The waiting reason and message that the next sync publishes. `retry_at`: the end of the back-off (ms)."""

    reason: str
    message: str
    retry_at: int | None = None


def start_container(
    agent: PodAgent, container: Json, status: PodStatus, missing: Mapping[str, Failure]
) -> Steps[StartFailure | None]:
    """`status` is what the sync knew at its start, `missing` the volumes whose images could not be had.

    What went wrong is noted in the reason cache.
    """
    name = container["name"]
    failure = _back_off(agent, container, status) or _without_image(agent, container, missing)
    if failure is None:
        failure = yield from _start(agent, container, status)
    if failure is None:
        agent.reasons.pop(name, None)
    else:
        agent.reasons[name] = (failure.reason, failure.message)
    return failure


def _back_off(agent: PodAgent, container: Json, status: PodStatus) -> StartFailure | None:
    """Models doBackOff: counted from the end of the newest instance that has exited."""
    ended = status.exited(container["name"])
    if ended is None:
        return None
    node, name = agent.node, container["name"]
    finished = ended.finished_at or 0
    key = f"{agent.uid}_{name}_{container['image']}_{container.get('resources')}"
    if node.crash_backoff.in_back_off_since(key, finished, node.engine.now):
        message = f"Back-off restarting failed container {name} in pod {description(agent.pod)}"
        agent.event("Warning", "BackOff", message, name)
        wait = node.crash_backoff.get(key)
        _note_back_off(agent, name, wait, finished + wait)
        message = f"back-off {go_duration(wait)} restarting failed container={name} pod={description(agent.pod)}"
        return StartFailure("CrashLoopBackOff", message, finished + wait)
    node.crash_backoff.next(key, finished, node.engine.now)
    return None


def _without_image(agent: PodAgent, container: Json, missing: Mapping[str, Failure]) -> StartFailure | None:
    """Models toKubeContainerImageVolumes."""
    failure = None
    for mount in container.get("volumeMounts", ()):
        if mount["name"] in missing:
            reason, message = missing[mount["name"]]
            agent.event("Warning", "Failed", f"Error: {short_reason(reason)}", container["name"])
            failure = StartFailure(reason, message)
    return failure


def _note_back_off(agent: PodAgent, name: str, wait: int, until: int) -> None:
    """One fact a back-off, however often the kubelet looks at it."""
    if agent.backoffs.get(name) != until:
        agent.backoffs[name] = until
        agent.fact("backoff", name, {"what": "crash", "wait_ms": wait, "until_ms": until})


def _start(agent: PodAgent, container: Json, status: PodStatus) -> Steps[StartFailure | None]:
    node, name = agent.node, container["name"]
    failed = yield from ensure_image(agent, container)
    if failed is not None:
        reason, message = failed
        agent.event("Warning", "Failed", f"Error: {short_reason(reason)}", name)
        return StartFailure(reason, message)
    container_id = node.new_id()
    previous = status.find(name)
    restart_count = previous.restart_count + 1 if previous else agent.restarts_before.get(name, 0)
    try:
        inside = node.machine.container(container_spec(agent, container, container_id, restart_count))
    except ConfigError as error:
        agent.event("Warning", "Failed", f"Error: {error}", name)
        return StartFailure("CreateContainerConfigError", str(error))
    except (CreateError, VolumeError) as error:
        agent.event("Warning", "Failed", f"Error: {error}", name)
        return StartFailure("CreateContainerError", str(error))
    yield CREATE_MS
    image = inside.image
    instance = ContainerStatus(
        id=container_id,
        name=name,
        restart_count=restart_count,
        image=image.name,
        image_id=image.digest,
        definition=(name, container["image"]),
        sandbox=agent.runtime.sandboxes[0].id,
        created_at=node.engine.now,
    )
    agent.runtime.add(instance, inside)
    note(agent, container, instance, "created", assumed=image.assumed)
    agent.resize.actuate(container)
    agent.event("Normal", "Created", "Container created", name)
    yield START_MS
    return (yield from _run(agent, container, instance))


def note(agent: PodAgent, container: Json, instance: ContainerStatus, phase: str, *, assumed: bool = False) -> int:
    kind, _, _ = find_container(agent.pod["spec"], container["name"])
    data = {
        "phase": phase,
        "id": instance.id,
        "restart": instance.restart_count,
        "role": "sidecar" if is_sidecar(container) else ROLES[kind],
        "image": container["image"],
        "assumed": assumed,
    }
    return agent.fact("container", container["name"], data, "image")


def _run(agent: PodAgent, container: Json, instance: ContainerStatus) -> Steps[StartFailure | None]:
    node, name = agent.node, container["name"]
    inside = agent.runtime.insides[instance.id]
    try:
        inside.start(partial(_exited, agent, instance.id))
    except StartError as error:
        agent.event("Warning", "Failed", f"Error: {error}", name)
        _never_ran(agent, instance, str(error))
        return StartFailure("RunContainerError", str(error))
    started = inside.started_by = note(agent, container, instance, "started", assumed=inside.image.assumed)
    agent.runtime.change(instance.id, state=State.RUNNING, started_at=node.engine.now, changed_by=started)
    agent.event("Normal", "Started", "Container started", name)
    if "postStart" in container.get("lifecycle", {}):
        message = yield from run_hook(agent, container, instance, "postStart")
        if message:
            agent.event("Warning", "FailedPostStartHook", "PostStartHook failed", name)
            yield from kill_container(agent, instance, "FailedPostStartHook", KillReason.POST_START)
            return StartFailure("PostStartHookError", message)
    return None


def _never_ran(agent: PodAgent, instance: ContainerStatus, message: str) -> None:
    """runc could not start the process: exit code 128, StartError, a start time of 1970."""
    data = {"code": 128, "signal": None, "reason": "StartError", "restart": instance.restart_count, "started_ms": None}
    number = agent.fact("exit", instance.name, data, "command")
    agent.runtime.change(
        instance.id,
        state=State.EXITED,
        started_at=None,
        finished_at=agent.node.engine.now,
        exit_code=128,
        reason="StartError",
        message=message,
        changed_by=number,
    )
    agent.runtime.ended(instance.id).resolve(None)


def _exited(agent: PodAgent, container_id: str, ended: Exit) -> None:
    """The main process is gone; the machine has written the fact that the engine's cause names."""
    inside = agent.runtime.insides[container_id]
    agent.runtime.change(
        container_id,
        state=State.EXITED,
        finished_at=agent.node.engine.now,
        exit_code=ended.code,
        reason=inside.reason,
        message=inside.termination_message(fallback_to_logs=agent.falls_back_to_logs(inside.spec.name)),
        changed_by=agent.node.engine.cause,
    )
    agent.runtime.ended(container_id).resolve(None)
