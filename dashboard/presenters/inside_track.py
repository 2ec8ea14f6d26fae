"""What is inside a Pod's containers and volumes at one moment: processes, ports, files. Read from facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from dashboard.presenters.pieces import Json
from simulator.history import Fact


@dataclass(frozen=True, slots=True)
class Running:
    """A process. `again`: the same command runs again and again, and not each run is written down."""

    pid: int
    parent: int
    command: str
    at_ms: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class Listening:
    port: int
    host: str
    pid: int
    again: bool


@dataclass(frozen=True, slots=True)
class FileNow:
    """A file as it was last told of."""

    path: str
    change: str  # there, created, changed, removed
    at_ms: int
    size: int | None = None
    by: str = ""
    where: str = ""  # the container that did it


@dataclass(slots=True)
class Insides:
    """Of one container, in its present life."""

    processes: dict[int, Running] = field(default_factory=dict)
    loops: dict[str, Running] = field(default_factory=dict)  # by command
    ports: dict[int, Listening] = field(default_factory=dict)
    files: dict[str, FileNow] = field(default_factory=dict)

    def process(self, fact: Fact, at_ms: int) -> None:
        data = fact.data
        pid, command = int(data.get("pid", 0)), _command(fact)
        if data.get("phase") == "start":
            again = bool(data.get("repeats"))
            one = Running(pid, int(data.get("ppid", 0)), command, at_ms, again)
            self.loops.pop(command, None)
            self.processes[pid] = one
            return
        ended = self.processes.pop(pid, None)
        self.loops = {command: loop for command, loop in self.loops.items() if loop.parent != pid}
        if ended is not None and ended.again:
            self.loops[command] = ended

    def port(self, fact: Fact) -> None:
        data = fact.data
        port, again = int(data.get("port", 0)), bool(data.get("repeats"))
        if data.get("phase") == "open":
            self.ports[port] = Listening(port, str(data.get("host", "")), int(data.get("pid", 0)), again)
        elif not again:
            self.ports.pop(port, None)

    def end(self) -> None:
        """The main process has ended, and all others with it; its files stay until it is started anew."""
        self.processes.clear()
        self.loops.clear()
        self.ports.clear()


class InsideTrack:
    """Of one Pod. Times are milliseconds since it was made."""

    def __init__(self) -> None:
        self.touched = 0
        self.containers: dict[str, Insides] = {}
        self.volumes: dict[str, dict[str, FileNow]] = {}  # by name: files by their paths in the volume
        self.ip = ""
        self.sandbox_ms: int | None = None
        self.told = False  # whether the history tells of insides at all

    def of(self, container: str) -> Insides:
        return self.containers.setdefault(container, Insides())

    def read(self, fact: Fact, at_ms: int, spec: Json) -> None:
        """`spec`: of the container that the fact is about, if it is about one."""
        known = {
            "process": lambda: self.of(fact.container).process(fact, at_ms),
            "port": lambda: self.of(fact.container).port(fact),
            "file": lambda: self._file(fact, at_ms, mounts_of(spec)),
            "volume": lambda: self._volume(fact, at_ms),
            "container": lambda: self._container(fact),
            "exit": lambda: self.of(fact.container).end(),
            "sandbox": lambda: self._sandbox(fact, at_ms),
        }
        if fact.kind in known:
            known[fact.kind]()
            self.touched, self.told = fact.number, True

    def _container(self, fact: Fact) -> None:
        if fact.data.get("phase") == "created":
            self.containers[fact.container] = Insides()

    def _sandbox(self, fact: Fact, at_ms: int) -> None:
        ready = fact.data.get("phase") == "ready"
        self.ip, self.sandbox_ms = (str(fact.data.get("ip", "")), at_ms) if ready else ("", None)

    def _file(self, fact: Fact, at_ms: int, mounts: dict[str, str]) -> None:
        data = fact.data
        path = str(data.get("path", ""))
        where = _in_volume(path, mounts)
        files = self.of(fact.container).files if where is None else self.volumes.setdefault(where[0], {})
        path = path if where is None else where[1]
        before = files.get(path)
        size = data.get("size", None if before is None else before.size)
        change = str(data.get("change", "changed"))
        files.pop(path, None)  # the newest last
        files[path] = FileNow(path, change, at_ms, size, str(data.get("by", "")), fact.container)
        if change == "removed":
            for below in [name for name in files if name.startswith(f"{path}/")]:
                files[below] = replace(files[below], change="removed", at_ms=at_ms)

    def _volume(self, fact: Fact, at_ms: int) -> None:
        data = fact.data
        name, first = str(data.get("volume", "")), data.get("phase") == "mounted"
        before = self.volumes.get(name, {})
        now = dict(_listed(data.get("files") or (), at_ms, before, first=first))
        gone = {path: replace(file, change="removed", at_ms=at_ms) for path, file in before.items() if path not in now}
        self.volumes[name] = now if first else gone | now


def _listed(
    files: Sequence[tuple[str, int]], at_ms: int, before: dict[str, FileNow], *, first: bool
) -> Iterator[tuple[str, FileNow]]:
    """What the kubelet put into a volume."""
    for path, size in files:
        old = before.get(path)
        if old is not None and old.size == size and old.change != "removed":
            yield path, old
        else:
            change = "there" if first else "created" if old is None else "changed"
            yield path, FileNow(str(path), change, at_ms, size, "kubelet")


def _in_volume(path: str, mounts: dict[str, str]) -> tuple[str, str] | None:
    """The volume that a container's path is in, and the path in it."""
    best = max((mount for mount in mounts if path == mount or path.startswith(f"{mount}/")), key=len, default=None)
    if best is None:
        return None
    volume, _slash, inner = mounts[best].partition("/")
    return volume, "/".join(part for part in (inner, path[len(best) :].strip("/")) if part)


def mounts_of(spec: Json) -> dict[str, str]:
    """By path: the volume's name, and after a slash what of it is mounted there."""
    return {
        str(mount.get("mountPath", "")).rstrip("/"): f"{mount.get('name')}/{(mount.get('subPath') or '').strip('/')}"
        for mount in spec.get("volumeMounts") or ()
    }


def _command(fact: Fact) -> str:
    argv = fact.data.get("argv")
    return " ".join(map(str, argv)) if argv else str(fact.data.get("command", ""))
