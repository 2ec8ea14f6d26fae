"""What a person did, with the output it had."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from dashboard.presenters.story import Story, command_of
from dashboard.presenters.timescale import clock
from simulator.history import Action

MOST = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    number: int
    at: str
    where: str
    command: str
    output: str
    code: int | None  # None: it still runs

    @property
    def failed(self) -> bool:
        return bool(self.code)


def outcomes(story: Story) -> tuple[Outcome, ...]:
    """The newest actions last, as in a terminal."""
    result = []
    for piece in story.actions[-MOST:]:
        action = story.entries[piece.number]
        if not isinstance(action, Action) or action.verb == "apply":
            continue
        data = story.results[piece.number].data if piece.number in story.results else {}
        code = data.get("code")
        where = str(action.data.get("container") or "") if action.verb in ("exec", "kill") else str(_("node"))
        result.append(
            Outcome(
                piece.number,
                clock(piece.at_ms),
                where,
                command_of(action),
                str(data.get("output", "")).rstrip("\n"),
                int(code) if code is not None else None,
            )
        )
    return tuple(result)
