"""About the system: hostname, uname, uptime, free, mount, dmesg, nproc, tty, getconf, logger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.resolver import canonical_name
from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.dates import strftime
from simulator.containers.utilities.listing import human
from simulator.containers.utilities.messages import complain, is_busybox
from simulator.containers.utilities.options import parse_options

if TYPE_CHECKING:
    from simulator.containers.process import Process

MACHINE = "x86_64"


def hostname(process: Process) -> Routine[int]:
    network = process.container.network
    name = process.container.hostname
    match process.argv[1:]:
        case ["-i" | "-I" | "--ip-address", *_]:
            yield from process.out(network.ip + (" " if process.argv[1] == "-I" else "") + "\n")
        case []:
            yield from process.out(name + "\n")
        case ["-s" | "-f" | "-d" | "--short" | "--fqdn" | "--long" | "--domain" as option, *_]:
            yield from process.out(_part(canonical_name(process, name), option.lstrip("-")[0]))
        case _:
            what = (
                "sethostname: Operation not permitted"
                if is_busybox(process)
                else "you must be root to change the host name"
            )
            return (yield from complain(process, what, 1))
    return 0


def _part(full: str, option: str) -> str:
    """Without a domain nothing is said of it."""
    short, _, domain = full.partition(".")
    shown = {"s": short, "d": domain}.get(option, full)
    return f"{shown}\n" if shown else ""


def uname(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "asnrvmpio", {"all": "a", "kernel-release": "r", "machine": "m"})
    values = {
        "s": "Linux", "n": process.container.hostname, "r": process.machine.kernel_release,
        "v": "#1 SMP PREEMPT_DYNAMIC", "m": MACHINE, "o": "Linux" if is_busybox(process) else "GNU/Linux",
    }  # fmt: skip
    letters = "snrvmo" if "a" in options else "".join(c for c in "snrvmo" if c in options)
    yield from process.out(" ".join(values[letter] for letter in letters or "s") + "\n")
    return 0


def arch(process: Process) -> Routine[int]:
    yield from process.out(MACHINE + "\n")
    return 0


def nproc(process: Process) -> Routine[int]:
    yield from process.out("4\n")
    return 0


def uptime(process: Process) -> Routine[int]:
    minutes = process.now_ms // 60_000
    hours, rest = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    up = f"{days} days, " if days else ""
    up += f"{hours:2}:{rest:02}" if hours else f"{rest} min"
    clock = strftime("%H:%M:%S", process.epoch_ms)
    yield from process.out(f" {clock} up {up},  0 users,  load average: 0.00, 0.00, 0.00\n")
    return 0


def free(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "bkmghtw", {"human": "h", "mega": "m", "giga": "g", "bytes": "b"})
    process.unrepeatable()
    memory = process.machine.memory
    total, available = memory.total >> 10, max(0, memory.available >> 10)
    cached = min(900_000, available)
    numbers = (total, total - available, available - cached, 8_000, cached, available)
    if "h" in options:
        shown = [human(number << 10) for number in numbers]
    else:
        shift = 0 if "b" in options else 20 if "m" in options else 30 if "g" in options else 10
        shown = [str((number << 10) >> shift) for number in numbers]
    zero = "0B" if "h" in options and not is_busybox(process) else "0"
    head = "              total        used        free      shared  buff/cache   available\n"
    text = "Mem:  " + "".join(value.rjust(12 if n else 13) for n, value in enumerate(shown)) + "\n"
    yield from process.out(head + text + f"Swap: {zero:>13}{zero:>12}{zero:>12}\n")
    return 0


def mount(process: Process) -> Routine[int]:
    operands = [argument for argument in process.argv[1:] if not argument.startswith("-")]
    if operands:
        text = f"mounting {operands[0]} on {operands[-1]} failed: Operation not permitted"
        if not is_busybox(process):
            text = f"{operands[-1]}: permission denied."
        return (yield from complain(process, text, 1))
    lines = ["overlay on / type overlay (rw,relatime)\n", "proc on /proc type proc (rw,nosuid,nodev,noexec,relatime)\n",
             "tmpfs on /dev type tmpfs (rw,nosuid,size=65536k,mode=755)\n"]  # fmt: skip
    for given in process.container.spec.mounts:
        source, kind, options = given.file_system()
        lines.append(f"{source} on {given.path} type {kind} ({options})\n")
    yield from process.out("".join(lines))
    return 0


def dmesg(process: Process) -> Routine[int]:
    text = "klogctl: Operation not permitted" if is_busybox(process) else (
        "read kernel buffer failed: Operation not permitted")  # fmt: skip
    return (yield from complain(process, text, 1))


def tty(process: Process) -> Routine[int]:
    file = process.fds.get(0)
    terminal = file is not None and file.is_terminal
    yield from process.out("/dev/pts/0\n" if terminal else "not a tty\n")
    return 0 if terminal else 1


def stty(process: Process) -> Routine[int]:
    file = process.fds.get(0)
    if file is not None and file.is_terminal:
        if "size" in process.argv[1:]:
            yield from process.out("24 80\n")
        return 0
    text = "standard input" if is_busybox(process) else "'standard input'"
    return (yield from complain(process, f"{text}: Inappropriate ioctl for device", 1))


def logger(process: Process) -> Routine[int]:
    """Nobody listens at /dev/log in a container."""
    return 0
    yield


def getconf(process: Process) -> Routine[int]:
    known = {"PAGESIZE": "4096", "PAGE_SIZE": "4096", "_NPROCESSORS_ONLN": "4", "CLK_TCK": "100", "LONG_BIT": "64"}
    name = process.argv[1] if len(process.argv) > 1 else ""
    if name not in known:
        return (yield from complain(process, f"Unrecognized variable '{name}'", 2))
    yield from process.out(known[name] + "\n")
    return 0


def busybox(process: Process) -> Routine[int]:
    """`busybox NAME …` runs the applet NAME."""
    command = process.argv[1:]
    if not command or command[0].startswith("-"):
        yield from process.out("BusyBox v1.36.1 (2024-06-10 07:11:47 UTC) multi-call binary.\n")
        return 0
    try:
        program = process.find(command[0])
    except OSFault:
        yield from process.err(f"{command[0]}: applet not found\n")
        return 127
    return (yield from process.exec(program, command))
