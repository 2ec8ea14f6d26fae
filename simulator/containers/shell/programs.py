"""Finding the program that a command names, and the words for not finding it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.syscalls import OSFault, Program, Routine

if TYPE_CHECKING:
    from simulator.containers.process import Process
    from simulator.containers.shell.state import Shell


def not_found(shell: Shell, name: str, fault: OSFault) -> tuple[str, int]:
    """What the shell says about a program that it cannot run, and the status."""
    messages = shell.messages
    if fault.errno in ("ENOENT", "ENOTDIR"):
        return messages.not_found(name), 127
    return messages.cannot_run(name, fault.errno, fault.message), 126


def _script(shell: Shell, path: str) -> Program:
    """A file that says of no program that it runs it is a script of the shell's own kind."""
    # The shell looks for programs: it can only be reached late.
    from simulator.containers.shell.main import sh

    def run(process: Process) -> Routine[int]:
        process.argv = [shell.dialect, path, *process.argv[1:]]
        return (yield from sh(process))

    return run


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
        if fault.errno == "ENOEXEC":
            return _script(shell, fault.path)
        is_folder = "/" in name and process.files.is_dir(name)
        return not_found(shell, name, OSFault("EISDIR", name) if is_folder else fault)
