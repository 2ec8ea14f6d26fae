"""`systemctl` and `reboot` as programs of the simulated node: the kubelet, the container runtime and the machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulator.calendar import Calendar
from simulator.containers.process import Process
from simulator.containers.syscalls import Program, Routine
from simulator.kubelet import KubeletService

VERBS = ("start", "stop", "restart", "status", "is-active")
NO_SUCH_UNIT, INACTIVE = 5, 3
STATUS = """{dot} {name} - {title}
     Loaded: loaded (/lib/systemd/system/{name}; enabled; preset: enabled)
     Active: {state} since {since}
"""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A service as the init system knows it; `state` gives how it is and since when (ms)."""

    name: str
    title: str
    start: Callable[[], object]
    stop: Callable[[], object]
    state: Callable[[], tuple[str, int]]

    @property
    def active(self) -> bool:
        return self.state()[0].startswith("active")


def _units(service: KubeletService) -> Mapping[str, _Unit]:
    def kubelet() -> tuple[str, int]:
        if service.running:
            return "active (running)", service.since
        return "activating (auto-restart)" if service.restarting else "inactive (dead)", service.since

    def runtime() -> tuple[str, int]:
        return "active (running)" if service.runtime_running else "inactive (dead)", service.runtime_since

    title = "kubelet: The Kubernetes Node Agent"
    units = (
        _Unit("kubelet.service", title, service.start, service.stop, kubelet),
        _Unit(
            "containerd.service",
            "containerd container runtime",
            service.start_runtime,
            service.stop_runtime,
            runtime,
        ),
    )
    return {unit.name: unit for unit in units}


def systemctl_program(service: KubeletService, calendar: Calendar) -> Program:
    """systemctl for one node."""

    def systemctl(process: Process) -> Routine[int]:
        words = [word for word in process.argv[1:] if not word.startswith("-")]
        verb, names = (words[0], words[1:]) if words else ("", [])
        if verb == "reboot":
            service.reboot()
            return 0
        if verb not in VERBS:
            yield from process.err(f"podviz does not simulate `{' '.join(['systemctl', *words])}`\n")
            return 1
        code = 0 if names else 1
        for name in names:
            code = max(code, (yield from _one(process, service, calendar, verb, name)))
        return code

    return systemctl


def reboot_program(service: KubeletService) -> Program:
    """reboot for one node. It returns at once; the machine goes down a moment later."""

    def reboot(process: Process) -> Routine[int]:
        service.reboot()
        return 0
        yield

    return reboot


def _one(process: Process, service: KubeletService, calendar: Calendar, verb: str, given: str) -> Routine[int]:
    name = given if "." in given else f"{given}.service"
    unit = _units(service).get(name)
    if unit is None:
        yield from process.err(f"Failed to {verb} {name}: Unit {name} not found.\n")
        return NO_SUCH_UNIT
    if verb in ("stop", "restart"):
        unit.stop()
    if verb in ("start", "restart"):
        unit.start()
    state, since = unit.state()
    if verb == "is-active":
        yield from process.out(f"{state.partition(' ')[0]}\n")
    elif verb == "status":
        yield from process.out(_status(unit, f"{calendar.at(since):%a %Y-%m-%d %H:%M:%S} UTC"))
    return INACTIVE if verb in ("is-active", "status") and not unit.active else 0


def _status(unit: _Unit, since: str) -> str:
    state = unit.state()[0]
    dot = "○" if state.startswith("inactive") else "●"
    return STATUS.format(dot=dot, name=unit.name, title=unit.title, state=state, since=since)
