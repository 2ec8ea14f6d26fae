"""The timeline as an SVG, drawn on the server from the same presenters as the page. Its marks say what they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from dashboard.exports.marks import draw, height
from dashboard.exports.palette import Palette
from dashboard.exports.pen import HEAD, PLOT, WORDS, Pen, clean, width
from dashboard.presenters.page import PodPage
from dashboard.presenters.pieces import Lane
from dashboard.presenters.timeline import Timeline
from dashboard.presenters.timescale import Tick

MARGIN = 20
WIDTH = HEAD + PLOT + MARGIN
TOP = 108  # of the ruler: above it stand the name, kubectl's row and the sentence
RULER = 26
PATTERNS = (  # name, ground, mark, size, what is drawn
    ("wait", "wait", "wait-dot", 5, "M2.5 1.4a1.1 1.1 0 1 1 0 2.2a1.1 1.1 0 1 1 0-2.2"),
    ("stop", "stop", "stop-hatch", 8, "M-2 6 6-2 8 0 0 8-2 10zM6 10 10 6 12 8 8 12z"),
    ("back", "back", "back-hatch", 14, "M-2 0 0-2 16 14 14 16zM-2 12 2 16 0 18-4 14zM12-2 16 2 18 0 14-4z"),
    ("many", "surface", "done-line", 4, "M0 0h2v4H0z"),
)


def svg(page: PodPage, colours: Palette) -> str:
    """A picture of the whole window of the page."""
    timeline = page.timeline
    rows = [(group.title, lane) for group in timeline.groups for lane in group.lanes]
    tall = TOP + RULER + sum(height(lane) for _title, lane in rows) + _titles(timeline) + 40
    root = ElementTree.Element("svg", frame(tall))
    pen = Pen(root, colours, timeline.window)
    pen.element("title").text = clean(f"{page.name}: {page.sentence.plain}")
    patterns(pen)
    pen.rect(0, 0, WIDTH, tall, fill="surface")
    _head(pen, page)
    ruler(pen, timeline.ticks, timeline.now_ms, tall - 30)
    pen.top = TOP + RULER
    for group in timeline.groups:
        if group.title:
            pen.text(group.title, MARGIN, 15, size=11, fill="ink-2", font_weight=600)
            pen.top += 20
        for lane in group.lanes:
            _lane(pen, lane, page.edge_ms)
            pen.top += height(lane)
        pen.line(0, 0, WIDTH, 0, stroke="line")
    _foot(pen, page, tall)
    ElementTree.indent(root, " ")
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def frame(tall: int) -> dict[str, str]:
    size = {"width": str(WIDTH), "height": str(tall), "viewBox": f"0 0 {WIDTH} {tall}"}
    return {"xmlns": "http://www.w3.org/2000/svg", **size, "font-family": WORDS}


def _titles(timeline: Timeline) -> int:
    return 20 * sum(bool(group.title) for group in timeline.groups)


def patterns(pen: Pen) -> None:
    defs = Pen(pen.element("defs"), pen.colours, pen.window)
    for name, ground, mark, size, path in PATTERNS:
        pattern = defs.element("pattern", id=name, width=size, height=size, patternUnits="userSpaceOnUse")
        inside = Pen(pattern, pen.colours, pen.window)
        inside.rect(0, 0, size, size, fill=ground)
        inside.element("path", d=path, fill=mark)


def _head(pen: Pen, page: PodPage) -> None:
    pen.text(page.name, MARGIN, 34, size=20, font_weight=650)
    x = float(HEAD)
    for cell in page.row.cells:
        pen.text(cell.heading, x, 22, size=11, fill="ink-3")
        pen.text(cell.value, x, 38, size=13, mono=True)
        x += max(width(cell.heading, 11), width(cell.value, 13, mono=True)) + 28
    sentence(pen, page.sentence.plain)


def sentence(pen: Pen, text: str) -> None:
    for index, line in enumerate(_wrapped(text)[:2]):
        pen.text(line, MARGIN, 72 + 18 * index, size=14)


def _wrapped(text: str) -> list[str]:
    """Lines that have room. Chinese breaks anywhere, all else between words."""
    lines: list[str] = []
    present = ""
    for word in re.findall(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*", text):
        if present and width(present + word, 14) > WIDTH - 2 * MARGIN:
            lines, present = [*lines, present], ""
        present += word
    return [*lines, present]


def ruler(pen: Pen, ticks: Iterable[Tick], now_ms: int, bottom: float) -> None:
    """Time from left to right, and a line at the live edge."""
    for tick in ticks:
        x = pen.x(tick.at_ms)
        pen.line(x, TOP, x, bottom, stroke="grid")
        pen.text(tick.label, x + 4, TOP + 16, size=11, fill="ink-3")
    edge = pen.x(now_ms)
    pen.line(edge, TOP, edge, bottom, stroke="accent", stroke_width=2)
    pen.line(0, TOP + RULER - 2, WIDTH, TOP + RULER - 2, stroke="line")


def _lane(pen: Pen, lane: Lane, now_ms: int) -> None:
    middle = height(lane) / 2 + 4
    x = MARGIN + (12 if lane.under else 0)
    if lane.letter:
        look = {"fill": "ink-2"} if lane.letter == "L" else {"fill": "none"}
        pen.rect(x, middle - 12, 15, 15, stroke="ink-2", rx=3, **look)
        ink = "surface" if lane.letter == "L" else "ink-2"
        pen.text(lane.letter, x + 7.5, middle - 1, size=10, fill=ink, text_anchor="middle", font_weight=650)
        x += 21
    size = 11 if lane.kind == "condition" else 12
    ink, weight = ("ink-2", 400) if lane.under else ("ink", 600)
    pen.text(lane.name, x, middle, size=size, fill=ink, font_weight=weight)
    after = x + width(lane.name, size) + 8
    if lane.role:
        pen.text(lane.role, after, middle, size=11, fill="ink-3")
        after += width(lane.role, 11) + 8
    if lane.note and after + width(lane.note, 11) < HEAD - 8:
        pen.text(lane.note, HEAD - 12, middle, size=11, fill="ink-3", text_anchor="end")
    if lane.kind.startswith("probe"):
        pen.line(HEAD, height(lane), HEAD + PLOT, height(lane), stroke="line-2")
        if lane.kind != "probe-startup":
            pen.line(HEAD, 2, HEAD + PLOT, 2, stroke="ink-3", stroke_dasharray="3 3")
    for item in sorted(lane.shown, key=lambda item: "flag" in item.shape):
        draw(pen, item, lane, now_ms)


def _foot(pen: Pen, page: PodPage, tall: int) -> None:
    pen.top = 0
    words = _("Simulated by podviz") if page.state.kind == "simulated" else "podviz"
    text = f"{words} · Kubernetes {page.state.release} · {page.namespace}/{page.name} · {page.timeline.range}"
    pen.text(text, MARGIN, tall - 12, size=11, fill="ink-3")
