"""Users and permissions: names from /etc/passwd, modes; id, whoami, groups, chmod, chown."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from simulator.containers.files.nodes import SETGID
from simulator.containers.syscalls import OSFault, Routine
from simulator.containers.utilities.messages import complain, is_busybox
from simulator.containers.utilities.options import parse_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.containers.images.catalogue import Image
    from simulator.containers.process import Process

_SYMBOLIC = re.compile(r"([ugoa]*)([-+=])([rwxXst]*)\Z")
_BITS = {"r": 0o4, "w": 0o2, "x": 0o1}


def name_of(process: Process, number: int, file: str = "/etc/passwd") -> str:
    """The name of a uid (or of a gid, with /etc/group), or the number itself."""
    for fields in entries(process, file):
        if fields[2] == str(number):
            return fields[0]
    return str(number)


def number_of(process: Process, name: str, file: str = "/etc/passwd") -> int | None:
    if name.isdecimal():
        return int(name[:10])
    return next((int(fields[2]) for fields in entries(process, file) if fields[0] == name), None)


def entries(process: Process, file: str) -> tuple[list[str], ...]:
    try:
        return _entries(process.files.read(file))
    except OSFault:
        return ()


@lru_cache(maxsize=64)
def _entries(content: bytes) -> tuple[list[str], ...]:
    """Parsed once for all containers of an image: most never change it."""
    lines = (line.split(":") for line in content.decode("utf-8", "replace").splitlines())
    return tuple(fields for fields in lines if len(fields) > 2 and fields[2].isdecimal())


@lru_cache(maxsize=256)
def groups_in_image(image: Image, user: int) -> tuple[int, ...]:
    """A user's own group, which is root's for one that the image does not know, and those that list the user.

    Models containerd's pkg/oci/spec_opts.go WithUserID and WithAdditionalGIDs, which look into the image alone.
    """
    account = next((each for each in _entries(image.layer.peek_file("etc/passwd")) if each[2] == str(user)), [])
    # Most images know their own user, even where our catalogue has no line for it.
    own = int(account[3]) if account[3:4] and account[3].isdecimal() else user if user == image.user else 0
    groups = _entries(image.layer.peek_file("etc/group"))
    name = account[0] if account else str(user)
    return own, *(int(fields[2]) for fields in groups if name in "".join(fields[3:4]).split(","))


def whoami(process: Process) -> Routine[int]:
    name = name_of(process, process.uid)
    if name.isdecimal() and name != "0":
        text = f"unknown uid {name}" if is_busybox(process) else f"cannot find name for user ID {name}"
        return (yield from complain(process, text, 1))
    yield from process.out((name if name != "0" else "root") + "\n")
    return 0


def identity(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "ugGnr", {"user": "u", "group": "g", "groups": "G", "name": "n"})
    user, group = name_of(process, process.uid), name_of(process, process.gid, "/etc/group")
    if "u" in options:
        text = user if "n" in options else str(process.uid)
    elif "g" in options or "G" in options:
        text = group if "n" in options else str(process.gid)
        if "G" in options:
            text = " ".join(name if "n" in options else str(number) for number, name in _groups(process))
    else:
        shown_user = "" if user.isdecimal() else f"({user})"
        shown_group = "" if group.isdecimal() else f"({group})"
        others = ",".join(str(n) if name.isdecimal() else f"{n}({name})" for n, name in _groups(process))
        text = f"uid={process.uid}{shown_user} gid={process.gid}{shown_group} groups={others}"
    yield from process.out(text + "\n")
    return 0


def _groups(process: Process) -> list[tuple[int, str]]:
    """The kernel keeps them sorted; coreutils names the primary one first."""
    numbers = sorted({process.gid, *process.groups})
    if not is_busybox(process):
        numbers.sort(key=lambda number: number != process.gid)
    return [(number, name_of(process, number, "/etc/group")) for number in numbers]


def groups(process: Process) -> Routine[int]:
    yield from process.out(" ".join(name for _, name in _groups(process)) + "\n")
    return 0


def parse_mode(text: str, before: int, umask: int = 0o022, *, directory: bool = False) -> int | None:
    """The mode that chmod's argument makes of `before`; None if it is no mode."""
    if text.isdecimal() and not set(text) - set("01234567") and len(text) <= 5:
        return int(text, 8) & 0o7777
    mode = before
    for clause in text.split(","):
        match = _SYMBOLIC.match(clause)
        if match is None:
            return None
        who, operator, letters = match.groups()
        bits = sum(_BITS[letter] for letter in set(letters) & set("rwx"))
        if "X" in letters and (directory or before & 0o111):
            bits |= 0o1
        mask = 0
        for shift, letter in ((6, "u"), (3, "g"), (0, "o")):
            if not who or letter in who or "a" in who:
                mask |= bits << shift & (0o777 if who else ~umask)
        if operator == "=":
            cleared = sum(0o7 << shift for shift, letter in ((6, "u"), (3, "g"), (0, "o"))
                          if not who or letter in who or "a" in who)  # fmt: skip
            mode = mode & ~cleared | mask
        else:
            mode = mode | mask if operator == "+" else mode & ~mask
    return mode


def mode_text(kind: str, mode: int) -> str:
    """-rwxr-xr-x."""
    letters = {"dir": "d", "link": "l", "device": "c"}.get(kind, "-")
    for shift in (6, 3, 0):
        bits = mode >> shift & 7
        letters += ("r" if bits & 4 else "-") + ("w" if bits & 2 else "-") + ("x" if bits & 1 else "-")
    if mode & SETGID:
        letters = letters[:6] + ("s" if mode & 0o10 else "S") + letters[7:]
    if mode & 0o1000:
        letters = letters[:-1] + ("t" if mode & 1 else "T")
    return letters


def _walk(process: Process, path: str, recursive: bool, depth: int = 0) -> Iterator[str]:
    yield path
    process.spend(1)
    if recursive and depth < 40 and process.files.stat(path, follow=False).kind == "dir":
        for name in process.files.listdir(path):
            yield from _walk(process, f"{path.rstrip('/')}/{name}", True, depth + 1)


def chmod(process: Process) -> Routine[int]:
    arguments = process.argv[1:]
    # -x and the like are modes, not options.
    flags = [a for a in arguments if re.match(r"-[Rvcf]+$", a)]
    operands = [a for a in arguments if a not in flags]
    recursive = any("R" in flag for flag in flags)
    if len(operands) < 2:
        return (yield from complain(process, "missing operand", 1))
    status = 0
    for top in operands[1:]:
        try:
            for path in list(_walk(process, top, recursive)):
                stat = process.files.stat(path)
                mode = parse_mode(operands[0], stat.mode, process.umask, directory=stat.kind == "dir")
                if mode is None:
                    return (yield from complain(process, f"invalid mode: '{operands[0]}'", 1))
                process.files.chmod(path, mode)
        except OSFault as fault:
            text = f"{top}: {fault.message}" if is_busybox(process) else f"cannot access '{top}': {fault.message}"
            status = yield from complain(process, text, 1)
    return status


def chown(process: Process) -> Routine[int]:
    options = parse_options(process.argv[1:], "Rhvfc", {"recursive": "R", "no-dereference": "h"})
    if len(options.operands) < 2:
        return (yield from complain(process, "missing operand", 1))
    owner, _, group = options.operands[0].replace(".", ":", 1).partition(":")
    if process.argv[0].endswith("chgrp"):
        owner, group = "", options.operands[0]
    uid = number_of(process, owner) if owner else -1
    gid = number_of(process, group, "/etc/group") if group else -1
    if uid is None or gid is None:
        name = owner if uid is None else group
        text = f"unknown user {name}" if is_busybox(process) else f"invalid user: '{options.operands[0]}'"
        return (yield from complain(process, text, 1))
    status = 0
    for top in options.operands[1:]:
        try:
            for path in list(_walk(process, top, "R" in options)):
                stat = process.files.stat(path)
                process.files.chown(path, stat.uid if uid < 0 else uid, stat.gid if gid < 0 else gid)
        except OSFault as fault:
            text = (
                f"{top}: {fault.message}" if is_busybox(process) else f"changing ownership of '{top}': {fault.message}"
            )
            status = yield from complain(process, text, 1)
    return status
