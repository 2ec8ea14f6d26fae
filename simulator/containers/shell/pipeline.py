"""Pipelines: every command in a process of its own, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.shell.control import ShellFault
from simulator.containers.shell.dispatch import handles, run
from simulator.containers.shell.evaluate import finish
from simulator.containers.shell.jobs import source_of, wait_foreground
from simulator.containers.shell.report import report
from simulator.containers.shell.substitution import subshell_program
from simulator.containers.shell.syntax import Pipeline
from simulator.containers.syscalls import OSFault, Routine

if TYPE_CHECKING:
    from simulator.containers.files.open import OpenFile
    from simulator.containers.process import Process
    from simulator.containers.shell.state import Shell


@handles(Pipeline)
def _pipeline(shell: Shell, node: Pipeline) -> Routine[int]:
    tail, shell.tail = shell.tail, False
    if len(node.commands) == 1:
        shell.enter()
        shell.conditional += node.negated
        shell.tail = tail and not node.negated
        status = yield from run(shell, node.commands[0])
        shell.conditional -= node.negated
        shell.depth -= 1
    else:
        try:
            children = _start(shell, node)
        except ShellFault as fault:
            return (yield from report(shell, fault))
        status = yield from _wait(shell, node, children)
        if not node.negated:
            return (yield from finish(shell, status))
    if node.negated:
        status = 0 if status else 1
    shell.status = status
    return status


def _start(shell: Shell, node: Pipeline) -> list[Process]:
    children: list[Process] = []
    reader: OpenFile | None = None
    last = len(node.commands) - 1
    writer: OpenFile | None = None
    try:
        for number, command in enumerate(node.commands):
            fds = shell.descriptors()
            if reader is not None:
                fds[0] = reader
            following: OpenFile | None = None
            if number < last:
                following, writer = shell.process.pipe()
                fds[1] = writer
            children.append(shell.fork(subshell_program(shell, command), fds=fds))
            for file in (reader, writer):
                if file is not None:
                    file.close()
            reader, writer = following, None
    except (ShellFault, OSFault):
        for file in (reader, writer):
            if file is not None:
                file.close()
        raise
    return children


def _wait(shell: Shell, node: Pipeline, children: list[Process]) -> Routine[int]:
    statuses: list[int] = []
    for child, command in zip(children, node.commands, strict=True):
        if child is children[-1]:
            statuses.append((yield from wait_foreground(shell, child.pid, source_of(command))))
        else:
            statuses.append((yield from shell.process.wait(child.pid)).status)
    if "pipefail" in shell.options:
        return next((status for status in reversed(statuses) if status), 0)
    return statuses[-1]
