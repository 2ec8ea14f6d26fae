"""Small web programs of the Kubernetes documentation: hello-app, http-echo, whoami, etcd."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.containers.http import Access, Reply, Request, Response
from simulator.containers.observation import Observation, Subject
from simulator.containers.programs.serving import ProcessService, pairs, until_signal, when
from simulator.containers.syscalls import OSFault, Program, Routine, Sleep

if TYPE_CHECKING:
    from simulator.containers.log import Log
    from simulator.containers.process import Process

Page = Callable[[Request], "tuple[int, str]"]


def text_reply(status: int, text: str, access: Access | None = None, *, repeatable: bool = True) -> Reply:
    data = text.encode()
    headers = (("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(data))))
    return Reply(Response(status, headers, data), 1, access, repeatable)


class LogLine:
    """One line to stderr for each request."""

    __slots__ = ("_format", "_process", "log")

    def __init__(self, process: Process, make: str, log: Log) -> None:
        self._process = process
        self._format = make
        self.log = log

    def __call__(self, at_ms: int) -> list[tuple[str, str]]:
        return [("stderr", when(self._process, at_ms).strftime(self._format))]


class AppService(ProcessService):
    """Pages by path; "*" is any other. What can change is a Subject, so that probes need not ask again."""

    def __init__(self, process: Process, pages: dict[str, Page], log: str = "") -> None:
        super().__init__(process)
        self.pages = pages
        self.log_format = log
        self.subject = Subject()
        self.subject.number = process.cause
        self.status: str | None = None

    def http(self, request: Request, observation: Observation | None) -> Reply | None:
        if observation is not None:
            observation.saw(self.subject)
        page = self.pages.get(request.plain_path) or self.pages.get("*")
        status, text = page(request) if page is not None else (404, "404 page not found\n")
        access = None
        if self.log_format:
            line = self.log_format.replace("%PATH%", self.logged(request).replace("%", "%%"))
            access = LogLine(self.process, line.replace("%REMOTE%", request.remote), self.process.container.log)
        return text_reply(status, text, access)

    def logged(self, request: Request) -> str:
        """What the log says was asked for."""
        return request.path

    def health(self, service: str, observation: Observation | None) -> str | None:
        if observation is not None:
            observation.saw(self.subject)
        return self.status

    def changed(self) -> None:
        """What the pages say is different from now on."""
        self.subject.changed(self.process.kernel, self.process.cause)


def start(p: Process, port: int, service: AppService) -> bool:
    try:
        p.install(p.listen(port, service=service))
    except OSFault:
        return False
    return True


def option(words: list[str], names: tuple[str, ...]) -> str:
    """What `--name=value` or `--name value` says; nothing if it is not there."""
    for word, value in pairs(words):
        name, equals, given = word.partition("=")
        if name.startswith("-") and name.lstrip("-") in names:
            return given if equals else value
    return ""


def port_of(words: list[str], names: tuple[str, ...], default: int) -> int:
    text = option(words, names).rpartition(":")[2]
    return int(text) if text.isdigit() else default


def until_killed(p: Process) -> Routine[int]:
    """A Go program without handlers: the runtime raises the signal again, and as PID 1 survives it and exits 2."""
    p.actions["CHLD"] = "ignore"
    signal, code = yield from until_signal(p, {"TERM": 2, "INT": 2, "HUP": 2})
    if p is not p.namespace.init:
        p.raise_signal(signal)
    return code


def hello_app(p: Process) -> Routine[int]:
    """gcr.io/google-samples/hello-app: says its version and host name on $PORT, or 8080."""
    port = int(p.env["PORT"]) if p.env.get("PORT", "").isdigit() else 8080
    version = p.container.image.version or "1.0"
    text = f"Hello, world!\nVersion: {version}.0\nHostname: {p.container.hostname}\n"
    start(p, port, AppService(p, {"*": lambda request: (200, text)}, "%Y/%m/%d %H:%M:%S Serving request: %PATH%"))
    yield from p.err(f"{when(p, p.kernel.engine.now):%Y/%m/%d %H:%M:%S} Server listening on port {port}\n")
    return (yield from until_killed(p))


def http_echo(p: Process) -> Routine[int]:
    """hashicorp/http-echo -text=TEXT [-listen=:5678]"""
    words = p.argv[1:]
    text = p.env.get("ECHO_TEXT", "")
    for word, value in pairs(words):
        name, equals, given = word.partition("=")
        if name.lstrip("-") == "text":
            text = given if equals else value
    if not text:
        yield from p.err("Missing -text option!\n")
        return 127
    service = AppService(
        p,
        {"/health": lambda request: (200, '{"status":"ok"}\n'), "*": lambda request: (200, text + "\n")},
        "%Y/%m/%d %H:%M:%S %REMOTE%:40000 GET %PATH% 200",
    )
    port = port_of(words, ("listen",), 5678)
    start(p, port, service)
    yield from p.err(f"{when(p, p.kernel.engine.now):%Y/%m/%d %H:%M:%S} [INFO] server is listening on :{port}\n")
    yield from until_signal(p, {"INT": 0, "TERM": 0})
    return 0


def whoami(p: Process) -> Routine[int]:
    """traefik/whoami, echoserver: tells the request back."""

    def echo(request: Request) -> tuple[int, str]:
        headers = "".join(f"{name}: {value}\n" for name, value in request.headers)
        return 200, (
            f"Hostname: {p.container.hostname}\nIP: 127.0.0.1\nIP: {p.container.network.ip}\n"
            f"RemoteAddr: {request.remote}:40000\n{request.method} {request.path} HTTP/1.1\n{headers}\n"
        )

    pages: dict[str, Page] = {"/health": lambda request: (200, ""), "*": echo}
    default = p.container.image.ports[0] if p.container.image.ports else 80
    start(p, port_of(p.argv, ("port",), int(p.env.get("WHOAMI_PORT_NUMBER") or default)), AppService(p, pages))
    return (yield from until_killed(p))


def etcd(p: Process) -> Routine[int]:
    """etcd: answers gRPC health and /health on its client port."""
    words = p.argv[1:]
    address = next((w.partition("=")[2] for w in words if w.startswith("--listen-client-urls=")), "")
    if not address and "--listen-client-urls" in words[:-1]:
        address = words[words.index("--listen-client-urls") + 1]
    first = address.split(",")[0]
    host, _colon, port = first.rpartition("/")[2].rpartition(":")
    service = AppService(p, {"/health": lambda request: (200, '{"health":"true","reason":""}')})
    service.status = "SERVING"
    yield Sleep(300, interruptible=False)
    p.install(p.listen(int(port) if port.isdigit() else 2379, host or "localhost", service=service))
    yield from p.err('{"level":"info","msg":"ready to serve client requests"}\n')
    yield from until_signal(p, {"TERM": 0, "INT": 0})
    return 0


def goproxy(p: Process) -> Routine[int]:
    """registry.k8s.io/goproxy: a proxy on 8080, for TCP probes."""
    start(p, 8080, AppService(p, {"*": lambda request: (500, "This is a proxy server.\n")}))
    return (yield from until_killed(p))


def hello_world(p: Process) -> Routine[int]:
    """Docker's hello-world."""
    yield from p.out(
        "\nHello from Docker!\nThis message shows that your installation appears to be working correctly.\n\n"
    )
    return 0


WEBAPPS: dict[str, Program] = {
    "hello-app": hello_app,
    "http-echo": http_echo,
    "whoami-server": whoami,
    "etcd": etcd,
    "goproxy": goproxy,
    "hello-world": hello_world,
}
