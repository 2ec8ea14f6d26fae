"""From a file to the program that it is."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from simulator.containers.files.mounts import may
from simulator.containers.files.nodes import Directory, File, Node
from simulator.containers.syscalls import OSFault, Program, Routine

if TYPE_CHECKING:
    from simulator.containers.process import Process

MAX_INTERPRETERS = 4


@cache
def _in_layer(layer: Directory, path: str, name: str) -> tuple[tuple[tuple[str, ...], ...], str] | None:
    """Where an image's own PATH leads: (the folders looked into, the program's name), for a plain program."""
    folders: list[tuple[str, ...]] = []
    for folder in path.split(":"):
        parts = tuple(part for part in folder.split("/") if part)
        folders.append(parts)
        node: Node | None = layer
        for part in (*parts, name):
            node = node.get(part) if isinstance(node, Directory) else None
        if isinstance(node, File):
            return (tuple(folders), node.program) if node.program and node.mode & 0o111 else None
        if node is not None or not folder.startswith("/") or ".." in parts:
            return None
    return None


def quick(process: Process, path: str, name: str) -> Program | None:
    """What execvp(name) runs if nothing was changed on the way; None if that has to be looked at properly.

    Nearly every command is one that came with the image: looking for it in all folders costs more than running it.
    """
    container = process.container
    found = _in_layer(container.image.layer, path, name)
    if found is None:
        return None
    folders, program = found
    points = container.mounts.points
    for parts in folders:
        directory: Directory = container.mounts.root
        where = ""
        for part in parts:
            where = f"{where}/{part}"
            if where in points:
                return None
            node = directory.entries.get(part, directory)
            if node is directory:
                # Not even looked into yet.
                break
            if not isinstance(node, Directory):
                return None
            directory = node
        else:
            if name in directory.entries or f"{where}/{name}" in points:
                return None
    return _registry().get(program)


@cache
def _registry() -> dict[str, Program]:
    # It holds the shell, which is built on processes, which are built on files: it can only be reached late.
    from simulator.containers.programs import PROGRAMS

    return PROGRAMS


def load(process: Process, path: str, depth: int = 0) -> Program:
    """What execve(path) would run. Raises OSFault ENOENT, EACCES or ENOEXEC."""
    node = process.files.place(path).node
    if node is None:
        raise OSFault("ENOENT", path)
    if isinstance(node, Directory) or not may(node, process.uid, 1, process.gid, *process.groups):
        raise OSFault("EACCES", path)
    if not isinstance(node, File):
        raise OSFault("EACCES", path)
    if node.program:
        kind, _, name = node.program.rpartition(":")
        program = (process.machine.node_programs if kind == "node" else _registry()).get(name)
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
