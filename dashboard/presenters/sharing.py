"""The panel where a cluster is shared: addresses as text and as a code for a phone's camera."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import segno
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

HERE = frozenset({"localhost", "127.0.0.1", "::1", "testserver"})


@dataclass(frozen=True, slots=True)
class Sharing:
    """What `_share.html` shows. `own` is empty for who may not hand on the right to act."""

    address: str  # of those who look on
    own: str = ""  # the presenter's
    open: bool = False
    roam: bool = True

    @property
    def rights(self) -> str:
        """What those who look on may do, told to them."""
        act = _("You may run commands and move the clock.") if self.open else _("You look on.")
        own = _("You may pause for yourself.") if self.roam else _("You stay with the presenter.")
        return f"{act} {own}"

    @property
    def short(self) -> str:
        """The address as one reads it out: without the scheme."""
        return self.address.partition("://")[2]

    @property
    def only_here(self) -> bool:
        """Other devices cannot reach a name that means "this computer"."""
        return urlsplit(self.address).hostname in HERE

    @property
    def qr(self) -> SafeString:
        return qr(self.address)


def qr(text: str) -> SafeString:
    """A QR code as inline SVG. The picture is made of the text's bits: nothing of the text itself stands in it."""
    code = segno.make(text, error="m", micro=False)
    return SafeString(code.svg_inline(border=2, svgclass="qr", lineclass=None, omitsize=True))
