"""ls, stat, readlink, realpath, du."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.accounts import mode_text, name_of
from simulator.containers.utilities.dates import strftime
from simulator.containers.utilities.messages import bad_option, complain, is_busybox
from simulator.containers.utilities.options import Options, UsageFault, parse_options

if TYPE_CHECKING:
    from simulator.containers.files.files import Stat
    from simulator.containers.process import Process

HALF_YEAR_MS = 15_778_476_000
_LONG = {"all": "a", "almost-all": "A", "recursive": "R", "directory": "d", "reverse": "r", "human-readable": "h",
         "full-time": "e", "color": "Z", "numeric-uid-gid": "n", "classify": "F"}  # fmt: skip


def human(size: int) -> str:
    """1.5K, 20M."""
    if size < 1024:
        return str(size)
    value, units = size / 1024, "KMGT"
    while value >= 1024 and len(units) > 1:
        value, units = value / 1024, units[1:]
    unit = units[0]
    return f"{value:.1f}{unit}" if value < 10 else f"{value:.0f}{unit}"


class _Entry:
    def __init__(self, name: str, path: str, stat: Stat) -> None:
        self.name = name
        self.path = path
        self.stat = stat


def ls(process: Process) -> Routine[int]:
    try:
        options = parse_options(process.argv[1:], "laA1RdrthSsinFpeLHcuCxqQgoZv", _LONG)
    except UsageFault as fault:
        return (yield from bad_option(process, fault.option, 1 if is_busybox(process) else 2))
    status = 0
    entries: list[_Entry] = []
    for path in options.operands or ["."]:
        try:
            follow = ("l" not in options and "d" not in options) or path.endswith("/")
            stat = process.files.stat(path, follow=follow)
            entries.append(_Entry(path, path, stat))
        except OSFault as fault:
            text = f"{path}: {fault.message}" if is_busybox(process) else f"cannot access '{path}': {fault.message}"
            status = yield from complain(process, text, 1 if is_busybox(process) else 2)
    folders = [] if "d" in options else [entry for entry in entries if entry.stat.kind == "dir"]
    plain = _sorted([entry for entry in entries if entry not in folders], options)
    if plain:
        yield from process.out(_show(process, plain, options))
    titles = len(options.operands) > 1 or "R" in options
    for number, folder in enumerate(_sorted(folders, options)):
        if plain or number:
            yield from process.out("\n")
        status = (yield from _folder(process, folder.path, options, titles, 0)) or status
    return status


def _folder(process: Process, path: str, options: Options, title: bool, depth: int) -> Routine[int]:
    try:
        entries = list(_entries_of(process, path, options))
    except OSFault as fault:
        text = f"can't open '{path}': {fault.message}"
        if not is_busybox(process):
            text = f"cannot open directory '{path}': {fault.message}"
        return (yield from complain(process, text, 1 if is_busybox(process) else 2))
    text = f"{path}:\n" if title else ""
    if "l" in options or "g" in options or "o" in options or "n" in options:
        text += f"total {sum(_blocks(entry.stat) for entry in entries)}\n"
    yield from process.out(text + _show(process, entries, options))
    if "R" in options and depth < 40:
        for entry in entries:
            if entry.stat.kind == "dir" and entry.name not in (".", ".."):
                yield from process.out("\n")
                yield from _folder(process, entry.path, options, True, depth + 1)
    return 0


def _blocks(stat: Stat) -> int:
    return 4 * ((stat.size + 4095) // 4096) if stat.kind in ("file", "dir") else 0


def _entries_of(process: Process, path: str, options: Options) -> list[_Entry]:
    names = process.files.listdir(path)
    if "a" in options:
        names = [".", "..", *names]
    elif "A" not in options:
        names = [name for name in names if not name.startswith(".")]
    found: list[_Entry] = []
    for name in names:
        full = f"{path.rstrip('/')}/{name}" if path != "/" else f"/{name}"
        try:
            found.append(_Entry(name, full, process.files.stat(full, follow="L" in options)))
        except OSFault:
            continue
    process.spend(len(found) // 8)
    return _sorted(found, options)


def _sorted(entries: list[_Entry], options: Options) -> list[_Entry]:
    entries = sorted(entries, key=lambda entry: entry.name)
    if "t" in options:
        entries.sort(key=lambda entry: -entry.stat.mtime_ms)
    if "S" in options:
        entries.sort(key=lambda entry: -entry.stat.size)
    return entries[::-1] if "r" in options else entries


def _show(process: Process, entries: list[_Entry], options: Options) -> str:
    if any(letter in options for letter in "lgno"):
        return "".join(_long_lines(process, entries, options))
    return "".join(_mark(entry, options) + "\n" for entry in entries)


def _mark(entry: _Entry, options: Options) -> str:
    mark = ""
    if "F" in options or "p" in options:
        mark = "/" if entry.stat.kind == "dir" else ""
        if "F" in options and not mark:
            mark = "@" if entry.stat.kind == "link" else "*" if entry.stat.mode & 0o111 else ""
    return entry.name + mark


def _long_lines(process: Process, entries: list[_Entry], options: Options) -> Iterator[str]:
    numeric = "n" in options
    rows: list[tuple[_Entry, str, str, str]] = []
    names: dict[tuple[int, str], str] = {}
    for entry in entries:
        stat = entry.stat
        pair = [(stat.uid, "/etc/passwd"), (stat.gid, "/etc/group")]
        for key in pair:
            if key not in names:
                names[key] = str(key[0]) if numeric else name_of(process, *key)
        size = human(stat.size) if "h" in options else str(stat.size)
        rows.append((entry, names[pair[0]], names[pair[1]], size))
    busybox = is_busybox(process)
    width = max((len(size) for *_, size in rows), default=0)
    owner = max((len(user) for _, user, _, _ in rows), default=0)
    group = max((len(team) for _, _, team, _ in rows), default=0)
    now = process.epoch_ms
    for entry, user, team, size in rows:
        stat = entry.stat
        links = 2 if stat.kind == "dir" else 1
        old = not 0 <= now - stat.mtime_ms <= HALF_YEAR_MS
        when = strftime("%b %e  %Y" if old else "%b %e %H:%M", stat.mtime_ms)
        if "e" in options:
            when = strftime("%a %b %e %H:%M:%S %Y" if busybox else "%Y-%m-%d %H:%M:%S.000000000 +0000", stat.mtime_ms)
        arrow = f" -> {stat.target}" if stat.kind == "link" else ""
        head = mode_text(stat.kind, stat.mode)
        end = f"{when} {_mark(entry, options)}{arrow}\n"
        if busybox:
            yield f"{head} {links:>4} {user:<8} {team:<8} {size:>9} {end}"
        else:
            yield f"{head} {links} {user:<{owner}} {team:<{group}} {size:>{width}} {end}"


def stat(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "c:Lft", {"format": "c", "dereference": "L", "printf": "c"})
    status = 0
    for path in options.operands:
        try:
            found = process.files.stat(path, follow="L" in options)
        except OSFault as fault:
            text = f"can't stat '{path}'" if is_busybox(process) else f"cannot statx '{path}'"
            status = yield from complain(process, f"{text}: {fault.message}", 1)
            continue
        text = _stat_format(process, options.get("c"), path, found) + "\n" if "c" in options else (
            _stat_text(process, path, found))  # fmt: skip
        yield from process.out(text)
    return status


_KINDS = {"dir": "directory", "link": "symbolic link", "device": "character special file"}


def _kind(found: Stat) -> str:
    return _KINDS.get(found.kind, "regular file" if found.size else "regular empty file")


def _stat_format(process: Process, template: str, path: str, found: Stat) -> str:
    when = strftime("%Y-%m-%d %H:%M:%S.000000000 +0000", found.mtime_ms)
    seconds = str(found.mtime_ms // 1000)
    values = {
        "n": path, "N": f"'{path}'", "s": str(found.size), "a": format(found.mode, "o"), "F": _kind(found),
        "A": mode_text(found.kind, found.mode), "u": str(found.uid), "g": str(found.gid),
        "U": name_of(process, found.uid), "G": name_of(process, found.gid, "/etc/group"), "y": when, "Y": seconds,
        "x": when, "X": seconds, "z": when, "Z": seconds, "h": "1", "b": str(_blocks(found) * 2), "B": "512",
        "o": "4096", "%": "%", "i": "1", "w": "-", "W": "0",
    }  # fmt: skip
    pieces = template.split("%%")
    done: list[str] = []
    for piece in pieces:
        head, *rest = piece.split("%")
        done.append(head + "".join(values.get(part[:1], "%" + part[:1]) + part[1:] for part in rest))
    return "%".join(done)


def _stat_text(process: Process, path: str, found: Stat) -> str:
    user, team = name_of(process, found.uid), name_of(process, found.gid, "/etc/group")
    when = strftime("%Y-%m-%d %H:%M:%S.000000000 +0000", found.mtime_ms)
    arrow = f" -> {found.target}" if found.kind == "link" else ""
    return (
        f"  File: {path}{arrow}\n"
        f"  Size: {found.size:<10}\tBlocks: {_blocks(found) * 2:<10} IO Block: 4096   {_kind(found)}\n"
        f"Device: 10h/16d\tInode: 1           Links: 1\n"
        f"Access: ({found.mode:04o}/{mode_text(found.kind, found.mode)})"
        f"  Uid: ({found.uid:5}/{user:>8})   Gid: ({found.gid:5}/{team:>8})\n"
        f"Access: {when}\nModify: {when}\nChange: {when}\n"
    )


def readlink(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "fnemqv", {"canonicalize": "f"})
    status = 0
    for path in options.operands:
        try:
            if any(letter in options for letter in "fem"):
                text = process.files.resolve(path)
            else:
                text = process.files.readlink(path)
        except OSFault:
            status = 1
            continue
        yield from process.out(text + ("" if "n" in options else "\n"))
    return status


def realpath(process: Process) -> Routine[int]:
    status = 0
    for path in [argument for argument in process.argv[1:] if not argument.startswith("-")]:
        try:
            yield from process.out(process.files.resolve(path) + "\n")
        except OSFault as fault:
            status = yield from complain(process, f"{path}: {fault.message}", 1)
    return status


def du(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "shakmcd:xL", {"summarize": "s", "human-readable": "h", "max-depth": "d"})
    lines: list[str] = []

    def walk(path: str, depth: int) -> int:
        found = process.files.stat(path, follow=False)
        process.spend(1)
        size = _blocks(found)
        if found.kind == "dir" and depth < 40:
            for name in process.files.listdir(path):
                size += walk(posixpath.join(path, name), depth + 1)
        limit = 0 if "s" in options else options.number("d", 99)
        if (found.kind == "dir" or "a" in options or depth == 0) and depth <= limit:
            lines.append(f"{human(size * 1024) if 'h' in options else size}\t{path}\n")
        return size

    status = 0
    for path in options.operands or ["."]:
        try:
            walk(path, 0)
        except OSFault as fault:
            text = f"{path}: {fault.message}" if is_busybox(process) else f"cannot access '{path}': {fault.message}"
            status = yield from complain(process, text, 1)
    yield from process.out("".join(lines))
    return status
