"""df: the file systems that a container sees, and how full they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.containers.syscalls import Routine
from simulator.containers.utilities.listing import human
from simulator.containers.utilities.messages import complain, is_busybox
from simulator.containers.utilities.options import parse_options

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.containers.process import Process


PAGE = 4096


class FileSystem(NamedTuple):
    """Sizes are in KiB."""

    source: str
    size: int
    used: int
    path: str

    @property
    def sizes(self) -> tuple[int, int, int]:
        return self.size, self.used, self.size - self.used

    @property
    def percent(self) -> str:
        return f"{-(-100 * self.used // self.size) if self.size else 0}%"


def df(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "hkmPTiHa", {"human-readable": "h", "portability": "P"})
    known = _file_systems(process)
    for path in options.operands:
        if not process.files.exists(path):
            text = f"{path}: can't find mount point" if is_busybox(process) else f"{path}: No such file or directory"
            return (yield from complain(process, text, 1))
    if options.operands:
        known = [_holding(known, process.files.resolve(path)) for path in options.operands]
    elif not is_busybox(process):
        known = list({each.source if each.source != "tmpfs" else each.path: each for each in reversed(known)}.values())
        known.reverse()  # one mount of each device
    yield from process.out(_busybox(known, "h" in options) if is_busybox(process) else _gnu(known, "h" in options))
    return 0


def _file_systems(process: Process) -> list[FileSystem]:
    process.unrepeatable()
    whole = process.machine.disk.total >> 10
    found = [FileSystem("overlay", whole, whole // 10, "/")]
    for mount in process.container.spec.mounts:
        source, _, _ = mount.file_system()
        path = f"/{mount.path.strip('/')}"
        if memory := mount.volume.memory:
            found.append(FileSystem(source, memory >> 10, -(-mount.volume.used_bytes // PAGE) * PAGE >> 10, path))
        else:
            found.append(FileSystem(source, whole, whole // 10, path))
    return found


def _holding(known: Iterable[FileSystem], path: str) -> FileSystem:
    """The one that is mounted nearest to a path."""
    above = [each for each in known if path == each.path or path.startswith(each.path.rstrip("/") + "/")]
    return max(above, key=lambda each: len(each.path))


def _busybox(known: Iterable[FileSystem], readable: bool) -> str:
    head = f"{'Filesystem':20} {'Size' if readable else '1K-blocks':>9}      Used Available Use% Mounted on\n"
    for each in known:
        size, used, free = (_in_units(size) if readable else str(size) for size in each.sizes)
        head += f"{each.source:20} {size:>9} {used:>9} {free:>9} {each.percent:>4} {each.path}\n"
    return head


def _in_units(size: int) -> str:
    """Models busybox libbb/human_readable.c: one digit behind the point."""
    value, unit = float(size), 0
    while value >= 1024:
        value, unit = value / 1024, unit + 1
    return f"{value:.1f}{'KMGTP'[unit]}" if size else "0"


def _gnu(known: Iterable[FileSystem], readable: bool) -> str:
    names = ["Filesystem", *(("Size", "Used", "Avail") if readable else ("1K-blocks", "Used", "Available"))]
    rows = [[*names, "Use%", "Mounted on"]]
    for each in known:
        sizes = [human(size << 10) if readable else str(size) for size in each.sizes]
        rows.append([each.source, *sizes, each.percent, each.path])
    widths = [max(least, *(len(row[column]) for row in rows)) for column, least in enumerate((14, 5, 5, 5, 4))]
    lines = []
    for row in rows:
        sizes = [cell.rjust(width) for cell, width in zip(row[1:5], widths[1:], strict=True)]
        lines.append(" ".join((row[0].ljust(widths[0]), *sizes, row[5])))
    return "\n".join(lines) + "\n"
