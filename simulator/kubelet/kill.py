"""Stopping containers: the Killing event, preStop, SIGTERM, the grace, SIGKILL.

Models pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer and
kuberuntime_termination_order.go.
"""

from __future__ import annotations

from simulator.engine import Future, Steps, Task, all_of, within
from simulator.history import Json
from simulator.kubelet.actions import KillReason
from simulator.kubelet.hooks import run_hook
from simulator.kubelet.latency import KILLED_MS, SANDBOX_STOP_MS, SIGNAL_MS
from simulator.kubelet.node import PodAgent
from simulator.kubelet.policy import find_container, is_sidecar
from simulator.kubelet.runtime import ContainerStatus, State

MINIMUM_GRACE_S = 2


class TerminationOrder:
    """Sidecars get their signal after the regular containers and the later sidecars have ended."""

    def __init__(self, pod: Json, running: tuple[ContainerStatus, ...]) -> None:
        names = {c.name for c in running}
        regular = [c["name"] for c in pod["spec"]["containers"] if c["name"] in names]
        inits = [c["name"] for c in pod["spec"].get("initContainers", ()) if is_sidecar(c) and c["name"] in names]
        self._ended: dict[str, Future[None]] = {name: Future() for name in (*regular, *inits)}
        self._before = {name: [*regular, *inits[index + 1 :]] for index, name in enumerate(inits)}

    def turn(self, name: str) -> Future[list[None]]:
        return all_of([self._ended[before] for before in self._before.get(name, ())])

    def ended(self, name: str) -> None:
        if name in self._ended:
            self._ended[name].resolve(None)


def grace_seconds(agent: PodAgent, container: Json, reason: KillReason) -> tuple[int, str]:
    """And the field of the manifest it comes from. Models setTerminationGracePeriod."""
    meta, spec = agent.pod["metadata"], agent.pod["spec"]
    if "deletionGracePeriodSeconds" in meta:
        return int(meta["deletionGracePeriodSeconds"]), "spec.terminationGracePeriodSeconds"
    if reason in (KillReason.LIVENESS, KillReason.STARTUP):
        own = container.get(reason, {}).get("terminationGracePeriodSeconds")
        if own is not None:
            kind, index, _ = find_container(spec, container["name"])
            return int(own), f"spec.{kind}[{index}].{reason}.terminationGracePeriodSeconds"
    return int(spec["terminationGracePeriodSeconds"]), "spec.terminationGracePeriodSeconds"


def kill_container(
    agent: PodAgent,
    instance: ContainerStatus,
    message: str = "",
    reason: KillReason = KillReason.NONE,
    grace_override: int | None = None,
    order: TerminationOrder | None = None,
) -> Steps[None]:
    """Returns when the container has ended."""
    _, _, container = find_container(agent.pod["spec"], instance.name)
    grace, field = grace_seconds(agent, container, reason)
    message = message or f"Stopping container {instance.name}"
    agent.event("Normal", "Killing", message, instance.name)
    if grace_override is not None:
        grace = grace_override
    engine = agent.node.engine
    deadline = engine.now + max(grace, MINIMUM_GRACE_S) * 1000
    data = {"grace_ms": grace * 1000, "reason": message, "deadline_ms": deadline}
    number = agent.node.history.fact("stop", agent.key, instance.name, data, (field,))
    engine.cause = number
    if grace > 0 and "preStop" in container.get("lifecycle", {}):
        grace -= yield from _pre_stop(agent, container, instance, grace)
    if order is not None and grace > 0:
        began = engine.now
        yield within(engine, order.turn(instance.name), grace * 1000)
        grace -= (engine.now - began) // 1000
    engine.cause = max(engine.cause, number)
    yield from _stop(agent, instance, max(grace, MINIMUM_GRACE_S) * 1000)
    if order is not None:
        order.ended(instance.name)


def _pre_stop(agent: PodAgent, container: Json, instance: ContainerStatus, grace: int) -> Steps[int]:
    """Whole seconds that it took; given up when the grace is used. Models executePreStopHook."""
    engine = agent.node.engine
    began = engine.now
    hook = Task(engine, _run_pre_stop(agent, container, instance))
    yield within(engine, hook, grace * 1000)
    if not hook.done:
        data = {"hook": "preStop", "handler": "", "phase": "abandoned"}
        agent.fact("hook", instance.name, data, "lifecycle.preStop")
    return (engine.now - began) // 1000


def _run_pre_stop(agent: PodAgent, container: Json, instance: ContainerStatus) -> Steps[None]:
    """Reports its failure even when nobody waits any more: it dies with the container."""
    message = yield from run_hook(agent, container, instance, "preStop")
    if message:
        agent.event("Warning", "FailedPreStopHook", "PreStopHook failed", instance.name)


def _stop(agent: PodAgent, instance: ContainerStatus, timeout_ms: int) -> Steps[None]:
    """The runtime's StopContainer: the image's stop signal, then SIGKILL."""
    inside = agent.runtime.insides.get(instance.id)
    if inside is None or not inside.running:
        return
    engine = agent.node.engine
    ended = agent.runtime.ended(instance.id)
    cause = engine.cause
    yield SIGNAL_MS
    engine.cause = cause
    if not inside.running:  # it ended by itself just before
        return
    number = len(agent.node.history) + 1
    inside.signal(inside.image.stop_signal, grace_ms=timeout_ms)
    engine.cause = number  # the signal's own fact: SIGKILL comes because this one was not enough
    in_time: bool = yield within(engine, ended, timeout_ms)
    if not in_time:
        inside.signal("SIGKILL")
        yield ended
    yield KILLED_MS


def kill_pod(agent: PodAgent, running: tuple[ContainerStatus, ...], grace_override: int | None = None) -> Steps[None]:
    """Stop all containers at once, then the sandbox. Models killPodWithSyncResult."""
    order = TerminationOrder(agent.pod, running)
    engine = agent.node.engine
    cause = engine.cause
    kills = []
    for instance in running:
        engine.cause = cause
        kills.append(Task(engine, kill_container(agent, instance, grace_override=grace_override, order=order)))
    yield all_of(kills)
    for instance in running:  # started between two looks at the runtime: the sandbox takes it along
        order.ended(instance.name)
    sandboxes = agent.runtime.sandboxes
    if sandboxes and sandboxes[0].ready:
        yield SANDBOX_STOP_MS
        for status in list(agent.runtime.containers):
            if status.state is State.RUNNING:
                agent.runtime.insides[status.id].signal("SIGKILL")
        number = agent.node.history.fact("sandbox", agent.key, "", {"phase": "stopped", "ip": sandboxes[0].ip})
        engine.cause = number
        agent.runtime.stop_sandbox(number)
        agent.runtime.leave(agent.node.machine)
