"""Bytes: md5sum and its family, base64, dd, od, hexdump, cmp."""

from __future__ import annotations

import base64 as codec
import binascii
import hashlib
from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.basics import breathe
from simulator.containers.utilities.files import parse_size
from simulator.containers.utilities.messages import complain, is_busybox, no_open
from simulator.containers.utilities.options import parse_options
from simulator.containers.utilities.text_input import MAX_HELD, decode, open_input

if TYPE_CHECKING:
    from simulator.containers.process import Process


def _hash_of(process: Process, path: str) -> Routine[str | None]:
    name = process.argv[0].rpartition("/")[2].removesuffix("sum")
    source = yield from open_input(process, path)
    if source is None:
        return None
    state = hashlib.new(name, usedforsecurity=False)
    while data := (yield from source.block()):
        state.update(data)
        yield from breathe(process, 1 + len(data) // 1024)
    source.close()
    return state.hexdigest()


def checksum(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "cbtsw", {"check": "c", "status": "s", "quiet": "s", "binary": "b"})
    if "c" in options:
        return (yield from _check(process, options.operands, quiet="s" in options))
    status = 0
    for path in options.operands or ["-"]:
        digest = yield from _hash_of(process, path)
        if digest is None:
            status = 1
        else:
            yield from process.out(f"{digest}  {path}\n")
    return status


def _check(process: Process, lists: list[str], *, quiet: bool) -> Routine[int]:
    status = 0
    for path in lists or ["-"]:
        source = yield from open_input(process, path)
        if source is None:
            return 1
        while line := (yield from source.line()):
            expected, _, name = decode(line).strip().partition(" ")
            name = name.strip().lstrip("*")
            digest = yield from _hash_of(process, name)
            good = digest == expected
            status = status if good else 1
            if not quiet or not good:
                yield from process.out(f"{name}: {'OK' if good else 'FAILED'}\n")
        source.close()
    return status


def _held(process: Process, path: str) -> Routine[bytes | None]:
    source = yield from open_input(process, path)
    if source is None:
        return None
    pieces: list[bytes] = []
    size = 0
    while data := (yield from source.block()):
        process.allocate(len(data))
        size += len(data)
        if size <= MAX_HELD:
            pieces.append(data)
        yield from breathe(process)
    source.close()
    process.allocate(-size)
    return b"".join(pieces)


def base64(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "dDw:i", {"decode": "d", "wrap": "w"})
    data = yield from _held(process, options.operands[0] if options.operands else "-")
    if data is None:
        return 1
    if "d" in options or "D" in options:
        clean = b"".join(data.split())
        try:
            yield from process.out(codec.b64decode(clean, validate=True))
        except (ValueError, binascii.Error):
            return (yield from complain(process, "truncated input" if is_busybox(process) else "invalid input", 1))
        return 0
    text = codec.b64encode(data)
    width = max(0, options.number("w", 76))
    if width:
        text = b"".join(text[at : at + width] + b"\n" for at in range(0, len(text), width))
    yield from process.out(text)
    return 0


def dd(process: Process) -> Routine[int]:
    settings = {"if": "", "of": "", "bs": "512", "count": "", "skip": "0", "seek": "0", "status": "", "conv": ""}
    for argument in process.argv[1:]:
        name, equals, value = argument.partition("=")
        if name in ("ibs", "obs", "iflag", "oflag"):
            continue
        if not equals or name not in settings:
            return (yield from complain(process, f"unrecognized operand '{argument}'", 1))
        settings[name] = value
    size, count, skip = (parse_size(settings[name]) for name in ("bs", "count", "skip"))
    if not size or (settings["count"] and count is None):
        return (
            yield from complain(process, f"invalid number '{settings['bs'] if not size else settings['count']}'", 1)
        )
    process.allocate(size)
    opened = yield from _dd_files(process, settings)
    if isinstance(opened, int):
        return opened
    reader, writer = opened
    left = -1 if count is None else size * count
    copied, problem = yield from _dd_copy(process, reader, writer, left, size * (skip or 0))
    process.allocate(-size)
    if problem:
        yield from complain(process, f"error writing '{settings['of']}': {problem}", 1)
    if settings["status"] != "none":
        whole, part = divmod(copied, size)
        yield from process.err(f"{whole}+{1 if part else 0} records in\n{whole}+{1 if part else 0} records out\n")
        if settings["status"] != "noxfer":
            yield from process.err(_dd_summary(process, copied))
    return 1 if problem else 0


def _dd_summary(process: Process, copied: int) -> str:
    seconds = max(1, copied >> 20) / 1000
    base, unit = (1024, "seconds") if is_busybox(process) else (1000, "s")
    size, speed = _metric(copied, base), _metric(int(copied / seconds), base)
    return f"{copied} bytes ({size}B) copied, {seconds:.6f} {unit}, {speed}B/s\n"


def _metric(size: int, base: int) -> str:
    value, unit = float(size), ""
    for unit in ("", "k", "M", "G", "T"):
        if value < base or unit == "T":
            break
        value /= base
    return f"{value:.1f}{unit.upper() if base == 1024 else ' ' + unit}"


def _dd_files(process: Process, settings: dict[str, str]) -> Routine[tuple[int, int] | int]:
    reader, writer = 0, 1
    try:
        if settings["if"]:
            reader = process.install(process.open(settings["if"]))
    except OSFault as fault:
        text = (
            no_open(process, settings["if"], fault)
            if is_busybox(process)
            else f"failed to open '{fault.path}': {fault.message}"
        )
        return (yield from complain(process, text, 1))
    try:
        if settings["of"]:
            keeps = "notrunc" in settings["conv"]
            writer = process.install(process.open(settings["of"], "rw" if keeps else "w"))
    except OSFault as fault:
        text = (
            no_open(process, settings["of"], fault)
            if is_busybox(process)
            else f"failed to open '{fault.path}': {fault.message}"
        )
        return (yield from complain(process, text, 1))
    return reader, writer


def _dd_copy(process: Process, reader: int, writer: int, left: int, skip: int) -> Routine[tuple[int, str]]:
    copied = 0
    while left != 0:
        wanted = 65536 if left < 0 else min(65536, left)
        data = yield from process.read(reader, min(65536, skip) if skip else wanted)
        if data is None:
            continue
        if data == b"":
            break
        yield from breathe(process)
        if skip:
            skip -= len(data)
            continue
        try:
            yield from process.write(writer, data)
        except OSFault as fault:
            return copied, fault.message
        copied += len(data)
        left -= len(data) if left > 0 else 0
    return copied, ""


def od(process: Process) -> Routine[int]:
    options = parse_options(
        process.argv[1:], "cbdoxvA:t:N:j:", {"address-radix": "A", "format": "t", "read-bytes": "N"}
    )
    data = yield from _held(process, options.operands[0] if options.operands else "-")
    if data is None:
        return 1
    data = data[: max(0, options.number("N", len(data)))]
    form = options.get("t") or ("c" if "c" in options else "x2" if "x" in options else "o1" if "b" in options else "o2")
    radix = options.get("A", "o")
    lines: list[str] = []
    for at in range(0, len(data), 16):
        lines.append(_od_address(at, radix) + _od_row(data[at : at + 16], form) + "\n")
    end = _od_address(len(data), radix)
    yield from process.out("".join(lines) + (end + "\n" if end else ""))
    return 0


def _od_address(at: int, radix: str) -> str:
    return {"n": "", "d": f"{at:07}", "x": f"{at:06x}"}.get(radix, f"{at:07o}")


_SHOWN = {0: "\\0", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r"}


def _od_row(row: bytes, form: str) -> str:
    if form[0] in "ca":
        return "".join(" " + _SHOWN.get(b, chr(b) if 32 <= b < 127 else f"{b:03o}").rjust(3) for b in row)
    size = int(form[1:2]) if form[1:2].isdecimal() and int(form[1:2]) in (1, 2, 4, 8) else 1 if form[1:2] == "C" else 4
    numbers = (int.from_bytes(row[n : n + size], "little") for n in range(0, len(row), size))
    width = {"x": size * 2, "o": {1: 3, 2: 6, 4: 11, 8: 22}[size]}.get(form[0], {1: 4, 2: 6, 4: 11, 8: 20}[size])
    if form[0] == "x":
        return "".join(f" {number:0{width}x}" for number in numbers)
    if form[0] == "o":
        return "".join(f" {number:0{width}o}" for number in numbers)
    return "".join(f" {number:>{width}}" for number in numbers)


def hexdump(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "Cvn:s:bcdox", {"canonical": "C", "length": "n"})
    data = yield from _held(process, options.operands[0] if options.operands else "-")
    if data is None:
        return 1
    data = data[: max(0, options.number("n", len(data)))]
    lines: list[str] = []
    canonical = "C" in options
    for at in range(0, len(data), 16):
        row = data[at : at + 16]
        if canonical:
            halves = (" ".join(f"{b:02x}" for b in part) for part in (row[:8], row[8:]))
            text = "".join(chr(b) if 32 <= b < 127 else "." for b in row)
            lines.append(f"{at:08x}  {'  '.join(halves):<48}  |{text}|\n")
        else:
            words = (int.from_bytes(row[n : n + 2], "little") for n in range(0, len(row), 2))
            lines.append(f"{at:07x} " + " ".join(f"{word:04x}" for word in words) + "\n")
    if data:
        lines.append(f"{len(data):08x}\n" if canonical else f"{len(data):07x}\n")
    yield from process.out("".join(lines))
    return 0


def cmp(process: Process) -> Routine[int]:
    paths = [argument for argument in process.argv[1:] if not argument.startswith("-")]
    if len(paths) != 2:
        return (yield from complain(process, "missing operand", 2))
    left = yield from _held(process, paths[0])
    right = yield from _held(process, paths[1])
    if left is None or right is None:
        return 2
    if left == right:
        return 0
    at = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    if "-s" not in process.argv:
        line = left[:at].count(b"\n") + 1
        if at == min(len(left), len(right)):
            yield from complain(process, f"EOF on {paths[0] if len(left) < len(right) else paths[1]}", 1)
        else:
            kind = "char" if is_busybox(process) else "byte"
            yield from process.out(f"{paths[0]} {paths[1]} differ: {kind} {at + 1}, line {line}\n")
    return 1
