"""The cluster's network: a namespace per Pod, listeners by port, and ways to reach them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from simulator.containers.blocking import BLOCKED
from simulator.containers.files.open import OpenFile
from simulator.containers.http import Reply, Request, Response, Service, has_headers, is_short, parse_response
from simulator.containers.observation import Observation, Subject
from simulator.containers.sockets import ClientStream, ServiceStream, Stream, connected
from simulator.containers.syscalls import Connect, HttpRequest, OSFault

if TYPE_CHECKING:
    from simulator.containers.kernel import Kernel
    from simulator.containers.process import Process
    from simulator.engine import Future

ROUND_TRIP_MS = 1
BACKLOG = 128
LOOPBACK = ("localhost", "127.0.0.1", "::1", "0.0.0.0", "ip6-localhost")

Fetched = Callable[["Response | None", str, "Reply | None"], None]
"""Gets the response, or None and what went wrong: an errno's name, "malformed:TEXT", "EOF", "reset", "tls", "timeout".

Both if the response's body breaks off: "reset", "short" or "timeout".
"""


class Namespace:
    """What the containers of a Pod share: an address, a host name, ports. `pod` is empty for the node's own."""

    __slots__ = ("hostname", "ip", "listeners", "pod", "subjects")

    def __init__(self, ip: str, hostname: str, pod: str = "") -> None:
        self.ip = ip
        self.hostname = hostname
        self.pod = pod
        self.listeners: dict[int, Listener] = {}
        self.subjects: dict[int, Subject] = {}

    def subject(self, port: int) -> Subject:
        subject = self.subjects.get(port)
        if subject is None:
            subject = self.subjects[port] = Subject()
        return subject


class Listener(OpenFile):
    """A listening socket."""

    __slots__ = ("_backlog", "_kernel", "_namespace", "_put_off", "host", "port", "process", "service")
    kind = "socket"

    def __init__(self, process: Process, port: int, host: str, service: Service | None) -> None:
        super().__init__()
        namespace = process.container.network
        if port in namespace.listeners:
            raise OSFault("EADDRINUSE", str(port))
        if port < 1024 and process.uid and process.container.spec.protects_low_ports:
            raise OSFault("EACCES", str(port))
        self.port = port
        self.host = "" if host in ("0.0.0.0", "::", "*") else host
        self.service = service
        self.process = process
        self._kernel = process.kernel
        self._namespace = namespace
        self._backlog: list[Stream] = []
        self._put_off: list[Callable[[], object]] = []  # what is to be answered when the process goes on
        namespace.listeners[port] = self
        process.container.facts.port(process, port, self.host, "open")
        namespace.subject(port).changed(self._kernel, process.cause)

    def accepts(self, loopback: bool) -> bool:
        return loopback or self.host not in LOOPBACK

    @property
    def answerer(self) -> Process:
        return self.process if self.service is None else self.service.answerer(self.process)

    def when_it_goes_on(self, answer: Callable[[], object]) -> None:
        """Now, or later if who answers is stopped: its kernel accepts connections all the same."""
        if self.answerer.stopped:
            self._put_off.append(answer)
        else:
            answer()

    def stopped_or_went_on(self, cause: int) -> None:
        """Who answers was stopped, or goes on with what came meanwhile."""
        self._namespace.subject(self.port).changed(self._kernel, cause)
        if not self.answerer.stopped:
            put_off, self._put_off = self._put_off, []
            for answer in put_off:
                answer()

    def accept(self) -> Stream | None:
        return self._backlog.pop(0) if self._backlog else None

    def offer(self, client: Stream, remote: str) -> None:
        """Connect `client`. A service answers at once; else the connection waits to be accepted."""
        if self.service is not None:
            server: Stream = ServiceStream(self._kernel, remote, self, self.service)
            connected(client, server)
            if greeting := self.service.greeting():
                self.when_it_goes_on(lambda: client.receive(greeting))
            return
        server = Stream(self._kernel, remote)
        connected(client, server)
        if len(self._backlog) < BACKLOG:
            self._backlog.append(server)
        self.wake()

    def released(self) -> None:
        self._namespace.listeners.pop(self.port, None)
        self.process.container.facts.port(self.process, self.port, self.host, "closed")
        self._namespace.subject(self.port).changed(self._kernel, self._kernel.engine.cause)
        for stream in self._backlog:
            stream.close()


class Network:
    """All namespaces by address.

    `resolver` is what name servers answer: (full name, server's address) -> addresses, [] for none. `router` leads
    a Service's (ip, port) to one of its endpoints, or gives None if the address is no Service's; it is told the
    client's address and node, too. An empty ip means a Service without endpoints. `observer` is told of connections
    that a process, not the kubelet, makes: (from, to, the address that was asked for).
    """

    __slots__ = ("gateway", "kernel", "namespaces", "node", "observer", "resolver", "router")

    def __init__(self, kernel: Kernel, gateway: str, namespaces: dict[str, Namespace]) -> None:
        self.kernel = kernel
        self.gateway = gateway  # the address that the node's own requests come from
        self.node: Namespace | None = None  # where the node's own requests to 127.0.0.1 go
        self.namespaces = namespaces  # of the whole cluster
        self.resolver: Callable[[str, str], list[str]] | None = None
        self.router: Callable[[tuple[str, int], str, str], tuple[str, int] | None] | None = None
        self.observer: Callable[[Namespace, Namespace, tuple[str, int]], object] = lambda source, target, asked: None

    def join(self, other: Network) -> None:
        """Names and Services lead from here to where they lead from there."""
        self.resolver, self.router, self.observer = other.resolver, other.router, other.observer

    def add(self, namespace: Namespace) -> None:
        self.namespaces[namespace.ip] = namespace

    def remove(self, namespace: Namespace) -> None:
        if self.namespaces.get(namespace.ip) is namespace:
            del self.namespaces[namespace.ip]
        for port in sorted(namespace.subjects):
            namespace.subjects[port].changed(self.kernel, self.kernel.engine.cause)

    def literal(self, host: str, source: Namespace) -> list[str]:
        """What needs no name server: an address, or the asking namespace itself; [] for any other name."""
        if host in LOOPBACK or host.startswith("127."):
            return ["127.0.0.1"]
        if host == source.hostname:
            return [source.ip]
        return [host] if host.count(".") == 3 and host.replace(".", "").isdigit() else []

    def find(
        self, source: Namespace | None, ip: str, port: int, observation: Observation | None = None
    ) -> tuple[Listener, str]:
        """The listener at an address and the address we are seen as there. Raises ECONNREFUSED or EHOSTUNREACH."""
        asked = (ip, port)
        loopback = ip == "127.0.0.1"
        if self.router is not None and (not loopback or source in (None, self.node)):
            routed = self.router(asked, *self._caller(source))
            if routed is not None:
                if observation is not None:
                    observation.repeatable = False
                ip, port = routed
                loopback = False
                if not ip:
                    raise OSFault("ECONNREFUSED")
        target = (source or self.node) if loopback else self.namespaces.get(ip)
        if target is None:
            raise OSFault("EHOSTUNREACH")
        if observation is not None:
            observation.saw(target.subject(port))
        listener = target.listeners.get(port)
        if listener is None or not listener.accepts(loopback):
            raise OSFault("ECONNREFUSED")
        if source is not None and source is not target:
            self.observer(source, target, asked)
        remote = "127.0.0.1" if loopback else self.gateway if source is None else source.ip
        return listener, remote

    def _caller(self, source: Namespace | None) -> tuple[str, str]:
        """Who asks, by address, and on which node."""
        return self.gateway if source is None else source.ip, self.node.hostname if self.node is not None else ""

    # ---- the system calls --------------------------------------------------
    def connect(self, kernel: Kernel, process: Process, call: Connect) -> Any:
        process.unrepeatable()
        source = process.container.network
        ip = process.resolve(call.host)[0]
        try:
            listener, remote = self.find(source, ip, call.port, process.observation)
        except OSFault as fault:
            return self._fail_later(kernel, process, call, fault)
        client = Stream(kernel, ip)
        listener.offer(client, remote)
        kernel.block(process, call)
        process.timer = kernel.engine.after(ROUND_TRIP_MS, kernel.give, process, client)
        return BLOCKED

    def http_request(self, kernel: Kernel, process: Process, call: HttpRequest) -> Any:
        source = process.container.network
        ip = process.resolve(call.host)[0]
        port = "" if call.port == 80 else f":{call.port}"
        headers = call.headers
        if not any(name.lower() == "host" for name, _ in headers):
            headers = (("Host", f"{call.host}{port}"), *headers)
        request = Request(call.method, call.path, headers, call.body)

        def done(response: Response | None, error: str, reply: Reply | None) -> None:
            if process.exit is not None or process.blocked is not call:
                return
            if reply is None or reply.access is not None or not reply.repeatable:
                process.unrepeatable()
            if response is not None:
                kernel.give(process, response)
            else:
                errno = error if error in OSFault.ERRNOS else "EIO"
                kernel.give(process, OSFault(errno, call.host, "" if errno == error else error))

        kernel.block(process, call)
        self.fetch(source, ip, call.port, request, call.timeout_ms, done, process.observation)
        return BLOCKED

    def _fail_later(self, kernel: Kernel, process: Process, call: Connect, fault: OSFault) -> Any:
        """A refusal comes back at once, a host that is not there only times out."""
        refused = fault.errno == "ECONNREFUSED"
        error = fault if refused else OSFault("ETIMEDOUT", call.host)
        kernel.block(process, call)
        wait = ROUND_TRIP_MS if refused else call.timeout_ms
        process.timer = kernel.engine.after(wait, kernel.give, process, error)
        return BLOCKED

    # ---- requests, by processes and by the kubelet alike -------------------
    def fetch(
        self,
        source: Namespace | None,
        ip: str,
        port: int,
        request: Request,
        timeout_ms: int,
        done: Fetched,
        observation: Observation | None = None,
        tls: bool = False,
    ) -> None:
        """Send a request; `done` is called once, later."""
        after = self.kernel.engine.after
        try:
            listener, remote = self.find(source, ip, port, observation)
        except OSFault as fault:
            refused = fault.errno == "ECONNREFUSED"
            after(ROUND_TRIP_MS if refused else timeout_ms, done, None, fault.errno if refused else "ETIMEDOUT", None)
            return
        request = Request(request.method, request.path, request.headers, request.body, remote, request.version)
        service = listener.service
        if service is None:
            self._fetch_raw(listener, remote, request, timeout_ms, done, by_process=source is not None)
            return
        if listener.answerer.stopped:
            ask = partial(self._ask, service, request, done, observation, tls)
            self._ask_later(listener, timeout_ms, ask, done)
            return
        self._ask(service, request, done, observation, tls, timeout_ms)

    def _ask_later(self, listener: Listener, timeout_ms: int, ask: Callable[[int], object], done: Fetched) -> None:
        """The client waits, and goes away when its time is up."""
        engine = self.kernel.engine
        until = engine.now + timeout_ms
        timer = engine.after(timeout_ms, done, None, "timeout", None)

        def go_on() -> None:
            if timer.pending:
                timer.cancel()
                ask(until - engine.now)

        listener.when_it_goes_on(go_on)

    def _ask(
        self,
        service: Service,
        request: Request,
        done: Fetched,
        observation: Observation | None,
        tls: bool,
        timeout_ms: int,
    ) -> None:
        after = self.kernel.engine.after
        if tls and not service.tls:
            after(ROUND_TRIP_MS, done, None, "tls", Reply(None))
            return
        reply = service.http(request, observation)
        if reply is None:
            after(ROUND_TRIP_MS, done, None, self._nonsense(service), Reply(None))
        elif reply.later is not None:
            self._answer_later(service, reply, reply.later, done, timeout_ms)
        elif reply.response is None or reply.delay_ms >= timeout_ms:
            after(timeout_ms, done, None, "timeout", reply)
        else:
            after(reply.delay_ms, self._answered, service, reply, done)

    def _answer_later(
        self, service: Service, reply: Reply, later: Future[Response | None], done: Fetched, timeout_ms: int
    ) -> None:
        timer = self.kernel.engine.after(timeout_ms, done, None, "timeout", reply)

        def come(response: Response | None) -> None:
            if not timer.pending:
                return
            timer.cancel()
            if response is None:
                done(None, "EOF", reply)
            else:
                self._answered(service, replace(reply, response=response), done)

        later.then(come)

    def _answered(self, service: Service, reply: Reply, done: Fetched) -> None:
        service.log(reply.access, self.kernel.engine.now)
        done(reply.response, "", reply)

    @staticmethod
    def _nonsense(service: Service) -> str:
        greeting = service.greeting()
        return "malformed:" + greeting.decode("latin-1").split("\n")[0] if greeting else "EOF"

    def _fetch_raw(
        self,
        listener: Listener,
        remote: str,
        request: Request,
        timeout_ms: int,
        done: Fetched,
        *,
        by_process: bool,
    ) -> None:
        """Ask a program that reads and writes a bare stream (nc -l)."""
        kernel = self.kernel
        finished: list[bool] = []

        def finish(response: Response | None, error: str) -> None:
            if not finished:
                finished.append(True)
                timer.cancel()
                kernel.engine.after(0, client.close)
                kernel.engine.after(0, done, response, error, None)

        def heard(data: bytes, ended: bool) -> None:
            if not data and not ended:
                return
            answer = parse_response(data, ended=ended)
            if isinstance(answer, Response):
                finish(answer, _cut(client, answer, data) if ended else "")
            elif ended or answer is not None:
                finish(None, f"malformed:{answer}" if answer else "reset" if client.reset else "EOF")

        def late() -> None:
            data = bytes(client.buffer.data)
            answer = parse_response(data, ended=True) if has_headers(data) and not by_process else None
            finish(answer if isinstance(answer, Response) else None, "timeout")

        client = ClientStream(kernel, remote, heard)
        timer = kernel.engine.after(timeout_ms, late)
        listener.offer(client, remote)
        if client.peer is not None:
            client.peer.receive(request.encode())


def _cut(client: Stream, answer: Response, data: bytes) -> str:
    """What is wrong with a body that ended with the connection; nothing if it was whole, or was to end so."""
    if isinstance(parse_response(data, ended=False), Response):
        return ""
    return "reset" if client.reset else "short" if is_short(answer) else ""
