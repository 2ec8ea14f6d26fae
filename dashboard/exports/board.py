"""A whole cluster as an SVG: each Pod's containers along the cluster's time, under the workloads that own them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from dashboard.exports.drawing import MARGIN, RULER, TOP, WIDTH, frame, patterns, ruler, sentence
from dashboard.exports.marks import draw, height
from dashboard.exports.palette import Palette
from dashboard.exports.pen import HEAD, Pen, clean, width
from dashboard.presenters import timeline
from dashboard.presenters.cluster import ClusterPage, PodLine
from dashboard.presenters.pieces import Lane
from dashboard.presenters.story import Story
from dashboard.presenters.timescale import MINUTE, Window, clock, ticks
from dashboard.presenters.workloads import Head

MOST_ROWS = 200
HEAD_ROW = 26
FINE = 1.45  # screens that the picture is wide: so much is told apart


@dataclass(frozen=True, slots=True)
class _Row:
    """A workload's head, or a container of a Pod; only the Pod's first says whose they are."""

    tall: int
    title: str
    note: str = ""
    lane: Lane | None = None
    origin_ms: int = 0
    edge_ms: int = 0  # since the Pod was made


def cluster_svg(page: ClusterPage, colours: Palette) -> str:
    """All Pods that ever were, the newest state of each workload beside its name."""
    window = Window(0, max(MINUTE, int(page.now_ms * 1.02)), FINE)
    rows = list(_rows(page, window))
    left_out, rows = max(0, len(rows) - MOST_ROWS), rows[:MOST_ROWS]
    tall = TOP + RULER + sum(row.tall for row in rows) + 40
    root = ElementTree.Element("svg", frame(tall))
    pen = Pen(root, colours, window)
    pen.element("title").text = clean(f"{page.state.title}: {page.tally}")
    patterns(pen)
    pen.rect(0, 0, WIDTH, tall, fill="surface")
    pen.text(_short(page.state.title, WIDTH / 2, 20), MARGIN, 34, size=20, font_weight=650)
    sentence(pen, page.tally)
    ruler(pen, ticks(window), page.now_ms, tall - 30)
    pen.top = TOP + RULER
    for row in rows:
        _draw(pen, row)
        pen.top += row.tall
    _foot(pen, page, tall, left_out)
    ElementTree.indent(root, " ")
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _rows(page: ClusterPage, window: Window) -> Iterator[_Row]:
    listed = set()
    for row in page.rows:
        if isinstance(row, PodLine):
            listed.add((row.namespace, row.name))
            yield from _pod(page, page.story.pods[row.namespace, row.name], window)
        else:
            yield _Row(HEAD_ROW, f"{row.kind} {row.name}".strip(), _words(row))
    rest = [story for key, story in page.story.pods.items() if key not in listed]
    if rest:
        yield _Row(HEAD_ROW, _("Earlier Pods"))
    for story in rest:
        yield from _pod(page, story, window)


def _words(head: Head) -> str:
    columns = "   ".join(f"{cell.heading} {cell.value}" for cell in head.cells)
    return f"{columns}   {head.reason}" if head.reason else columns


def _pod(page: ClusterPage, story: Story, window: Window) -> Iterator[_Row]:
    origin = story.origin_ms or 0
    edge = max(0, page.now_ms - origin)
    moved = Window(window.from_ms - origin, window.to_ms - origin, window.screens)
    tracks = sorted(story.containers.values(), key=lambda track: timeline.ORDER.get(track.role, 1))
    lanes: list[Lane | None] = [timeline.container(track, moved, edge)[0] for track in tracks]
    last = story.status.status.last
    for index, lane in enumerate(lanes or [None]):
        title, note = (story.name, last.word if last is not None else "") if index == 0 else ("", "")
        tall = height(lane) + 4 if lane is not None else HEAD_ROW
        yield _Row(tall, title, note, lane, origin, edge)


def _draw(pen: Pen, row: _Row) -> None:
    pen.line(0, 0, WIDTH, 0, stroke="line")
    if row.lane is None:
        if not row.origin_ms and not row.edge_ms:
            pen.rect(0, 0, WIDTH, row.tall, fill="sunken")
        pen.text(_short(row.title, HEAD - MARGIN, 12), MARGIN, 17, size=12, font_weight=600)
        pen.text(row.note, HEAD, 17, size=11, mono=True, fill="ink-2")
        return
    middle = row.tall / 2
    pen.text(_short(row.title, HEAD - MARGIN - 70, 11, mono=True), MARGIN, middle - 1, size=11, mono=True)
    pen.text(_short(row.note, 120, 10, mono=True), MARGIN, middle + 11, size=10, mono=True, fill="ink-3")
    pen.text(_short(row.lane.name, 64, 11), HEAD - 8, middle + 4, size=11, fill="ink-2", text_anchor="end")
    window = Window(pen.window.from_ms - row.origin_ms, pen.window.to_ms - row.origin_ms)
    inside = Pen(pen.into, pen.colours, window, pen.top)
    for item in sorted(row.lane.shown, key=lambda item: "flag" in item.shape):
        draw(inside, item, row.lane, row.edge_ms)


def _short(text: str, room: float, size: float, *, mono: bool = False) -> str:
    """As much as has room: the ends of names tell Pods apart."""
    if width(text, size, mono) <= room:
        return text
    keep = max(1, int(room / (size * 0.61)) - 1)
    return f"{text[: keep // 2]}…{text[-(keep - keep // 2) :]}"


def _foot(pen: Pen, page: ClusterPage, tall: int, left_out: int) -> None:
    pen.top = 0
    words = _("Simulated by podviz") if page.state.kind == "simulated" else "podviz"
    text = f"{words} · Kubernetes {page.state.release} · {clock(0, tenths=False)} – {page.clock}"
    if left_out:
        text += " · " + _("%(n)s more rows are not drawn") % {"n": left_out}
    pen.text(text, MARGIN, tall - 12, size=11, fill="ink-3")
