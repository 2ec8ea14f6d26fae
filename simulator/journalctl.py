"""`journalctl` as a program of the simulated node: what its kubelet wrote to its log."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.calendar import Calendar
from simulator.containers.process import Process
from simulator.containers.syscalls import Program, Routine
from simulator.kubelet import KubeletService
from simulator.kubelet.journal import Line

VALUED = {"-u": "unit", "--unit": "unit", "-n": "lines", "--lines": "lines"}
PASSED_OVER = ("--no-pager", "-e", "-x", "-xe", "-a", "-q")
UNIT = "kubelet.service"


def journalctl_program(service: KubeletService, calendar: Calendar) -> Program:
    """journalctl for one node."""

    def journalctl(process: Process) -> Routine[int]:
        options, rest = _options(process.argv[1:])
        if rest or not options.get("lines", "1").isdigit():
            yield from process.err(f"podviz does not simulate `{' '.join(process.argv)}`\n")
            return 1
        unit = options.get("unit", UNIT).removesuffix(".service")
        lines = list(service.journal.lines) if unit == UNIT.removesuffix(".service") else []
        shown = lines[-int(options["lines"]) :] if "lines" in options else lines
        text = "".join(_told(line, service.name, calendar) for line in shown)
        yield from process.out(text or "-- No entries --\n")
        return 0

    return journalctl


def _options(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Options with their values, and what is not known."""
    options: dict[str, str] = {}
    rest = [word for word in words if word not in PASSED_OVER]
    while rest and (name := rest[0].partition("=")[0]) in VALUED:
        _, equals, value = rest.pop(0).partition("=")
        if not equals and not rest:
            return options, [name]
        options[VALUED[name]] = value if equals else rest.pop(0)
    return options, rest


def _told(line: Line, node: str, calendar: Calendar) -> str:
    at = calendar.at(line.at_ms)
    head = f"{at:%b %d %H:%M:%S} {node} kubelet[{line.pid}]: "
    return f"{head}E{at:%m%d %H:%M:%S.%f} {line.pid:7} {line.place}] {line.words}\n"
