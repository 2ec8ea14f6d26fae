"""`set -x`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.containers.shell.expand import expand_text
from simulator.containers.shell.report import say
from simulator.containers.shell.syntax import Simple
from simulator.containers.shell.words import as_word
from simulator.containers.syscalls import Routine

if TYPE_CHECKING:
    from simulator.containers.shell.state import Shell

_SAFE = re.compile(r"[\w@%+=:,./^-]+\Z", re.ASCII)


def quote(text: str) -> str:
    """`text` as a shell would read it back."""
    if _SAFE.match(text):
        return text
    return "'" + text.replace("'", "'\\''") + "'"


def trace(shell: Shell, node: Simple, words: list[str]) -> Routine[None]:
    """Shows a command before it runs."""
    options, shell.options = shell.options, shell.options - {"x"}
    try:
        prompt = yield from expand_text(shell, as_word(shell.variables.values.get("PS4", "+ ")))
        show = str if shell.dialect == "dash" else quote
        pieces: list[str] = []
        for assignment in node.assignments:
            # Looking twice at a value with a command in it would run the command twice.
            simple = assignment.items is None and "$(" not in assignment.value.source
            value = (yield from expand_text(shell, assignment.value)) if simple and "`" not in node.source else "..."
            pieces.append(f"{assignment.name}={show(value) if value else ''}")
        pieces.extend(show(word) for word in words)
    finally:
        shell.options = options
    yield from say(shell, prompt + " ".join(pieces))
