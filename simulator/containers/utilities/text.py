"""Filters on lines: wc, cut, tr, rev, tac, nl, fold, expand, uniq, comm, paste, strings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.containers.syscalls import Routine
from simulator.containers.utilities.basics import breathe
from simulator.containers.utilities.echo import unescape
from simulator.containers.utilities.messages import complain, is_busybox
from simulator.containers.utilities.options import Options, parse_options
from simulator.containers.utilities.text_input import all_lines, decode, encode, open_input

if TYPE_CHECKING:
    from simulator.containers.process import Process


def wc(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "lwcmL", {"lines": "l", "words": "w", "bytes": "c", "chars": "m"})
    wanted = [letter for letter in "lwmcL" if letter in options] or ["l", "w", "c"]
    total = dict.fromkeys("lwmcL", 0)
    status = 0
    rows: list[tuple[dict[str, int], str]] = []
    for path in options.operands or [""]:
        source = yield from open_input(process, path or "-")
        if source is None:
            status = 1
            continue
        counts = dict.fromkeys("lwmcL", 0)
        while line := (yield from source.line()):
            counts["l"] += line.endswith(b"\n")
            counts["w"] += len(line.split())
            counts["c"] += len(line)
            counts["m"] += len(decode(line))
            counts["L"] = max(counts["L"], len(line.rstrip(b"\n")))
        source.close()
        rows.append((counts, path))
        total = {key: max(total[key], value) if key == "L" else total[key] + value for key, value in counts.items()}
    if len(options.operands) > 1:
        rows.append((total, "total"))
    yield from process.out("".join(_wc_row(process, counts, path, wanted, len(rows)) for counts, path in rows))
    return status


def _wc_row(process: Process, counts: dict[str, int], path: str, wanted: list[str], rows: int) -> str:
    numbers = [str(counts[letter]) for letter in wanted]
    if len(wanted) == 1 and rows == 1:
        text = numbers[0]
    elif is_busybox(process):
        text = " ".join(number.rjust(9) for number in numbers)
    else:
        width = 7 if not path else max(len(str(counts["c"])), 1)
        text = " ".join(number.rjust(width) for number in numbers)
    return f"{text} {path}\n" if path else f"{text}\n"


def _ranges(text: str) -> list[tuple[int, int]] | None:
    ranges: list[tuple[int, int]] = []
    for part in text.split(","):
        match = re.fullmatch(r"(\d*)(-?)(\d*)", part)
        if match is None or not (match.group(1) or match.group(3)):
            return None
        first, dash, last = match.groups()
        low = int((first or "1")[:9])
        high = int(last[:9]) if last else (1 << 30 if dash else low)
        if low < 1 or high < low:
            return None
        ranges.append((low, high))
    return ranges


def cut(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "d:f:c:b:sn", {"delimiter": "d", "fields": "f", "characters": "c",
                            "bytes": "b", "only-delimited": "s", "output-delimiter": "d"})  # fmt: skip
    text = options.get("f") or options.get("c") or options.get("b")
    ranges = _ranges(text) if text else None
    if ranges is None:
        what = "expected a list of bytes, characters, or fields" if not text else f"invalid range '{text}'"
        return (yield from complain(process, what, 1))
    delimiter = options.get("d", "\t")
    status = 0
    for path in options.operands or ["-"]:
        source = yield from open_input(process, path)
        if source is None:
            status = 1
            continue
        while raw := (yield from source.line()):
            line = decode(raw).removesuffix("\n")
            if "f" in options:
                shown = _cut_fields(line, delimiter, ranges, "s" in options)
            else:
                shown = "".join(c for n, c in enumerate(line, 1) if any(a <= n <= b for a, b in ranges))
            if shown is not None:
                yield from process.out(shown + "\n")
        source.close()
    return status


def _cut_fields(line: str, delimiter: str, ranges: list[tuple[int, int]], only: bool) -> str | None:
    if delimiter not in line:
        return None if only else line
    fields = line.split(delimiter)
    return delimiter.join(f for n, f in enumerate(fields, 1) if any(a <= n <= b for a, b in ranges))


_SETS = {
    "alpha": "A-Za-z", "digit": "0-9", "alnum": "0-9A-Za-z", "upper": "A-Z", "lower": "a-z", "space": " \t\n\v\f\r",
    "blank": " \t", "punct": "!-/:-@[-`{-~", "xdigit": "0-9A-Fa-f", "cntrl": "\0-\x1f\x7f", "print": " -~",
    "graph": "!-~",
}  # fmt: skip


def expand_set(text: str) -> str:
    """tr's sets: a-z, [:upper:], escapes."""
    text = re.sub(r"\[:(\w+):\]", lambda match: _SETS.get(match.group(1), ""), text)
    text, _ = unescape(text, octal=True)
    pieces: list[str] = []
    pos = 0
    while pos < len(text):
        if text[pos + 1 : pos + 2] == "-" and pos + 2 < len(text) and text[pos] <= text[pos + 2]:
            pieces.append(
                "".join(chr(c) for c in range(ord(text[pos]), min(ord(text[pos + 2]), ord(text[pos]) + 300) + 1))
            )
            pos += 3
        else:
            pieces.append(text[pos])
            pos += 1
    return "".join(pieces)


def tr(process: Process) -> Routine[int]:
    options = parse_options(
        process.argv[1:], "dscC", {"delete": "d", "squeeze-repeats": "s", "complement": "c"}, in_order=True
    )
    if not options.operands or (len(options.operands) < 2 and "d" not in options and "s" not in options):
        return (yield from complain(process, "missing operand", 1))
    first = expand_set(options.operands[0])
    second = expand_set(options.operands[1]) if len(options.operands) > 1 else ""
    chosen = set(first)
    complement = "c" in options or "C" in options
    table: dict[str, str] = {}
    if second and "d" not in options:
        table = {char: second[min(n, len(second) - 1)] for n, char in enumerate(first)}
    squeezed = set(second or first) if "s" in options else set()
    last = ""
    while (data := (yield from process.read(0))) != b"":
        out: list[str] = []
        for char in decode(data or b""):
            is_in = (char in chosen) != complement
            if "d" in options and is_in:
                continue
            if table and is_in:
                char = second[-1] if complement else table[char]
            if char == last and (char in squeezed or (complement and not second and "s" in options and is_in)):
                continue
            last = char
            out.append(char)
        yield from process.out(encode("".join(out)))
        yield from breathe(process, 1 + len(data or b"") // 64)
    return 0


def rev(process: Process) -> Routine[int]:
    lines, status = yield from all_lines(process, process.argv[1:])
    yield from process.out(encode("".join(line[::-1] + "\n" for line in lines)))
    return status


def tac(process: Process) -> Routine[int]:
    lines, status = yield from all_lines(process, process.argv[1:])
    yield from process.out(encode("".join(line + "\n" for line in reversed(lines))))
    return status


def nl(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "b:w:s:v:i:n:")
    lines, status = yield from all_lines(process, options.operands)
    number = options.number("v", 1)
    width = options.number("w", 6, 100)
    out: list[str] = []
    for line in lines:
        if line or options.get("b") == "a":
            out.append(f"{number:>{width}}{options.get('s', chr(9))}{line}\n")
            number += 1
        else:
            out.append(" " * (width + 1) + "\n")
    yield from process.out(encode("".join(out)))
    return status


def fold(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "w:bs", {"width": "w"})
    width = max(1, options.number("w", 80))
    lines, status = yield from all_lines(process, options.operands)
    pieces = [line[at : at + width] for line in lines for at in range(0, max(1, len(line)), width)]
    yield from process.out(encode("".join(piece + "\n" for piece in pieces)))
    return status


def expand(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "t:i", {"tabs": "t"})
    lines, status = yield from all_lines(process, options.operands)
    width = max(0, options.number("t", 8, 100))
    yield from process.out(encode("".join(line.expandtabs(width) + "\n" for line in lines)))
    return status


def uniq(process: Process) -> Routine[int]:
    options = parse_options(
        process.argv[1:], "cduif:s:w:", {"count": "c", "repeated": "d", "unique": "u", "ignore-case": "i"}
    )
    lines, status = yield from all_lines(process, options.operands[:1])
    out = "".join(_uniq_groups(lines, options, "%7d %s\n"))
    if len(options.operands) > 1:
        process.files.write(options.operands[1], encode(out))
    else:
        yield from process.out(encode(out))
    return status


def _uniq_groups(lines: list[str], options: Options, counted: str) -> Iterator[str]:
    def key(line: str) -> str:
        line = " ".join(line.split()[options.number("f", 0) :]) if "f" in options else line
        line = line[options.number("s", 0) :]
        return line.lower() if "i" in options else line

    start = 0
    for at in range(1, len(lines) + 1):
        if at < len(lines) and key(lines[at]) == key(lines[start]):
            continue
        count = at - start
        if not ("d" in options and count == 1) and not ("u" in options and count > 1):
            yield counted % (count, lines[start]) if "c" in options else lines[start] + "\n"
        start = at


def comm(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "123")
    if len(options.operands) != 2:
        return (yield from complain(process, "missing operand", 1))
    left, status = yield from all_lines(process, options.operands[:1])
    right, status_right = yield from all_lines(process, options.operands[1:])
    tabs = {"1": "", "2": "" if "1" in options else "\t"}
    tabs["3"] = tabs["2"] + ("" if "2" in options else "\t")
    out: list[str] = []
    a = b = 0
    while a < len(left) or b < len(right):
        if b >= len(right) or (a < len(left) and left[a] < right[b]):
            column, line, a = "1", left[a], a + 1
        elif a >= len(left) or right[b] < left[a]:
            column, line, b = "2", right[b], b + 1
        else:
            column, line, a, b = "3", left[a], a + 1, b + 1
        if column not in options:
            out.append(f"{tabs[column]}{line}\n")
    yield from process.out(encode("".join(out)))
    return status or status_right


def paste(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "d:s", {"delimiters": "d", "serial": "s"})
    delimiter = unescape(options.get("d", "\t"))[0][:1]
    columns: list[list[str]] = []
    for path in options.operands or ["-"]:
        lines, _ = yield from all_lines(process, [path])
        columns.append(lines)
    if "s" in options:
        out = "".join(delimiter.join(lines) + "\n" for lines in columns)
    else:
        rows = max((len(lines) for lines in columns), default=0)
        out = "".join(delimiter.join(c[n] if n < len(c) else "" for c in columns) + "\n" for n in range(rows))
    yield from process.out(encode(out))
    return 0


def strings(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "an:ft:o")
    least = max(1, options.number("n", 4))
    for path in options.operands or ["-"]:
        source = yield from open_input(process, path)
        if source is None:
            return 1
        while data := (yield from source.block()):
            found = re.findall(rb"[\x20-\x7e\t]{%d,}" % min(least, 1000), data)
            yield from process.out(b"".join(piece + b"\n" for piece in found))
            yield from breathe(process, 1 + len(data) // 1024)
        source.close()
    return 0
