"""Utilities as busybox and the GNU tools bring them, by name."""

from __future__ import annotations

from simulator.containers.syscalls import Program
from simulator.containers.utilities import basics, conditions, echo, formats

UTILITIES: dict[str, Program] = {
    "true": basics.true,
    "false": basics.false,
    "sleep": basics.sleep,
    "usleep": basics.usleep,
    "yes": basics.yes,
    "env": basics.environment,
    "printenv": basics.printenv,
    "seq": basics.seq,
    "basename": basics.basename,
    "dirname": basics.dirname,
    "pwd": basics.pwd,
    "which": basics.which,
    "clear": basics.clear,
    "sync": basics.nothing,
    "echo": echo.echo,
    "printf": formats.printf,
    "test": conditions.test,
    "[": conditions.test,
}
