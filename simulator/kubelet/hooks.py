"""Lifecycle hooks: what runs right after a container starts, and before it is stopped.

Models pkg/kubelet/lifecycle/handlers.go.
"""

from __future__ import annotations

from simulator.containers import Completed, ExecError, HttpResult
from simulator.engine import Future, Steps
from simulator.history import Json
from simulator.kubelet.latency import EXEC_MS
from simulator.kubelet.node import PodAgent
from simulator.kubelet.policy import description
from simulator.kubelet.probe import RPC_UNKNOWN, resolve_port
from simulator.kubelet.runtime import ContainerStatus

HTTP_TIMEOUT_MS = 30_000


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
        return f'Exec lifecycle hook ([{" ".join(command)}]) {where}{error}, message: "{output}"'
    if kind == "httpGet":
        error = yield from _http(agent, container, handler)
        return f"HTTP lifecycle hook ({handler.get('path', '/')}) {where}{error}" if error else ""
    if kind == "sleep":
        yield handler["seconds"] * 1000
    return ""


def _exec(agent: PodAgent, instance: ContainerStatus, command: list[str]) -> Steps[tuple[str, str]]:
    done: Future[Completed] = Future()
    yield EXEC_MS
    try:
        agent.runtime.insides[instance.id].exec(command, on_exit=done.resolve)
    except ExecError as error:
        return f"{RPC_UNKNOWN}{error}", ""
    completed: Completed = yield done
    if completed.exit.code == 0:
        return "", ""
    output = (completed.stdout + completed.stderr).decode(errors="replace")
    stderr = completed.stderr.decode(errors="replace")
    return f"command '{' '.join(command)}' exited with {completed.exit.code}: {stderr}", output


def _http(agent: PodAgent, container: Json, handler: Json) -> Steps[str]:
    """The status code does not matter; only that somebody answers."""
    answered: Future[HttpResult] = Future()
    agent.node.machine.http_get(
        agent.runtime.last_ip,
        resolve_port(container, handler["port"]),
        handler.get("path", "/"),
        host=handler.get("host") or "",
        scheme=(handler.get("scheme") or "HTTP").lower(),
        headers=tuple((h["name"], h["value"]) for h in handler.get("httpHeaders", ())),
        timeout_ms=HTTP_TIMEOUT_MS,
        on_result=answered.resolve,
    )
    result: HttpResult = yield answered
    return result.error or ""
