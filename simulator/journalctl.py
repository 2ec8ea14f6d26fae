"""`journalctl` as a program of the simulated node: what its kubelet wrote to its log."""

from __future__ import annotations

from simulator.calendar import Calendar
from simulator.containers.process import Process
from simulator.containers.syscalls import Program, Routine
from simulator.containers.utilities.options import Options, UsageFault, parse_options
from simulator.kubelet import KubeletService
from simulator.kubelet.journal import Line

LETTERS = "u:n:exaqP"
LONG = {"unit": "u", "lines": "n", "no-pager": "P"}
UNIT = "kubelet"


def journalctl_program(service: KubeletService, calendar: Calendar) -> Program:
    """journalctl for one node."""

    def journalctl(process: Process) -> Routine[int]:
        options = _options(process.argv[1:])
        if options is None:
            yield from process.err(f"podviz does not simulate `{' '.join(process.argv)}`\n")
            return 1
        unit = options.get("u", UNIT).removesuffix(".service")
        lines = list(service.journal.lines) if unit == UNIT else []
        shown = lines[-int(options.get("n")) :] if "n" in options else lines
        text = "".join(_told(line, service.name, calendar) for line in shown)
        yield from process.out(text or "-- No entries --\n")
        return 0

    return journalctl


def _options(words: list[str]) -> Options | None:
    """None if there is something in them that is not simulated."""
    try:
        options = parse_options(words, LETTERS, LONG)
    except UsageFault:
        return None
    return None if options.operands or not options.get("n", "1").isdigit() else options


def _told(line: Line, node: str, calendar: Calendar) -> str:
    at = calendar.at(line.at_ms)
    head = f"{at:%b %d %H:%M:%S} {node} kubelet[{line.pid}]: "
    return f"{head}E{at:%m%d %H:%M:%S.%f} {line.pid:7} {line.place}] {line.words}\n"
