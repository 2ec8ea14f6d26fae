"""`systemctl` as a program of the simulated node: it knows the kubelet and nothing else."""

from __future__ import annotations

from simulator.calendar import Calendar
from simulator.containers.process import Process
from simulator.containers.syscalls import Program, Routine
from simulator.kubelet import KubeletService

UNIT = "kubelet.service"
VERBS = ("start", "stop", "restart", "status", "is-active")
OTHERS = ("containerd",)  # there, and always running
NO_SUCH_UNIT, INACTIVE = 5, 3
STATUS = """{dot} kubelet.service - kubelet: The Kubernetes Node Agent
     Loaded: loaded (/lib/systemd/system/kubelet.service; enabled; preset: enabled)
     Active: {state} since {since}
"""


def systemctl_program(service: KubeletService, calendar: Calendar) -> Program:
    """systemctl for one node."""

    def systemctl(process: Process) -> Routine[int]:
        words = [word for word in process.argv[1:] if not word.startswith("-")]
        verb, units = (words[0], words[1:]) if words else ("", [])
        if verb not in VERBS or any(unit.partition(".")[0] in OTHERS for unit in units):
            yield from process.err(f"podviz does not simulate `{' '.join(['systemctl', *words])}`\n")
            return 1
        code = 0 if units else 1
        for unit in units:
            code = max(code, (yield from _one(process, service, calendar, verb, unit)))
        return code

    return systemctl


def _one(process: Process, service: KubeletService, calendar: Calendar, verb: str, unit: str) -> Routine[int]:
    name = unit if "." in unit else f"{unit}.service"
    if name != UNIT:
        yield from process.err(f"Failed to {verb} {name}: Unit {name} not found.\n")
        return NO_SUCH_UNIT
    if verb in ("stop", "restart"):
        service.stop()
    if verb in ("start", "restart"):
        service.start()
    if verb == "is-active":
        yield from process.out(f"{_state(service).partition(' ')[0]}\n")
    elif verb == "status":
        yield from process.out(_status(service, calendar))
    return INACTIVE if verb in ("is-active", "status") and not service.running else 0


def _status(service: KubeletService, calendar: Calendar) -> str:
    since = f"{calendar.at(service.since):%a %Y-%m-%d %H:%M:%S} UTC"
    return STATUS.format(dot="●" if service.running or service.restarting else "○", state=_state(service), since=since)


def _state(service: KubeletService) -> str:
    if service.running:
        return "active (running)"
    return "activating (auto-restart)" if service.restarting else "inactive (dead)"
