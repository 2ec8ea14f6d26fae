"""From a file to the program that it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.files.mounts import may
from simulator.containers.files.nodes import Directory, File
from simulator.containers.syscalls import OSFault, Program, Routine

if TYPE_CHECKING:
    from simulator.containers.process import Process

MAX_INTERPRETERS = 4


def load(process: Process, path: str, depth: int = 0) -> Program:
    """What execve(path) would run. Raises OSFault ENOENT, EACCES or ENOEXEC."""
    # The registry holds the shell, which is built on processes: it can only be reached late.
    from simulator.containers.programs import PROGRAMS

    node = process.files.place(path).node
    if node is None:
        raise OSFault("ENOENT", path)
    if isinstance(node, Directory) or not may(node, process.uid, 1, process.gid):
        raise OSFault("EACCES", path)
    if not isinstance(node, File):
        raise OSFault("EACCES", path)
    if node.program:
        kind, _, name = node.program.rpartition(":")
        program = (process.machine.node_programs if kind == "node" else PROGRAMS).get(name)
        if program is None:
            raise OSFault("ENOENT", path)
        return program
    if node.data[:2] == b"#!" and depth < MAX_INTERPRETERS:
        return _script(process, path, bytes(node.data[2:256]), depth)
    raise OSFault("ENOEXEC", path)


def _script(process: Process, path: str, data: bytes, depth: int) -> Program:
    """A script runs its interpreter with the path put before its arguments."""
    line = data.split(b"\n", 1)[0].decode("utf-8", "replace").strip()
    interpreter, _, argument = line.partition(" ")
    program = load(process, interpreter, depth + 1)
    before = [interpreter, *([argument.strip()] if argument.strip() else []), path]

    def run(p: Process) -> Routine[int]:
        p.argv = [*before, *p.argv[1:]]
        return (yield from program(p))

    return run
