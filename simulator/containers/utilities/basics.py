"""The smallest ones: true, false, yes, sleep, env, seq, names of paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault, Routine, Sleep, Spin
from simulator.containers.utilities.messages import bad_option, complain, is_busybox
from simulator.containers.utilities.options import UsageFault, parse_options

if TYPE_CHECKING:
    from simulator.containers.process import Process

_DURATION = re.compile(r"(\d*\.?\d+|\d+\.)(?:[eE]([+-]?\d{1,3}))?([smhd]?)\Z")
_FACTORS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
MAX_MS = 1 << 50
_CHUNK = 4096


def true(process: Process) -> Routine[int]:
    return 0
    yield


def false(process: Process) -> Routine[int]:
    return 1
    yield


def duration_ms(text: str) -> int | None:
    """ "1.5", "2m", "infinity" in ms; None if it is no duration."""
    if text.lower() in ("inf", "infinity"):
        return MAX_MS
    match = _DURATION.match(text)
    if match is None:
        return None
    number, exponent, unit = match.groups()
    return min(MAX_MS, round(float(number) * 10.0 ** min(30, int(exponent or 0)) * _FACTORS[unit] * 1000))


def sleep(process: Process) -> Routine[int]:
    arguments = [argument for argument in process.argv[1:] if argument != "--"]
    if not arguments:
        return (yield from _sleep_usage(process))
    total = 0
    for argument in arguments:
        ms = duration_ms(argument)
        if ms is None:
            if is_busybox(process):
                return (yield from complain(process, f"invalid number '{argument}'", 1))
            text = f"invalid time interval '{argument}'\nTry 'sleep --help' for more information."
            return (yield from complain(process, text, 1))
        total += ms
    yield Sleep(min(total, MAX_MS), interruptible=False)
    return 0


def _sleep_usage(process: Process) -> Routine[int]:
    if is_busybox(process):
        yield from process.err(
            f"{BUSYBOX_BANNER}Usage: sleep [N]...\n\nPause for a time equal to the total of the args given, where each "
            "arg can\nhave an optional suffix of (s)econds, (m)inutes, (h)ours, or (d)ays\n"
        )
        return 1
    return (yield from complain(process, "missing operand\nTry 'sleep --help' for more information.", 1))


BUSYBOX_BANNER = "BusyBox v1.36.1 (2024-06-10 07:11:47 UTC) multi-call binary.\n\n"


def usleep(process: Process) -> Routine[int]:
    text = process.argv[1] if len(process.argv) > 1 else ""
    if not text.isdecimal():
        return (yield from complain(process, f"invalid number '{text}'", 1))
    yield Sleep(int(text[:15]) // 1000, interruptible=False)
    return 0


def yes(process: Process) -> Routine[int]:
    """Never ends by itself: a closed pipe, a signal or the budget stops it."""
    line = (" ".join(process.argv[1:]) or "y") + "\n"
    block = line * max(1, _CHUNK // len(line))
    while True:
        try:
            yield from process.out(block)
        except OSFault:
            return 1
        yield from breathe(process, 4)


def breathe(process: Process, steps: int = 1) -> Routine[None]:
    """One turn of a loop that may never wait: it costs steps and lets time pass."""
    process.spend(steps)
    if process.debt_us >= 10_000:
        yield Sleep(0)
        if process.tired:
            yield Spin()


def environment(process: Process) -> Routine[int]:
    """env: shows the environment, or runs a command in a changed one."""
    try:
        options = parse_options(
            process.argv[1:], "iu:0", {"ignore-environment": "i", "unset": "u", "null": "0"}, in_order=True
        )
    except UsageFault as fault:
        return (yield from bad_option(process, fault.option, 125))
    env = {} if "i" in options else dict(process.env)
    for name in options.all("u"):
        env.pop(name, None)
    command = options.operands
    if command[:1] == ["-"]:
        env, command = {}, command[1:]
    while command and "=" in command[0]:
        name, _, value = command.pop(0).partition("=")
        env[name] = value
    if not command:
        end = "\0" if "0" in options else "\n"
        yield from process.out("".join(f"{name}={value}{end}" for name, value in env.items()))
        return 0
    before, process.env = process.env, env
    try:
        program = process.find(command[0])
    except OSFault as fault:
        process.env = before
        name = command[0] if is_busybox(process) else f"'{command[0]}'"
        text = f"can't execute '{command[0]}': {fault.message}" if is_busybox(process) else f"{name}: {fault.message}"
        return (yield from complain(process, text, 127 if fault.errno == "ENOENT" else 126))
    return (yield from process.exec(program, command, env))


def printenv(process: Process) -> Routine[int]:
    names = process.argv[1:]
    if not names:
        yield from process.out("".join(f"{name}={value}\n" for name, value in process.env.items()))
        return 0
    status = 0
    for name in names:
        if name in process.env:
            yield from process.out(process.env[name] + "\n")
        else:
            status = 1
    return status


def seq(process: Process) -> Routine[int]:
    options = parse_options(_protect(process.argv[1:]), "ws:f:", {"separator": "s", "equal-width": "w", "format": "f"})
    texts = [text.removeprefix("\0") for text in options.operands]
    try:
        numbers = [float(text) for text in texts]
        first = numbers[0] if len(numbers) > 1 else 1.0
        step = numbers[1] if len(numbers) > 2 else 1.0
        last = numbers[-1]
    except (ValueError, IndexError):
        return (yield from complain(process, f"invalid number '{texts[0]}'" if texts else "missing operand", 1))
    if step == 0:
        return (yield from complain(process, "invalid Zero increment value: '0'", 1))
    places = max(len(text.partition(".")[2]) for text in texts)
    separator = options.get("s", "\n")
    width = max(len(f"{first:.{places}f}"), len(f"{last:.{places}f}")) if "w" in options else 0
    count = int((last - first) / step + 1e-9) + 1 if (last - first) / step >= -1e-9 else 0
    for start in range(0, count, 500):
        lines = [f"{first + number * step:0{width}.{places}f}" for number in range(start, min(start + 500, count))]
        ending = separator if start + 500 < count else "\n"
        yield from process.out(separator.join(lines) + ending)
        yield from breathe(process, len(lines) // 8)
    return 0


def _protect(arguments: list[str]) -> list[str]:
    """Negative numbers are not options."""
    return ["\0" + a if re.match(r"-\.?\d", a) else a for a in arguments]


def basename(process: Process) -> Routine[int]:
    arguments = process.argv[1:]
    if not arguments:
        return (yield from complain(process, "missing operand", 1))
    name = arguments[0].rstrip("/").rpartition("/")[2] or ("/" if arguments[0].startswith("/") else "")
    if len(arguments) > 1 and name != arguments[1]:
        name = name.removesuffix(arguments[1])
    yield from process.out(name + "\n")
    return 0


def dirname(process: Process) -> Routine[int]:
    if len(process.argv) < 2:
        return (yield from complain(process, "missing operand", 1))
    for path in process.argv[1:]:
        head, slash, _ = path.rstrip("/").rpartition("/")
        yield from process.out((head.rstrip("/") or ("/" if slash or path.startswith("/") else ".")) + "\n")
    return 0


def pwd(process: Process) -> Routine[int]:
    yield from process.out(process.cwd + "\n")
    return 0


def which(process: Process) -> Routine[int]:
    status = 0
    for name in process.argv[1:]:
        if name == "-a":
            continue
        folders = process.env.get("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin").split(":")
        paths = [name] if "/" in name else [f"{folder}/{name}" for folder in folders]
        found = next((p for p in paths if process.files.access(p, "x") and not process.files.is_dir(p)), None)
        if found is None:
            status = 1
        else:
            yield from process.out(found + "\n")
    return status


def clear(process: Process) -> Routine[int]:
    yield from process.out("\x1b[H\x1b[J")
    return 0


def nothing(process: Process) -> Routine[int]:
    """sync, and other commands without an effect that could be seen."""
    return 0
    yield
