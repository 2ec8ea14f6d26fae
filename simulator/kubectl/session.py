"""Talking with a process in a container: its output comes back as it is written, our input goes there as it comes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault, Program, Routine
from simulator.kubectl.api import Ended, OnEnd, OnOutput, Stream
from simulator.kubectl.call import Call
from simulator.kubectl.waiting import Inbox

if TYPE_CHECKING:
    from simulator.containers.process import Process

INTERRUPTED = 130

Begin = Callable[[OnOutput, OnEnd], Stream]


def converse(call: Call, begin: Begin, *, stdin: bool) -> Routine[Ended]:
    """Until the other side ends, or we are interrupted."""
    news: Inbox[tuple[str, bytes] | Ended] = Inbox()
    stream = begin(lambda name, data: news.put((name, data)), news.put)
    # Input and output go on at the same time, so the input gets a process of its own.
    pump = call.process.fork(_pump(stream)) if stdin else None
    ended = None
    try:
        while ended is None:
            item = yield from news.take()
            if item is None:
                ended = Ended(INTERRUPTED)
            elif isinstance(item, Ended):
                ended = item
            elif item[0] == "stderr":
                yield from call.err(item[1])
            else:
                yield from call.out(item[1])
    finally:
        stream.cancel()
    if pump is not None:
        yield from _stop(call, pump)
    return ended


def _pump(stream: Stream) -> Program:
    def pump(process: Process) -> Routine[int]:
        while True:
            data = yield from process.read(0)
            if data == b"":
                stream.close()
                return 0
            if data:
                stream.write(data)

    return pump


def _stop(call: Call, pump: Process) -> Routine[None]:
    with suppress(OSFault):  # it may have ended by itself
        call.process.kill(pump.pid, "KILL")
    yield from call.process.wait(pump.pid)
