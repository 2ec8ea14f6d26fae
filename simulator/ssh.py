"""`ssh NODE COMMAND` as a program of the simulated nodes: a shell line on another node."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from simulator.containers import Completed
from simulator.containers.process import Process
from simulator.containers.syscalls import Program, Routine
from simulator.kubectl.waiting import Inbox

Run = Callable[[str, Callable[[Completed], None]], object]  # runs a line, tells how it ended
UNREACHABLE = 255


def ssh_program(nodes: Mapping[str, Run]) -> Program:
    """`nodes` by name; how each runs a line."""

    def ssh(process: Process) -> Routine[int]:
        words = process.argv[1:]
        if len(words) < 2 or words[0].startswith("-"):
            yield from process.err("usage: ssh NODE COMMAND\n")
            return UNREACHABLE
        name = words[0].rpartition("@")[2]
        if name not in nodes:
            yield from process.err(f"ssh: Could not resolve hostname {name}: Name or service not known\n")
            return UNREACHABLE
        ended: Inbox[Completed] = Inbox()
        nodes[name](" ".join(words[1:]), ended.put)
        completed = yield from ended.take()
        if completed is None:
            return UNREACHABLE
        yield from process.out(completed.stdout.decode(errors="replace"))
        yield from process.err(completed.stderr.decode(errors="replace"))
        return completed.exit.code

    return ssh
