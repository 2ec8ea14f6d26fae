"""Inside: a column per container with its processes and ports, rails that cross them for the network and the volumes.

All of it is as of one moment, as far as the history tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dashboard.presenters.bars import ROLES, label
from dashboard.presenters.containers import ContainerTrack
from dashboard.presenters.inside_track import FileNow, Insides, Running
from dashboard.presenters.pieces import Json
from dashboard.presenters.story import Story
from dashboard.presenters.timescale import clock

FRESH_MS, LONGEST_FRESH_MS = 5_000, 60_000  # so long a change is pointed out, in the time of who looks
GONE_MS = 60_000  # so long what was removed is listed
MOST = 8  # files of a volume that are listed
READ_ONLY = ("configMap", "secret", "downwardAPI", "projected")
SHARED = ("hostPath", "persistentVolumeClaim")  # others may write there too
LOCAL = ("127.0.0.1", "localhost", "::1")
EMPTY = _("no file")
BADGES = {"created": _("new"), "changed": _("changed"), "removed": _("removed")}


@dataclass(frozen=True, slots=True)
class Process:
    pid: str  # empty if it has another one each time
    command: str
    depth: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class Port:
    text: str  # :80 nginx
    note: str
    open: bool


@dataclass(frozen=True, slots=True)
class FileRow:
    path: str
    size: str
    at: str
    badge: str  # what has just happened to it, in a word
    by: str
    gone: bool


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    role: str
    kind: str  # of its bar now
    state: str
    image: str
    processes: tuple[Process, ...]
    sees: str  # whose processes it sees besides its own
    ports: tuple[Port, ...]
    files: tuple[FileRow, ...]


@dataclass(frozen=True, slots=True)
class Mount:
    path: str
    read_only: bool
    part: str  # of the volume, if not the whole is mounted


@dataclass(frozen=True, slots=True)
class Rail:
    name: str
    about: str  # emptyDir · 2 files, 35 B
    files: tuple[FileRow, ...]
    more: int  # files that are not listed
    mounts: tuple[Mount | None, ...]  # one for each column
    note: str


@dataclass(frozen=True, slots=True)
class Inside:
    told: bool  # whether the history tells of insides at all
    ip: str
    since: str  # when the sandbox was there
    pids: str  # who sees whose processes
    columns: tuple[Column, ...]
    rails: tuple[Rail, ...]

    @property
    def width(self) -> int:
        return len(self.columns)


@dataclass(frozen=True, slots=True)
class Moment:
    """The one that is shown, and since when changes count as fresh."""

    now_ms: int
    fresh_ms: int


def inside(story: Story, now_ms: int, speed: int = 1) -> Inside:
    """`speed`: as fast as time passes, 0 for as fast as it can."""
    longest = min(LONGEST_FRESH_MS, FRESH_MS * speed) if speed else LONGEST_FRESH_MS
    moment = Moment(now_ms, now_ms - longest)
    tracks = list(story.containers.values())
    spec, insides = story.pod.get("spec", {}), story.insides
    rails = tuple(_rail(volume, tracks, story, moment) for volume in spec.get("volumes") or [])
    ip = insides.ip or str(story.pod.get("status", {}).get("podIP", ""))
    since = "" if insides.sandbox_ms is None else clock(insides.sandbox_ms)
    columns = tuple(_column(track, story, moment) for track in tracks)
    return Inside(insides.told, ip, since, _pids(spec), columns, rails)


def _pids(spec: Json) -> str:
    if spec.get("shareProcessNamespace"):
        return str(_("It is process 1 for all containers: they see each other's processes."))
    return str(_("Each container sees its own processes only, and its first one is number 1."))


# ---- a container -----------------------------------------------------------------------


def _runs(track: ContainerTrack) -> bool:
    state = track.state
    return track.running or (state is not None and state.kind == "stop" and state.end_ms is None)


def _column(track: ContainerTrack, story: Story, moment: Moment) -> Column:
    state, here = track.state, story.insides.of(track.name)
    runs = _runs(track)
    target = str(track.spec.get("targetContainerName") or "")
    return Column(
        track.name,
        str(ROLES.get(track.role, track.role)),
        state.kind if state else "wait",
        label(state) if state else "",
        track.image,
        tuple(_processes(here)) if runs else (),
        str(_("sees the processes of %(name)s")) % {"name": target} if target and runs else "",
        tuple(_ports(track, story)) if runs else (),
        tuple(_file(file, moment) for file in reversed(list(here.files.values())[-MOST:])),
    )


def _processes(here: Insides) -> Iterator[Process]:
    """As a tree: a process below the one that began it."""
    running = [*here.processes.values(), *here.loops.values()]
    pids = {one.pid for one in here.processes.values()}

    def below(parent: int | None, depth: int) -> Iterator[Process]:
        for one in running:
            if (one.parent == parent) if parent is not None else (one.parent not in pids):
                yield _process(one, depth, here)
                if one.pid in here.processes and here.processes[one.pid] is one:
                    yield from below(one.pid, depth + 1)

    return below(None, 0)


def _process(one: Running, depth: int, here: Insides) -> Process:
    there = one.pid in here.processes
    return Process(str(one.pid) if there else "", one.command, depth, one.again)


def _ports(track: ContainerTrack, story: Story) -> Iterator[Port]:
    here = story.insides.of(track.name)
    for port in here.ports.values():
        owner = here.processes.get(port.pid)
        program = _program(owner.command) if owner else ""
        note = _("listening for localhost only") if port.host in LOCAL else _("listening")
        yield Port(f":{port.port} {program}".strip(), str(note), True)
    declared = [int(port["containerPort"]) for port in track.spec.get("ports") or ()]
    for number in declared if story.insides.told else ():
        if number not in here.ports:
            yield Port(f":{number}", str(_("declared, nobody listens")), False)
    others = {port for name, them in story.insides.containers.items() if name != track.name for port in them.ports}
    if not here.ports and not declared:
        reach = ", ".join(f"localhost:{port}" for port in sorted(others))
        yield Port(str(_("no port")), str(_("reaches %(ports)s")) % {"ports": reach} if reach else "", False)


def _program(command: str) -> str:
    return command.split(" ", 1)[0].rsplit("/", 1)[-1].rstrip(":")


# ---- volumes and files -----------------------------------------------------------------


def _rail(volume: Json, tracks: list[ContainerTrack], story: Story, moment: Moment) -> Rail:
    name = str(volume.get("name"))
    kind = next((key for key in volume if key != "name"), "emptyDir")
    files = list(story.insides.volumes.get(name, {}).values())
    there = [file for file in files if file.change != "removed"]
    known = name in story.insides.volumes
    note = _("What the node and other Pods do to it is not listed.") if kind in SHARED else ""
    return Rail(
        name,
        _about(volume, kind, there) if known else _source(volume, kind),
        tuple(_file(file, moment) for file in reversed(files[-MOST:]) if _worth(file, moment)),
        max(0, len(there) - MOST),
        tuple(_mount(track, name, read_only=kind in READ_ONLY) for track in tracks),
        str(note if known or not story.insides.told else _("It is not mounted yet.")),
    )


def _worth(file: FileNow, moment: Moment) -> bool:
    """What was removed is shown for a while."""
    return file.change != "removed" or moment.now_ms - file.at_ms < GONE_MS


def _source(volume: Json, kind: str) -> str:
    about = volume.get(kind) or {}
    what = next((about[key] for key in ("path", "name", "secretName", "claimName") if about.get(key)), "")
    return f"{kind} {what}".strip()


def _about(volume: Json, kind: str, files: Iterable[FileNow]) -> str:
    sizes = [file.size for file in files if file.size is not None]
    if not sizes:
        return f"{_source(volume, kind)} · {EMPTY}"
    count = ngettext("%(n)s file", "%(n)s files", len(sizes)) % {"n": len(sizes)}
    return f"{_source(volume, kind)} · {count}, {_size(sum(sizes))}"


def _mount(track: ContainerTrack, volume: str, *, read_only: bool) -> Mount | None:
    mount = next((m for m in track.spec.get("volumeMounts") or [] if m.get("name") == volume), None)
    if mount is None:
        return None
    part = str(mount.get("subPath") or mount.get("subPathExpr") or "")
    return Mount(str(mount.get("mountPath")), read_only or bool(mount.get("readOnly")), part)


def _file(file: FileNow, moment: Moment) -> FileRow:
    fresh = file.at_ms > moment.fresh_ms
    badge = str(BADGES[file.change]) if file.change in BADGES and (fresh or file.change == "removed") else ""
    size = "" if file.size is None or file.change == "removed" else _size(file.size)
    at = "" if file.change == "there" else clock(file.at_ms)
    return FileRow(file.path or ".", size, at, badge, file.by, file.change == "removed")


def _size(size: int) -> str:
    for power, unit in ((3, "GiB"), (2, "MiB"), (1, "KiB")):
        if size >= 1024**power:
            return f"{size / 1024**power:.1f} {unit}"
    return f"{size} B"
