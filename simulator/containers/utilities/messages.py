"""How utilities complain: busybox and the GNU tools differ in their words."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault, Routine

if TYPE_CHECKING:
    from simulator.containers.process import Process


def is_busybox(process: Process) -> bool:
    return process.container.image.flavour in ("busybox", "alpine")


def name_of_program(process: Process) -> str:
    """The name that it was called by, without the path."""
    return process.argv[0].rpartition("/")[2] if process.argv else "?"


def complain(process: Process, text: str, status: int = 1) -> Routine[int]:
    """`name: text` on stderr; gives `status`."""
    with suppress(OSFault):
        yield from process.err(f"{name_of_program(process)}: {text}\n")
    return status


# busybox' applets do not all use the same function to open files.
_SAY_OPEN = frozenset(("cat", "tail", "md5sum", "sha1sum", "sha256sum", "sha512sum", "uniq", "dd"))


def no_open(process: Process, path: str, fault: OSFault) -> str:
    """That a file cannot be read."""
    if is_busybox(process) and name_of_program(process) in _SAY_OPEN:
        return f"can't open '{path}': {fault.message}"
    if not is_busybox(process) and name_of_program(process) in ("awk", "mawk"):
        return f"cannot open {path} ({fault.message})"
    if not is_busybox(process) and name_of_program(process) == "sort":
        return f"cannot read: {path}: {fault.message}"
    return f"{path}: {fault.message}"


def bad_option(process: Process, option: str, status: int = 1) -> Routine[int]:
    name = name_of_program(process)
    letter = option.lstrip("-")[:1]
    if option.startswith("--") and len(option) > 2:
        text = f"unrecognized option '{option}'"
    else:
        text = f"unrecognized option: {letter}" if is_busybox(process) else f"invalid option -- '{letter}'"
    if not is_busybox(process):
        text += f"\nTry '{name} --help' for more information."
    return (yield from complain(process, text, status))
