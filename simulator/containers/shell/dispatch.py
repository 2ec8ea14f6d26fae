"""Runs a node with the function that is registered for its type."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator.containers.syscalls import Routine

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell

Handler = Callable[["Shell", Any], Routine[int]]
HANDLERS: dict[type, Handler] = {}


def handles(kind: type) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


def run(shell: Shell, node: object) -> Routine[int]:
    """Runs `node`; gives its status, which `$?` then is too."""
    return HANDLERS[type(node)](shell, node)
