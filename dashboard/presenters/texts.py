"""The simulator's own sentences in the reader's language, and how long a lesson lasts. What Kubernetes says is quoted
and stays as it is."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext as _

from simulator.history import Fact
from simulator.objects import Text


def translated(text: Text) -> str:
    return gettext(text.template) % text.args


def message_of(fact: Fact) -> str:
    """What a fact of ours says. One without a template speaks English only."""
    template = str(fact.data.get("template", ""))
    return translated(Text(template, fact.data.get("args", {}))) if template else str(fact.data.get("message", ""))


def lasting(seconds: int) -> str:
    """How long, in our words: 12 min, 45 s, 1 min 30 s."""
    minutes, rest = divmod(seconds, 60)
    parts = [_("%(n)s min") % {"n": minutes}] if minutes else []
    parts += [_("%(n)s s") % {"n": rest}] if rest or not minutes else []
    return " ".join(parts)
