"""tar: create, list and extract archives, without compression other than gzip's."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.files import MAX_DEPTH
from simulator.containers.utilities.messages import complain, is_busybox
from simulator.containers.utilities.options import Options, parse_options

if TYPE_CHECKING:
    from simulator.containers.process import Process

_LONG = {
    "create": "c", "extract": "x", "get": "x", "list": "t", "verbose": "v", "file": "f", "directory": "C", "gzip": "z",
    "no-same-permissions": "M", "no-same-owner": "o", "preserve-permissions": "p", "touch": "m",
}  # fmt: skip


MAX_SIZE = 64 << 20


class ArchiveFault(Exception):
    """The data is no archive."""


def tar(process: Process) -> Routine[int]:
    arguments = process.argv[1:]
    if arguments and not arguments[0].startswith("-"):
        arguments = [f"-{arguments[0]}", *arguments[1:]]  # the first word needs no dash
    options = parse_options(arguments, "cxtvzpmoMf:C:", _LONG)
    modes = [letter for letter in "cxt" if letter in options]
    if len(modes) != 1:
        text = "You must specify one of the '-Acdtrux' options" if not modes else "You may not specify more than one"
        return (yield from complain(process, text, 2))
    folder = options.get("C")
    if folder and not process.files.is_dir(folder):
        if is_busybox(process):
            return (yield from complain(process, f"can't change directory to '{folder}': No such file or directory", 1))
        yield from complain(process, f"{folder}: Cannot open: No such file or directory", 2)
        return (yield from complain(process, "Error is not recoverable: exiting now", 2))
    return (yield from (_create if "c" in options else _extract)(process, options))


def _create(process: Process, options: Options) -> Routine[int]:
    status = 0
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for operand in options.operands:
            if operand.startswith("/"):
                word = "removing leading '/'" if is_busybox(process) else "Removing leading `/'"
                yield from complain(process, f"{word} from member names", 0)
            try:
                names = [
                    add(archive, process, info, path) for info, path in members(process, _at(options, operand), operand)
                ]
            except OSFault as fault:
                text = f"{operand}: {fault.message}" if is_busybox(process) else (
                    f"{operand}: Cannot stat: {fault.message}")  # fmt: skip
                status = yield from complain(process, text, 1 if is_busybox(process) else 2)
                continue
            if "v" in options:
                yield from (process.err if _to_stdout(options) else process.out)("".join(f"{name}\n" for name in names))
    data = gzip.compress(packed.getvalue(), mtime=0) if "z" in options else packed.getvalue()
    if _to_stdout(options):
        yield from process.out(data)
    else:
        process.files.write(options.get("f"), data)
    return status


def _to_stdout(options: Options) -> bool:
    return options.get("f", "-") == "-"


def _at(options: Options, path: str) -> str:
    folder = options.get("C")
    return path if path.startswith("/") or not folder else f"{folder.rstrip('/')}/{path}"


def members(process: Process, path: str, name: str, depth: int = 0) -> Iterator[tuple[tarfile.TarInfo, str]]:
    """What is below a path, with the name that it gets in the archive. Raises OSFault."""
    stat = process.files.stat(path, follow=False)
    info = tarfile.TarInfo(name.lstrip("/") or ".")
    info.mode, info.uid, info.gid, info.mtime = stat.mode, stat.uid, stat.gid, stat.mtime_ms // 1000
    if stat.kind == "link":
        info.type, info.linkname = tarfile.SYMTYPE, stat.target
    elif stat.kind == "dir":
        info.type = tarfile.DIRTYPE
    yield info, path
    if stat.kind == "dir" and depth < MAX_DEPTH:
        for child in sorted(process.files.listdir(path)):
            yield from members(process, f"{path.rstrip('/')}/{child}", f"{name.rstrip('/')}/{child}", depth + 1)


def add(archive: tarfile.TarFile, process: Process, info: tarfile.TarInfo, path: str) -> str:
    """Put a member into an archive."""
    if info.isreg():
        data = process.files.read(path)
        process.spend(1 + len(data) // 4096)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    else:
        archive.addfile(info)
    return info.name + ("/" if info.isdir() else "")


def unpacked(data: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    """The members of an archive with their content. Raises ArchiveFault."""
    try:
        plain = _inflated(data) if data.startswith(b"\x1f\x8b") else data
        with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as archive:
            for info in archive:
                if info.size > len(plain):
                    raise ArchiveFault("a member is larger than its archive")
                content = archive.extractfile(info) if info.isreg() else None
                yield info, content.read() if content is not None else b""
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError) as fault:
        raise ArchiveFault(str(fault)) from None


def _inflated(data: bytes) -> bytes:
    """What gzip packed, which may be no larger than a container's file."""
    inflater = zlib.decompressobj(31)
    plain = inflater.decompress(data, MAX_SIZE)
    if inflater.unconsumed_tail:
        raise ArchiveFault("archive is too large")
    return plain


def _extract(process: Process, options: Options) -> Routine[int]:
    try:
        data = (yield from process.read_all(0)) if _to_stdout(options) else process.files.read(options.get("f"))
    except OSFault as fault:
        name = options.get("f")
        text = (
            f"can't open '{name}': {fault.message}" if is_busybox(process) else f"{name}: Cannot open: {fault.message}"
        )
        return (yield from complain(process, text, 1 if is_busybox(process) else 2))
    try:
        for info, content in unpacked(data):
            if options.operands and not any(_is_below(info.name, each) for each in options.operands):
                continue
            if "x" in options:
                _put(process, info, content, _at(options, info.name.lstrip("/")))
            if "t" in options or "v" in options:
                yield from process.out(info.name + ("/\n" if info.isdir() else "\n"))
    except ArchiveFault:
        words = "invalid tar magic" if is_busybox(process) else "This does not look like a tar archive"
        return (yield from complain(process, words, 1 if is_busybox(process) else 2))
    except OSFault as fault:
        return (yield from complain(process, f"can't open '{fault.path}': {fault.message}", 1))
    return 0


def _is_below(name: str, wanted: str) -> bool:
    wanted = wanted.strip("/")
    return name == wanted or name.startswith(f"{wanted}/")


def _put(process: Process, info: tarfile.TarInfo, content: bytes, path: str) -> None:
    """As it was packed, but with the time of now. Names that lead out of the folder are passed over."""
    files = process.files
    if ".." in info.name.split("/"):
        return
    parent = path.rpartition("/")[0]
    if parent:
        files.mkdir(parent, mode=0o755, parents=True)
    if info.isdir():
        files.mkdir(path, mode=info.mode, parents=True)
    elif info.issym():
        files.symlink(info.linkname, path)
    else:
        process.spend(1 + len(content) // 4096)
        files.write(path, content)
        files.chmod(path, info.mode & 0o777)
