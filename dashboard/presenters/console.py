"""What a person did, with the output it had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from dashboard.presenters.story import Story, command_of
from dashboard.presenters.timescale import clock
from simulator.history import Action, Fact

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
    actions = (story.entries[piece.number] for piece in story.actions[-MOST:])
    kept = [action for action in actions if isinstance(action, Action) and action.verb != "apply"]
    return tuple(_outcome(action, story.results.get(action.number), story.at(action)) for action in kept)


def typed(actions: Sequence[Action], results: Mapping[int, Fact]) -> tuple[Outcome, ...]:
    """What was typed on the node, the newest last; times since the cluster was made."""
    return tuple(_outcome(action, results.get(action.number), action.at_ms) for action in actions[-MOST:])


def _outcome(action: Action, result: Fact | None, at_ms: int) -> Outcome:
    data = result.data if result is not None else {}
    code = data.get("code")
    where = str(action.data.get("container") or "") if action.verb in ("exec", "kill") else str(_("node"))
    output = str(data.get("output", "")).rstrip("\n")
    return Outcome(
        action.number, clock(at_ms), where, command_of(action), output, int(code) if code is not None else None
    )
