"""head and tail. `tail -f` waits for changes instead of looking again and again."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.basics import breathe
from simulator.containers.utilities.files import parse_size
from simulator.containers.utilities.follow import follow
from simulator.containers.utilities.messages import complain, is_busybox
from simulator.containers.utilities.options import Options, parse_options
from simulator.containers.utilities.text_input import MAX_HELD, Input

if TYPE_CHECKING:
    from simulator.containers.process import Process

_LONG = {"lines": "n", "bytes": "c", "quiet": "q", "silent": "q", "verbose": "v", "follow": "f", "retry": "F"}


def _arguments(process: Process) -> list[str]:
    """`head -5` is `head -n 5`."""
    pairs = zip(process.argv, process.argv[1:], strict=False)
    return [f"-n{a[1:]}" if re.fullmatch(r"-\d+", a) and before not in ("-n", "-c") else a for before, a in pairs]


def _cannot_open(process: Process, path: str, fault: OSFault, *, tail: bool) -> str:
    if is_busybox(process):
        return f"can't open '{path}': {fault.message}" if tail else f"{path}: {fault.message}"
    return f"cannot open '{path}' for reading: {fault.message}"


def head(process: Process) -> Routine[int]:
    options = parse_options(_arguments(process), "n:c:qv", _LONG)
    text = options.get("c") or options.get("n", "10")
    count = parse_size(text.lstrip("-"))
    if count is None:
        return (yield from complain(process, f"invalid number '{text}'", 1))
    status = 0
    paths = options.operands or ["-"]
    for number, path in enumerate(paths):
        try:
            source = Input(process, path)
        except OSFault as fault:
            status = yield from complain(process, _cannot_open(process, path, fault, tail=False), 1)
            continue
        if (len(paths) > 1 and "q" not in options) or "v" in options:
            yield from process.out(("\n" if number else "") + f"==> {path} <==\n")
        if text.startswith("-"):
            yield from _all_but(process, source, count)
        elif "c" in options:
            yield from _bytes(process, source, count)
        else:
            yield from _lines(process, source, count)
        source.close()
    return status


def _lines(process: Process, source: Input, count: int) -> Routine[None]:
    while count > 0 and (line := (yield from source.line())):
        yield from process.out(line)
        count -= 1


def _bytes(process: Process, source: Input, count: int) -> Routine[None]:
    while count > 0 and (data := (yield from source.block())):
        yield from process.out(data[:count])
        count -= len(data)
        yield from breathe(process)


def _all_but(process: Process, source: Input, count: int) -> Routine[None]:
    held: deque[bytes] = deque()
    while line := (yield from source.line()):
        held.append(line)
        if len(held) > count:
            yield from process.out(held.popleft())


class _End:
    """The last lines or bytes of an input. Held in memory, and accounted for."""

    def __init__(self, process: Process, count: int, *, by_bytes: bool) -> None:
        self.process = process
        self.count = count
        self.by_bytes = by_bytes
        self.held: deque[bytes] = deque()
        self.size = 0
        self.really = 0

    def add(self, piece: bytes) -> None:
        self.process.allocate(len(piece))
        self.size += len(piece)
        if self.really < MAX_HELD:
            self.held.append(piece)
            self.really += len(piece)
        while self._too_much():
            gone = self.held.popleft()
            self.process.allocate(-len(gone))
            self.size -= len(gone)
            self.really -= len(gone)

    def _too_much(self) -> bool:
        if not self.held:
            return False
        return self.size - len(self.held[0]) >= self.count if self.by_bytes else len(self.held) > self.count

    def text(self) -> bytes:
        data = b"".join(self.held)
        self.process.allocate(-self.size)
        return data[-self.count :] if self.by_bytes and self.count else data


def tail(process: Process) -> Routine[int]:
    options = parse_options(_arguments(process), "n:c:fFqvs:", _LONG)
    status = 0
    paths = options.operands or ["-"]
    titles = (len(paths) > 1 and "q" not in options) or "v" in options
    opened: list[tuple[str, Input]] = []
    for path in paths:
        try:
            opened.append((path, Input(process, path)))
        except OSFault as fault:
            status = yield from complain(process, _cannot_open(process, path, fault, tail=True), 1)
    if not opened and "F" not in options:
        if is_busybox(process):
            return (yield from complain(process, "no files", 1))
        return (yield from complain(process, "no files remaining", 1)) if "f" in options else status
    for number, (path, source) in enumerate(opened):
        if titles:
            yield from process.out(("\n" if number else "") + f"==> {path} <==\n")
        problem = yield from _tail_one(process, source, options)
        if problem:
            return (yield from complain(process, problem, 1))
    if "f" in options or "F" in options:
        missing = [path for path in paths if path not in {p for p, _ in opened}] if "F" in options else []
        return (yield from follow(process, opened, missing, titles=titles, by_name="F" in options))
    return status


def _tail_one(process: Process, source: Input, options: Options) -> Routine[str]:
    text = options.get("c") or options.get("n", "10")
    count = parse_size(text.lstrip("+-"))
    by_bytes = "c" in options
    if count is None:
        return f"invalid number '{text}'"
    if text.startswith("+"):
        skip = max(0, count - 1)
        while skip > 0 and (piece := (yield from (source.block() if by_bytes else source.line()))):
            if by_bytes and len(piece) > skip:
                yield from process.out(piece[skip:])
            skip -= len(piece) if by_bytes else 1
        while data := (yield from source.block()):
            yield from process.out(data)
        return ""
    end = _End(process, count, by_bytes=by_bytes)
    while piece := (yield from (source.block() if by_bytes else source.line())):
        end.add(piece)
        yield from breathe(process)
    yield from process.out(end.text())
    return ""
