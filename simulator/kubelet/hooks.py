"""Lifecycle hooks: what runs right after a container starts, and before it is stopped.

Models pkg/kubelet/lifecycle/handlers.go.
"""

from __future__ import annotations

from simulator.containers import Completed, ExecError, HttpResult
from simulator.engine import Future, Steps
from simulator.history import Json
from simulator.kubelet.latency import ASK_MS, EXEC_MS
from simulator.kubelet.node import PodAgent
from simulator.kubelet.policy import description
from simulator.kubelet.probe import RPC_UNKNOWN, resolve_port
from simulator.kubelet.runtime import ContainerStatus
from simulator.objects import go_quote

# The kubelet's client for hooks has no timeout of its own: this is when Linux gives up a connection.
HTTP_TIMEOUT_MS = 127_000
HEADERS = {"User-Agent": "kube-lifecycle/1.35", "Accept": "*/*", "Accept-Encoding": "gzip"}
PLAIN_ANSWER = "server gave HTTP response to HTTPS client"


def run_hook(agent: PodAgent, container: Json, instance: ContainerStatus, hook: str) -> Steps[str]:
    """Run postStart or preStop to its end; what went wrong, or "" if nothing did."""
    handler = container["lifecycle"][hook]
    kind = next(iter(handler))
    number = agent.fact(
        "hook", container["name"], {"hook": hook, "handler": kind, "phase": "start"}, f"lifecycle.{hook}"
    )
    agent.node.engine.cause = number
    message = yield from _run(agent, container, instance, kind, handler[kind])
    phase = "failed" if message else "done"
    agent.node.engine.cause = number
    data = {"hook": hook, "handler": kind, "phase": phase} | ({"message": message} if message else {})
    agent.node.engine.cause = agent.fact("hook", container["name"], data, f"lifecycle.{hook}")
    return message


def _run(agent: PodAgent, container: Json, instance: ContainerStatus, kind: str, handler: Json) -> Steps[str]:
    where = f'for Container "{container["name"]}" in Pod "{description(agent.pod)}" failed - error: '
    if kind == "exec":
        command = handler.get("command", [])
        error, output = yield from _exec(agent, instance, command)
        if not error:
            return ""
        return f"Exec lifecycle hook ([{' '.join(command)}]) {where}{error}, message: {go_quote(output)}"
    if kind == "httpGet":
        error = yield from _http(agent, container, instance, handler)
        return f"HTTP lifecycle hook ({handler.get('path', '/')}) {where}{error}" if error else ""
    if kind == "sleep":
        yield handler["seconds"] * 1000
        return ""
    # The API server still takes tcpSocket here, the kubelet has long had no such hook.
    port = handler["port"]
    shown = f"{{1 0 {port}}}" if isinstance(port, str) else f"{{0 {port} }}"  # Go's kinds of IntOrString
    socket = f"&TCPSocketAction{{Port:{shown},Host:{handler.get('host', '')},}}"
    return (
        f"Cannot run handler: invalid handler: &LifecycleHandler{{Exec:nil,HTTPGet:nil,TCPSocket:{socket},Sleep:nil,}}"
    )


def _exec(agent: PodAgent, instance: ContainerStatus, command: list[str]) -> Steps[tuple[str, str]]:
    done: Future[Completed] = Future()
    yield EXEC_MS
    inside = agent.runtime.insides.get(instance.id)
    if inside is None or not inside.running:
        return f"{RPC_UNKNOWN}failed to exec in container: container is in CONTAINER_EXITED state", ""
    try:
        inside.exec(command, on_exit=done.resolve, drain=True)
    except ExecError as error:
        return f"{RPC_UNKNOWN}{error}", ""
    completed: Completed = yield done
    if completed.exit.code == 0:
        return "", ""
    output = (completed.stdout + completed.stderr).decode(errors="replace")
    stderr = completed.stderr.decode(errors="replace")
    return f"command '{' '.join(command)}' exited with {completed.exit.code}: {stderr}", output


def _http(agent: PodAgent, container: Json, instance: ContainerStatus, handler: Json) -> Steps[str]:
    """The status code does not matter; only that somebody answers. Models runHTTPHandler."""
    try:
        port = resolve_port(container, handler["port"])
    except ValueError as error:
        return str(error)
    scheme = (handler.get("scheme") or "HTTP").lower()
    if not handler.get("host"):
        yield ASK_MS
    result: HttpResult = yield _request(agent, handler, port, scheme)
    if result.error and result.timed_out:
        return (yield from _without_answer(agent, instance, result))
    if not result.error or PLAIN_ANSWER not in result.error:
        return result.error or ""
    again: HttpResult = yield _request(agent, handler, port, "http")
    if again.error:
        return result.error
    host = f"{handler.get('host') or agent.runtime.last_ip}:{port}"
    message = f"request to HTTPS lifecycle hook {host} got HTTP response, retry with HTTP succeeded"
    agent.event("Warning", "LifecycleHTTPFallback", message)
    return ""


def _without_answer(agent: PodAgent, instance: ContainerStatus, result: HttpResult) -> Steps[str]:
    """A connection that was made stays until the container goes and takes it along."""
    request = (result.error or "").partition(": ")[0]
    if result.unreached:
        return f"{request}: dial tcp {result.unreached}: connect: connection timed out"
    if (ending := agent.runtime.endings.get(instance.id)) is not None:
        yield ending
    return f"{request}: EOF"


def _request(agent: PodAgent, handler: Json, port: int, scheme: str) -> Future[HttpResult]:
    answered: Future[HttpResult] = Future()
    agent.node.machine.http_get(
        agent.runtime.last_ip,
        port,
        handler.get("path", "/"),
        host=handler.get("host") or "",
        scheme=scheme,
        headers=tuple((HEADERS | {h["name"]: h["value"] for h in handler.get("httpHeaders", ())}).items()),
        timeout_ms=HTTP_TIMEOUT_MS,
        on_result=answered.resolve,
    )
    return answered
