"""cp, mv, install."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.files import MAX_DEPTH, can_not, remove
from simulator.containers.utilities.messages import complain, is_busybox
from simulator.containers.utilities.options import Options, parse_options

if TYPE_CHECKING:
    from simulator.containers.process import Process

Move = Callable[["Process", str, str, Options], Routine[int]]


def _each(process: Process, options: Options, move: Move) -> Routine[int]:
    operands = options.operands
    if "t" in options:
        operands = [*operands, options.get("t")]
    if len(operands) < 2:
        return (yield from complain(process, "missing file operand" if not operands else "missing destination", 1))
    target = operands[-1]
    files = process.files
    into = files.is_dir(target) and "T" not in options
    if len(operands) > 2 and not into:
        return (yield from complain(process, f"target '{target}' is not a directory", 1))
    status = 0
    for source in operands[:-1]:
        name = source.rstrip("/").rpartition("/")[2]
        path = f"{target.rstrip('/')}/{name}" if into else target
        status = (yield from move(process, source, path, options)) or status
    return status


def cp(process: Process) -> Routine[int]:
    options = parse_options(
        process.argv[1:], "rRafpdvuLPTt:nil",
        {"recursive": "r", "archive": "a", "force": "f", "verbose": "v", "target-directory": "t"},
    )  # fmt: skip
    return (yield from _each(process, options, _copy))


def _copy(process: Process, source: str, target: str, options: Options) -> Routine[int]:
    files = process.files
    recursive = any(letter in options for letter in "rRa")
    try:
        kind = files.stat(source).kind
    except OSFault as fault:
        return (yield from complain(process, can_not(process, f"stat '{source}': {fault.message}"), 1))
    if kind == "dir" and not recursive:
        text = f"omitting directory '{source}'"
        return (yield from complain(process, text if is_busybox(process) else f"-r not specified; {text}", 1))
    try:
        links = "a" in options or "d" in options or "P" in options
        copy_tree(process, source, target, links=links, below="L" not in options)
    except OSFault as fault:
        text = f"create '{target}': {fault.message}" if is_busybox(process) else (
            f"create regular file '{target}': {fault.message}")  # fmt: skip
        return (yield from complain(process, can_not(process, text), 1))
    if "v" in options:
        yield from process.out(f"'{source}' -> '{target}'\n")
    return 0


def copy_tree(
    process: Process, source: str, target: str, *, links: bool, below: bool = True, depth: int = 0
) -> None:  # fmt: skip
    """Copies a file or a tree; links stay links, and those in a directory only if `below`. Raises OSFault."""
    files = process.files
    process.spend(2)
    if depth > MAX_DEPTH:
        raise OSFault("ELOOP", source)
    stat = files.stat(source, follow=not links)
    if stat.kind == "link":
        if files.exists(target, follow=False):
            files.remove(target)
        files.symlink(stat.target, target)
    elif stat.kind == "dir":
        if not files.is_dir(target):
            files.mkdir(target)
        for name in files.listdir(source):
            inner, there = f"{source.rstrip('/')}/{name}", f"{target.rstrip('/')}/{name}"
            copy_tree(process, inner, there, links=below, below=below, depth=depth + 1)
    else:
        data = files.read(source)
        process.spend(len(data) // 4096)
        new = not files.exists(target)
        files.write(target, data)
        if new:
            files.chmod(target, stat.mode & ~process.umask)


def mv(process: Process) -> Routine[int]:
    options = parse_options(
        process.argv[1:], "fivnTt:", {"force": "f", "verbose": "v", "no-clobber": "n", "target-directory": "t"}
    )
    return (yield from _each(process, options, _move))


def _move(process: Process, source: str, target: str, options: Options) -> Routine[int]:
    files = process.files
    if "n" in options and files.exists(target):
        return 0
    try:
        try:
            files.rename(source, target)
        except OSFault as fault:
            if fault.errno != "EXDEV":
                raise
            # Another file system (a volume), or a directory of the image: copied and removed.
            copy_tree(process, source, target, links=True)
            remove(process, source, recursive=True)
    except OSFault as fault:
        if fault.errno == "ENOENT" and not files.exists(source, follow=False):
            text = f"rename '{source}'" if is_busybox(process) else f"stat '{source}'"
        else:
            text = f"rename '{source}'" if is_busybox(process) else f"move '{source}' to '{target}'"
        return (yield from complain(process, can_not(process, f"{text}: {fault.message}"), 1))
    return 0


def install(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "dm:o:g:DTt:v", {"directory": "d", "mode": "m"})
    if "d" not in options:
        return (yield from _each(process, options, _copy))
    for path in options.operands:
        try:
            process.files.mkdir(path, parents=True)
        except OSFault as fault:
            return (yield from complain(process, can_not(process, f"create directory '{path}': {fault.message}"), 1))
    return 0
