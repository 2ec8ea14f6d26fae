"""What one sync of a Pod does, in each state of its worker.

Models pkg/kubelet/kubelet.go SyncPod, SyncTerminatingPod and SyncTerminatedPod, and the runtime's half,
pkg/kubelet/kuberuntime/kuberuntime_manager.go SyncPod.
"""

from __future__ import annotations

from simulator.engine import Steps
from simulator.history import Json
from simulator.kubelet import conditions
from simulator.kubelet.actions import PodActions, compute_pod_actions
from simulator.kubelet.container_runtime import UNAVAILABLE
from simulator.kubelet.container_statuses import Converter
from simulator.kubelet.dns import exceeded
from simulator.kubelet.hostnames import HostnameFault, kernel_hostname
from simulator.kubelet.images import ensure_volume_images, look_for_pull_secrets
from simulator.kubelet.kill import kill_container, kill_pod
from simulator.kubelet.latency import SANDBOX_MS, SETUP_MS, TEARDOWN_MS
from simulator.kubelet.node import PodAgent
from simulator.kubelet.phase import get_phase
from simulator.kubelet.pod_worker import Outcome
from simulator.kubelet.policy import any_regular_container_active, is_sidecar
from simulator.kubelet.runtime import PodStatus, RuntimePod, SandboxStatus, State
from simulator.kubelet.start import StartFailure, start_container
from simulator.kubelet.status_manager import TERMINAL, statuses_by_name
from simulator.objects import parse_quantity, qos_class


class PodSync:
    """Runs the syncs of one Pod."""

    def __init__(self, agent: PodAgent) -> None:
        self._agent = agent

    # ---- the three kinds of sync ---------------------------------------------
    def sync_pod(self, status: PodStatus) -> Steps[Outcome]:
        agent = self._agent
        agent.resize.settle()
        pod = agent.pod  # a version that comes while this sync works is for the next one
        api = self.generate_status(status, terminal=False)
        changed = agent.status.set_pod_status(pod, api)
        if api["phase"] in TERMINAL:
            return Outcome(terminal=True)
        yield SETUP_MS
        agent.reconcile_mirror()
        if not (yield from agent.volumes.wait_for_mount()):
            return Outcome(failed=True)
        secrets_there = look_for_pull_secrets(agent)
        agent.probes.add_pod()
        actions = compute_pod_actions(pod, status, agent.results, agent.resize.needs_restart)
        failures = yield from self._act(actions, status)
        if failures:
            ends = [failure.retry_at for failure in failures if failure.retry_at is not None]
            return Outcome(failed=True, retry_at=min(ends) if ends else None)
        quiet = secrets_there and not any("image" in volume for volume in pod["spec"].get("volumes", ()))
        quiet = quiet and not exceeded(agent)
        return Outcome(quiet=quiet and actions.none and not changed and self._settled(api))

    def sync_terminating_pod(self, status: PodStatus) -> Steps[Outcome]:
        agent = self._agent
        api = self.generate_status(status, terminal=False) | agent.eviction
        agent.status.set_pod_status(agent.pod, api)
        agent.probes.stop_liveness_and_startup()
        grace = agent.grace_override
        if agent.deleting:
            grace = max(int(agent.pod["metadata"]["deletionGracePeriodSeconds"]), 1)
        yield from kill_pod(agent, status.running, grace)
        agent.probes.remove_pod()
        stopped = agent.runtime.status()
        agent.status.set_pod_status(agent.pod, self.generate_status(stopped, terminal=True))
        return Outcome()

    def sync_terminated_pod(self, status: PodStatus) -> Steps[Outcome]:
        agent = self._agent
        agent.status.set_pod_status(agent.pod, self.generate_status(status, terminal=True))
        yield TEARDOWN_MS
        agent.status.terminate_pod(agent.pod)
        return Outcome()

    def _settled(self, api: Json) -> bool:
        """Another sync would poke no probe: every running container that is probed for it is ready."""
        return all(c["ready"] or "running" not in c["state"] for c in statuses_by_name(api).values())

    # ---- status ----------------------------------------------------------------
    def generate_status(self, runtime: PodStatus, *, terminal: bool) -> Json:
        """Models pkg/kubelet/kubelet_pods.go generateAPIPodStatus."""
        agent, pod = self._agent, self._agent.pod
        known = pod.get("status", {})
        old = agent.status.get(agent.uid) or known
        converter = Converter(pod, runtime, agent.reasons, agent.node.calendar, agent.resize.actual)
        status: Json = {}
        for kind, key in (
            ("initContainers", "initContainerStatuses"),
            ("containers", "containerStatuses"),
            ("ephemeralContainers", "ephemeralContainerStatuses"),
        ):
            if pod["spec"].get(kind):
                status[key] = converter.convert(kind, old.get(key, []))
        by_name = statuses_by_name(status)
        initialized = any_regular_container_active(pod, runtime)
        phase = get_phase(pod, by_name, terminal=terminal, initialized=initialized)
        for before in (old, known):
            if phase not in TERMINAL and before.get("phase") in TERMINAL:
                phase = before["phase"]
        status["phase"] = phase
        status |= _kept(phase, old, known) | agent.decide_fate()
        if known.get("phase") in TERMINAL:  # what decides too late changes the reason only
            status["phase"] = known["phase"]
        agent.probes.update_pod_status(by_name)
        foreign = [c for c in known.get("conditions", ()) if c["type"] not in conditions.OWNED]
        foreign += [] if terminal else agent.resize.conditions()
        foreign += [agent.disruption] if agent.disruption else []
        status["conditions"] = foreign + conditions.generate(pod, foreign, runtime, by_name, status["phase"])
        return status | self._addresses(runtime) | {"qosClass": known.get("qosClass") or qos_class(pod)}

    def _addresses(self, runtime: PodStatus) -> Json:
        node, spec = self._agent.node, self._agent.pod["spec"]
        addresses: Json = {"hostIP": node.ip, "hostIPs": node.host_ips}
        ip = node.ip if spec.get("hostNetwork") else runtime.ip
        return addresses | ({"podIP": ip, "podIPs": [{"ip": ip}]} if ip else {})

    # ---- the runtime's half -----------------------------------------------------
    def _act(self, actions: PodActions, status: PodStatus) -> Steps[list[StartFailure]]:
        agent = self._agent
        if actions.kill_pod:
            if status.sandboxes and actions.create_sandbox:
                message = "Pod sandbox changed, it will be killed and re-created."
                agent.event("Normal", "SandboxChanged", message)
            agent.node.engine.cause = max((kill.cause for kill in actions.kill), default=0) or agent.node.engine.cause
            yield from kill_pod(agent, status.running)
            if actions.create_sandbox:
                agent.runtime.purge({c["name"] for c in agent.pod["spec"].get("initContainers", ())}, status)
        for kill in () if actions.kill_pod else actions.kill:
            agent.node.engine.cause = kill.cause or agent.node.engine.cause
            yield from kill_container(agent, kill.instance, kill.message, kill.reason)
        failed = self._resize({kill.instance.name for kill in actions.kill}) if not actions.kill_pod else []
        if actions.create_sandbox:
            self._say_dns()
            error = yield from self._create_sandbox(actions.attempt)
            if error:
                message = f"Failed to create pod sandbox: {error}"
                agent.event("Warning", "FailedCreatePodSandBox", message)
                return [StartFailure("FailedCreatePodSandBox", message)]
        self._say_dns()
        return [*failed, *(yield from self._start(actions, status))]

    def _say_dns(self) -> None:
        """Models generatePodSandboxConfig: it is for the sandbox, and once more for the containers in it."""
        for message in exceeded(self._agent):
            self._agent.event("Warning", "DNSConfigForming", message)

    def _resize(self, killed: set[str]) -> list[StartFailure]:
        """Change the cgroups of running containers. Models doPodResizeAction."""
        agent = self._agent
        running = {c.name: agent.runtime.insides[c.id] for c in agent.runtime.status().running}
        pending = [c for c in agent.resize.pending_containers() if c["name"] not in killed]
        if error := agent.resize.obstacle(pending, running):
            agent.resize.fail(error)
            return [StartFailure("ResizePodInPlace", error)]
        for container in pending:
            agent.resize.actuate(container)
            current = agent.runtime.status().find(container["name"])
            limit = (container.get("resources") or {}).get("limits", {}).get("memory")
            if current is not None and limit and current.id in agent.runtime.insides:
                agent.runtime.insides[current.id].memory_limit = parse_quantity(limit).value
            agent.reinspect(agent.uid)
        return []

    def _create_sandbox(self, attempt: int) -> Steps[str]:
        """What went wrong, or nothing."""
        agent = self._agent
        try:
            hostname = kernel_hostname(agent.pod)
        except HostnameFault as fault:
            return str(fault)
        if agent.pod["spec"].get("hostUsers") is False:  # known to newer runtimes than the node's
            return "can't set `spec.hostUsers: false`, runtime does not support user namespaces"
        if not agent.node.runtime_answers:
            return UNAVAILABLE
        yield SANDBOX_MS
        node = agent.node
        on_host = agent.pod["spec"].get("hostNetwork")
        ip = node.ip if on_host else node.new_address()
        number = agent.fact("sandbox", "", {"phase": "ready", "ip": ip})
        machine = node.machine
        own = None if on_host else machine.network_namespace(ip, hostname, agent.key)
        agent.runtime.namespace = own or machine.host_network
        if agent.pod["spec"].get("shareProcessNamespace"):
            pids = node.machine.shared_pid_namespace(agent.runtime.namespace, agent.key, agent.lose_sandbox)
            agent.runtime.pids = pids
        node.engine.cause = number
        agent.runtime.last_ip = ip
        agent.runtime.sandboxes.insert(0, SandboxStatus(node.new_id(), attempt, True, ip, number))
        agent.runtime.on_change(agent.uid)
        return ""

    def _start(self, actions: PodActions, status: PodStatus) -> Steps[list[StartFailure]]:
        """Ephemeral, init, then regular containers, one after the other; a plain init container that fails stops it."""
        agent, failures = self._agent, []
        cause = agent.node.engine.cause
        missing = yield from ensure_volume_images(agent)
        for kind, containers in (("", actions.ephemeral), ("init", actions.inits), ("", actions.containers)):
            for container in containers:
                agent.node.engine.cause = _why_now(agent.runtime, container["name"]) or cause
                failure = yield from start_container(agent, container, status, missing)
                if failure is None:
                    continue
                failures.append(failure)
                if kind == "init" and not is_sidecar(container):
                    return failures
        return failures


def _why_now(runtime: RuntimePod, name: str) -> int:
    """A restart follows from the end of the instance before."""
    newest = runtime.status().find(name)
    return newest.changed_by if newest is not None and newest.state is State.EXITED else 0


def _kept(phase: str, old: Json, known: Json) -> Json:
    """Reason and message stay while the phase does."""
    if phase != old.get("phase"):
        return {}
    kept = {key: old.get(key) or known.get(key) for key in ("reason", "message")}
    return {key: value for key, value in kept.items() if value}
