"""Programs that only have to be there: pause, servers described by the catalogue, what is not simulated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator.containers.http import Reply, Request, Response, Service
from simulator.containers.programs.serving import ProcessService, pairs, until_signal, when
from simulator.containers.signals import NUMBERS
from simulator.containers.syscalls import OSFault, Pause, Program, Routine, Sleep, Spin
from simulator.text import translatable as _

if TYPE_CHECKING:
    from simulator.containers.observation import Observation
    from simulator.containers.process import Process

PI_DIGITS = re.compile(r"bpi\s*\(?\s*(\d{1,5})")


def pause(p: Process) -> Routine[int]:
    """registry.k8s.io/pause: reaps children, ends at SIGINT or SIGTERM with 0."""
    p.actions["CHLD"] = "ignore"
    yield from until_signal(p, {"INT": 0, "TERM": 0})
    return 0


def listen_all(p: Process, ports: list[int], service: Service) -> None:
    """Listen where possible: a taken port is somebody else's."""
    for port in ports:
        try:
            p.install(p.listen(port, service=service))
        except OSFault:
            continue


class AnyService(ProcessService):
    """A server of which nothing is known but that it answers."""

    def http(self, request: Request, observation: Observation | None) -> Reply | None:
        body = b"" if request.method == "HEAD" else b"ok\n"
        return Reply(Response(200, (("Content-Type", "text/plain"), ("Content-Length", "3")), body))

    def health(self, service: str, observation: Observation | None) -> str | None:
        return "SERVING"


def assumed(p: Process) -> Routine[int]:
    """What an unknown image is taken to do: stay up, listen on the declared ports, end at SIGTERM with 143."""
    listen_all(p, p.container.spec.declared_ports, AnyService(p))
    p.actions["CHLD"] = "ignore"
    _signal, code = yield from until_signal(p, {"TERM": 143, "INT": 130})
    return code


def assumed_command(p: Process) -> Routine[int]:
    """A command that an unknown image is taken to have: it is taken to succeed."""
    image = p.container.spec.image
    text = _("%(command)s: not known to be in %(image)s; taken to succeed.", command=p.command, image=image)
    p.container.facts.unsimulated(text)
    return 0
    yield


def unsimulated(p: Process) -> Routine[int]:
    """An interpreter of a language that we do not run: says so, and is taken to be a server."""
    if any(word in ("--version", "-V", "-v") for word in p.argv[1:2]):
        name = p.argv[0].rpartition("/")[2]
        yield from p.out(f"{name} {p.container.image.version}\n")
        return 0
    if len(p.argv) == 1:
        # An interactive interpreter whose input is at its end.
        return 0
    text = _("%(command)s: this language is not simulated; the process just stays up.", command=p.command)
    p.container.facts.unsimulated(text)
    if any(word in ("-c", "-e", "-wle", "-le", "-E", "-r") for word in p.argv[1:]):
        return 0
    return (yield from assumed(p))


def perl(p: Process) -> Routine[int]:
    """Only `print bpi(N)`, the example of the Job documentation."""
    found = PI_DIGITS.search(p.command)
    if found is None:
        return (yield from unsimulated(p))
    digits = min(int(found.group(1)), 10_000)
    # It takes a real perl seconds, growing with the square of the digits.
    yield Sleep(round(5_000 * (digits / 2000) ** 2), interruptible=False)
    yield from p.out(pi(digits) + "\n")
    return 0


def pi(digits: int) -> str:
    """Pi to so many digits, by Machin's formula."""
    unity: int = 10 ** (digits + 10)

    def arctan(x: int) -> int:
        power = total = unity // x
        square, divisor, sign = x * x, 3, -1
        while power:
            power //= square
            total += sign * (power // divisor)
            divisor, sign = divisor + 2, -sign
        return total

    value = 4 * (4 * arctan(5) - arctan(239))
    # So many significant digits, rounded.
    rounded = (value // 10**10 + 5) // 10
    # Python refuses to write very long integers at once.
    parts: list[str] = []
    while rounded:
        rounded, part = divmod(rounded, 10**1000)
        parts.append(f"{part:01000d}" if rounded else str(part))
    text = "".join(reversed(parts))
    return f"{text[0]}.{text[1:]}"


# ---- servers described by the catalogue ----------------------------------------
class SettingsService(ProcessService):
    """Answers as `settings.server` says: `http` maps paths to [status, body]; `greeting` is said on connecting."""

    def __init__(self, process: Process, settings: dict[str, Any]) -> None:
        super().__init__(process)
        self.pages: dict[str, list[Any]] | None = settings.get("http")
        self.welcome: str = settings.get("greeting", "")
        self.grpc: bool = settings.get("grpc", False)

    def http(self, request: Request, observation: Observation | None) -> Reply | None:
        if self.pages is None:
            return None
        path = request.plain_path
        status, text = self.pages.get(path) or self.pages.get("*") or [404, "404 page not found\n"]
        if str(text).startswith("http") or str(text).startswith("/"):
            return Reply(Response(status, (("Location", text), ("Content-Length", "0"))))
        data = b"" if request.method == "HEAD" else str(text).encode()
        headers = (("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(data))))
        return Reply(Response(status, headers, data))

    def health(self, service: str, observation: Observation | None) -> str | None:
        return "SERVING" if self.grpc else None

    def greeting(self) -> bytes:
        return self.welcome.encode("latin-1").decode("unicode_escape").encode("latin-1")


def server(p: Process) -> Routine[int]:
    """A server as `settings.server` describes it: what it needs, says, listens on, and how signals end it."""
    settings = p.container.image.settings.get("server", {})
    needed: list[str] = settings.get("needs", [])
    if needed and not any(p.env.get(name) for name in needed):
        yield from p.err(_filled(p, settings["refusal"]))
        return 1
    yield from _say(p, settings.get("first", []))
    yield Sleep(settings.get("start_ms", 500), interruptible=False)
    ports = _ports(p, settings)
    for port in ports:
        try:
            p.install(p.listen(port, service=SettingsService(p, settings)))
        except OSFault as fault:
            yield from p.err(f"bind 0.0.0.0:{port}: {fault.message.lower()}\n")
            return 1
    yield from _say(p, settings.get("ready", []))
    p.actions["CHLD"] = "ignore"
    codes: dict[str, int] = settings.get("signals", {"TERM": 0, "INT": 0})
    stop_ms: int = settings.get("stop_ms", 100)
    if not codes:
        # As PID 1 it handles nothing: only SIGKILL ends it.
        while True:
            yield Pause()
    _signal, status = yield from until_signal(p, codes)
    yield from _say(p, settings.get("last", []))
    yield Sleep(stop_ms, interruptible=False)
    return status


def _ports(p: Process, settings: dict[str, Any]) -> list[int]:
    """The server's ports; an environment variable or option may move the first."""
    ports = list(settings.get("ports", p.container.image.ports))
    moved = p.env.get(settings.get("port_variable", ""), "")
    option = settings.get("port_option", "")
    for word, value in pairs(p.argv):
        if option and word.startswith(option):
            moved = word[len(option) :].lstrip("=") or value
    text = moved.rpartition(":")[2].strip("/")
    return [int(text), *ports[1:]] if text.isdigit() and 0 < int(text) < 65536 else ports


def _say(p: Process, lines: list[str]) -> Routine[None]:
    for line in lines:
        yield from p.err(_filled(p, line).rstrip("\n") + "\n")


def _filled(p: Process, text: str) -> str:
    at = p.kernel.engine.now
    moment = when(p, at)
    milliseconds = f"{(p.machine.epoch_ms + at) % 1000:03d}"
    for name, value in (
        ("{time}", f"{moment:%Y-%m-%d %H:%M:%S}.{milliseconds}"),
        ("{iso}", f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds}Z"),
        ("{slash}", f"{moment:%Y/%m/%d %H:%M:%S}"),
        ("{second}", f"{moment:%Y-%m-%d %H:%M:%S}"),
        ("{version}", p.container.image.version),
        ("{host}", p.container.hostname),
        ("{ip}", p.container.network.ip),
    ):
        text = text.replace(name, value)
    return text


# ---- stress ----------------------------------------------------------------------
UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def _bytes(text: str) -> int:
    unit = text[-1:].lower() if not text[-1:].isdigit() else ""
    number = text[: len(text) - len(unit)]
    return int(float(number) * UNITS.get(unit, 1)) if number.replace(".", "", 1).isdigit() else 256 << 20


def stress(p: Process) -> Routine[int]:
    """stress: --cpu, --io, --vm N with --vm-bytes B, --timeout S. Its workers take memory or are busy."""
    options = {"cpu": 0, "io": 0, "vm": 0, "hdd": 0, "timeout": 0}
    short = {"-c": "cpu", "-i": "io", "-m": "vm", "-d": "hdd", "-t": "timeout"}
    size = 256 << 20
    for word, value in pairs(p.argv[1:]):
        name, _equals, given = word.partition("=")
        value = given or value
        name = short.get(name, name.lstrip("-"))
        if name == "vm-bytes":
            size = _bytes(value)
        elif name in options:
            options[name] = int(re.sub(r"\D", "", value) or 0)
    counts = ", ".join(f"{options[name]} {name}" for name in ("cpu", "io", "vm", "hdd"))
    yield from p.out(f"stress: info: [{p.pid}] dispatching hogs: {counts}\n")

    def hog(worker: Process) -> Routine[int]:
        worker.reserve(size)
        yield Spin()
        return 0

    def busy(worker: Process) -> Routine[int]:
        yield Spin()
        return 0

    workers = [p.fork(hog) for _worker in range(min(options["vm"], 8))]
    workers += [p.fork(busy) for _worker in range(min(options["cpu"] + options["io"] + options["hdd"], 8))]
    if not options["timeout"]:
        return (yield from _watch(p, {worker.pid for worker in workers}))
    yield Sleep(options["timeout"] * 1000, interruptible=False)
    for worker in workers:
        p.kill(worker.pid, "KILL")
    yield from p.out(f"stress: info: [{p.pid}] successful run completed in {options['timeout']}s\n")
    return 0


def _watch(p: Process, pids: set[int]) -> Routine[int]:
    """A worker that dies ends them all."""
    for pid in sorted(pids):
        result = yield from p.wait(pid)
        number = result.signal or NUMBERS["TERM"]
        yield from p.err(f"stress: FAIL: [{p.pid}] (415) <-- worker {pid} got signal {number}\n")
        yield from p.err("stress: WARN: [1] (417) now reaping child worker processes\n")
        return 1
    return 0


GENERIC: dict[str, Program] = {
    "pause": pause,
    "assumed": assumed,
    "assumed-command": assumed_command,
    "unsimulated": unsimulated,
    "perl": perl,
    "server": server,
    "stress": stress,
}
