"""One attempt of a probe: asking the container, and what its answer means.

Models pkg/kubelet/prober/prober.go and pkg/probe/{exec,http,tcp,grpc}.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.containers import Completed, Dependencies, ExecError, HttpResult, TcpResult
from simulator.engine import Future, Steps, within
from simulator.history import Json
from simulator.kubelet.container_runtime import UNAVAILABLE
from simulator.kubelet.environment import expand
from simulator.kubelet.latency import EXEC_MS
from simulator.kubelet.node import PodAgent
from simulator.kubelet.results import FAILURE, SUCCESS, UNKNOWN
from simulator.objects import go_duration, go_quote

MAX_OUTPUT = 10 * 1024
RUNTIME_TIMEOUT_MS = 120_000  # what a call of the runtime may take beyond the probe's own time
HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
WARNING = "warning"
RPC_UNKNOWN = "rpc error: code = Unknown desc = "  # how the runtime's own words reach the kubelet
UNSENT = {("Accept", ""), ("User-Agent", "")}
DEFAULT_HEADERS = {"User-Agent": "kube-probe/1.35", "Accept": "*/*", "Connection": "close"}


@dataclass(frozen=True, slots=True)
class Attempt:
    """The outcome: success, warning (a success with a remark), failure, or unknown: it could not be tried.

    `seen` is there when the same attempt would give the same outcome until something that it looked at changes.
    """

    result: str
    output: str = ""
    seen: Dependencies | None = None
    repeat_log: Any = None  # what a repetition writes into the container's log
    state: str = UNKNOWN  # what an attempt that errored is said to have resulted in


def handler_of(probe: Json) -> str:
    return next(kind for kind in HANDLERS if kind in probe)


def resolve_port(container: Json, port: int | str) -> int:
    """Raises ValueError for a name that the container does not declare."""
    if isinstance(port, int):
        return port
    for declared in container.get("ports", ()):
        if declared.get("name") == port:
            return int(declared["containerPort"])
    if port.isdigit():
        return int(port)
    raise ValueError(f'strconv.Atoi: parsing "{port}": invalid syntax')


def probe_headers(action: Json) -> tuple[tuple[str, str], ...]:
    """What the manifest asks for, and what the kubelet says of itself. Models pkg/probe/http/request.go."""
    asked = [(h["name"].title(), h.get("value", "")) for h in action.get("httpHeaders", ())]
    names = {name for name, _ in asked}
    ours = [(name, value) for name, value in DEFAULT_HEADERS.items() if name not in names]
    return (*ours, *(header for header in asked if header not in UNSENT))


def probe_command(container: Json, action: Json) -> list[str]:
    """With what the manifest sets literally put in for $(NAME). Models ExpandContainerCommandOnlyStatic."""
    static = {variable["name"]: str(variable.get("value") or "") for variable in container.get("env", ())}
    return [expand(word, static) for word in action.get("command", ())]


def run_probe(agent: PodAgent, container: Json, container_id: str, probe: Json) -> Steps[Attempt]:
    """Models prober.go runProbe; an attempt that cannot be made is tried three times at once."""
    kind = handler_of(probe)
    timeout = (probe.get("timeoutSeconds") or 1) * 1000
    try:
        if kind == "exec":
            return (yield from _exec(agent, container_id, probe_command(container, probe["exec"]), timeout))
        if kind == "httpGet":
            return (yield from _http(agent, container, probe["httpGet"], timeout))
        if kind == "tcpSocket":
            return (yield from _tcp(agent, container, probe["tcpSocket"], timeout))
        return (yield from _grpc(agent, probe["grpc"], timeout))
    except ValueError as error:
        return Attempt(UNKNOWN, str(error))
    except ExecError as error:
        return Attempt(UNKNOWN, f"{RPC_UNKNOWN}{error}")


def _exec(agent: PodAgent, container_id: str, command: list[str], timeout: int) -> Steps[Attempt]:
    engine = agent.node.engine
    yield EXEC_MS
    if not agent.node.runtime_answers:
        raise ValueError(UNAVAILABLE)
    inside = agent.runtime.insides.get(container_id)
    if inside is None or not inside.running:
        raise ExecError("failed to exec in container: container is in CONTAINER_EXITED state")
    done: Future[Completed] = Future()
    running = inside.exec(command, on_exit=done.resolve, observe=True, drain=True)
    in_time: bool = yield within(engine, done, timeout)
    if not in_time:
        in_time = running.over
        running.cancel()
        closed: bool = yield within(engine, done, RUNTIME_TIMEOUT_MS)
        in_time = in_time and closed
    if not in_time:
        words = go_quote(" ".join(command))
        return Attempt(FAILURE, f"command timed out: {words} timed out after {go_duration(timeout)}")
    completed: Completed = yield done
    output = (completed.stdout + completed.stderr)[:MAX_OUTPUT].decode(errors="replace")
    result = SUCCESS if completed.exit.code == 0 else FAILURE
    return Attempt(result, output, completed.seen)


def _http(agent: PodAgent, container: Json, action: Json, timeout: int) -> Steps[Attempt]:
    answered: Future[HttpResult] = Future()
    agent.node.machine.http_get(
        agent.runtime.last_ip,
        resolve_port(container, action["port"]),
        action.get("path") or "/",
        host=action.get("host") or "",
        scheme=(action.get("scheme") or "HTTP").lower(),
        headers=probe_headers(action),
        timeout_ms=timeout,
        on_result=answered.resolve,
    )
    result: HttpResult = yield answered
    if result.error is not None:
        return Attempt(FAILURE, result.error, result.seen)
    if result.broken:
        return Attempt(UNKNOWN, result.broken, state=FAILURE)
    status = result.status or 0
    if not 200 <= status < 400:
        return Attempt(FAILURE, f"HTTP probe failed with statuscode: {status}", result.seen, result.access)
    if status >= 300:
        body = result.body.decode(errors="replace")
        return Attempt(WARNING, f"Probe terminated redirects, Response body: {body}", result.seen)
    return Attempt(SUCCESS, "", result.seen, result.access)


def _tcp(agent: PodAgent, container: Json, action: Json, timeout: int) -> Steps[Attempt]:
    answered: Future[TcpResult] = Future()
    agent.node.machine.tcp_connect(
        action.get("host") or agent.runtime.last_ip,
        resolve_port(container, action["port"]),
        timeout_ms=timeout,
        on_result=answered.resolve,
    )
    result: TcpResult = yield answered
    return Attempt(FAILURE if result.error else SUCCESS, result.error or "", result.seen)


def _grpc(agent: PodAgent, action: Json, timeout: int) -> Steps[Attempt]:
    answered: Future[TcpResult] = Future()
    agent.node.machine.grpc_health(
        agent.runtime.last_ip,
        action["port"],
        action.get("service") or "",
        timeout_ms=timeout,
        on_result=answered.resolve,
    )
    result: TcpResult = yield answered
    return Attempt(FAILURE if result.error else SUCCESS, result.error or "", result.seen)
