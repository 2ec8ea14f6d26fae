"""ps and top, in busybox' and procps' shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.syscalls import Routine, Sleep
from simulator.containers.utilities.accounts import name_of
from simulator.containers.utilities.basics import duration_ms
from simulator.containers.utilities.dates import strftime
from simulator.containers.utilities.jobs import comm
from simulator.containers.utilities.messages import complain, is_busybox
from simulator.containers.utilities.options import parse_options

if TYPE_CHECKING:
    from simulator.containers.process import Process

COLUMNS = {
    "pid": "PID", "ppid": "PPID", "user": "USER", "comm": "COMMAND", "args": "COMMAND", "cmd": "CMD",
    "time": "TIME", "stat": "STAT", "s": "S", "tty": "TTY", "vsz": "VSZ", "rss": "RSS", "etime": "ELAPSED",
    "pgid": "PGID", "uid": "UID", "group": "GROUP", "nice": "NI", "ni": "NI", "pcpu": "%CPU", "pmem": "%MEM",
    "%cpu": "%CPU", "%mem": "%MEM",
}  # fmt: skip
_RIGHT = frozenset(("pid", "ppid", "vsz", "rss", "pgid", "uid", "pcpu", "pmem", "%cpu", "%mem", "etime", "ni"))


def _command(process: Process) -> str:
    return process.command or f"[{comm(process)}]"


def _state(process: Process, other: Process) -> str:
    if other is process:
        return "R"
    return "T" if other.stopped else "S"


def _elapsed(process: Process, other: Process) -> str:
    seconds = (process.now_ms - other.started_ms) // 1000
    hours, rest = divmod(seconds, 3600)
    clock = f"{rest // 60:02}:{rest % 60:02}"
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}-{hours:02}:{clock}"
    return f"{hours:02}:{clock}" if hours else clock


def _values(process: Process, other: Process) -> dict[str, str]:
    """Every column of one process."""
    size = str(_size(other))
    state = _state(process, other)
    return {
        "pid": str(other.pid),
        "ppid": str(other.ppid),
        "uid": str(other.uid),
        "pgid": str(other.group),
        "user": name_of(process, other.uid),
        "group": name_of(process, other.gid, "/etc/group"),
        "comm": comm(other),
        "args": _command(other),
        "cmd": _command(other),
        "s": state,
        "stat": state + ("s" if other is other.namespace.init else ""),
        "tty": "?",
        "vsz": size,
        "rss": size,
        "etime": _elapsed(process, other),
        "time": "0:00" if is_busybox(process) else "00:00:00",
        **dict.fromkeys(("pcpu", "pmem", "%cpu", "%mem"), "0.0"),
        **dict.fromkeys(("nice", "ni"), "0"),
    }


def _size(other: Process) -> int:
    """Memory in KiB: what it allocated on top of what a small program takes."""
    return 1_500 + (other.memory >> 10)


def ps(process: Process) -> Routine[int]:
    arguments = process.argv[1:]
    letters = "".join(a.lstrip("-") for a in arguments if not a.startswith("-o"))
    options = parse_options([a for a in arguments if a.startswith("-") or "," in a or a in COLUMNS],
                            "efFaAxuwlo:p:C:T", {"format": "o"})  # fmt: skip
    others = process.processes()
    process.spend(len(others))
    if "o" in options:
        columns = [c.partition("=")[0] for text in options.all("o") for c in text.split(",")]
        return (yield from _columns(process, others, columns))
    if "p" in options:
        others = [other for other in others if str(other.pid) in options.get("p").split(",")]
    if is_busybox(process):
        rows = ["PID   USER     TIME  COMMAND\n"]
        rows += [f"{o.pid:>5} {name_of(process, o.uid):<8}  0:00 {_command(o)}\n" for o in others]
    elif "u" in letters and "-e" not in arguments:
        rows = list(_user_rows(process, others))
    elif "f" in letters:
        rows = list(_full_rows(process, others))
    else:
        rows = ["    PID TTY          TIME CMD\n"]
        rows += [f"{o.pid:>7} ?        00:00:00 {comm(o)}\n" for o in others]
    yield from process.out("".join(rows))
    return 0


def _user_rows(process: Process, others: list[Process]) -> list[str]:
    rows = ["USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n"]
    epoch = process.epoch_ms - process.now_ms
    for other in others:
        start = strftime("%H:%M", epoch + other.started_ms)
        rows.append(
            f"{name_of(process, other.uid):<8} {other.pid:>7}  0.0  0.0 {_size(other) + 1_000:>6} {_size(other):>5} ?"
            f"        {_values(process, other)['stat']:<4} {start}   0:00 {_command(other)}\n"
        )
    return rows


def _full_rows(process: Process, others: list[Process]) -> list[str]:
    rows = ["UID          PID    PPID  C STIME TTY          TIME CMD\n"]
    epoch = process.epoch_ms - process.now_ms
    for other in others:
        start = strftime("%H:%M", epoch + other.started_ms)
        user = name_of(process, other.uid)
        rows.append(f"{user:<8} {other.pid:>7} {other.ppid:>7}  0 {start} ?        00:00:00 {_command(other)}\n")
    return rows


def _columns(process: Process, others: list[Process], columns: list[str]) -> Routine[int]:
    unknown = next((c for c in columns if c not in COLUMNS), None)
    if unknown is not None:
        return (yield from complain(process, f"bad -o argument '{unknown}'", 1))
    table = [[COLUMNS[c] for c in columns]] + [[_values(process, o)[c] for c in columns] for o in others]
    least = {"pid": 5, "ppid": 5, "user": 8} if is_busybox(process) else {"pid": 7, "ppid": 7}
    widths = [max(least.get(c, 0), *(len(row[n]) for row in table)) for n, c in enumerate(columns)]
    lines: list[str] = []
    for row in table:
        cells = [
            cell.rjust(width) if column in _RIGHT else cell.ljust(width)
            for cell, width, column in zip(row, widths, columns, strict=True)
        ]
        lines.append(" ".join(cells).rstrip() + "\n")
    yield from process.out("".join(lines))
    return 0


def top(process: Process) -> Routine[int]:
    arguments = process.argv[1:]
    rounds = 0
    every = 5000
    for number, argument in enumerate(arguments):
        following = arguments[number + 1] if number + 1 < len(arguments) else ""
        if argument.startswith("-") and argument.endswith("n"):
            rounds = int(following[:6]) if following.isdecimal() else 1
        elif argument.startswith("-") and argument[-1:].isdecimal() and "n" in argument:
            rounds = int(argument.rpartition("n")[2][:6])
        elif argument == "-d":
            every = duration_ms(following) or every
    done = 0
    while True:
        yield from process.out(_top_page(process))
        done += 1
        if rounds and done >= rounds:
            return 0
        yield Sleep(max(every, 100), interruptible=False)


def _top_page(process: Process) -> str:
    others = process.processes()
    used = sum(_size(other) for other in others)
    lines = [
        f"Mem: {used}K used, {16_000_000 - used}K free, 0K shrd, 0K buff, 0K cached\n",
        "CPU:   0% usr   0% sys   0% nic 100% idle   0% io   0% irq   0% sirq\n",
        f"Load average: 0.00 0.00 0.00 1/{len(others)} {others[-1].pid if others else 1}\n",
        "  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\n",
    ]
    for other in others:
        lines.append(
            f"{other.pid:>5} {other.ppid:>5} {name_of(process, other.uid):<8} {_state(process, other):<4} "
            f"{_size(other):>5}   0%   0   0% {_command(other)}\n"
        )
    return "".join(lines)
