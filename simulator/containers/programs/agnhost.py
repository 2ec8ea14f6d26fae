"""agnhost, the image of the Kubernetes documentation and of upstream's own tests.

Models test/images/agnhost.
"""

from __future__ import annotations

from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from simulator.containers.http import Request
from simulator.containers.observation import Observation
from simulator.containers.programs.generic import pause
from simulator.containers.programs.serving import until_signal, when
from simulator.containers.programs.webapps import AppService, Page, option, port_of, start, until_killed
from simulator.containers.syscalls import OSFault, Pause, Program, Routine, Sleep
from simulator.text import translatable as _

if TYPE_CHECKING:
    from simulator.containers.process import Process

GO_1_21 = 45  # the minor version of agnhost that was the first to be built with it
AWAIT_DELETION_MS = 60_000
SIGNALS = {"INT": "interrupt", "TERM": "terminated"}


def liveness(p: Process) -> Routine[int]:
    """/healthz says ok for ten seconds, then fails: the liveness example of the documentation."""
    service = AppService(p, {})
    started = p.kernel.engine.now

    def healthz(request: Request) -> tuple[int, str]:
        elapsed = p.kernel.engine.now - started
        return (200, "ok") if elapsed <= 10_000 else (500, f"error: {elapsed / 1000:.6f}")

    service.pages = {"/healthz": healthz, "/started": lambda request: (200, f"{p.kernel.engine.now - started}ms")}
    start(p, 8080, service)
    p.kernel.engine.after(10_001, service.changed)
    return (yield from until_killed(p))


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
    port, udp = port_of(p.argv, ("http-port",), 8080), option(p.argv, ("udp-port",)) or "8081"
    start(p, port, service)
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
        self._known = option(process.argv, ("service",))
        self._started = process.kernel.engine.now
        self._healthy_ms = 1000 * port_of(process.argv, ("delay-unhealthy-sec",), -1)
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
        port = port_of(p.argv, (flag,), usual)
        start(p, port, serves)
        yield from _say(p, f"{what} server starting to listen on :{port}")
    return (yield from until_killed(p))


def serve_hostname(p: Process) -> Routine[int]:
    """Says the host's name; asked to end it stays for a minute, so that Endpoints can forget it before."""
    port = port_of(p.argv, ("port",), 9376)
    pages: dict[str, Page] = {"*": lambda request: (200, p.container.hostname)}
    start(p, port, AppService(p, pages, f"{_log_head(p)}HTTP request from %REMOTE%:40000"))
    yield from _say(p, f"Serving on port {port}.")
    signal, code = yield from until_signal(p, {"TERM": 0, "INT": 2, "HUP": 2})
    if signal == "TERM":
        yield from _say(p, "Shutting down after receiving signal: terminated.")
        yield from _say(p, "Awaiting pod deletion.")
        yield Sleep(AWAIT_DELETION_MS, interruptible=False)
    return code


def pauses(p: Process) -> Routine[int]:
    """Waits to be ended, and leaves word of what ended it."""
    yield from p.out("Paused\nSignals registered\n")
    p.actions["CHLD"] = "ignore"
    signal, code = yield from until_signal(p, {"INT": 1, "TERM": 2})
    words = f'exiting because of signal "{SIGNALS[signal]}"\n'
    with suppress(OSFault):  # where there is no such file it is only said
        p.files.write(p.env.get("TERMINATION_MESSAGE_PATH") or "/dev/termination-log", words)
    yield from p.out(words)
    return code


def tester(p: Process) -> Routine[int]:
    """agnhost entrypoint-tester: says how it was called."""
    yield from p.out(f"[{' '.join(p.argv)}]\n")
    return 0


SUBCOMMANDS: dict[str, Program] = {
    "liveness": liveness,
    "netexec": netexec,
    "grpc-health-checking": grpc_health,
    "serve-hostname": serve_hostname,
    "pause": pauses,
    "entrypoint-tester": tester,
}


def agnhost(p: Process) -> Routine[int]:
    """agnhost SUBCOMMAND; without one it pauses."""
    name = next((word for word in p.argv[1:] if not word.startswith("-")), "pause")
    program = SUBCOMMANDS.get(name)
    if program is None:
        text = _("%(command)s is not simulated; the process just stays up.", command=f"agnhost {name}")
        p.container.facts.unsimulated(text)
        return (yield from pause(p))
    return (yield from program(p))


PROGRAMS: dict[str, Program] = {"agnhost": agnhost, "liveness-server": liveness}
