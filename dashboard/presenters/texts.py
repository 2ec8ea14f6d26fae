"""The simulator's own sentences in the reader's language. What Kubernetes says is quoted and stays as it is."""

from __future__ import annotations

from django.utils.translation import gettext

from simulator.history import Fact
from simulator.objects import Text


def translated(text: Text) -> str:
    return gettext(text.template) % text.args


def message_of(fact: Fact) -> str:
    """What a fact of ours says. One without a template speaks English only."""
    template = str(fact.data.get("template", ""))
    return translated(Text(template, fact.data.get("args", {}))) if template else str(fact.data.get("message", ""))
