"""Requests that the node itself makes: HTTP, TCP and gRPC health probes, lifecycle hooks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from simulator.containers.http import HttpResult, Reply, Request, Response
from simulator.containers.network import ROUND_TRIP_MS
from simulator.containers.observation import Dependencies, Observation
from simulator.containers.sockets import ClientStream
from simulator.containers.syscalls import OSFault

if TYPE_CHECKING:
    from simulator.containers.machine import Machine

MAX_REDIRECTS = 10
MAX_BODY = 10 << 10
REDIRECTS = frozenset({301, 302, 303, 307, 308})
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class TcpResult:
    """`error` is Go's text, None if it worked. `status` is what a gRPC health service said."""

    error: str | None = None
    status: str | None = None
    timed_out: bool = False
    implemented: bool = True
    seen: Dependencies | None = None


class _Get:
    """One HTTP attempt with its redirects."""

    def __init__(
        self,
        machine: Machine,
        ip: str,
        port: int,
        scheme: str,
        headers: tuple[tuple[str, str], ...],
        timeout_ms: int,
        host: str,
        on_result: Callable[[HttpResult], None],
    ) -> None:
        self.machine = machine
        self.host = host
        self.ip = ip
        self.port = port
        self.scheme = scheme
        self.headers = headers
        self.deadline = machine.engine.now + timeout_ms
        self.on_result = on_result
        self.observation = Observation(machine.kernel)
        self.redirects = 0
        self.url = ""

    def begin(self, path: str) -> None:
        path = path if path.startswith("/") else f"/{path}"
        address = f"{self.host}:{self.port}"
        self.send(f"{self.scheme}://{address}{path}", address, path)

    def send(self, url: str, address: str, path: str) -> None:
        self.url = url
        names = {name.lower() for name, _ in self.headers}
        headers = self.headers
        if "host" not in names:
            headers = (("Host", address), *headers)
        request = Request("GET", path, headers)
        left = max(0, self.deadline - self.machine.engine.now)
        self.machine.network.fetch(
            None, self.ip, self.port, request, left, self.done, self.observation, self.scheme == "https"
        )

    def done(self, response: Response | None, error: str, reply: Reply | None) -> None:
        if reply is None or not reply.repeatable:
            # Nobody to connect to is a fact about the port; a program that answers by itself may change its mind.
            self.observation.repeatable = self.observation.repeatable and error in ("ECONNREFUSED", "ETIMEDOUT")
        if response is None:
            self.fail(error, reply)
            return
        location = response.header("location")
        if response.status in REDIRECTS and location:
            self.redirect(response, location, reply)
            return
        self.finish(response, None, reply, self.broken(error))

    def broken(self, error: str) -> str:
        """Why the end of a body did not come, as Go says it."""
        if error == "timeout":
            return "context deadline exceeded (Client.Timeout or context cancellation while reading body)"
        return self.reset() if error == "reset" else "unexpected EOF" if error else ""

    def reset(self) -> str:
        port = self.machine.randoms("ports").randrange(32_768, 60_999)
        ends = f"{self.machine.network.gateway}:{port}->{self.ip}:{self.port}"
        return f"read tcp {ends}: read: connection reset by peer"

    def redirect(self, response: Response, location: str, reply: Reply | None) -> None:
        url = urljoin(self.url, location)
        target = urlsplit(url)
        self.redirects += 1
        if target.hostname != self.host:
            self.finish(response, location, reply)
            return
        if self.redirects >= MAX_REDIRECTS:
            self.observation.repeatable = False
            self.url = location  # Go's client names what it was sent to
            self.fail(f"stopped after {MAX_REDIRECTS} redirects", reply)
            return
        self.scheme = target.scheme
        self.port = target.port or DEFAULT_PORTS.get(target.scheme, 80)
        # Each hop of a redirect writes its own line: such an attempt is made anew every time.
        self.observation.repeatable = False
        if urlsplit(location).scheme:  # a whole address says whom to ask for, too
            self.headers = tuple(header for header in self.headers if header[0].lower() != "host")
        self.send(url, target.netloc, (target.path or "/") + (f"?{target.query}" if target.query else ""))

    def finish(self, response: Response, location: str | None, reply: Reply | None, broken: str = "") -> None:
        access = reply.access if reply is not None else None
        self.on_result(
            HttpResult(
                status=response.status,
                body=response.body[:MAX_BODY],
                headers=response.headers,
                location=location,
                broken=broken,
                seen=self.observation.result(),
                access=access,
                log=getattr(access, "log", None),
            )
        )

    def fail(self, error: str, reply: Reply | None) -> None:
        address = f"{dialled(self.host, self.ip)}:{self.port}"
        text, timed_out = (self.reset(), False) if error == "reset" else go_error(error, address)
        access = reply.access if reply is not None else None
        self.on_result(
            HttpResult(
                error=f'Get "{self.url}": {text}',
                timed_out=timed_out,
                unreached=address if error == "ETIMEDOUT" else "",
                seen=self.observation.result(),
                access=access,
                log=getattr(access, "log", None),
            )
        )


def dialled(host: str, ip: str) -> str:
    """The address that a failure to connect names: of localhost, IPv6 is tried first."""
    return "[::1]" if host == "localhost" else ip


def go_error(error: str, address: str) -> tuple[str, bool]:
    """What Go's HTTP client calls it, and whether time ran out: it dials apart from the request that waits."""
    match error:
        case "ECONNREFUSED":
            return f"dial tcp {address}: connect: connection refused", False
        case "ETIMEDOUT" | "timeout":
            return "context deadline exceeded (Client.Timeout exceeded while awaiting headers)", True
        case "EOF":
            return "EOF", False
        case "tls":
            return "http: server gave HTTP response to HTTPS client", False
    if error.startswith("malformed:"):
        text = error.removeprefix("malformed:")
        return f'net/http: HTTP/1.x transport connection broken: malformed HTTP response "{text}"', False
    return error, False


def http_get(
    machine: Machine,
    ip: str,
    port: int,
    path: str,
    scheme: str,
    headers: tuple[tuple[str, str], ...],
    timeout_ms: int,
    host: str,
    on_result: Callable[[HttpResult], None],
) -> None:
    address = next(iter(machine.network.literal(host, machine.host_network)), "")
    if not address:
        error = f'Get "{scheme.lower()}://{host}:{port}{path}": dial tcp: lookup {host}: no such host'
        machine.engine.after(ROUND_TRIP_MS, on_result, HttpResult(error=error))
        return
    _Get(machine, address, port, scheme.lower(), headers, timeout_ms, host, on_result).begin(path)


def tcp_connect(
    machine: Machine, host: str, port: int, timeout_ms: int, on_result: Callable[[TcpResult], None]
) -> None:
    observation = Observation(machine.kernel)
    after = machine.engine.after
    ip = next(iter(machine.network.literal(host, machine.host_network)), "")
    if not ip:
        after(ROUND_TRIP_MS, on_result, TcpResult(error=f"dial tcp: lookup {host}: no such host"))
        return
    try:
        listener, remote = machine.network.find(None, ip, port, observation)
    except OSFault as fault:
        refused = fault.errno == "ECONNREFUSED"
        text = f"dial tcp {dialled(host, ip)}:{port}: " + ("connect: connection refused" if refused else "i/o timeout")
        wait = ROUND_TRIP_MS if refused else timeout_ms
        after(wait, lambda: on_result(TcpResult(error=text, timed_out=not refused, seen=observation.result())))
        return
    if listener.service is None:
        # A program that accepts by itself notices the visit: nc -l ends after one.
        observation.repeatable = False
        client = ClientStream(machine.kernel, remote, lambda data, ended: None)
        listener.offer(client, remote)
        after(ROUND_TRIP_MS, client.close)
    after(ROUND_TRIP_MS, lambda: on_result(TcpResult(seen=observation.result())))


def grpc_health(
    machine: Machine, ip: str, port: int, service: str, timeout_ms: int, on_result: Callable[[TcpResult], None]
) -> None:
    """Models pkg/probe/grpc/grpc.go Probe."""
    observation = Observation(machine.kernel)

    def give(wait: int, error: str | None, status: str | None = None, implemented: bool = True) -> None:
        result = TcpResult(error, status, wait >= timeout_ms, implemented, observation.result())
        machine.engine.after(wait, on_result, result)

    seconds = f"{timeout_ms / 1000:g}s"
    unreachable = f'timeout: failed to connect service "{ip}:{port}" within {seconds}: context deadline exceeded'
    try:
        listener, _ = machine.network.find(None, ip, port, observation)
    except OSFault:
        give(timeout_ms, unreachable)
        return
    answering = None if listener.answerer.stopped else listener.service
    status = None if answering is None else answering.health(service, observation)
    if status is None:
        # Neither HTTP/1 servers nor bare streams nor stopped processes answer the HTTP/2 preface.
        give(timeout_ms, unreachable)
    elif status == "UNIMPLEMENTED":
        text = "error: this server does not implement the grpc health protocol (grpc.health.v1.Health): "
        give(ROUND_TRIP_MS, text + "unknown service grpc.health.v1.Health", None, False)
    elif status == "SERVICE_UNKNOWN":
        give(ROUND_TRIP_MS, "error: health rpc probe failed: rpc error: code = NotFound desc = unknown service")
    elif status == "SERVING":
        give(ROUND_TRIP_MS, None, status)
    else:
        give(ROUND_TRIP_MS, f'service unhealthy (responded with "{status}")', status)
