"""Making, removing and showing files: cat, touch, rm, mkdir, rmdir, ln, mktemp, tee, truncate,
fallocate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.accounts import parse_mode
from simulator.containers.utilities.basics import breathe
from simulator.containers.utilities.messages import complain, is_busybox
from simulator.containers.utilities.options import parse_options
from simulator.containers.utilities.text_input import open_input

if TYPE_CHECKING:
    from simulator.containers.process import Process

MAX_DEPTH = 60
BLOCK = 1 << 16


def can_not(process: Process, doing: str) -> str:
    """busybox says "can't", the GNU tools "cannot"."""
    return f"can't {doing}" if is_busybox(process) else f"cannot {doing}"


def cat(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "nbevtAETsu")
    status = 0
    number = 1
    for path in options.operands or ["-"]:
        source = yield from open_input(process, path)
        if source is None:
            status = 1
            continue
        if "n" not in options and "b" not in options:
            while data := (yield from source.block()):
                yield from breathe(process, 1 + len(data) // 4096)
                yield from process.out(data)
        else:
            while line := (yield from source.line()):
                shown = "b" not in options or line != b"\n"
                yield from process.out((b"%6d\t" % number if shown else b"") + line)
                number += shown
        source.close()
    return status


def touch(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "camt:d:r:hf", {"no-create": "c", "date": "d", "reference": "r"})
    if not options.operands:
        return (yield from complain(process, "missing file operand", 1))
    status = 0
    for path in options.operands:
        try:
            if "c" not in options or process.files.exists(path):
                process.files.touch(path)
        except OSFault as fault:
            text = f"{path}: {fault.message}" if is_busybox(process) else f"cannot touch '{path}': {fault.message}"
            status = yield from complain(process, text, 1)
    return status


def rm(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "rRfivd", {"recursive": "r", "force": "f", "verbose": "v"})
    recursive, force = "r" in options or "R" in options, "f" in options
    if not options.operands:
        return 0 if force else (yield from complain(process, "missing operand", 1))
    status = 0
    for path in options.operands:
        name = path.rstrip("/").rpartition("/")[2]
        if name in (".", ".."):
            status = yield from complain(process, "can't remove '.' or '..'" if is_busybox(process) else
                                         f"refusing to remove '.' or '..' directory: skipping '{path}'", 1)  # fmt: skip
            continue
        try:
            remove(process, path, recursive=recursive)
            if "v" in options:
                yield from process.out(f"removed '{path}'\n")
        except OSFault as fault:
            if force and fault.errno == "ENOENT":
                continue
            status = yield from complain(process, _rm_fault(process, path, fault), 1)
    return status


def _rm_fault(process: Process, path: str, fault: OSFault) -> str:
    if fault.errno == "EISDIR" and is_busybox(process):
        return f"'{path}' is a directory"
    return can_not(process, f"remove '{fault.path or path}': {fault.message}")


def remove(process: Process, path: str, *, recursive: bool, depth: int = 0) -> None:
    """Unlink a file, or a whole tree. Raises OSFault."""
    files = process.files
    process.spend(1)
    if files.stat(path, follow=False).kind != "dir":
        files.remove(path)
        return
    if not recursive:
        raise OSFault("EISDIR", path)
    if depth > MAX_DEPTH:
        raise OSFault("ELOOP", path)
    for name in files.listdir(path):
        remove(process, f"{path.rstrip('/')}/{name}", recursive=True, depth=depth + 1)
    files.rmdir(path)


def mkdir(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "pm:v", {"parents": "p", "mode": "m", "verbose": "v"})
    if not options.operands:
        return (yield from complain(process, "missing operand", 1))
    mode = parse_mode(options.get("m"), 0o777) if "m" in options else 0o777
    if mode is None:
        return (yield from complain(process, f"invalid mode '{options.get('m')}'", 1))
    status = 0
    for path in options.operands:
        try:
            process.files.mkdir(path.rstrip("/") or "/", mode=mode, parents="p" in options)
        except OSFault as fault:
            text = can_not(process, f"create directory '{path}': {fault.message}")
            status = yield from complain(process, text, 1)
    return status


def rmdir(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "p", {"parents": "p", "ignore-fail-on-non-empty": "p"})
    status = 0
    for path in options.operands:
        try:
            process.files.rmdir(path)
        except OSFault as fault:
            text = f"'{path}': {fault.message}"
            text = text if is_busybox(process) else f"failed to remove {text}"
            status = yield from complain(process, text, 1)
    return status


def ln(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "sfnvT", {"symbolic": "s", "force": "f", "no-dereference": "n"})
    operands = options.operands
    if not operands:
        return (yield from complain(process, "missing file operand", 1))
    destination = operands[-1] if len(operands) > 1 else "."
    files = process.files
    status = 0
    for target in operands[:-1] or operands:
        path = destination
        if files.is_dir(path) and "n" not in options and "T" not in options:
            path = f"{path.rstrip('/')}/{target.rstrip('/').rpartition('/')[2]}"
        try:
            if "f" in options and files.exists(path, follow=False):
                files.remove(path)
            if "s" in options:
                files.symlink(target, path)
            else:
                # There are no hard links in our file trees: a copy is what comes closest.
                files.write(path, files.read(target))
        except OSFault as fault:
            text = f"{path}: {fault.message}"
            if not is_busybox(process):
                text = f"failed to create {'symbolic' if 's' in options else 'hard'} link '{path}': {fault.message}"
            status = yield from complain(process, text, 1)
    return status


def mktemp(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "dup:qt", {"directory": "d", "dry-run": "u", "tmpdir": "p"})
    template = (
        options.operands[0] if options.operands else "tmp.XXXXXXXXXX" if not is_busybox(process) else "tmp.XXXXXX"
    )
    stem = template.rstrip("X")
    count = len(template) - len(stem)
    if count < 3:
        return (yield from complain(process, f"too few X's in template '{template}'", 1))
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    path = stem + "".join(process.random.choice(letters) for _ in range(min(count, 64)))
    if not options.operands or "p" in options or "t" in options:
        path = f"{options.get('p') or process.env.get('TMPDIR', '/tmp')}/{path}"
    try:
        if "d" in options:
            process.files.mkdir(path, mode=0o700)
        elif "u" not in options:
            process.files.write(path, b"")
            process.files.chmod(path, 0o600)
    except OSFault as fault:
        return (yield from complain(process, f"{path}: {fault.message}", 1))
    yield from process.out(path + "\n")
    return 0


def tee(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "ai", {"append": "a"})
    status = 0
    descriptors = [1]
    for path in options.operands:
        try:
            descriptors.append(process.install(process.open(path, "a" if "a" in options else "w")))
        except OSFault as fault:
            status = yield from complain(process, f"{path}: {fault.message}", 1)
    while (data := (yield from process.read(0))) != b"":
        if data is None:
            continue
        for descriptor in descriptors:
            yield from process.write(descriptor, data)
        yield from breathe(process)
    return status


def truncate(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "s:c", {"size": "s", "no-create": "c"})
    size = parse_size(options.get("s", "0")) or 0
    for path in options.operands:
        try:
            data = process.files.read(path)[:size] if process.files.exists(path) else b""
            process.files.write(path, data + bytes(min(size, 64 << 20) - len(data)))
        except OSFault as fault:
            return (yield from complain(process, f"{path}: {fault.message}", 1))
    return 0


def fallocate(process: Process) -> Routine[int]:
    """fallocate [-o OFFSET] -l LENGTH FILE"""
    options = parse_options(process.argv[1:], "l:o:", {"length": "l", "offset": "o"})
    length, offset = (parse_size(options.get(name, "0")) for name in ("l", "o"))
    if not length or offset is None:
        return (yield from complain(process, f"invalid number '{options.get('l', '')}'", 1))
    for path in options.operands[:1]:
        try:
            file = process.install(process.open(path, "a"))
            left = offset + length - process.files.stat(path).size
            while left > 0:
                yield from process.write(file, bytes(min(left, BLOCK)))
                left -= BLOCK
                yield from breathe(process)
        except OSFault as fault:
            return (yield from complain(process, f"fallocate '{path}': {fault.message}", 1))
    return 0


_UNITS = {"": 1, "b": 512, "c": 1, "w": 2, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


def parse_size(text: str) -> int | None:
    """ "10M", "1k", "2GB" as bytes; None if it is none."""
    digits = text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    unit = text[len(digits) :].lower()
    if not digits.isdecimal():
        return None
    if unit in _UNITS:
        return int(digits[:15]) * _UNITS[unit]
    if unit.endswith("ib"):
        return int(digits[:15]) * _UNITS.get(unit[:-2], 1)
    if unit.endswith("b") and unit[:-1] in _UNITS:
        return int(digits[:15]) * int(1000 ** ("kmgt".find(unit[0]) + 1))
    return None
