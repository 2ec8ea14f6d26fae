"""Inside: a column per container with its processes and ports, a rail per volume that crosses them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from dashboard.presenters.bars import ROLES, label
from dashboard.presenters.containers import ContainerTrack
from dashboard.presenters.pieces import Json
from dashboard.presenters.story import Story
from dashboard.presenters.timescale import clock


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    role: str
    kind: str  # of its bar now
    state: str
    image: str
    processes: tuple[str, ...]
    ports: tuple[str, ...]
    files: tuple[tuple[str, str, bool], ...]  # path, when, removed


@dataclass(frozen=True, slots=True)
class Mount:
    path: str
    read_only: bool


@dataclass(frozen=True, slots=True)
class Rail:
    name: str
    kind: str  # emptyDir, configMap, projected …
    mounts: tuple[Mount | None, ...]  # one for each column


@dataclass(frozen=True, slots=True)
class Inside:
    ip: str
    columns: tuple[Column, ...]
    rails: tuple[Rail, ...]


def inside(story: Story) -> Inside:
    tracks = list(story.containers.values())
    spec = story.pod.get("spec", {})
    rails = tuple(_rail(volume, tracks) for volume in spec.get("volumes") or [])
    ip = str(story.pod.get("status", {}).get("podIP", ""))
    return Inside(ip, tuple(_column(track) for track in tracks), rails)


def _column(track: ContainerTrack) -> Column:
    state = track.state
    running = track.running or (state is not None and state.kind == "stop" and state.end_ms is None)
    command = track.processes.commands.open
    processes = [f"1 {track.processes.main}"] if track.processes.main and running else []
    if running and command is not None and command.word != track.processes.main:
        processes.append(f"{track.processes.pid} {command.word}")
    ports = tuple(
        f":{port.get('containerPort')} {port.get('name', '')}".strip() for port in track.spec.get("ports") or []
    )
    files = tuple(
        (path, clock(piece.at_ms), piece.kind == "removed") for path, piece in track.processes.present.items()
    )
    return Column(
        track.name,
        str(ROLES.get(track.role, track.role)),
        state.kind if state else "wait",
        label(state) if state else "",
        track.image,
        tuple(processes),
        ports,
        files[-6:],
    )


def _rail(volume: Json, tracks: list[ContainerTrack]) -> Rail:
    name = str(volume.get("name"))
    kind = next((key for key in volume if key != "name"), str(_("volume")))
    mounts: list[Mount | None] = []
    for track in tracks:
        mount = next((m for m in track.spec.get("volumeMounts") or [] if m.get("name") == name), None)
        mounts.append(Mount(str(mount.get("mountPath")), bool(mount.get("readOnly"))) if mount else None)
    return Rail(name, kind, tuple(mounts))
