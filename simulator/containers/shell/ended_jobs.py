"""Background jobs that are over: what is kept of them until somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.containers.syscalls import NoChild

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell

MAX_REMEMBERED = 64


def forget_ended(shell: Shell) -> None:
    """Collects the background jobs that are over, so that `wait PID` can still tell their status."""
    for pid in list(shell.jobs):
        try:
            found = shell.process.reap(frozenset((pid,)))
        except NoChild:
            shell.jobs.pop(pid, None)
            continue
        if found is not None:
            shell.jobs.pop(pid, None)
            remember(shell, pid, found[1].status)


def remember(shell: Shell, pid: int, status: int) -> None:
    shell.ended[pid] = status
    if len(shell.ended) > MAX_REMEMBERED:
        shell.ended.pop(next(iter(shell.ended)))
