"""Command substitution, and the forking of subshells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.shell.control import Control, Quit, Replace, Return
from simulator.containers.shell.dispatch import run
from simulator.containers.shell.ended_jobs import forget_ended
from simulator.containers.shell.parse import parse
from simulator.containers.shell.state import MAX_VALUE
from simulator.containers.shell.syntax import Node, Sequence, Simple
from simulator.containers.shell.traps import run_exit_trap
from simulator.containers.syscalls import Exit, Program, Routine

if TYPE_CHECKING:
    from simulator.containers.process import Process
    from simulator.containers.shell.state import Shell


def subshell_program(shell: Shell, node: Node, jobs: dict[int, str] | None = None) -> Program:
    """A program that runs `node` in a copy of the shell as it is now, and may list `jobs` that are not its own."""
    copy = shell.snapshot()
    if jobs:
        copy.inherited_jobs = jobs

    def program(process: Process) -> Routine[int]:
        copy.attach(process)
        return (yield from run_as_process(copy, node))

    return program


def run_as_process(shell: Shell, node: Node) -> Routine[int]:
    """All that a process of the shell does: the commands, then the EXIT trap."""

    try:
        shell.tail = True
        status = yield from run(shell, node)
    except (Quit, Return) as leave:
        status = leave.status
    except Replace as replace:
        return (yield from shell.process.exec(replace.program, replace.argv, replace.env))
    except Control:
        status = 0
    return (yield from run_exit_trap(shell, status))


def substitute_command(shell: Shell, text: str) -> Routine[str]:
    """The output of `text` without its last newlines."""
    process = shell.process
    node = parse(text, bash=shell.bash)
    if not node.items:
        shell.substituted = 0
        return ""
    reader, writer = process.pipe()
    fds = shell.descriptors()
    fds[1] = writer
    try:
        child = shell.fork(subshell_program(shell, node, _listed(shell, node)), fds=fds)
    finally:
        writer.close()
    descriptor = shell.hide(reader)
    output = yield from read_bounded(process, descriptor)
    shell.unhide(descriptor)
    result: Exit = yield from process.wait(child.pid)
    shell.substituted = result.status
    process.allocate(-len(output))
    return output.replace(b"\0", b"").decode("utf-8", "surrogateescape").rstrip("\n")


def _listed(shell: Shell, node: Sequence) -> dict[int, str]:
    """The jobs that `$(jobs -p)` tells of; ash knows them for this one command alone, dash not at all."""
    command = node.items[0][0]
    alone = (
        len(node.items) == 1 and isinstance(command, Simple) and command.words[:1] and command.words[0].plain == "jobs"
    )
    if not shell.bash and not (shell.dialect == "ash" and alone):
        return {}
    forget_ended(shell)
    return dict(shell.jobs)


def read_bounded(process: Process, fd: int) -> Routine[bytes]:
    """Everything up to the end. More than a variable may hold eats memory, but we do not keep it."""
    parts: list[bytes] = []
    size = 0
    while True:
        data = yield from process.read(fd)
        if data == b"":
            return b"".join(parts)
        if data is None:
            continue
        process.allocate(len(data))
        size += len(data)
        if size <= MAX_VALUE:
            parts.append(data)
