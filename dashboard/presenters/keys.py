"""The table of keys, as `static/js/keys.js` and `lanes.js` understand them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Row:
    keys: tuple[str, ...]
    does: str


def keys() -> tuple[Row, ...]:
    """In the language of the moment."""
    return tuple(Row(tuple(names.split(" ")), str(does)) for names, does in TABLE)


TABLE = (
    ("Space", _("play or pause")),
    ("← →", _("the change before, the next change; on a mark: along its lane")),
    ("Shift+← Shift+→", _("one second back, one second on")),
    ("[ ]", _("the restart before, the next restart")),
    ("F8 Shift+F8", _("the next problem, the problem before")),
    ("Home End", _("the start, the live edge")),
    ("1 2 3 4", _("the speed: 1×, 10×, 60×, 600×")),
    ("+ − 0", _("zoom in, zoom out, everything")),
    ("↑ ↓", _("from lane to lane")),
    ("Enter", _("select the mark: why did it happen?")),
    ("Esc", _("clear the selection")),
    ("?", _("these keys")),
)
