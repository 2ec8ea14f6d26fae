"""Running and signalling other commands: kill, killall, timeout, nohup, time, watch, xargs, nice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.shell.words import WordReader
from simulator.containers.signals import NAMES, NUMBERS, name_of
from simulator.containers.syscalls import OSFault, Routine, Sleep, WaitChild
from simulator.containers.utilities.basics import duration_ms
from simulator.containers.utilities.messages import bad_option, complain, is_busybox
from simulator.containers.utilities.options import Options, UsageFault, parse_options
from simulator.containers.utilities.regex import RegexFault, compile_regex
from simulator.containers.utilities.text_input import decode

if TYPE_CHECKING:
    from simulator.containers.process import Process
    from simulator.containers.syscalls import Exit, Program

MAX_COMMANDS = 10_000


def program_of(process: Process, name: str) -> Program | int:
    """The program called `name`, or the status for not having it: 127 or 126."""
    try:
        return process.find(name)
    except OSFault as fault:
        return 127 if fault.errno == "ENOENT" else 126


def cannot_run(process: Process, name: str, status: int) -> Routine[int]:
    reason = "No such file or directory" if status == 127 else "Permission denied"
    if is_busybox(process):
        return (yield from complain(process, f"can't execute '{name}': {reason}", status))
    verb = {"timeout": "failed to run command '{}'", "nohup": "failed to run command '{}'"}
    program = process.argv[0].rpartition("/")[2]
    return (yield from complain(process, f"{verb.get(program, '{}').format(name)}: {reason}", status))


# ---- signals ----------------------------------------------------------------------------
def kill(process: Process) -> Routine[int]:
    arguments = process.argv[1:]
    signal = "TERM"
    if arguments[:1] in (["-l"], ["-L"]):
        yield from process.out(_names(arguments[1:]))
        return 0
    if not arguments:
        return (yield from complain(process, "you need to specify whom to kill", 1))
    if arguments[0] in ("-s", "--signal") and len(arguments) > 1:
        signal, arguments = arguments[1], arguments[2:]
    elif arguments[0].startswith("-") and arguments[0] != "--":
        signal, arguments = arguments[0][1:], arguments[1:]
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    try:
        signal = name_of(signal)
    except OSFault:
        return (yield from complain(process, f"bad signal name '{signal}'", 1))
    status = 0
    for text in arguments:
        if not text.lstrip("-").isdecimal():
            status = yield from complain(process, f"invalid number '{text}'" if is_busybox(process) else
                                         f"failed to parse argument: '{text}'", 1)  # fmt: skip
            continue
        try:
            process.kill(int(text[:10]), signal)
        except OSFault as fault:
            text = f"can't kill pid {text}: {fault.message}" if is_busybox(process) else f"({text}): {fault.message}"
            status = yield from complain(process, text, 1)
    return status


def _names(arguments: list[str]) -> str:
    if arguments:
        return "".join(
            f"{NAMES.get(int(a[:4]) & 127, a) if a.isdecimal() else NUMBERS.get(a.upper(), a)}\n" for a in arguments
        )
    return "".join(f"{number:2}) {name}\n" for name, number in NUMBERS.items())


def killall(process: Process) -> Routine[int]:
    """killall and pkill: by name; pkill -f looks at the whole command line."""
    arguments = process.argv[1:]
    signal = "TERM"
    flags = ""
    names: list[str] = []
    for argument in arguments:
        if not argument.startswith("-"):
            names.append(argument)
            continue
        try:
            signal = name_of(argument[1:])
        except OSFault:
            flags += argument[1:]
    if not names:
        return (yield from complain(process, "you need to specify whom to kill", 1))
    status = 1
    exact = process.argv[0].endswith("killall")
    for name in names:
        try:
            found = matching(process, name, exact=exact or "x" in flags, full="f" in flags)
        except RegexFault as fault:
            return (yield from complain(process, str(fault), 2))
        for pid in found:
            try:
                process.kill(pid, signal)
                status = 0
            except OSFault:
                continue
        if not found and exact and "q" not in flags:
            text = f"{name}: no process killed" if is_busybox(process) else f"{name}: no process found"
            status = yield from complain(process, text, 1)
    return status


def comm(other: Process) -> str:
    """The short name of a process, as the kernel keeps it."""
    return (other.argv[0].rpartition("/")[2] if other.argv else "?")[:15]


def matching(process: Process, name: str, *, exact: bool, full: bool) -> list[int]:
    """Pids of the other processes by that name, an extended regular expression. Raises RegexFault."""
    wanted = compile_regex(f"^({name})$" if exact else name, extended=True)
    others = [other for other in process.processes() if other is not process]
    return [other.pid for other in others if wanted.search(other.command if full else comm(other)) is not None]


def pgrep(process: Process) -> Routine[int]:
    try:
        options = parse_options(process.argv[1:], "flaxnovs:P:u:c", {"full": "f", "list-name": "l", "exact": "x"})
    except UsageFault as fault:
        return (yield from bad_option(process, fault.option, 2))
    if not options.operands and "P" not in options:
        return (yield from complain(process, "no matching criteria specified", 2))
    name = options.operands[0] if options.operands else ""
    try:
        pids = matching(process, name, exact="x" in options, full="f" in options)
    except RegexFault as fault:
        return (yield from complain(process, str(fault), 2))
    if "P" in options:
        children = {other.pid for other in process.processes() if str(other.ppid) == options.get("P")}
        pids = [pid for pid in pids if pid in children]
    pids = pids[-1:] if "n" in options else pids[:1] if "o" in options else pids
    if "c" in options:
        yield from process.out(f"{len(pids)}\n")
        return 0 if pids else 1
    by_pid = {other.pid: other for other in process.processes()}
    for pid in pids:
        more = f" {by_pid[pid].command}" if "a" in options or ("l" in options and is_busybox(process)) else ""
        more = f" {comm(by_pid[pid])}" if "l" in options and not more else more
        yield from process.out(f"{pid}{more}\n")
    return 0 if pids else 1


def pidof(process: Process) -> Routine[int]:
    names = [argument for argument in process.argv[1:] if not argument.startswith("-")]
    pids = [other.pid for other in process.processes() if other is not process and comm(other) in names]
    if not pids:
        return 1
    pids = pids[::-1][:1] if "-s" in process.argv else pids[::-1]
    yield from process.out(" ".join(map(str, pids)) + "\n")
    return 0


# ---- running commands ---------------------------------------------------------------------
def timeout(process: Process) -> Routine[int]:
    try:
        options = parse_options(process.argv[1:], "s:k:t:vf", {"signal": "s", "kill-after": "k", "preserve-status": "p",
                                "foreground": "f", "verbose": "v"}, in_order=True)  # fmt: skip
    except UsageFault as fault:
        return (yield from bad_option(process, fault.option, 125))
    command = options.operands
    limit = options.get("t") or (command.pop(0) if command else "")
    ms = duration_ms(limit)
    if ms is None or not command:
        text = f"invalid number '{limit}'" if is_busybox(process) else f"invalid time interval '{limit}'"
        return (
            yield from complain(
                process, text if limit and command else "missing operand", 1 if is_busybox(process) else 125
            )
        )
    try:
        signal = name_of(options.get("s", "TERM"))
    except OSFault:
        return (yield from complain(process, f"{options.get('s')}: invalid signal", 125))
    program = program_of(process, command[0])
    if isinstance(program, int):
        return (yield from cannot_run(process, command[0], program))
    return (yield from _within(process, program, options, ms, signal))


def _within(process: Process, program: Program, options: Options, ms: int, signal: str) -> Routine[int]:
    """Runs the command; gives the status that timeout ends with."""
    child = process.fork(program, argv=options.operands)
    for name in ("TERM", "INT", "HUP"):
        process.actions.setdefault(name, "handle")
    pids = frozenset((child.pid,))
    found: tuple[int, Exit] | None = yield WaitChild(pids, timeout_ms=ms or None)
    if found is not None:
        return found[1].status
    timed_out = not process.pending
    process.kill(child.pid, signal if timed_out else process.pending.pop(0))
    after = duration_ms(options.get("k")) if "k" in options else None
    found = yield WaitChild(pids, interruptible=False, timeout_ms=after)
    if found is None:
        process.kill(child.pid, "KILL")
        found = yield WaitChild(pids, interruptible=False)
    assert found is not None
    if is_busybox(process) and found[1].signal:
        # There the command is the process that was started, and the watcher its child: the caller sees the signal.
        process.raise_signal(NAMES[found[1].signal])
    if not timed_out or is_busybox(process) or "p" in options:
        return found[1].status
    return 137 if signal == "KILL" or found[1].signal == 9 else 124


def nohup(process: Process) -> Routine[int]:
    command = process.argv[1:]
    if not command:
        return (yield from complain(process, "missing operand", 125))
    process.actions["HUP"] = "ignore"
    return (yield from _become(process, command))


def _become(process: Process, command: list[str]) -> Routine[int]:
    program = program_of(process, command[0])
    if isinstance(program, int):
        return (yield from cannot_run(process, command[0], program))
    return (yield from process.exec(program, command))


def prefixed(process: Process) -> Routine[int]:
    """nice, ionice, stdbuf, setsid, chroot-less wrappers: what they change cannot be seen here."""
    command = process.argv[1:]
    while command and command[0].startswith("-"):
        takes_value = command[0] in ("-n", "-c", "-p", "-o", "-e", "-i") and len(command) > 1
        command = command[2:] if takes_value else command[1:]
    if not command:
        yield from process.out("0\n")
        return 0
    return (yield from _become(process, command))


def time(process: Process) -> Routine[int]:
    command = [a for n, a in enumerate(process.argv[1:]) if not (n == 0 and a in ("-p", "-v"))]
    if not command:
        return 0
    program = program_of(process, command[0])
    if isinstance(program, int):
        return (yield from cannot_run(process, command[0], program))
    started = process.now_ms
    child = process.fork(program, argv=command)
    result = yield from process.wait(child.pid)
    took = (process.now_ms - started) / 1000
    if "-p" in process.argv[1:2]:
        text = f"real {took:.2f}\nuser 0.00\nsys 0.00\n"
    else:
        text = f"real\t{int(took // 60)}m {took % 60:.2f}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n"
    yield from process.err(text)
    return result.status


def watch(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "n:td", {"interval": "n", "no-title": "t"}, in_order=True)
    every = duration_ms(options.get("n", "2"))
    command = " ".join(options.operands)
    if every is None or not command:
        return (yield from complain(process, "missing operand", 1))
    shell = process.find("sh")
    while True:
        title = "" if "t" in options else f"Every {every / 1000:.1f}s: {command}\n\n"
        yield from process.out("\x1b[H\x1b[J" + title)
        child = process.fork(shell, argv=["sh", "-c", command])
        yield from process.wait(child.pid)
        yield Sleep(max(every, 100), interruptible=False)


# ---- xargs ----------------------------------------------------------------------------------
def xargs(process: Process) -> Routine[int]:
    options = parse_options(
        process.argv[1:], "n:I:0rtL:P:s:d:x",
        {"max-args": "n", "replace": "I", "null": "0", "no-run-if-empty": "r", "delimiter": "d"}, in_order=True,
    )  # fmt: skip
    data = decode((yield from process.read_all(0))[: 1 << 20])
    command = options.operands or ["echo"]
    if "I" in options:
        lines = [line.strip() for line in data.split("\n") if line.strip()]
        runs = [[word.replace(options.get("I") or "{}", line) for word in command] for line in lines]
    else:
        size = options.number("n", options.number("L", 5000))
        words = _split(data, options.get("d"), null="0" in options)
        runs = [command + words[at : at + size] for at in range(0, len(words), max(1, size))]
        if not runs and "r" not in options:
            runs = [command]
    status = 0
    for run in runs[:MAX_COMMANDS]:
        if "t" in options:
            yield from process.err(" ".join(run) + "\n")
        program = program_of(process, run[0])
        if isinstance(program, int):
            text = f"can't execute '{run[0]}'" if is_busybox(process) else run[0]
            return (yield from complain(process, f"{text}: No such file or directory", program))
        child = process.fork(program, argv=run)
        result = yield from process.wait(child.pid)
        if result.status == 255:
            return (yield from complain(process, f"{run[0]}: exited with status 255; aborting", 124))
        status = 123 if result.status else status
    return status


def _split(data: str, delimiter: str, *, null: bool) -> list[str]:
    if null or delimiter:
        return [word for word in data.split("\0" if null else delimiter.replace("\\n", "\n")) if word]
    if not set(data) & set("'\"\\"):
        return data.split()
    words: list[str] = []
    for line in data.split("\n"):
        reader = WordReader(line.replace("$", "\\$").replace("`", "\\`"))
        while reader.pos < reader.end:
            before = reader.pos
            word = reader.word()
            if word.plain is not None and reader.pos > before:
                words.append(word.plain)
            else:
                reader.pos += 1
    return words
