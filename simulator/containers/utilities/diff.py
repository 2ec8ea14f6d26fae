"""diff, always in the unified format for busybox, in the normal one for GNU unless -u."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.messages import bad_option, complain, is_busybox
from simulator.containers.utilities.options import UsageFault, parse_options
from simulator.containers.utilities.text_input import decode, encode

if TYPE_CHECKING:
    from simulator.containers.process import Process

MAX_LINES = 2_000


def diff(process: Process) -> Routine[int]:
    try:
        options = parse_options(process.argv[1:], "uqrNabBiwtsU:", {"brief": "q", "unified": "u", "recursive": "r"})
    except UsageFault as fault:
        return (yield from bad_option(process, fault.option, 2))
    if len(options.operands) != 2:
        return (yield from complain(process, "missing operand", 2))
    texts: list[list[str]] = []
    for path in options.operands:
        try:
            data = (yield from process.read_all(0)) if path == "-" else process.files.read(path)
        except OSFault as fault:
            return (yield from complain(process, f"{path}: {fault.message}" if not is_busybox(process) else
                                        f"can't stat '{path}': {fault.message}", 2))  # fmt: skip
        texts.append(decode(data).splitlines(keepends=True)[:MAX_LINES])
    left, right = texts
    if left == right:
        return 0
    process.spend(1 + len(left) * len(right) // 256)
    if "q" in options:
        yield from process.out(f"Files {options.operands[0]} and {options.operands[1]} differ\n")
    elif "u" in options or "U" in options or is_busybox(process):
        lines = list(difflib.unified_diff(left, right, options.operands[0], options.operands[1]))
        yield from process.out(encode("".join(_ended(line) for line in lines)))
    else:
        yield from process.out(encode(_normal(left, right)))
    return 1


def _ended(line: str) -> str:
    return line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"


def _normal(left: list[str], right: list[str]) -> str:
    out: list[str] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        first = f"{a + 1},{b}" if b - a > 1 else str(b if a == b else a + 1)
        second = f"{c + 1},{d}" if d - c > 1 else str(d if c == d else c + 1)
        out.append(f"{first}{ {'replace': 'c', 'delete': 'd', 'insert': 'a'}[tag] }{second}\n".replace(" ", ""))
        out.extend("< " + _ended(line) for line in left[a:b])
        if tag == "replace":
            out.append("---\n")
        out.extend("> " + _ended(line) for line in right[c:d])
    return "".join(out)
