"""Open files: what a descriptor stands for. Shared between processes, closed with the last reference.

`read` and `write` give None when the caller has to wait; the kernel then tries again once `wake` was called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault

if TYPE_CHECKING:
    from simulator.containers.kernel import Kernel
    from simulator.containers.process import Process

PIPE_SIZE = 65536
LINE = 4096


class OpenFile:
    """The base of all kinds: reads nothing, refuses writes."""

    __slots__ = ("refs", "waiting")
    kind = "file"
    is_terminal = False

    def __init__(self) -> None:
        self.refs = 1
        self.waiting: list[Process] | None = None

    def share(self) -> OpenFile:
        """Another reference, to be closed on its own."""
        self.refs += 1
        return self

    def close(self) -> None:
        self.refs -= 1
        if self.refs == 0:
            self.released()

    def released(self) -> None:
        """The last reference is gone."""

    def read(self, process: Process, size: int) -> bytes | None:
        raise OSFault("EBADF")

    def read_line(self, process: Process) -> bytes | None:
        """Up to and including a newline if there is one; never reads beyond it."""
        return self.read(process, LINE)

    def write(self, process: Process, data: bytes) -> int | None:
        raise OSFault("EBADF")

    def wait(self, process: Process) -> None:
        """Have the kernel try `process` again when this file changes."""
        if self.waiting is None:
            self.waiting = []
        if process not in self.waiting:
            self.waiting.append(process)

    def forget(self, process: Process) -> None:
        if self.waiting and process in self.waiting:
            self.waiting.remove(process)

    def wake(self) -> None:
        waiting, self.waiting = self.waiting, None
        for process in waiting or ():
            process.kernel.retry(process)


class NullFile(OpenFile):
    """/dev/null, and a standard input that nobody is at."""

    __slots__ = ()
    kind = "null"

    def read(self, process: Process, size: int) -> bytes | None:
        return b""

    def write(self, process: Process, data: bytes) -> int | None:
        return len(data)


class ZeroFile(NullFile):
    """/dev/zero: reading it goes on for ever. Do not keep what is read; `allocate` for it."""

    __slots__ = ()
    kind = "zero"

    def read(self, process: Process, size: int) -> bytes | None:
        process.spend(1 + size // 4096)
        return bytes(min(size, PIPE_SIZE))


class RandomFile(NullFile):
    """/dev/urandom."""

    __slots__ = ()
    kind = "random"

    def read(self, process: Process, size: int) -> bytes | None:
        process.spend(1 + size // 4096)
        return process.random.randbytes(min(size, PIPE_SIZE))


class FullFile(ZeroFile):
    """/dev/full."""

    __slots__ = ()

    def write(self, process: Process, data: bytes) -> int | None:
        raise OSFault("ENOSPC")


class BytesFile(OpenFile):
    """A text that is simply there: /proc files, a given standard input, a here-document."""

    __slots__ = ("_data", "_position")

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = data
        self._position = 0

    def read(self, process: Process, size: int) -> bytes | None:
        data = self._data[self._position : self._position + size]
        self._position += len(data)
        return data

    def read_line(self, process: Process) -> bytes | None:
        end = self._data.find(b"\n", self._position)
        return self.read(process, len(self._data) if end < 0 else end + 1 - self._position)


class Buffer:
    """Bytes on their way from writers to readers."""

    __slots__ = ("data",)

    def __init__(self) -> None:
        self.data = bytearray()

    def take(self, size: int) -> bytes:
        data = bytes(self.data[:size])
        del self.data[:size]
        return data

    def take_line(self) -> bytes:
        end = self.data.find(b"\n")
        return self.take(len(self.data) if end < 0 else end + 1)


class Pipe:
    """A pipe and its two ends."""

    __slots__ = ("buffer", "kernel", "reader", "writer")

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.buffer = Buffer()
        self.reader = PipeReader(self)
        self.writer = PipeWriter(self)


class PipeReader(OpenFile):
    __slots__ = ("pipe",)
    kind = "pipe"

    def __init__(self, pipe: Pipe) -> None:
        super().__init__()
        self.pipe = pipe

    def read(self, process: Process, size: int) -> bytes | None:
        return self._after(self.pipe.buffer.take(size))

    def read_line(self, process: Process) -> bytes | None:
        return self._after(self.pipe.buffer.take_line())

    def _after(self, data: bytes) -> bytes | None:
        if data:
            self.pipe.writer.wake()
            return data
        return b"" if self.pipe.writer.refs == 0 else None

    def released(self) -> None:
        self.pipe.buffer.data.clear()
        self.pipe.writer.wake()


class PipeWriter(OpenFile):
    __slots__ = ("pipe",)
    kind = "pipe"

    def __init__(self, pipe: Pipe) -> None:
        super().__init__()
        self.pipe = pipe

    def write(self, process: Process, data: bytes) -> int | None:
        pipe = self.pipe
        if pipe.reader.refs == 0:
            pipe.kernel.broken_pipe(process)
        buffer = pipe.buffer.data
        # More than fits is accepted by an empty pipe: nothing can tell the difference.
        if buffer and len(buffer) + len(data) > PIPE_SIZE:
            return None
        buffer += data
        process.spend(1 + len(data) // 4096)
        pipe.reader.wake()
        return len(data)

    def released(self) -> None:
        self.pipe.reader.wake()


class Source(OpenFile):
    """A standard input that something outside feeds: `kubectl attach`, `kubectl exec -i`."""

    __slots__ = ("_buffer", "_ended", "is_terminal")
    kind = "stdin"

    def __init__(self, data: bytes = b"", *, ended: bool = False, terminal: bool = False) -> None:
        super().__init__()
        self._buffer = Buffer()
        self._buffer.data += data
        self._ended = ended
        self.is_terminal = terminal

    def feed(self, data: bytes) -> None:
        self._buffer.data += data
        self.wake()

    def end(self) -> None:
        self._ended = True
        self.wake()

    def read(self, process: Process, size: int) -> bytes | None:
        return self._buffer.take(size) or (b"" if self._ended else None)

    def read_line(self, process: Process) -> bytes | None:
        return self._buffer.take_line() or (b"" if self._ended else None)


class Sink(OpenFile):
    """Hands on what is written to it: to a container's log, or to who asked for the output of an exec."""

    __slots__ = ("_on_close", "_stream", "_take", "is_terminal")
    kind = "sink"

    def __init__(
        self,
        take: Callable[[str, Process, bytes], None],
        stream: str,
        *,
        terminal: bool = False,
        on_close: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self._take = take
        self._stream = stream
        self._on_close = on_close
        self.is_terminal = terminal

    def released(self) -> None:
        if self._on_close is not None:
            self._on_close()

    def read(self, process: Process, size: int) -> bytes | None:
        return b""

    def write(self, process: Process, data: bytes) -> int | None:
        # Lines are kept one by one: output costs more than data that is merely moved.
        process.spend(1 + len(data) // 64 + data.count(b"\n"))
        self._take(self._stream, process, data)
        return len(data)
