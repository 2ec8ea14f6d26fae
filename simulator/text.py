"""Sentences of ours, which a page may show in another language: a template, and what fills it.

The simulator itself speaks English. `makemessages` finds the templates because modules import `translatable` as `_`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """`str` gives the English sentence. A percent sign in a template is written %%."""

    template: str
    args: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.template % self.args

    def fill(self, **args: object) -> Text:
        """The same sentence about something else."""
        return Text(self.template, {name: str(value) for name, value in args.items()})

    def data(self, most: int) -> dict[str, object]:
        """What a fact keeps of it: the English sentence, and what is needed to say it otherwise. Nothing longer than
        `most`."""
        args = {name: value[:most] for name, value in self.args.items()}
        return {"message": str(self)[:most], "template": self.template, "args": args}


def translatable(template: str, **args: object) -> Text:
    """A sentence whose template is a literal, so that it is found when the texts to translate are collected."""
    return Text(template).fill(**args)
