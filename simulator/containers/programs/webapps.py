"""Small web programs of the Kubernetes documentation: agnhost, hello-app, http-echo, whoami, etcd."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING

from simulator.containers.http import Access, Reply, Request, Response
from simulator.containers.observation import Observation, Subject
from simulator.containers.programs.generic import pause
from simulator.containers.programs.serving import ProcessService, pairs, until_signal, when
from simulator.containers.syscalls import OSFault, Pause, Program, Routine, Sleep
from simulator.text import translatable as _

if TYPE_CHECKING:
    from simulator.containers.log import Log
    from simulator.containers.process import Process

GO_1_21 = 45  # the minor version of agnhost that was the first to be built with it
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


def _start(p: Process, port: int, service: AppService) -> bool:
    try:
        p.install(p.listen(port, service=service))
    except OSFault:
        return False
    return True


def _option(words: list[str], names: tuple[str, ...]) -> str:
    """What `--name=value` or `--name value` says; nothing if it is not there."""
    for word, value in pairs(words):
        name, equals, given = word.partition("=")
        if name.startswith("-") and name.lstrip("-") in names:
            return given if equals else value
    return ""


def _port(words: list[str], names: tuple[str, ...], default: int) -> int:
    text = _option(words, names).rpartition(":")[2]
    return int(text) if text.isdigit() else default


# ---- agnhost ---------------------------------------------------------------------
def liveness(p: Process) -> Routine[int]:
    """/healthz says ok for ten seconds, then fails: the liveness example of the documentation."""
    service = AppService(p, {})
    started = p.kernel.engine.now

    def healthz(request: Request) -> tuple[int, str]:
        elapsed = p.kernel.engine.now - started
        return (200, "ok") if elapsed <= 10_000 else (500, f"error: {elapsed / 1000:.6f}")

    service.pages = {"/healthz": healthz, "/started": lambda request: (200, f"{p.kernel.engine.now - started}ms")}
    _start(p, 8080, service)
    p.kernel.engine.after(10_001, service.changed)
    return (yield from _until_killed(p))


def _until_killed(p: Process) -> Routine[int]:
    """A Go program without handlers: the runtime raises the signal again, and as PID 1 survives it and exits 2."""
    p.actions["CHLD"] = "ignore"
    signal, code = yield from until_signal(p, {"TERM": 2, "INT": 2, "HUP": 2})
    if p is not p.namespace.init:
        p.raise_signal(signal)
    return code


def _log_head(p: Process) -> str:
    """How klog begins a line of Go's own logger, whose line of code depends on the compiler's age."""
    minor = p.container.image.version.rpartition(".")[2]
    code = 195 if minor.isdigit() and int(minor) < GO_1_21 else 245
    return f"I%m%d %H:%M:%S.%f {p.pid:7} log.go:{code}] "


def _say(p: Process, text: str) -> Routine[None]:
    yield from p.err(when(p, p.kernel.engine.now).strftime(_log_head(p)) + f"{text}\n")


def _asked(request: Request, name: str) -> str:
    pairs = (pair.partition("=") for pair in request.query.split("&"))
    return next((value for key, _equals, value in pairs if key == name), "")


class NetexecService(AppService):
    """Writes down what was asked as upstream's test/images/agnhost/netexec does."""

    asked = MappingProxyType({"/echo": ("msg", "code"), "/exit": ("code", "timeout", "wait")})

    def logged(self, request: Request) -> str:
        path = request.plain_path if request.plain_path in self.pages else "/"
        wanted = "&".join(f"{name}={_asked(request, name)}" for name in self.asked.get(path, ()))
        return f"{path}?{wanted}" if wanted else path


def netexec(p: Process) -> Routine[int]:
    """agnhost netexec: /hostname, /echo, /healthz, /clientip, /exit, /shell is not simulated."""
    service = NetexecService(p, {}, f"{_log_head(p)}GET %PATH%")

    def leave(request: Request) -> tuple[int, str]:
        code = _asked(request, "code")
        p.pending.append(f"exit {code if code.isdigit() else 0}")
        p.kernel.engine.after(1, p.kernel.give, p, None)
        return 200, ""

    service.pages = {
        "*": lambda request: (200, f"NOW: {when(p, p.kernel.engine.now):%Y-%m-%d %H:%M:%S.%f} +0000 UTC"),
        "/hostname": lambda request: (200, p.container.hostname),
        "/hostName": lambda request: (200, p.container.hostname),
        "/echo": lambda request: (200, _asked(request, "msg")),
        "/healthz": lambda request: (200, ""),
        "/readyz": lambda request: (200, ""),
        "/clientip": lambda request: (200, f"{request.remote}:40000"),
        "/exit": leave,
    }
    port, udp = _port(p.argv, ("http-port",), 8080), _option(p.argv, ("udp-port",)) or "8081"
    _start(p, port, service)
    yield from _say(p, f"Started HTTP server on port {port}")
    if udp != "-1":
        yield from _say(p, f"Started UDP server on port  {udp}")
    for name in ("TERM", "INT"):
        p.actions[name] = "handle"
    while not p.pending:
        yield Pause()
    reason = p.pending.pop(0)
    return int(reason.partition(" ")[2]) if reason.startswith("exit") else 0


class HealthService(AppService):
    """Knows one service, which is unhealthy when it is told so, or from some time on."""

    def __init__(self, process: Process) -> None:
        super().__init__(process, {})
        self._known = _option(process.argv, ("service",))
        self._started = process.kernel.engine.now
        self._healthy_ms = 1000 * _port(process.argv, ("delay-unhealthy-sec",), -1)
        self._unhealthy = False
        if self._healthy_ms > 0:
            process.kernel.engine.after(self._healthy_ms, self.changed)

    def health(self, service: str, observation: Observation | None) -> str | None:
        super().health(service, observation)
        if service != self._known:
            return "SERVICE_UNKNOWN"
        late = 0 <= self._healthy_ms <= self._age()
        return "NOT_SERVING" if self._unhealthy or late else "SERVING"

    def become(self, *, unhealthy: bool) -> tuple[int, str]:
        self._unhealthy = unhealthy
        self.changed()
        return 200, f"{self._age() / 1000:g}s"

    def _age(self) -> int:
        return self.process.kernel.engine.now - self._started


def grpc_health(p: Process) -> Routine[int]:
    """agnhost grpc-health-checking: gRPC on 5000; /make-serving and /make-not-serving on 8080."""
    service = HealthService(p)
    pages: dict[str, Page] = {
        "/make-serving": lambda request: service.become(unhealthy=False),
        "/make-not-serving": lambda request: service.become(unhealthy=True),
    }
    for what, flag, usual, serves in (
        ("Http", "http-port", 8080, AppService(p, pages)),
        ("gRPC", "port", 5000, service),
    ):
        port = _port(p.argv, (flag,), usual)
        _start(p, port, serves)
        yield from _say(p, f"{what} server starting to listen on :{port}")
    return (yield from _until_killed(p))


def serve_hostname(p: Process) -> Routine[int]:
    port = _port(p.argv, ("port",), 9376)
    _start(p, port, AppService(p, {"*": lambda request: (200, p.container.hostname)}))
    yield from _say(p, f"Serving on port {port}.")
    return (yield from _until_killed(p))


AGNHOST: dict[str, Program] = {
    "liveness": liveness,
    "netexec": netexec,
    "grpc-health-checking": grpc_health,
    "serve-hostname": serve_hostname,
    "pause": pause,
}


def agnhost(p: Process) -> Routine[int]:
    """agnhost SUBCOMMAND; without one it pauses."""
    name = next((word for word in p.argv[1:] if not word.startswith("-")), "pause")
    program = AGNHOST.get(name)
    if program is None:
        text = _("%(command)s is not simulated; the process just stays up.", command=f"agnhost {name}")
        p.container.facts.unsimulated(text)
        return (yield from pause(p))
    if name == "pause":
        yield from p.out("Paused\n")
    return (yield from program(p))


# ---- others ------------------------------------------------------------------------
def hello_app(p: Process) -> Routine[int]:
    """gcr.io/google-samples/hello-app: says its version and host name on $PORT, or 8080."""
    port = int(p.env["PORT"]) if p.env.get("PORT", "").isdigit() else 8080
    version = p.container.image.version or "1.0"
    text = f"Hello, world!\nVersion: {version}.0\nHostname: {p.container.hostname}\n"
    _start(p, port, AppService(p, {"*": lambda request: (200, text)}, "%Y/%m/%d %H:%M:%S Serving request: %PATH%"))
    yield from p.err(f"{when(p, p.kernel.engine.now):%Y/%m/%d %H:%M:%S} Server listening on port {port}\n")
    return (yield from _until_killed(p))


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
    port = _port(words, ("listen",), 5678)
    _start(p, port, service)
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
    _start(p, _port(p.argv, ("port",), int(p.env.get("WHOAMI_PORT_NUMBER") or default)), AppService(p, pages))
    return (yield from _until_killed(p))


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
    _start(p, 8080, AppService(p, {"*": lambda request: (500, "This is a proxy server.\n")}))
    return (yield from _until_killed(p))


def hello_world(p: Process) -> Routine[int]:
    """Docker's hello-world."""
    yield from p.out(
        "\nHello from Docker!\nThis message shows that your installation appears to be working correctly.\n\n"
    )
    return 0


WEBAPPS: dict[str, Program] = {
    "agnhost": agnhost,
    "liveness-server": liveness,
    "hello-app": hello_app,
    "http-echo": http_echo,
    "whoami-server": whoami,
    "etcd": etcd,
    "goproxy": goproxy,
    "hello-world": hello_world,
}
