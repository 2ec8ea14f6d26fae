"""Reading input: files and standard input by lines or blocks, within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.basics import breathe
from simulator.containers.utilities.messages import complain, is_busybox, no_open

if TYPE_CHECKING:
    from simulator.containers.process import Process

MAX_HELD = 4 << 20
"""What we really keep of an input; a program that holds more only grows on paper."""
BLOCK = 65536


class Input:
    """A file or standard input, read line by line. `-` is standard input."""

    def __init__(self, process: Process, path: str = "-") -> None:
        self.process = process
        self.path = path
        self.owned = path != "-"
        self.fd = process.install(process.open(path)) if self.owned else 0
        self.buffer = b""
        self.ended = False
        self.held = 0

    def block(self) -> Routine[bytes]:
        """The next bytes, b"" at the end."""
        if self.buffer:
            data, self.buffer = self.buffer, b""
            return data
        while True:
            data_or_none = yield from self.process.read(self.fd, BLOCK)
            if data_or_none is not None:
                return data_or_none

    def line(self) -> Routine[bytes]:
        """The next line with its newline, b"" at the end."""
        parts: list[bytes] = []
        size = 0
        while True:
            if self.buffer:
                end = self.buffer.find(b"\n")
                if end >= 0:
                    parts.append(self.buffer[: end + 1])
                    self.buffer = self.buffer[end + 1 :]
                    break
                size += len(self.buffer)
                if size <= MAX_HELD:
                    parts.append(self.buffer)
                self.buffer = b""
            if self.ended:
                break
            data = yield from self.process.read(self.fd, BLOCK)
            if data is None:
                continue
            self.ended = data == b""
            self.buffer = data
            if size:
                # A line without an end eats memory.
                self.process.allocate(len(data))
                self.held += len(data)
                yield from breathe(self.process)
        self.process.spend(1 + len(parts))
        if self.held:
            self.process.allocate(-self.held)
            self.held = 0
        return b"".join(parts)

    def close(self) -> None:
        if self.owned and self.fd in self.process.fds:
            self.process.close(self.fd)


def open_input(process: Process, path: str) -> Routine[Input | None]:
    """None after a complaint that it cannot be read."""
    try:
        if path != "-" and process.files.is_dir(path):
            raise OSFault("EISDIR", path)
        return Input(process, path)
    except OSFault as fault:
        if fault.errno == "EISDIR":
            text = "read error: Is a directory" if is_busybox(process) else f"{path}: Is a directory"
            yield from complain(process, text, 1)
        else:
            yield from complain(process, no_open(process, path, fault), 1)
        return None


def all_lines(process: Process, paths: list[str]) -> Routine[tuple[list[str], int]]:
    """Every line of all inputs without newlines, held in memory; and a status, 1 if one could not be read."""
    lines: list[str] = []
    size = 0
    status = 0
    for path in paths or ["-"]:
        source = yield from open_input(process, path)
        if source is None:
            status = 1
            continue
        while line := (yield from source.line()):
            process.allocate(len(line) + 32)
            size += len(line) + 32
            if size <= MAX_HELD:
                lines.append(decode(line).removesuffix("\n"))
        source.close()
    return lines, status


def decode(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
