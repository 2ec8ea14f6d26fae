"""nc, telnet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.sockets import Stream
from simulator.containers.syscalls import Accept, Connect, Exit, OSFault, ReadFd, Routine, Sleep, WaitChild
from simulator.containers.utilities.basics import duration_ms
from simulator.containers.utilities.messages import complain, is_busybox
from simulator.containers.utilities.options import Options, parse_options

if TYPE_CHECKING:
    from simulator.containers.files.open import OpenFile
    from simulator.containers.process import Process


def _arguments(arguments: list[str]) -> tuple[list[str], list[str]]:
    """What -e and all after it runs, cut off."""
    for number, argument in enumerate(arguments):
        if argument == "-e" or (argument.startswith("-") and not argument.startswith("--") and argument.endswith("e")):
            letters = argument[:-1]
            return arguments[:number] + ([letters] if len(letters) > 1 else []), arguments[number + 1 :]
    return arguments, []


def nc(process: Process) -> Routine[int]:
    before, command = _arguments(process.argv[1:])
    options = parse_options(before, "lp:zvw:nukNq:i:s:4c:d")
    if "c" in options:
        command = ["sh", "-c", options.get("c")]
    if "l" in options:
        return (yield from _listen(process, options, command))
    if not options.operands:
        return (yield from complain(process, "missing host", 1))
    return (yield from _connect(process, options, command))


def _connect(process: Process, options: Options, command: list[str]) -> Routine[int]:
    host = options.operands[0]
    ports = _ports(options.operands[1] if len(options.operands) > 1 else "")
    if not ports:
        return (yield from complain(process, "missing port" if len(options.operands) < 2 else "bad port", 1))
    limit = duration_ms(options.get("w")) if "w" in options else None
    status = 1
    for port in ports:
        try:
            stream: OpenFile = yield Connect(host, port, limit or 127_000)
        except OSFault as fault:
            yield from _failed(process, options, host, port, fault)
            continue
        status = 0
        if "v" in options:
            yield from process.err(_opened(process, host, port))
        if "z" in options:
            stream.close()
            continue
        return (yield from _talk(process, stream, command, limit))
    return status


def _ports(text: str) -> list[int]:
    low, dash, high = text.partition("-")
    if not low.isdecimal() or (dash and not high.isdecimal()):
        return []
    first, last = int(low[:6]), int((high or low)[:6])
    return list(range(first, min(last, first + 1000, 65535) + 1)) if 0 < first <= 65535 else []


def _opened(process: Process, host: str, port: int) -> str:
    address = process.resolve(host)[0]
    if is_busybox(process):
        return f"{host} ({address}:{port}) open\n"
    return f"Connection to {host} ({address}) {port} port [tcp/*] succeeded!\n"


def _failed(process: Process, options: Options, host: str, port: int, fault: OSFault) -> Routine[None]:
    if fault.errno == "ENOTFOUND":
        text = f"bad address '{host}'" if is_busybox(process) else (
            f"getaddrinfo for host \"{host}\" port {port}: Name or service not known")  # fmt: skip
        yield from complain(process, text, 1)
        return
    if is_busybox(process):
        address = process.resolve(host)[0]
        name = f"{host} ({address}:{port})"
        if "v" in options or "z" not in options:
            yield from complain(process, f"{name}: {fault.message}", 1)
    elif "v" in options:
        yield from complain(process, f"connect to {host} port {port} (tcp) failed: {fault.message}", 1)


def _listen(process: Process, options: Options, command: list[str]) -> Routine[int]:
    text = options.get("p") or (options.operands[-1] if options.operands else "")
    if not text.isdecimal():
        return (yield from complain(process, "missing port", 1))
    try:
        fd = process.install(process.listen(int(text[:6])))
    except OSFault as fault:
        text = f"bind: {fault.message}" if is_busybox(process) else fault.message
        return (yield from complain(process, text, 1))
    limit = duration_ms(options.get("w")) if "w" in options else None
    if "v" in options:
        where = f"listening on [::]:{text} ..." if is_busybox(process) else f"Listening on 0.0.0.0 {text}"
        yield from process.err(where + "\n")
    again = "k" in options and (bool(command) or not is_busybox(process))
    while True:
        stream: OpenFile | None = yield Accept(fd, limit)
        if stream is None:
            return 1
        if not again:
            # It listens for one connection only.
            process.close(fd)
            return (yield from _talk(process, stream, command, limit))
        if not command:
            yield from _talk(process, stream, command, limit)
        elif (child := (yield from _spawn(process, stream, command))) is None:
            return 127
        else:
            process.actions["CHLD"] = "ignore"
            child.actions.pop("CHLD", None)  # that is only for who listens


def _talk(process: Process, stream: OpenFile, command: list[str], limit: int | None) -> Routine[int]:
    if command:
        return (yield from _serve(process, stream, command))
    fd = process.install(stream)

    def send(child: Process) -> Routine[int]:
        while (data := (yield from child.read(0))) != b"":
            try:
                yield from child.write(fd, data or b"")
            except OSFault:
                return 1
        if isinstance(stream, Stream):
            stream.shut()
        return 0

    sender = process.fork(send)
    while True:
        data = yield ReadFd(fd, 65536, limit)
        if not data:
            break
        yield from process.out(data)
    if sender.exit is None:
        # What stands in standard input already still goes out.
        yield WaitChild(frozenset((sender.pid,)), timeout_ms=5)
    process.close(fd)
    if sender.exit is None:
        process.kernel.end(sender, Exit(0))
    return 0


def _serve(process: Process, stream: OpenFile, command: list[str]) -> Routine[int]:
    """-e: the command talks to the connection."""
    child = yield from _spawn(process, stream, command)
    if child is None:
        return 127
    result = yield from process.wait(child.pid)
    return result.status


def _spawn(process: Process, stream: OpenFile, command: list[str]) -> Routine[Process | None]:
    try:
        program = process.find(command[0])
    except OSFault as fault:
        stream.close()
        yield from complain(process, f"can't execute '{command[0]}': {fault.message}", 127)
        return None
    fds = {0: stream, 1: stream, 2: process.fds.get(2, stream)}
    child = process.fork(program, argv=command, fds=fds)
    stream.close()
    return child


def telnet(process: Process) -> Routine[int]:
    operands = [argument for argument in process.argv[1:] if not argument.startswith("-")]
    if not operands:
        return (yield from complain(process, "missing host", 1))
    host, port = operands[0], (_ports(operands[1]) or [0])[0] if len(operands) > 1 else 23
    address = host
    try:
        address = process.resolve(host)[0]
        stream: OpenFile = yield Connect(host, port)
    except OSFault as fault:
        if fault.errno == "ENOTFOUND":
            return (yield from complain(process, f"bad address '{host}'", 1))
        return (yield from complain(process, f"can't connect to remote host ({address}): {fault.message}", 1))
    yield from process.out(f"Connected to {host}\n\nEntering character mode\nEscape character is '^]'.\n\n")
    status = yield from _talk(process, stream, [], None)
    yield Sleep(0)
    yield from process.err("Connection closed by foreign host\r\n")
    return status or 1
