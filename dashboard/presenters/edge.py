"""What the button to the live edge says: in a recording time is over, and its edge is the end."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class EdgeWords:
    here: str | Promise
    away: str | Promise
    behind: str | Promise  # with a place for {time}


LIVE = EdgeWords(_("Live edge"), _("Go live"), _("{time} behind · go live"))
OVER = EdgeWords(_("The end"), _("To the end"), _("{time} before the end"))
