"""What a rule has to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.presenters.rich import Rich, plain
from dashboard.presenters.story import Story


@dataclass(frozen=True, slots=True)
class Sentence:
    tone: str  # ready, wait, stop, back, done, err
    tag: str  # a word for the tone
    text: Rich
    number: int = 0  # the entry it speaks of

    @property
    def plain(self) -> str:
        return plain(self.text)

    @property
    def alarming(self) -> bool:
        return self.tone in ("stop", "back", "err")


Rule = Callable[[Story, int], Sentence | None]
