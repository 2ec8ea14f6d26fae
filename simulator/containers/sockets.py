"""Streams between processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.containers.files.open import PIPE_SIZE, Buffer, OpenFile

if TYPE_CHECKING:
    from simulator.containers.http import Service
    from simulator.containers.kernel import Kernel
    from simulator.containers.network import Listener
    from simulator.containers.process import Process


class Stream(OpenFile):
    """One end of a connection."""

    __slots__ = ("buffer", "ended", "kernel", "peer", "remote", "reset")
    kind = "socket"

    def __init__(self, kernel: Kernel, remote: str) -> None:
        super().__init__()
        self.kernel = kernel
        self.remote = remote  # the address at the other end
        self.peer: Stream | None = None
        self.buffer = Buffer()
        self.ended = False  # the other end will say no more
        self.reset = False  # it went without having read all that was sent to it

    def read(self, process: Process, size: int) -> bytes | None:
        return self._after(self.buffer.take(size))

    def read_line(self, process: Process) -> bytes | None:
        return self._after(self.buffer.take_line())

    def _after(self, data: bytes) -> bytes | None:
        if data:
            if self.peer is not None:
                self.peer.wake()
            return data
        return b"" if self.ended else None

    def write(self, process: Process, data: bytes) -> int | None:
        if self.peer is None:
            self.kernel.broken_pipe(process)
            return None
        if self.peer.buffer.data and len(self.peer.buffer.data) + len(data) > PIPE_SIZE:
            return None
        process.spend(1 + len(data) // 4096)
        self.peer.receive(data)
        return len(data)

    def receive(self, data: bytes) -> None:
        self.buffer.data += data
        self.wake()

    def shut(self) -> None:
        """Say no more (shutdown(2) of the writing side)."""
        if self.peer is not None:
            self.peer.hear_end()

    def hear_end(self) -> None:
        self.ended = True
        self.wake()

    def released(self) -> None:
        peer, self.peer = self.peer, None
        if peer is not None:
            peer.peer = None
            peer.reset = bool(self.buffer.data)
            peer.hear_end()


class ServiceStream(Stream):
    """The end that a `Service` answers at, once the process that does so is not stopped."""

    __slots__ = ("_listener", "_service", "_state")

    def __init__(self, kernel: Kernel, remote: str, listener: Listener, service: Service) -> None:
        super().__init__(kernel, remote)
        self._listener = listener
        self._service = service
        self._state: dict[str, object] = {}

    def receive(self, data: bytes) -> None:
        self.buffer.data += data
        self._listener.when_it_goes_on(self._answer)

    def _answer(self) -> None:
        answer = self._service.talk(bytes(self.buffer.data), self.remote, self._state)
        if answer is None:
            return
        self.buffer.data.clear()
        text, close = answer
        if self.peer is not None:
            self.peer.receive(text)
        if close:
            self.released()

    def hear_end(self) -> None:
        # What was asked has been answered already.
        self.released()


class ClientStream(Stream):
    """An end that no process holds: tells a function what came."""

    __slots__ = ("_on_change",)

    def __init__(self, kernel: Kernel, remote: str, on_change: Callable[[bytes, bool], None]) -> None:
        super().__init__(kernel, remote)
        self._on_change = on_change

    def wake(self) -> None:
        self._on_change(bytes(self.buffer.data), self.ended)


def connected(one: Stream, other: Stream) -> None:
    one.peer, other.peer = other, one
