"""The system calls that may block: what each does, and when it is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator.containers.blocking import BLOCKED
from simulator.containers.files.open import OpenFile
from simulator.containers.network import Listener
from simulator.containers.syscalls import (
    Accept,
    Await,
    Connect,
    HttpRequest,
    Pause,
    ReadFd,
    Sleep,
    Spin,
    Syscall,
    WaitChild,
    WriteFd,
)

if TYPE_CHECKING:
    from simulator.containers.kernel import Kernel
    from simulator.containers.process import Process


def sleep(kernel: Kernel, process: Process, call: Sleep) -> Any:
    if call.ms <= 0:
        return 0
    if call.interruptible and process.pending:
        return call.ms
    process.unrepeatable()
    process.blocked = call
    process.timer = kernel.engine.after(call.ms, kernel.give, process, 0)
    return BLOCKED


def wait_child(kernel: Kernel, process: Process, call: WaitChild) -> Any:
    found = kernel.reap(process, call.pids)
    if found is not None:
        return found
    if call.interruptible and process.pending:
        return None
    return kernel.block(process, call, call.timeout_ms)


def _await_file(kernel: Kernel, process: Process, call: Syscall, file: OpenFile, timeout_ms: int | None) -> Any:
    file.wait(process)
    process.waits_on = file
    return kernel.block(process, call, timeout_ms)


def read(kernel: Kernel, process: Process, call: ReadFd) -> Any:
    file = process.file(call.fd)
    data = file.read_line(process) if call.line else file.read(process, call.size)
    if data is not None:
        return data
    if process.pending:
        return None
    return _await_file(kernel, process, call, file, call.timeout_ms)


def write(kernel: Kernel, process: Process, call: WriteFd) -> Any:
    file = process.file(call.fd)
    written = file.write(process, call.data)
    if written is not None:
        return written
    return _await_file(kernel, process, call, file, None)


def pause(kernel: Kernel, process: Process, call: Pause) -> Any:
    if process.pending:
        return None
    process.unrepeatable()
    return kernel.block(process, call)


def spin(kernel: Kernel, process: Process, call: Spin) -> Any:
    if process.pending:
        return None
    process.unrepeatable()
    return kernel.block(process, call)


def accept(kernel: Kernel, process: Process, call: Accept) -> Any:
    listener = process.file(call.fd)
    assert isinstance(listener, Listener)
    stream = listener.accept()
    if stream is not None:
        return stream
    if process.pending:
        return None
    return _await_file(kernel, process, call, listener, call.timeout_ms)


def connect(kernel: Kernel, process: Process, call: Connect) -> Any:
    machine = process.machine
    return machine.network.connect(kernel, process, call)


def http_request(kernel: Kernel, process: Process, call: HttpRequest) -> Any:
    return process.machine.network.http_request(kernel, process, call)


class Waiting(OpenFile):
    """What an Await waits on: forgetting it cancels the registration."""

    __slots__ = ("cancel", "done", "value")

    def __init__(self) -> None:
        super().__init__()
        self.done = False
        self.value: Any = None
        self.cancel: Callable[[], None] | None = None

    def forget(self, process: Process) -> None:
        cancel, self.cancel = self.cancel, None
        if cancel is not None and not self.done:
            cancel()
        self.done = True


def await_outside(kernel: Kernel, process: Process, call: Await) -> Any:
    if process.pending:
        return None
    process.unrepeatable()
    waiting = Waiting()

    def resume(value: Any) -> None:
        if waiting.done:
            return
        waiting.done = True
        if process.waits_on is waiting:
            process.cause = kernel.engine.cause or process.cause
            kernel.give(process, value)
        else:
            waiting.value = value

    cancel = call.register(resume)
    if waiting.done:
        return waiting.value
    waiting.cancel = cancel
    process.waits_on = waiting
    return kernel.block(process, call, call.timeout_ms)


HANDLERS: dict[type[Syscall], Callable[[Any, Any, Any], Any]] = {
    Sleep: sleep,
    WaitChild: wait_child,
    ReadFd: read,
    WriteFd: write,
    Pause: pause,
    Spin: spin,
    Accept: accept,
    Await: await_outside,
    Connect: connect,
    HttpRequest: http_request,
}
