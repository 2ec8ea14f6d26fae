"""Finding the program that a command names, and the words for not finding it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault, Program

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell


def not_found(shell: Shell, name: str, fault: OSFault) -> tuple[str, int]:
    """What the shell says about a program that it cannot run, and the status."""
    messages = shell.messages
    if fault.errno in ("ENOENT", "ENOTDIR"):
        return messages.not_found(name), 127
    return messages.cannot_run(name, fault.errno, fault.message), 126


def find_program(shell: Shell, name: str, path: str | None = None) -> Program | tuple[str, int]:
    process = shell.process
    try:
        if not name:
            raise OSFault("ENOENT", name)
        if path is None:
            return process.find(name)
        before = process.env.get("PATH")
        process.env["PATH"] = path
        try:
            return process.find(name)
        finally:
            process.env.pop("PATH")
            if before is not None:
                process.env["PATH"] = before
    except OSFault as fault:
        is_folder = "/" in name and process.files.is_dir(name)
        return not_found(shell, name, OSFault("EISDIR", name) if is_folder else fault)
