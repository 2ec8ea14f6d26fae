"""`kubectl port-forward`: ports of this machine that lead into a Pod.

Models kubectl pkg/cmd/portforward/portforward.go, pkg/util/{service,pod}_port.go and client-go tools/portforward.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from simulator.containers.sockets import Stream
from simulator.containers.syscalls import Accept, OSFault, Program, Routine
from simulator.history import Json
from simulator.kubectl.call import Call, Target
from simulator.kubectl.errors import CommandError, UsageError
from simulator.kubectl.verbs.delete import watch_one
from simulator.kubectl.verbs.pick import pod_of
from simulator.objects.errors import ApiError
from simulator.objects.resources import resource_of

if TYPE_CHECKING:
    from simulator.containers.files.open import OpenFile
    from simulator.containers.process import Process

FLAGS = "address:list pod-running-timeout=1m0s"
LOST = "lost connection to pod"
_RANDOM_PORTS = range(32768, 61000)


@dataclass(frozen=True, slots=True)
class Port:
    """What a client connects to here, and where that leads to in the Pod. 0 is any free port."""

    local: int
    remote: int


def run(call: Call) -> Routine[int]:
    """Until the Pod is gone, a connection fails, or somebody stops it."""
    if len(call.arguments.args) < 2:
        raise UsageError("port-forward", "TYPE/NAME and list of ports are required for port-forward")
    name, *texts = call.arguments.args
    target = call.named("pods", name)
    pod = yield from pod_of(call, name)
    ports = [_parsed(text) for text in _resolved(target, pod, texts)]
    phase = pod.get("status", {}).get("phase", "")
    if phase != "Running":
        raise CommandError(f"unable to forward port because pod is not running. Current status={phase}")
    meta = pod["metadata"]
    changes, cancel = watch_one(call, Target(resource_of("pods"), meta["namespace"], meta["name"], pod))

    def fail() -> None:
        changes.put(("DELETED", pod))

    children: list[Process] = []
    for port in ports:
        children += yield from _open(call, port, pod, fail)
    try:
        if not children:
            raise CommandError(f"unable to listen on any of the requested ports: {_listed(ports)}")
        while (change := (yield from changes.take())) is not None:
            if change[0] == "DELETED" or change[1]["status"].get("phase") in ("Succeeded", "Failed"):
                raise CommandError(LOST)
    finally:
        cancel()
        for child in children:
            with suppress(OSFault):  # it may have ended by itself
                call.process.kill(child.pid, "KILL")
    return 0


def _listed(ports: Sequence[Port]) -> str:
    return f"[{' '.join(f'{{{port.local} {port.remote}}}' for port in ports)}]"


# ---- which ports ---------------------------------------------------------------
def _resolved(target: Target, pod: Json, texts: Sequence[str]) -> list[str]:
    """`[LOCAL:]REMOTE` with the Pod's number for what is a Service's port or has a name."""
    found = []
    for text in texts:
        local, colon, remote = text.partition(":")
        remote = remote if colon else local
        if not remote:
            raise CommandError("remote port cannot be empty")
        if target.resource.plural == "services":
            number = remote if remote.isdecimal() else str(_service_port(target.object, remote))
            local = number if local == remote else local
            remote = str(_behind(target.object, pod, int(number)))
        elif not remote.isdecimal():
            remote = str(_named_port(pod, remote))
        found.append(f"{local}:{remote}" if colon or local != remote else remote)
    return found


def _service_port(service: Json, name: str) -> int:
    for port in service["spec"].get("ports") or ():
        if port.get("name") == name:
            return int(port["port"])
    raise CommandError(f"Service '{service['metadata']['name']}' does not have a named port '{name}'")


def _behind(service: Json, pod: Json, number: int) -> int:
    """The Pod's port that a Service's port leads to. Models LookupContainerPortNumberByServicePort."""
    port = next((port for port in service["spec"].get("ports") or () if port["port"] == number), None)
    if port is None:
        raise CommandError(f"Service {service['metadata']['name']} does not have a service port {number}")
    target = port.get("targetPort") or number
    if service["spec"].get("clusterIP") == "None":
        return number if not isinstance(target, int) else target
    return target if isinstance(target, int) else _named_port(pod, target)


def _named_port(pod: Json, name: str) -> int:
    spec = pod["spec"]
    sidecars = [each for each in spec.get("initContainers") or () if each.get("restartPolicy") == "Always"]
    for container in (*spec["containers"], *sidecars):
        for port in container.get("ports") or ():
            if port.get("name") == name:
                return int(port["containerPort"])
    raise CommandError(f"Pod '{pod['metadata']['name']}' does not have a named port '{name}'")


def _parsed(text: str) -> Port:
    """Models parsePorts."""
    local, colon, remote = text.partition(":")
    if ":" in remote:
        raise CommandError(f"invalid port format '{text}'")
    first = 0 if colon and not local else _number(local, "local")
    last = _number(remote, "remote") if colon else first
    if not last:
        raise CommandError("remote port must be > 0")
    return Port(first, last)


def _number(text: str, which: str) -> int:
    why = "" if text.isdecimal() else "invalid syntax"
    if not why and int(text) > 65535:
        why = "value out of range"
    if why:
        raise CommandError(f"error parsing {which} port '{text}': strconv.ParseUint: parsing \"{text}\": {why}")
    return int(text)


# ---- the connections -------------------------------------------------------------
def _open(call: Call, port: Port, pod: Json, fail: Callable[[], None]) -> Routine[list[Process]]:
    """Listen on a port; a process of its own takes the connections."""
    hosts = call.arguments.texts("address") or ["localhost"]
    host = "" if "0.0.0.0" in hosts else "127.0.0.1"
    try:
        listener, local = _listener(call.process, port, host)
    except OSFault:
        yield from call.err(_in_use(port))
        return []
    shown = ("127.0.0.1", "[::1]") if host else ("0.0.0.0",)
    yield from call.out("".join(f"Forwarding from {each}:{local} -> {port.remote}\n" for each in shown))

    fd = call.process.install(listener)
    child = call.process.fork(_acceptor(call, fd, Port(local, port.remote), pod, fail))
    call.process.close(fd)
    return [child]


def _listener(process: Process, port: Port, host: str) -> tuple[OpenFile, int]:
    if port.local:
        return process.listen(port.local, host), port.local
    for number in _RANDOM_PORTS:
        with suppress(OSFault):
            return process.listen(number, host), number
    raise OSFault("EADDRINUSE")


def _in_use(port: Port) -> str:
    both = " ".join(
        f"unable to create listener: Error listen {kind} {where}:{port.local}: bind: address already in use"
        for kind, where in (("tcp4", "127.0.0.1"), ("tcp6", "[::1]"))
    )
    words = f"Listeners failed to create with the following errors: [{both}]"
    return f"Unable to listen on port {port.local}: {words}\n"


def _acceptor(call: Call, fd: int, port: Port, pod: Json, fail: Callable[[], None]) -> Program:
    def accept(process: Process) -> Routine[int]:
        while True:
            local: OpenFile | None = yield Accept(fd)
            if local is None:
                return 0
            yield from process.out(f"Handling connection for {port.local}\n")
            try:
                remote = call.api.port_forward(pod["metadata"]["namespace"], pod["metadata"]["name"], port.remote)
            except ApiError as error:
                why = f"an error occurred forwarding {port.local} -> {port.remote}: {error.message}"
                yield from process.err(_unhandled(process, why))
                local.close()
                fail()
                return 1
            process.fork(_between(local, remote), fds={0: local, 1: remote})
            local.close()
            remote.close()

    return accept


def _unhandled(process: Process, why: str) -> str:
    """What client-go's HandleError logs."""
    at = datetime.fromtimestamp(process.epoch_ms / 1000, UTC).strftime("%m%d %H:%M:%S.%f")
    escaped = why.replace('"', '\\"')
    return f'E{at} {process.pid:7} portforward.go:424] "Unhandled Error" err="{escaped}"\n'


def _between(local: OpenFile, remote: OpenFile) -> Program:
    """Carries both ways, until both have said all."""

    def carry(process: Process) -> Routine[int]:
        process.fork(_copy(0, 1))
        return (yield from _copy(1, 0)(process))

    return carry


def _copy(source: int, target: int) -> Program:
    def copy(process: Process) -> Routine[int]:
        while data := (yield from process.read(source)):
            try:
                yield from process.write(target, data)
            except OSFault:
                return 1
        stream = process.file(target)
        if isinstance(stream, Stream):
            stream.shut()
        return 0

    return copy
