"""What server programs share: looking at files for a request, dates, running until a signal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from simulator.containers.http import Access, Service
from simulator.containers.syscalls import OSFault, Pause, Routine, Terminated

if TYPE_CHECKING:
    from simulator.containers.observation import Observation
    from simulator.containers.process import Process

TYPES = {
    "html": "text/html", "htm": "text/html", "css": "text/css", "js": "application/javascript", "txt": "text/plain",
    "json": "application/json", "xml": "text/xml", "png": "image/png", "jpg": "image/jpeg", "svg": "image/svg+xml",
    "gif": "image/gif", "ico": "image/x-icon",
}  # fmt: skip


class Looked:
    """Lets a service look at files as `process` while somebody observes it."""

    __slots__ = ("_before", "_observation", "_process")

    def __init__(self, process: Process, observation: Observation | None) -> None:
        self._process = process
        self._observation = observation
        self._before = process.observation

    def __enter__(self) -> Process:
        self._process.observation = self._observation
        return self._process

    def __exit__(self, *error: object) -> None:
        self._process.observation = self._before


class ProcessService(Service):
    """A service that a process offers; its log lines go where the process' output goes."""

    def __init__(self, process: Process) -> None:
        self.process = process

    def log(self, access: Access | None, at_ms: int) -> None:
        if access is not None:
            for stream, text in access(at_ms):
                self.write(stream, text)

    def write(self, stream: str, text: str) -> None:
        file = self.process.fds.get(1 if stream == "stdout" else 2)
        if file is None:
            return
        try:
            file.write(self.process, f"{text}\n".encode())
        except (OSFault, Terminated):
            # Nobody reads it any more.
            return


def when(process: Process, at_ms: int) -> datetime:
    """The wall clock at `at_ms`."""
    seconds, ms = divmod(process.machine.epoch_ms + at_ms, 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=ms * 1000)


def http_date(process: Process, epoch_ms: int) -> str:
    return datetime.fromtimestamp(epoch_ms // 1000, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")


def content_type(path: str, default: str = "application/octet-stream") -> str:
    return TYPES.get(path.rpartition(".")[2].lower(), default) if "." in path.rpartition("/")[2] else default


def pairs(words: list[str]) -> list[tuple[str, str]]:
    """Each word with the one after it: an option and what may be its value."""
    return list(zip(words, [*words[1:], ""], strict=False))


def until_signal(p: Process, codes: Mapping[str, int]) -> Routine[tuple[str, int]]:
    """Wait for one of the signals in `codes`; gives its name and what to exit with."""
    for name in codes:
        p.actions[name] = "handle"
    while True:
        while p.pending:
            name = p.pending.pop(0)
            if name in codes:
                return name, codes[name]
        yield Pause()
