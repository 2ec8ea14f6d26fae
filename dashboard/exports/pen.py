"""Draws elements of an SVG: places moments, chooses colours by role, and leaves out text that has no room."""

from __future__ import annotations

import re
import unicodedata
from xml.etree import ElementTree

from dashboard.exports.palette import Palette
from dashboard.presenters.timescale import Window

WORDS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', sans-serif"
MONO = "ui-monospace, 'SF Mono', Consolas, 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', monospace"
HEAD = 244  # where time begins
PLOT = 1160  # how wide it is
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Without what XML cannot hold."""
    return _NO_XML.sub("\ufffd", text)


def width(text: str, size: float, mono: bool = False) -> float:
    """How wide a text will be, guessed high: no font is at hand."""
    return sum(size if unicodedata.east_asian_width(char) in "WF" else size * (0.61 if mono else 0.57) for char in text)


class Pen:
    """Draws into one element. `top` is the y of the present lane."""

    def __init__(self, into: ElementTree.Element, colours: Palette, window: Window, top: float = 0.0) -> None:
        self.into = into
        self.colours = colours
        self.window = window
        self.top = top

    def x(self, ms: float) -> float:
        """Where a moment is, within the window."""
        share = (ms - self.window.from_ms) / max(self.window.span_ms, 1)
        return HEAD + PLOT * min(1.0, max(0.0, share))

    def colour(self, role: str) -> str:
        """A role's colour; what is no role (none, a pattern) is itself."""
        return self.colours.get(role, role)

    def group(self, title: str) -> Pen:
        """A group that says what it is when one points at it."""
        group = ElementTree.SubElement(self.into, "g")
        if title:
            ElementTree.SubElement(group, "title").text = clean(title)
        return Pen(group, self.colours, self.window, self.top)

    def element(self, name: str, **attributes: object) -> ElementTree.Element:
        """Attributes with `_` for `-`; fill and stroke by role; numbers with two decimals at most."""
        given = {}
        for key, value in attributes.items():
            text = self.colour(str(value)) if key in ("fill", "stroke") else _plain(value)
            given[key.rstrip("_").replace("_", "-")] = text
        return ElementTree.SubElement(self.into, name, given)

    def rect(self, x: float, y: float, w: float, h: float, **look: object) -> None:
        self.element("rect", x=x, y=self.top + y, width=max(1.0, w), height=h, **look)

    def line(self, x1: float, y1: float, x2: float, y2: float, **look: object) -> None:
        self.element("line", x1=x1, y1=self.top + y1, x2=x2, y2=self.top + y2, **look)

    def shape(self, points: str, **look: object) -> None:
        """A polygon from offsets `x,y x,y`, of which y counts from the lane's top."""
        placed = (pair.split(",") for pair in points.split())
        self.element("polygon", points=" ".join(f"{x},{float(y) + self.top:.6g}" for x, y in placed), **look)

    def disc(self, x: float, y: float, r: float, **look: object) -> None:
        self.element("circle", cx=x, cy=self.top + y, r=r, **look)

    def text(
        self, text: str, x: float, y: float, *, size: float = 12, mono: bool = False, fill: str = "ink", **look: object
    ) -> None:
        look = {"font_family": MONO if mono else WORDS, "font_size": size, **look}
        self.element("text", x=x, y=self.top + y, fill=fill, **look).text = clean(text)


def _plain(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
